//! The engines of extensions: manifest, the user's grants and the administrator's policy together.

use std::{
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use ext_audit::Tally;
use ext_manager::Authority;
use ext_manifest::Manifest;
use ext_perm::{
    All, Allowances, Author, Budgets, DenialReason, Engine, ManifestBackend, MemoryBudgets,
    Observer, PermissionBackend, Principal, Reason, Request, Response, RuleBackend,
};

use crate::{
    Grants,
    policy::{self, PolicyError},
    store::{Stamp, in_force},
    usage::FileBudgets,
};

/// The pause between two looks whether another program changed grants: what the user takes back there
/// stops here within a tenth of a second.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// The pause between two writings of what was counted to the audit log.
const WRITE_EVERY: Duration = Duration::from_secs(60);

/// The grants and the counter of an engine, for as long as it lives.
pub(crate) struct LiveEngine {
    extension: String,
    wasm: String,
    grants: Weak<RuleBackend>,
    tally: Weak<Tally>,
    stamp: Stamp,
}

impl Grants {
    /// Puts the grants on disk into force, for every loaded extension whose file was replaced.
    pub(crate) fn refresh(&self) {
        let mut live = self.engines.lock();
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
        let live = self.engines.lock();
        live.iter().filter_map(|loaded| loaded.tally.upgrade()).for_each(|tally| tally.write());
    }

    /// Returns the rules that are in force; none when the file cannot be read.
    fn rules(&self, id: &str, wasm: &str) -> Vec<ext_perm::NumberedRule> {
        match self.store.load(id) {
            Ok(file) => in_force(id, file.of(wasm), &self.session),
            Err(error) => {
                tracing::error!(extension = id, %error, "its grants cannot be read: it has none");
                Vec::new()
            }
        }
    }

    /// Makes the backend that decides about an extension; the second part of it is the user's grants.
    pub(crate) fn backend(&self, manifest: &Manifest, wasm: &str) -> (All, Arc<RuleBackend>) {
        let id = manifest.id();
        let (store, owner, digest) = (self.store.clone(), id.to_owned(), wasm.to_owned());
        let consume = move |grant| store.consume(&owner, &digest, grant);
        let grants = RuleBackend::new(Author::User, id, self.rules(id, wasm));
        let grants = Arc::new(grants.on_consume(Box::new(consume)));
        let mut members: Vec<Box<dyn PermissionBackend>> =
            vec![Box::new(ManifestBackend::new(manifest)), Box::new(Arc::clone(&grants))];
        match policy::backend(&self.config, &self.data_folder, id) {
            Ok(policy) => members.extend(policy),
            Err(error) => {
                tracing::error!(extension = id, %error, "no call is allowed: the policy is broken");
                members.push(Box::new(BrokenPolicy::new(&error)));
            }
        }
        (All::new("permissions", members), grants)
    }

    fn budgets(&self, manifest: &Manifest) -> Budgets {
        let cap = self.config.daily.map(Allowances::from);
        let asked = Allowances::of(manifest);
        let allowances = cap.map_or(asked, |cap| asked.capped(cap));
        match FileBudgets::open(&self.data_folder.join("usage"), manifest.id()) {
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

impl Authority for Grants {
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine {
        let (id, stamp) = (manifest.id(), self.store.stamp(manifest.id()));
        let (backend, grants) = self.backend(manifest, wasm_hash);
        let tally = Arc::new(Tally::new(id, Arc::clone(&self.audit)));
        self.engines.lock().push(LiveEngine {
            extension: id.to_owned(),
            wasm: wasm_hash.to_owned(),
            grants: Arc::downgrade(&grants),
            tally: Arc::downgrade(&tally),
            stamp,
        });
        let engine =
            Engine::for_extension_with(manifest, Box::new(backend), self.budgets(manifest));
        match self.recorder_of(id) {
            None => engine.with_observer(Box::new(tally)),
            Some(recorder) => {
                let both: Vec<Arc<dyn Observer>> = vec![tally, recorder];
                engine.with_observer(Box::new(both))
            }
        }
    }
}

/// Stand-in for a policy that cannot be made: nobody knows what it would allow, so it denies.
struct BrokenPolicy {
    message: String,
}

impl BrokenPolicy {
    /// Makes the stand-in. Extensions see its message, so it tells nothing of the policy's files.
    fn new(error: &PolicyError) -> Self {
        let message = match error {
            PolicyError::MissingFeature(_) => error.to_string(),
            _ => "the administrator's policy cannot be read, see the host's log".to_owned(),
        };
        Self { message }
    }
}

impl PermissionBackend for BrokenPolicy {
    fn name(&self) -> &str {
        "policy"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        if request.principal == Principal::User {
            return Response::allow();
        }
        Response::deny(Reason::new(self.name(), DenialReason::Backend, &*self.message))
    }

    fn is_target_sensitive(&self) -> bool {
        false
    }
}

/// Starts a thread that keeps the grants in force true to those on disk; it ends with the last owner of
/// `grants`.
pub(crate) fn watch(grants: &Arc<Grants>) {
    let grants = Arc::downgrade(grants);
    let look = move || {
        let mut written = Instant::now();
        loop {
            thread::sleep(LOOK_EVERY);
            let Some(grants) = grants.upgrade() else { return };
            grants.refresh();
            if written.elapsed() >= WRITE_EVERY {
                grants.write_tallies();
                written = Instant::now();
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("grants".into()).spawn(look) {
        tracing::error!(%error, "changes of grants by other programs are not seen");
    }
}
