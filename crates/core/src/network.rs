//! Where requests may go, which mail servers are read, and where credentials are kept.

use std::{
    env, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_dial::Dialler;
use ext_net::{AddressPolicy, Prefix};
use ext_ops_credentials_file::{FileVault, KeySource};
use ext_ops_credentials_keystore::SecretTool;
use ext_ops_credentials_oauth2::Renewer;
use ext_ops_http_hyper::HyperClient;
use ext_ops_mail_imap::ImapReader;
use ext_registry::Services;
use ext_services::{
    credentials::{CredentialError, CredentialVault, TokenSource},
    http::HttpClient,
    mail::MailReader,
};
use serde::{Deserialize, Deserializer, de::Error as _};
use zeroize::Zeroizing;

use crate::{CoreError, auth::AuthConfig, config::CONFIG_FILE};

/// Where a passphrase is looked for.
pub const PASSPHRASE_VARIABLE: &str = "SPACEDRIVE_VAULT_PASSPHRASE";

/// What entries in the key store of the system belong to.
const KEYSTORE_SERVICE: &str = "spacedrive";

/// The section `[http]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Addresses with ports that may be dialled although they are not public: `127.0.0.1:8080`.
    pub allow_addresses: Vec<SocketAddr>,
    /// Blocks of addresses that must not be dialled: `203.0.113.0/24`.
    pub block_addresses: Vec<String>,
}

/// The section `[vault]` of `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VaultConfig {
    /// Where the key comes from: `"file"`, or `["keystore", "file"]`. Of several, the first that has
    /// one makes the key of a new vault.
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

/// Where the key of the vault comes from.
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

/// The vault and the client, by what is configured.
pub(crate) struct Network {
    vault: Arc<FileVault>,
    client: Arc<HyperClient>,
    mail: Arc<ImapReader>,
    auth: AuthConfig,
}

impl Network {
    pub(crate) fn open(
        data_folder: &Path,
        http: &HttpConfig,
        vault: VaultConfig,
        auth: AuthConfig,
    ) -> Result<Self, CoreError> {
        let policy = policy(http).map_err(|error| wrong(&data_folder.join(CONFIG_FILE), &error))?;
        let failed = |source| CoreError::Io { path: data_folder.into(), source };
        let dialler = Dialler::new(policy);
        let client = HyperClient::with_dialler(dialler.clone(), &[]).map_err(failed)?;
        let mail = ImapReader::new(dialler, &[]).map_err(failed)?;
        let vault = FileVault::with_sources(data_folder.join("vault"), keys(vault, data_folder));
        Ok(Self { vault: Arc::new(vault), client: Arc::new(client), mail: Arc::new(mail), auth })
    }

    pub(crate) fn vault(&self) -> &FileVault {
        &self.vault
    }

    pub(crate) const fn shared_vault(&self) -> &Arc<FileVault> {
        &self.vault
    }

    pub(crate) fn client(&self) -> &dyn HttpClient {
        &*self.client
    }

    pub(crate) const fn auth(&self) -> &AuthConfig {
        &self.auth
    }

    /// Adds what operations need.
    pub(crate) fn add_to(&self, services: Services) -> Services {
        let vault: Arc<dyn CredentialVault> = Arc::clone(&self.vault) as Arc<dyn CredentialVault>;
        let client: Arc<dyn HttpClient> = Arc::clone(&self.client) as Arc<dyn HttpClient>;
        let renewer = Renewer::new(Arc::clone(&vault), Arc::clone(&client));
        services
            .with::<dyn CredentialVault>(vault)
            .with::<dyn HttpClient>(client)
            .with::<dyn MailReader>(Arc::clone(&self.mail) as Arc<dyn MailReader>)
            .with::<dyn TokenSource>(Arc::new(renewer))
    }
}

fn policy(config: &HttpConfig) -> Result<AddressPolicy, ext_net::PrefixError> {
    let blocked: Result<Vec<Prefix>, _> =
        config.block_addresses.iter().map(|text| text.parse()).collect();
    Ok(AddressPolicy::new(config.allow_addresses.clone(), blocked?))
}

fn keys(config: VaultConfig, data_folder: &Path) -> Vec<KeySource> {
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

fn wrong(path: &Path, problem: &dyn std::fmt::Display) -> CoreError {
    let source = io::Error::new(io::ErrorKind::InvalidData, problem.to_string());
    CoreError::Io { path: path.to_owned(), source }
}

impl From<CredentialError> for CoreError {
    fn from(error: CredentialError) -> Self {
        Self::Credential(error)
    }
}
