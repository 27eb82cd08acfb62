//! The engines of extensions: manifest, the user's grants and the administrator's policy together.

use std::sync::Arc;

use ext_audit::Tally;
use ext_manager::Authorizer;
use ext_manifest::Manifest;
use ext_perm::{
    All, Author, Budgets, DailyBudgets, Engine, ManifestBackend, Observer, PermissionBackend,
    Request, RuleBackend,
};

use crate::{
    broken_policy::BrokenPolicy,
    config::PermissionsConfig,
    consent::ExtensionVersion,
    explain::Explanation,
    grant_authority::GrantAuthority,
    live_engines::{LiveEngine, unreadable},
    live_policy::LivePolicy,
    policy,
    usage::FileBudgets,
};

impl GrantAuthority {
    /// Explains whether a call of an extension would run, by the rules that are in force now. Nothing
    /// is charged or consumed.
    #[must_use]
    pub fn explain(&self, version: ExtensionVersion<'_>, request: &Request<'_>) -> Explanation {
        let made = self.backend(&self.config.lock(), version.manifest, version.wasm_hash);
        Explanation::from(&made.backend.decide(request))
    }

    /// Makes the backend that decides about an extension.
    fn backend(&self, config: &PermissionsConfig, manifest: &Manifest, wasm: &str) -> Made {
        let id = manifest.id();
        let (store, owner, digest) = (self.store.clone(), id.to_owned(), wasm.to_owned());
        let consume = move |grant| store.consume(&owner, &digest, grant);
        let grants = RuleBackend::new(Author::User, id, []).on_consume(Box::new(consume));
        let read = self.store.put_in_force(&grants, id, wasm, &self.session);
        let is_read = read.inspect_err(|error| unreadable(id, error)).is_ok();
        let grants = Arc::new(grants);
        let mut members: Vec<Box<dyn PermissionBackend>> =
            vec![Box::new(ManifestBackend::new(manifest)), Box::new(Arc::clone(&grants))];
        let policy = policy::backend(config, &self.data_folder, id).unwrap_or_else(|error| {
            tracing::error!(extension = id, %error, "no call is allowed: the policy is broken");
            Some(Box::new(BrokenPolicy::new(&error)))
        });
        let policy = Arc::new(LivePolicy::new(policy));
        members.push(Box::new(Arc::clone(&policy)));
        Made { backend: All::new("permissions", members), grants, policy, is_read }
    }

    fn budgets(&self, config: &PermissionsConfig, manifest: &Manifest) -> Budgets {
        let cap = config.daily.map(DailyBudgets::from);
        let asked = *manifest.permissions().rate_limits().daily();
        let limits = cap.map_or(asked, |cap| asked.capped(cap));
        let store = FileBudgets::new(&self.data_folder.join("usage"), manifest.id());
        Budgets::new(limits, Arc::new(store))
    }
}

/// A backend that was made for an extension.
struct Made {
    backend: All,
    /// The part of it that is the user's grants.
    grants: Arc<RuleBackend>,
    /// The part of it that is the administrator's.
    policy: Arc<LivePolicy>,
    /// True if the grants could be read.
    is_read: bool,
}

impl Authorizer for GrantAuthority {
    fn engine(&self, manifest: &Manifest, wasm_hash: &str) -> Engine {
        let (id, stamp) = (manifest.id(), self.store.stamp(manifest.id()));
        // Held until the engine is known to those who replace the policy.
        let config = self.config.lock();
        let Made { backend, grants, policy, is_read } = self.backend(&config, manifest, wasm_hash);
        let budgets = self.budgets(&config, manifest);
        let tally = Arc::new(Tally::new(id, Arc::clone(&self.audit)));
        self.engines.add(LiveEngine {
            extension: id.to_owned(),
            wasm: wasm_hash.to_owned(),
            grants: Arc::downgrade(&grants),
            policy: Arc::downgrade(&policy),
            budgets: budgets.clone(),
            asked: *manifest.permissions().rate_limits().daily(),
            tally: Arc::downgrade(&tally),
            stamp: is_read.then_some(stamp),
        });
        let engine = Engine::for_extension_with(manifest, Box::new(backend), budgets);
        match self.recorder_of(id) {
            None => engine.with_observer(Box::new(tally)),
            Some(recorder) => {
                let both: Vec<Arc<dyn Observer>> = vec![tally, recorder];
                engine.with_observer(Box::new(both))
            }
        }
    }
}
