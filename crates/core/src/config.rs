//! The configuration of a data folder, written by its owner or an administrator.
//!
//! Each part of the program has a section of its own, whose type stands beside the code that it
//! configures. All sections may be left out, and so may the file. An unknown key is an error, so that
//! a typo never goes unnoticed.
//!
//! ```
//! use spacedrive_core::config::Config;
//!
//! let config = Config::parse("[storage]\nextension_bytes = 1000\n")?;
//! assert_eq!(config.storage.unwrap_or_default().limits().extension_bytes, 1000);
//! assert!(Config::parse("[storgae]\n").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::Path;

use ext_grants::PermissionsConfig;
use serde::Deserialize;

use crate::{
    ai::AiConfig,
    auth::AuthConfig,
    config_file,
    isolation::{DocumentsConfig, ExtensionsConfig},
    network::HttpConfig,
    registries::RegistryConfig,
    serving::DaemonConfig,
    storage::StorageConfig,
    vault::VaultConfig,
};

pub use crate::config_file::{CONFIG_FILE, ConfigError};

/// The sections of the file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Rights that an administrator gives to extensions.
    pub permissions: Option<PermissionsConfig>,
    /// Isolation of extensions.
    pub extensions: Option<ExtensionsConfig>,
    /// Sandbox of the readers of documents.
    pub documents: Option<DocumentsConfig>,
    /// Room for sidecars of extensions.
    pub storage: Option<StorageConfig>,
    /// Addresses that requests may go to.
    pub http: Option<HttpConfig>,
    /// Source of the key of the vault.
    pub vault: Option<VaultConfig>,
    /// Providers that users sign in with.
    pub auth: Option<AuthConfig>,
    /// Models for texts and embeddings.
    pub ai: Option<AiConfig>,
    /// Port of a daemon.
    pub daemon: Option<DaemonConfig>,
    /// Registries of extensions.
    pub registry: Option<RegistryConfig>,
}

/// A section of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of `Config` say it")]
pub enum Section {
    Permissions,
    Extensions,
    Documents,
    Storage,
    Http,
    Vault,
    Auth,
    Ai,
    Daemon,
    Registry,
}

impl Section {
    /// All sections.
    pub const ALL: [Self; 10] = [
        Self::Permissions,
        Self::Extensions,
        Self::Documents,
        Self::Storage,
        Self::Http,
        Self::Vault,
        Self::Auth,
        Self::Ai,
        Self::Daemon,
        Self::Registry,
    ];

    /// Returns how it stands in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permissions => "[permissions]",
            Self::Extensions => "[extensions]",
            Self::Documents => "[documents]",
            Self::Storage => "[storage]",
            Self::Http => "[http]",
            Self::Vault => "[vault]",
            Self::Auth => "[auth]",
            Self::Ai => "[ai]",
            Self::Daemon => "[daemon]",
            Self::Registry => "[registry]",
        }
    }

    /// Tells whether [`Core::reload_config`](crate::Core::reload_config) puts a change of it into
    /// force. Of the others, readers, models, sandboxes and clients are made when the core is opened.
    #[must_use]
    pub const fn is_reloaded(self) -> bool {
        matches!(self, Self::Permissions | Self::Storage)
    }
}

impl Config {
    /// Reads the file of a data folder; without one everything is as by default.
    ///
    /// # Errors
    /// [`ConfigError`] when the file cannot be read, is too long or is not valid.
    pub fn load(data_folder: &Path) -> Result<Self, ConfigError> {
        Ok(config_file::load(data_folder)?.unwrap_or_default())
    }

    /// Lists the sections that differ from those of another configuration.
    #[must_use]
    pub fn changes(&self, other: &Self) -> Vec<Section> {
        let differs = [
            (Section::Permissions, self.permissions != other.permissions),
            (Section::Extensions, self.extensions != other.extensions),
            (Section::Documents, self.documents != other.documents),
            (Section::Storage, self.storage != other.storage),
            (Section::Http, self.http != other.http),
            (Section::Vault, self.vault != other.vault),
            (Section::Auth, self.auth != other.auth),
            (Section::Ai, self.ai != other.ai),
            (Section::Daemon, self.daemon != other.daemon),
            (Section::Registry, self.registry != other.registry),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(section, _)| section).collect()
    }

    /// Parses the text of the file.
    ///
    /// # Errors
    /// The problem with line and column, when the text is not a valid configuration.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn without_a_file_everything_is_as_by_default() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Config::load(folder.path()).unwrap(), Config::default());
    }

    #[test]
    fn what_is_unknown_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "\n[permisions]\n",
            "\n[permissions]\nrulez = []\n",
            "\nx =\n",
            "\n[http]\nallow = []\n",
            "\n[http]\nallow_addresses = [\"localhost:1\"]\n",
            "\n[vault]\nkey = \"none\"\n",
            "\n[storage]\nextension_bytes = -1\n",
            "\n[storage]\nkeep_days = \"all\"\n",
        ] {
            fs::write(folder.path().join(CONFIG_FILE), text).unwrap();
            let error = Config::load(folder.path()).unwrap_err().to_string();
            assert!(error.contains(CONFIG_FILE) && error.contains("line "), "{error}");
        }
    }

    #[test]
    fn cred_19_lines_with_secrets_are_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        for line in ["client_secret = \"canary", "client_secret = \"canary\" x", "canary"] {
            let text = format!("[auth.providers.work]\n{line}\n");
            fs::write(folder.path().join(CONFIG_FILE), text).unwrap();
            let error = Config::load(folder.path()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
            assert!(error.to_string().contains("line 2, column "), "{error}");
        }
    }

    #[test]
    fn each_part_has_its_section() {
        let text =
            "[http]\nallow_addresses = [\"127.0.0.1:8080\"]\n[vault]\nkey = \"passphrase\"\n";
        let config = Config::parse(text).unwrap();
        let allowed = config.http.unwrap().allow_addresses;
        assert_eq!(allowed, ["127.0.0.1:8080".parse::<std::net::SocketAddr>().unwrap()]);
        assert_eq!(config.vault.unwrap().key, [crate::vault::VaultKey::Passphrase]);
        assert_eq!(config.permissions, None);
    }

    #[test]
    fn keys_of_the_vault_come_from_one_place_or_the_first_of_several() {
        let key = |text: &str| Config::parse(&format!("[vault]\nkey = {text}\n"));
        let several = key(r#"["keystore", "passphrase", "file"]"#).unwrap().vault.unwrap().key;
        use crate::vault::VaultKey::{File, Keystore, Passphrase};
        assert_eq!(several, [Keystore, Passphrase, File]);
        for wrong in ["[]", "\"dbus\"", "[\"file\", 1]"] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }
}
