//! The engines of extensions: manifest, the user's grants and the administrator's policy together.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use ext_manager::Authority;
use ext_manifest::Manifest;
use ext_perm::{
    All, Allowances, Author, Budgets, Engine, ManifestBackend, MemoryBudgets, Observer,
    PermissionBackend, Principal, Reason, Request, Response, Rule, RuleBackend,
};

use super::{
    config::PermissionsConfig,
    grants::{GrantStore, Stamp, in_force},
    policy,
    recording::Recorder,
    session,
    usage::FileBudgets,
};
use crate::audit::{AuditLog, Tally};

/// How often it is looked whether another program changed grants: what the user takes back there
/// stops here within a tenth of a second.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// How often what was counted is written to the audit log.
const WRITE_EVERY: Duration = Duration::from_secs(60);

/// Makes the engines, and keeps them true to the grants on disk.
pub(crate) struct Rights {
    data_folder: PathBuf,
    config: PermissionsConfig,
    pub(crate) store: GrantStore,
    pub(crate) audit: Arc<AuditLog>,
    session: String,
    live: Mutex<Vec<Live>>,
    recorder: Mutex<Option<Arc<Recorder>>>,
}

/// The grants of an extension that is loaded.
struct Live {
    extension: String,
    wasm: String,
    grants: Weak<RuleBackend>,
    tally: Weak<Tally>,
    stamp: Stamp,
}

impl Rights {
    pub(crate) fn new(
        data_folder: &Path,
        config: PermissionsConfig,
        store: GrantStore,
        audit: Arc<AuditLog>,
    ) -> Arc<Self> {
        let (live, recorder, session) = (Mutex::default(), Mutex::default(), session::current());
        let data_folder = data_folder.to_owned();
        let rights = Self { data_folder, config, store, audit, session, live, recorder };
        let rights = Arc::new(rights);
        watch(&rights);
        rights
    }

    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// From now on, extensions that are loaded are watched by `recorder` too.
    pub(crate) fn record(&self, recorder: Option<Arc<Recorder>>) {
        *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) = recorder;
    }

    pub(crate) fn recorder(&self) -> Option<Arc<Recorder>> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An extension is told of an event.
    pub(crate) fn heard(&self, extension: &str, kind: &str, library: uuid::Uuid) {
        let recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recorder) = recorder.as_ref().filter(|r| r.extension() == extension) {
            recorder.heard(kind, library);
        }
    }

    /// Puts the grants on disk into force, for every loaded extension whose file was replaced.
    pub(crate) fn refresh(&self) {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|loaded| loaded.grants.strong_count() > 0);
        for loaded in &mut *live {
            // Before the file is read: what is written meanwhile has another stamp again.
            let stamp = self.store.stamp(&loaded.extension);
            if let Some(grants) = loaded.grants.upgrade().filter(|_| stamp != loaded.stamp) {
                grants.replace(self.rules(&loaded.extension, &loaded.wasm));
                loaded.stamp = stamp;
            }
        }
    }

    fn write_tallies(&self) {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.iter().filter_map(|loaded| loaded.tally.upgrade()).for_each(|tally| tally.write());
    }

    /// The rules that are in force; none when the file cannot be read.
    fn rules(&self, id: &str, wasm: &str) -> Vec<ext_perm::NumberedStatement> {
        match self.store.load(id) {
            Ok(file) => in_force(id, file.of(wasm), &self.session),
            Err(error) => {
                tracing::error!(extension = id, %error, "its grants cannot be read: it has none");
                Vec::new()
            }
        }
    }

    /// What decides about an extension, and the part of it that are the user's grants.
    pub(crate) fn backend(&self, manifest: &Manifest, wasm: &str) -> (All, Arc<RuleBackend>) {
        let id = manifest.id();
        let (store, owner, digest) = (self.store.clone(), id.to_owned(), wasm.to_owned());
        let spend = move |grant| store.spend(&owner, &digest, grant);
        let grants = RuleBackend::new(Author::User, id, self.rules(id, wasm));
        let grants = Arc::new(grants.on_spent(Box::new(spend)));
        let mut members: Vec<Box<dyn PermissionBackend>> =
            vec![Box::new(ManifestBackend::new(manifest)), Box::new(Arc::clone(&grants))];
        match policy::backend(&self.config, &self.data_folder, id) {
            Ok(policy) => members.extend(policy),
            Err(problem) => {
                tracing::error!(
                    extension = id,
                    problem,
                    "no call is allowed: the policy is broken"
                );
                members.push(Box::new(Broken));
            }
        }
        (All::new("permissions", members), grants)
    }

    fn budgets(&self, manifest: &Manifest) -> Budgets {
        let cap = self.config.daily.map(Allowances::from);
        let asked = Allowances::of(manifest);
        let allowances = cap.map_or(asked, |cap| asked.capped(cap));
        match FileBudgets::new(&self.data_folder, manifest.id()) {
            Ok(store) => Budgets::new(allowances, Arc::new(store)),
            Err(error) => {
                tracing::error!(%error, "the use of budgets cannot be kept: there are none");
                let none = Allowances {
                    http_bytes: 0,
                    ocr_pages: 0,
                    embedding_tokens: 0,
                    model_tokens: 0,
                };
                Budgets::new(none, Arc::new(MemoryBudgets::default()))
            }
        }
    }
}

impl Authority for Rights {
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine {
        let (id, stamp) = (manifest.id(), self.store.stamp(manifest.id()));
        let (backend, grants) = self.backend(manifest, wasm_hash);
        let tally = Arc::new(Tally::new(id, Arc::clone(&self.audit)));
        self.live.lock().unwrap_or_else(PoisonError::into_inner).push(Live {
            extension: id.to_owned(),
            wasm: wasm_hash.to_owned(),
            grants: Arc::downgrade(&grants),
            tally: Arc::downgrade(&tally),
            stamp,
        });
        let engine =
            Engine::for_extension_with(manifest, Box::new(backend), self.budgets(manifest));
        let recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match recorder.filter(|recorder| recorder.extension() == id) {
            None => engine.with_observer(Box::new(tally)),
            Some(recorder) => {
                let both: Vec<Arc<dyn Observer>> = vec![tally, recorder];
                engine.with_observer(Box::new(both))
            }
        }
    }
}

/// A policy that cannot be read: nobody knows what it would allow.
struct Broken;

impl PermissionBackend for Broken {
    fn name(&self) -> &str {
        "policy"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        if request.principal == Principal::User {
            return Response::allow();
        }
        let message = "the administrator's policy cannot be read, see the host's log";
        Response::deny(Reason::new(self.name(), Rule::Backend, message))
    }

    fn looks_at_targets(&self) -> bool {
        false
    }
}

/// A thread that keeps the grants in force true to those on disk; it ends with the last user of
/// `rights`.
fn watch(rights: &Arc<Rights>) {
    let rights = Arc::downgrade(rights);
    let look = move || {
        let mut written = Instant::now();
        loop {
            thread::sleep(LOOK_EVERY);
            let Some(rights) = rights.upgrade() else { return };
            rights.refresh();
            if written.elapsed() >= WRITE_EVERY {
                rights.write_tallies();
                written = Instant::now();
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("grants".into()).spawn(look) {
        tracing::error!(%error, "changes of grants by other programs are not seen");
    }
}
