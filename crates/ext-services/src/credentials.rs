//! Keeping credentials, and renewing those that expire.

use std::{future::Future, pin::Pin};

use ext_net::{DomainPattern, VettedUrl};
use ext_wire::{
    ErrorCode, SecretText,
    names::{self, NameError},
    ops::credentials::{CredentialInfo, Secret},
};
use thiserror::Error;
use uuid::Uuid;

pub use crate::attach::{attach_bearer, attach_static};

/// To whom credentials belong: one extension in one library.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Owner {
    /// The extension's id; empty for the user.
    pub extension: String,
    /// The library.
    pub library: Uuid,
}

/// A credential as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    /// The only origins that it is sent to, as patterns of `ext_manifest::DomainPattern`.
    pub hosts: Vec<String>,
    /// What is kept.
    pub secret: Secret,
    /// Whether the user has to log in again before it is of use.
    pub needs_login: bool,
    /// How often a renewal was begun whose end nobody knows: the answer was lost, or the program
    /// ended meanwhile.
    pub unfinished_renewals: u8,
}

impl Credential {
    /// A credential in good order.
    #[must_use]
    pub const fn new(hosts: Vec<String>, secret: Secret) -> Self {
        Self { hosts, secret, needs_login: false, unfinished_renewals: 0 }
    }

    /// Whether it was kept for the origin of this URL. An address is no pattern, and so is meant
    /// only where it is written as the whole origin, which only the user can keep a secret for.
    #[must_use]
    pub fn is_for(&self, url: &VettedUrl) -> bool {
        let matches =
            |pattern: DomainPattern| pattern.matches(url.scheme().name(), &url.host(), url.port());
        let (origin, hosts) = (url.origin(), &self.hosts);
        hosts.iter().any(|host| *host == origin || DomainPattern::parse(host).is_ok_and(matches))
    }

    /// What may be told of it.
    #[must_use]
    pub fn info(&self, name: &str, version: u64) -> CredentialInfo {
        let expires_at = match &self.secret {
            Secret::OAuth2(tokens) => tokens.expires_at,
            _ => None,
        };
        CredentialInfo {
            name: name.to_owned(),
            kind: self.secret.kind().to_owned(),
            hosts: self.hosts.clone(),
            version,
            expires_at,
            needs_login: self.needs_login,
        }
    }
}

/// A credential and its place in a vault.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptCredential {
    /// To whom it belongs.
    pub owner: Owner,
    /// Its name.
    pub name: String,
    /// The credential.
    pub credential: Credential,
}

/// Why a credential is not to be had. Messages hold no secret.
#[derive(Debug, Error)]
pub enum CredentialError {
    /// There is none of this name.
    #[error("there is no credential `{0}`")]
    NotFound(String),
    /// The name breaks the rules.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A value is not acceptable.
    #[error("{0}")]
    Invalid(String),
    /// It was changed by something else.
    #[error("the credential was changed by something else than this program: set it again")]
    Tampered,
    /// It is older than the last one that was written.
    #[error("the credential is an older one than the last that was written: set it again")]
    Rollback,
    /// The user has to log in again.
    #[error("the login `{0}` is not accepted any more: log in again with `spacedrive auth login`")]
    LoginNeeded(String),
    /// The credentials cannot be unlocked.
    #[error("the credentials are locked: {0}")]
    Locked(String),
    /// Another program works on them.
    #[error("another program is using the credentials")]
    Busy,
    /// The provider of the login does not answer as it should; trying later makes sense.
    #[error("the login could not be renewed: {0}")]
    Provider(String),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
}

impl CredentialError {
    /// The code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) => ErrorCode::CredNotFound,
            Self::Name(_) | Self::Invalid(_) => ErrorCode::BadInput,
            Self::Tampered => ErrorCode::CredTampered,
            Self::Rollback => ErrorCode::CredRollback,
            Self::LoginNeeded(_) | Self::Locked(_) => ErrorCode::CredReauth,
            Self::Busy => ErrorCode::Busy,
            Self::Provider(_) => ErrorCode::Net,
            Self::Io(_) => ErrorCode::Io,
        }
    }
}

/// Keeps credentials, encrypted. What it acknowledged survives `kill -9`.
pub trait CredentialVault: Send + Sync {
    /// Keeps a credential and returns its version, which counts up.
    ///
    /// # Errors
    /// [`CredentialError`], as for all methods here.
    fn put(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError>;

    /// A credential and its version.
    ///
    /// # Errors
    /// [`CredentialError::NotFound`] when the owner has none of this name.
    fn get(&self, owner: &Owner, name: &str) -> Result<(Credential, u64), CredentialError>;

    /// Removes a credential; false when there is none.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn delete(&self, owner: &Owner, name: &str) -> Result<bool, CredentialError>;

    /// The owner's credentials, by name.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn list(&self, owner: &Owner) -> Result<Vec<CredentialInfo>, CredentialError>;

    /// Removes all that an extension has, in every library; how many there were.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn delete_extension(&self, extension: &str) -> Result<usize, CredentialError>;

    /// The right to renew tokens, for as long as what is returned lives. Other programs wait.
    ///
    /// # Errors
    /// [`CredentialError::Busy`] when another program has it for too long.
    fn lock_renewals(&self) -> Result<Box<dyn Send>, CredentialError>;
}

/// A store of the operating system for small secrets: the key of a vault lies there.
pub trait KeyStore: Send + Sync {
    /// The text that was kept under this name; `None` when there is none.
    ///
    /// # Errors
    /// Why the store does not say, for the user.
    fn load(&self, name: &str) -> Result<Option<SecretText>, String>;

    /// Keeps a text under a name.
    ///
    /// # Errors
    /// Why it is not kept.
    fn save(&self, name: &str, text: &SecretText) -> Result<(), String>;

    /// Removes what was kept under a name, if anything was.
    ///
    /// # Errors
    /// Why it is still there.
    fn remove(&self, name: &str) -> Result<(), String>;
}

/// An access token, to come.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<SecretText, CredentialError>> + Send + 'a>>;

/// Renews OAuth 2.0 tokens.
pub trait TokenSource: Send + Sync {
    /// An access token of an `oauth2` credential that is good for a while. One that is about to
    /// expire is renewed first; callers that come meanwhile wait for that one renewal.
    fn access_token<'a>(&'a self, owner: &'a Owner, name: &'a str) -> TokenFuture<'a>;
}

/// Checks the name of a credential.
///
/// # Errors
/// [`CredentialError::Name`].
pub fn check_name(name: &str) -> Result<(), CredentialError> {
    Ok(names::credential_name(name)?)
}
