//! The engines of extensions: manifest, the user's grants and the administrator's policy together.

use std::sync::Arc;

use ext_audit::Tally;
use ext_manager::Authorizer;
use ext_manifest::Manifest;
use ext_perm::{
    All, Author, Budgets, DailyBudgets, Engine, ManifestBackend, MemoryBudgets, Observer,
    PermissionBackend, Request, RuleBackend,
};

use crate::{
    broken_policy::BrokenPolicy, consent::ExtensionVersion, explain::Explanation,
    grant_authority::GrantAuthority, live_engines::LiveEngine, policy, usage::FileBudgets,
};

/// The budgets of an extension whose use cannot be kept.
const NO_BUDGETS: DailyBudgets =
    DailyBudgets { http_bytes: 0, ocr_pages: 0, embedding_tokens: 0, model_tokens: 0 };

impl GrantAuthority {
    /// Explains whether a call of an extension would run, by the rules that are in force now. Nothing
    /// is charged or consumed.
    #[must_use]
    pub fn explain(&self, version: ExtensionVersion<'_>, request: &Request<'_>) -> Explanation {
        let (backend, _) = self.backend(version.manifest, version.wasm_hash);
        Explanation::from(&backend.decide(request))
    }

    /// Makes the backend that decides about an extension; the second part of it is the user's grants.
    fn backend(&self, manifest: &Manifest, wasm: &str) -> (All, Arc<RuleBackend>) {
        let id = manifest.id();
        let (store, owner, digest) = (self.store.clone(), id.to_owned(), wasm.to_owned());
        let consume = move |grant| store.consume(&owner, &digest, grant);
        let grants =
            RuleBackend::new(Author::User, id, self.store.rules_in_force(id, wasm, &self.session));
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
        let cap = self.config.daily.map(DailyBudgets::from);
        let asked = *manifest.permissions().rate_limits().daily();
        let limits = cap.map_or(asked, |cap| asked.capped(cap));
        match FileBudgets::open(&self.data_folder.join("usage"), manifest.id()) {
            Ok(store) => Budgets::new(limits, Arc::new(store)),
            Err(error) => {
                tracing::error!(%error, "the use of budgets cannot be kept: there are none");
                Budgets::new(NO_BUDGETS, Arc::new(MemoryBudgets::default()))
            }
        }
    }
}

impl Authorizer for GrantAuthority {
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine {
        let (id, stamp) = (manifest.id(), self.store.stamp(manifest.id()));
        let (backend, grants) = self.backend(manifest, wasm_hash);
        let tally = Arc::new(Tally::new(id, Arc::clone(&self.audit)));
        self.engines.add(LiveEngine {
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
