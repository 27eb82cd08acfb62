//! The vault of credentials and the source of its key: the section `[vault]` of `config.toml`.

use std::{
    env,
    path::{Path, PathBuf},
};

use ext_ops_credentials_file::{FileVault, KeySource};
use ext_ops_credentials_keystore::SecretTool;
use serde::{Deserialize, Deserializer, de::Error as _};
use zeroize::Zeroizing;

/// Name of the variable that holds a passphrase.
pub const PASSPHRASE_VARIABLE: &str = "SPACEDRIVE_VAULT_PASSPHRASE";

/// Name of the service that entries in the key store of the system belong to.
const KEYSTORE_SERVICE: &str = "spacedrive";

/// The section `[vault]` of `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VaultConfig {
    /// Sources of the key: `"file"`, or `["keystore", "file"]`. Of several, the first that has a key
    /// makes that of a new vault.
    #[serde(deserialize_with = "one_or_several")]
    pub key: Vec<VaultKey>,
    /// The key file, for `key = "file"`; by default `vault.key` in the data folder.
    pub key_file: Option<PathBuf>,
}

impl Default for VaultConfig {
    fn default() -> Self {
        Self { key: vec![VaultKey::File], key_file: None }
    }
}

fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<VaultKey>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "file, passphrase or keystore, or a list of these")]
    enum Keys {
        One(VaultKey),
        Several(Vec<VaultKey>),
    }
    match Keys::deserialize(from)? {
        Keys::One(key) => Ok(vec![key]),
        Keys::Several(keys) if keys.is_empty() => Err(D::Error::custom("the list is empty")),
        Keys::Several(keys) => Ok(keys),
    }
}

/// A source of the vault's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultKey {
    /// The key store of the operating system.
    Keystore,
    /// A file that only its owner may read.
    File,
    /// A passphrase, in the variable [`PASSPHRASE_VARIABLE`].
    Passphrase,
}

/// Opens the vault of a data folder.
pub(crate) fn open(config: VaultConfig, data_folder: &Path) -> FileVault {
    FileVault::with_sources(data_folder.join("vault"), sources(config, data_folder))
}

fn sources(config: VaultConfig, data_folder: &Path) -> Vec<KeySource> {
    let file = config.key_file.unwrap_or_else(|| data_folder.join("vault.key"));
    let source = |key: &VaultKey| match key {
        VaultKey::Keystore => KeySource::Keystore(Box::new(SecretTool::new(KEYSTORE_SERVICE))),
        VaultKey::File => KeySource::File(file.clone()),
        VaultKey::Passphrase => KeySource::Passphrase(Box::new(|| {
            env::var(PASSPHRASE_VARIABLE).ok().map(Zeroizing::new)
        })),
    };
    config.key.iter().map(source).collect()
}
