//! Requests and mailboxes, and the addresses that they may go to: the section `[http]` of
//! `config.toml`.

use std::{io, net::SocketAddr, path::Path, sync::Arc};

use ext_dial::Dialler;
use ext_net::{AddressPolicy, Prefix};
use ext_ops_credentials_oauth2::Renewer;
use ext_ops_http_hyper::HyperClient;
use ext_ops_mail_imap::ImapReader;
use ext_registry::Services;
use ext_services::{
    credentials::{CredentialVault, TokenSource},
    http::HttpClient,
    mail::MailReader,
};
use serde::Deserialize;

use crate::{auth::AuthConfig, config_file::CONFIG_FILE, error::CoreError};

/// The section `[http]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Addresses with ports that may be dialled although they are not public: `127.0.0.1:8080`.
    pub allow_addresses: Vec<SocketAddr>,
    /// Names with ports that may stand for one of them: `nas.local:8080`. No other name does, but those
    /// below `localhost` for loopback.
    pub allow_names: Vec<String>,
    /// Blocks of addresses that must not be dialled: `203.0.113.0/24`.
    pub block_addresses: Vec<String>,
}

/// The clients, which dial the addresses that the configuration allows.
pub(crate) struct Network {
    http: Arc<HyperClient>,
    mail: Arc<ImapReader>,
}

impl Network {
    pub(crate) fn open(data_folder: &Path, config: &HttpConfig) -> Result<Self, CoreError> {
        let policy = policy(config).map_err(|error| wrong(data_folder, &error))?;
        let failed = |source| CoreError::Io { path: data_folder.into(), source };
        let dialler = Dialler::new(policy);
        let http = HyperClient::with_dialler(dialler.clone(), &[]).map_err(failed)?;
        let mail = ImapReader::new(dialler, &[]).map_err(failed)?;
        Ok(Self { http: Arc::new(http), mail: Arc::new(mail) })
    }

    pub(crate) fn http(&self) -> &dyn HttpClient {
        &*self.http
    }

    pub(crate) fn shared_http(&self) -> Arc<dyn HttpClient> {
        Arc::clone(&self.http) as Arc<dyn HttpClient>
    }

    /// Adds the clients, and the renewer of tokens, to the services.
    pub(crate) fn add_to(
        &self,
        services: Services,
        vault: Arc<dyn CredentialVault>,
        auth: AuthConfig,
    ) -> Services {
        let http = self.shared_http();
        let renewer = Renewer::new(vault, Arc::clone(&http))
            .with_trusted(move |tokens| auth.provider_of(tokens).is_some());
        services
            .with::<dyn HttpClient>(http)
            .with::<dyn MailReader>(Arc::clone(&self.mail) as Arc<dyn MailReader>)
            .with::<dyn TokenSource>(Arc::new(renewer))
    }
}

fn policy(config: &HttpConfig) -> Result<AddressPolicy, String> {
    let block = |text: &String| text.parse::<Prefix>().map_err(|error| error.to_string());
    let blocked: Result<Vec<Prefix>, String> = config.block_addresses.iter().map(block).collect();
    let names: Result<Vec<_>, String> = config.allow_names.iter().map(|text| name(text)).collect();
    Ok(AddressPolicy::new(config.allow_addresses.clone(), blocked?).with_names(names?))
}

/// Reads a name with its port.
fn name(text: &str) -> Result<(String, u16), String> {
    let parts = text.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?)));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    match parts {
        Some((name, port)) if !name.is_empty() && name.chars().all(is_plain) => {
            Ok((name.to_owned(), port))
        }
        _ => Err(format!(
            "[http] allow_names: `{text}` is not a name with a port, as in `nas.local:8080`"
        )),
    }
}

fn wrong(data_folder: &Path, problem: &str) -> CoreError {
    let source = io::Error::new(io::ErrorKind::InvalidData, problem.to_string());
    CoreError::Io { path: data_folder.join(CONFIG_FILE), source }
}
