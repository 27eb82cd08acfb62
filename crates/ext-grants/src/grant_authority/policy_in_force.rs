//! The administrator's policy in force, which is replaced when the configuration is read again.

use ext_perm::{BudgetLeft, DailyBudgets};

use crate::{
    config::PermissionsConfig, error::GrantError, grant_authority::GrantAuthority, policy,
};

impl GrantAuthority {
    /// Replaces the administrator's policy, for extensions that are loaded as well: from their next
    /// call on. A policy that cannot be made changes nothing.
    ///
    /// # Errors
    /// [`GrantError::Policy`] when the policy, or a file that it names, is not valid.
    pub fn set_policy(&self, config: PermissionsConfig) -> Result<(), GrantError> {
        let mut current = self.config.lock();
        let make = |extension: &str| policy::backend(&config, &self.data_folder, extension);
        let capped = |asked: DailyBudgets| {
            config.daily.map_or(asked, |cap| asked.capped(DailyBudgets::from(cap)))
        };
        // Also where nothing is loaded: what is loaded next would be refused everything.
        let checked = make("").and_then(|_| self.engines.set_policies(make, capped));
        checked.map_err(|error| GrantError::Policy { problem: error.to_string() })?;
        *current = config;
        Ok(())
    }

    /// Returns what is left today of the budgets of the loaded extensions.
    #[must_use]
    pub fn budgets_left(&self) -> Vec<(String, Vec<BudgetLeft>)> {
        let now = jiff::Timestamp::now();
        let budgets = self.engines.budgets().into_iter();
        budgets.map(|(extension, budgets)| (extension, budgets.left(now))).collect()
    }
}

#[cfg(test)]
mod tests {
    use ext_manager::Authorizer;

    use super::{
        super::tests::{call, deny, manifest, open},
        *,
    };
    use crate::consent::ExtensionVersion;

    #[test]
    fn a_policy_is_replaced_for_what_is_loaded_and_a_broken_one_changes_nothing() {
        let (_data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let version = ExtensionVersion { manifest: &manifest, wasm_hash: "one" };
        grants.grant_all(version).unwrap();
        let engine = grants.engine(&manifest, "one");
        assert!(call(&engine).is_ok());
        let strict = PermissionsConfig { rules: Some(vec![deny()]), ..Default::default() };
        grants.set_policy(strict.clone()).unwrap();
        assert!(call(&engine).is_err(), "what is loaded");
        assert!(call(&grants.engine(&manifest, "one")).is_err(), "what is loaded later");
        let policy = crate::PolicyExpr::One(crate::BackendName::Cedar);
        let broken = PermissionsConfig { policy: Some(policy), ..Default::default() };
        let error = grants.set_policy(broken).unwrap_err();
        assert!(error.to_string().contains("cedar"), "{error}");
        assert!(call(&engine).is_err(), "the former policy holds");
        grants.set_policy(PermissionsConfig::default()).unwrap();
        assert!(call(&engine).is_ok());
    }

    #[test]
    fn caps_of_budgets_hold_for_what_is_loaded() {
        let (_data, grants) = open(PermissionsConfig::default());
        let manifest = manifest("1.0.0");
        let _engine = grants.engine(&manifest, "one");
        let left = || grants.budgets_left().remove(0).1[1];
        let before = left();
        assert!(before.limit > 3 && before.left == before.limit, "{before:?}");
        let daily = Some(crate::DailyBudgetsConfig {
            http_bytes: None,
            ocr_pages: Some(3),
            embedding_tokens: None,
            model_tokens: None,
        });
        grants.set_policy(PermissionsConfig { daily, ..Default::default() }).unwrap();
        assert_eq!((left().limit, left().left), (3, 3));
        grants.set_policy(PermissionsConfig::default()).unwrap();
        assert_eq!(left(), before);
    }
}
