//! The handle of registries: extensions found, fetched and remembered.
//!
//! A registry is not trusted. What was seen of it stands in the data folder, so that an older index or list
//! of revocations is said, and another key of a publisher.
//!
//! ```text
//! registries.json                  numbers and keys that were seen, by registry
//! origins.json                     where installed versions came from
//! packages/<id>/<file>.sdx         the package that was fetched last, with its signature
//! ```

mod config;
mod fetch;
mod origins;
mod publish;
mod search;
mod seen;
mod updates;

use std::{path::PathBuf, sync::Arc};

use ext_net::AddressPolicy;
use ext_ops_http_hyper::HyperClient;
use ext_package_oci::{Client, Clients, Registry};
use ext_services::credentials::{Credential, CredentialError, CredentialVault};
use ext_wire::ErrorBody;

use crate::{ai::program_secrets, core::Core, error::CoreError};

pub use config::RegistryConfig;
pub use fetch::{Accepted, Available};
pub use search::{Found, FoundExtension};
pub use updates::Update;

use origins::Origins;
use seen::Seen;

/// The registries of extensions: [`Core::registries`](crate::Core::registries) returns the handle.
#[derive(Clone, Copy)]
pub struct Registries<'a> {
    core: &'a Core,
}

impl Core {
    /// Returns the handle of the registries of extensions.
    #[must_use]
    pub const fn registries(&self) -> Registries<'_> {
        Registries { core: self }
    }
}

impl Registries<'_> {
    /// Checks that the file of what was seen of registries can be read.
    pub(crate) fn check_seen(&self) -> Result<(), ErrorBody> {
        self.seen().check_file()
    }

    /// Checks that the file of origins can be read.
    pub(crate) fn check_origins(&self) -> Result<(), ErrorBody> {
        self.origins().check_file()
    }

    /// Returns the section `[registry]` of the configuration.
    #[must_use]
    pub fn config(&self) -> RegistryConfig {
        self.core.config().registry.unwrap_or_default()
    }

    /// Returns a registry that is named, or that of the configuration.
    ///
    /// # Errors
    /// [`CoreError::NoRegistry`] when neither is there.
    pub fn named(&self, registry: Option<&Registry>) -> Result<Registry, CoreError> {
        registry.cloned().or_else(|| self.config().default).ok_or(CoreError::NoRegistry)
    }

    /// Makes a client of a registry, with the login that is kept for it.
    ///
    /// # Errors
    /// [`CoreError::Credential`] when the vault cannot be read; [`CoreError::Io`] when the client cannot be
    /// started.
    pub fn client(&self, registry: &Registry) -> Result<Client, CoreError> {
        let kept = self.core.vault().get(&program_secrets(), &Self::login_name(registry));
        let login = match kept {
            Ok((login, _)) if login.needs_login => None,
            Ok((login, _)) => Some(login),
            Err(CredentialError::NotFound(_) | CredentialError::NoneKept) => None,
            Err(error) => return Err(error.into()),
        };
        self.client_with(registry, login)
    }

    /// Makes a client of a registry with another login.
    ///
    /// # Errors
    /// [`CoreError::Io`] when it cannot be started.
    pub fn client_with(
        &self,
        registry: &Registry,
        login: Option<Credential>,
    ) -> Result<Client, CoreError> {
        let own = HyperClient::new(AddressPolicy::for_server_of_the_user(), &[]);
        let own = own.map_err(|source| CoreError::Io { path: self.folder(), source })?;
        let clients =
            Clients { registry: Arc::new(own), elsewhere: self.core.network.shared_http() };
        Ok(Client::new(registry.clone(), clients, login))
    }

    /// Returns the name of the secret that is the login of a registry.
    #[must_use]
    pub fn login_name(registry: &Registry) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
        format!("registry.{}", registry.host().chars().map(plain).collect::<String>())
    }

    fn folder(&self) -> PathBuf {
        self.core.system.own.path().to_owned()
    }

    fn seen(&self) -> Seen {
        Seen::at(&self.folder())
    }

    fn origins(&self) -> Origins {
        Origins::at(&self.folder())
    }
}
