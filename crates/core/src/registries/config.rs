//! Registries of extensions: the section `[registry]` of `config.toml`.

use std::collections::BTreeMap;

use ext_package_oci::Registry;
use serde::Deserialize;

/// The section `[registry]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryConfig {
    /// Registry of the names that say none: `registry.example.com`, `ghcr.io/acme`.
    pub default: Option<Registry>,
    /// Namespace that extensions are published in.
    pub namespace: Option<String>,
    /// Keys that sign lists of revocations, by registry [default: the key of the first list that is seen].
    pub revocation_keys: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn a_registry_is_a_host_and_perhaps_a_path() {
        let text = "[registry]\ndefault = \"ghcr.io/acme\"\nnamespace = \"ann\"\n";
        let config = Config::parse(text).unwrap().registry.unwrap();
        assert_eq!(config.default.unwrap().to_string(), "ghcr.io/acme");
        for wrong in ["default = \"acme\"", "default = 1", "mirror = \"ghcr.io\""] {
            let error = Config::parse(&format!("[registry]\n{wrong}\n")).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error}");
        }
    }
}
