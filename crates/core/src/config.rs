//! `config.toml` in the data folder: what its owner or an administrator chose.
//!
//! Each part of the program has a section of its own, and its own type for it. All sections may be
//! left out, and so may the file. What is unknown is an error, so that a typo never goes unnoticed.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use ext_grants::PermissionsConfig;
use ext_library_sqlite::DEFAULT_EXTENSION_BYTES;
use serde::Deserialize;
use thiserror::Error;

use crate::{
    ai::AiConfig,
    auth::AuthConfig,
    guests::ExtensionsConfig,
    network::{HttpConfig, VaultConfig},
};

/// Name of the file.
pub const CONFIG_FILE: &str = "config.toml";

/// Longest file, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// What stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What an administrator allows extensions.
    pub permissions: Option<PermissionsConfig>,
    /// Where extensions run.
    pub extensions: Option<ExtensionsConfig>,
    /// How much room extensions have.
    pub storage: Option<StorageConfig>,
    /// Where requests may go.
    pub http: Option<HttpConfig>,
    /// Where the key of the credentials comes from.
    pub vault: Option<VaultConfig>,
    /// Who users sign in with.
    pub auth: Option<AuthConfig>,
    /// Which models answer.
    pub ai: Option<AiConfig>,
}

/// How much room extensions have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageConfig {
    /// Bytes of sidecars that an extension may have in a library [default: 4 GiB].
    pub extension_bytes: Option<u64>,
}

impl StorageConfig {
    /// Bytes of sidecars that an extension may have in a library.
    #[must_use]
    pub fn extension_bytes(self) -> u64 {
        self.extension_bytes.unwrap_or(DEFAULT_EXTENSION_BYTES)
    }
}

/// Why there is no configuration.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is too long.
    #[error("{} is longer than {MAX_CONFIG_BYTES} bytes", .0.display())]
    TooLarge(PathBuf),
    /// The file is no TOML, or has what it must not have.
    #[error("{}: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        problem: String,
    },
}

impl Config {
    /// Reads the file of a data folder; without one everything is as by default.
    ///
    /// # Errors
    /// [`ConfigError`]: it is there, and cannot be read or is wrong.
    pub fn load(data_folder: &Path) -> Result<Self, ConfigError> {
        let path = data_folder.join(CONFIG_FILE);
        match read_text(&path) {
            Ok(text) => Self::parse(&text)
                .map_err(|error| ConfigError::Wrong { path, problem: problem(&text, &error) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(ConfigError::TooLarge(path))
            }
            Err(source) => Err(ConfigError::Read { path, source }),
        }
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What is wrong, with line and column.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

/// What is wrong and where, without the line itself: secrets of clients stand in this file.
fn problem(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {}", error.message())
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text)?;
    let fits = text.len() as u64 <= MAX_CONFIG_BYTES;
    fits.then_some(text).ok_or_else(|| io::ErrorKind::FileTooLarge.into())
}

#[cfg(test)]
mod tests {
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
        assert_eq!(config.vault.unwrap().key, [crate::VaultKey::Passphrase]);
        assert_eq!(config.permissions, None);
    }

    #[test]
    fn keys_of_the_vault_come_from_one_place_or_the_first_of_several() {
        let key = |text: &str| Config::parse(&format!("[vault]\nkey = {text}\n"));
        let several = key(r#"["keystore", "passphrase", "file"]"#).unwrap().vault.unwrap().key;
        use crate::VaultKey::{File, Keystore, Passphrase};
        assert_eq!(several, [Keystore, Passphrase, File]);
        for wrong in ["[]", "\"dbus\"", "[\"file\", 1]"] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_without_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let text = "#".repeat(usize::try_from(MAX_CONFIG_BYTES).unwrap() + 1);
        fs::write(folder.path().join(CONFIG_FILE), text).unwrap();
        assert!(matches!(Config::load(folder.path()), Err(ConfigError::TooLarge(_))));
    }
}
