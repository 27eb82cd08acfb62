//! The engines that are loaded, whose grants follow the files.

use std::sync::Weak;

use ext_audit::Tally;
use ext_manifest::DailyBudgets;
use ext_perm::{Budgets, PermissionBackend, RuleBackend};
use parking_lot::Mutex;

use crate::{
    error::GrantError,
    live_policy::LivePolicy,
    policy::PolicyError,
    store::{GrantStore, Stamp},
};

/// The grants and the counter of an engine, for as long as it lives.
pub(crate) struct LiveEngine {
    pub(crate) extension: String,
    pub(crate) wasm: String,
    pub(crate) grants: Weak<RuleBackend>,
    pub(crate) policy: Weak<LivePolicy>,
    pub(crate) budgets: Budgets,
    /// The budgets that its manifest asks for.
    pub(crate) asked: DailyBudgets,
    pub(crate) tally: Weak<Tally>,
    /// The mark of the file that is in force; `None` when it could not be read, and is tried again.
    pub(crate) stamp: Option<Stamp>,
}

/// Logs that nothing is decided about an extension for now.
pub(crate) fn unreadable(extension: &str, error: &GrantError) {
    tracing::error!(extension, %error, "its grants cannot be read: until then it may do nothing");
}

/// The engines of all extensions that are loaded.
#[derive(Default)]
pub(crate) struct LiveEngines(Mutex<Vec<LiveEngine>>);

impl LiveEngines {
    pub(crate) fn add(&self, engine: LiveEngine) {
        self.0.lock().push(engine);
    }

    /// Puts the grants on disk into force, for every loaded extension whose file was replaced.
    pub(crate) fn refresh(&self, store: &GrantStore, session: &str) {
        let mut live = self.0.lock();
        live.retain(|loaded| loaded.grants.strong_count() > 0);
        for loaded in &mut *live {
            // Before the file is read: what is written meanwhile has another stamp again.
            let stamp = store.stamp(&loaded.extension);
            let grants = loaded.grants.upgrade().filter(|_| loaded.stamp != Some(stamp));
            if let Some(grants) = grants {
                let LiveEngine { extension, wasm, .. } = loaded;
                let read = store.put_in_force(&grants, extension, wasm, session);
                // Once, not at each look until it can be read again.
                if let (Err(error), Some(_)) = (&read, loaded.stamp) {
                    unreadable(extension, error);
                }
                loaded.stamp = read.ok().map(|()| stamp);
            }
        }
    }

    /// Replaces the policies of all extensions, or of none when one of them cannot be made.
    pub(crate) fn set_policies(
        &self,
        make: impl Fn(&str) -> Result<Option<Box<dyn PermissionBackend>>, PolicyError>,
        capped: impl Fn(DailyBudgets) -> DailyBudgets,
    ) -> Result<(), PolicyError> {
        let live = self.0.lock();
        let made = live.iter().map(|loaded| make(&loaded.extension));
        let made = made.collect::<Result<Vec<_>, _>>()?;
        for (loaded, policy) in live.iter().zip(made) {
            loaded.budgets.set_limits(capped(loaded.asked));
            if let Some(live) = loaded.policy.upgrade() {
                live.set(policy);
            }
        }
        Ok(())
    }

    /// Lists the budgets of each extension.
    pub(crate) fn budgets(&self) -> Vec<(String, Budgets)> {
        let mut live = self.0.lock();
        live.retain(|loaded| loaded.grants.strong_count() > 0);
        live.iter().map(|loaded| (loaded.extension.clone(), loaded.budgets.clone())).collect()
    }

    /// Writes what was counted to the audit log.
    pub(crate) fn write_tallies(&self) {
        let live = self.0.lock();
        live.iter().filter_map(|loaded| loaded.tally.upgrade()).for_each(|tally| tally.write());
    }
}
