//! Stores of credentials, and sources of tokens that expire.

mod attach;
mod error;

use std::time::Duration;

use ext_net::{DomainPattern, Scheme, VettedUrl};
use ext_wire::{
    ErrorBody, SecretText, names,
    ops::credentials::{CredentialInfo, Secret},
};
use uuid::Uuid;

use crate::BoxFuture;

pub use attach::{attach_bearer, attach_static};
pub use error::CredentialError;

/// Owner of credentials: one extension in one library.
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
    /// The secret.
    pub secret: Secret,
    /// True when the user has to log in again before it can be used.
    pub needs_login: bool,
    /// Number of renewals that were begun and whose end is not known: the answer was lost, or the
    /// program ended meanwhile.
    pub unfinished_renewals: u8,
    /// The pause before the next renewal, after one that failed.
    pub pause: Option<RenewalPause>,
}

/// A pause after a renewal that failed or was begun. It belongs to the credential, so that all programs
/// keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenewalPause {
    /// End of the pause, in milliseconds since 1970.
    pub until: i64,
    /// Its length in milliseconds; the next one is longer.
    pub length: u32,
}

impl Credential {
    /// Creates a credential in good order.
    #[must_use]
    pub const fn new(hosts: Vec<String>, secret: Secret) -> Self {
        Self { hosts, secret, needs_login: false, unfinished_renewals: 0, pause: None }
    }

    /// Returns whether it was kept for the origin of this URL. An address is not a pattern, and so
    /// is meant only where it is written as the whole origin, which only the user can keep a secret
    /// for.
    #[must_use]
    pub fn is_for(&self, url: &VettedUrl) -> bool {
        let matches =
            |pattern: DomainPattern| pattern.matches(url.scheme().name(), &url.host(), url.port());
        let (origin, hosts) = (url.origin(), &self.hosts);
        hosts.iter().any(|host| *host == origin || DomainPattern::parse(host).is_ok_and(matches))
    }

    /// Returns the credential without its secret.
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
    /// Its owner.
    pub owner: Owner,
    /// Its name.
    pub name: String,
    /// The credential.
    pub credential: Credential,
}

/// Store of credentials, encrypted. A write that it acknowledged survives `kill -9`.
pub trait CredentialVault: Send + Sync {
    /// Keeps a credential and returns its version, which counts up: no two credentials of one name
    /// ever have the same, also when one was removed between.
    ///
    /// # Errors
    /// [`CredentialError::Invalid`] for a credential that cannot be kept, [`CredentialError::Limit`]
    /// when it does not fit beside the others, [`CredentialError::Locked`] without the key, [`CredentialError::Busy`], [`CredentialError::Io`], as for all methods here.
    fn put(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError>;

    /// Keeps a credential in place of the one with this version, and returns the new version. `None`
    /// when that one is not there any more: it was changed or removed meanwhile, and nothing is kept.
    ///
    /// # Errors
    /// As [`Self::put`].
    fn put_if(
        &self,
        owner: &Owner,
        name: &str,
        version: u64,
        credential: &Credential,
    ) -> Result<Option<u64>, CredentialError>;

    /// Returns a credential and its version.
    ///
    /// # Errors
    /// [`CredentialError::NotFound`] when the owner has none of this name.
    fn get(&self, owner: &Owner, name: &str) -> Result<(Credential, u64), CredentialError>;

    /// Removes a credential; false when there is none.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn delete(&self, owner: &Owner, name: &str) -> Result<bool, CredentialError>;

    /// Lists the owner's credentials, by name.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn list(&self, owner: &Owner) -> Result<Vec<CredentialInfo>, CredentialError>;

    /// Removes all that an extension has, in every library; returns how many there were.
    ///
    /// # Errors
    /// [`CredentialError`].
    fn delete_extension(&self, extension: &str) -> Result<usize, CredentialError>;

    /// Locks the renewal of one credential's tokens, for as long as the returned guard lives. Blocks for
    /// `wait` at most while another program has it.
    ///
    /// # Errors
    /// [`CredentialError::Busy`] when another program has it for longer.
    fn lock_renewal(
        &self,
        owner: &Owner,
        name: &str,
        wait: Duration,
    ) -> Result<Box<dyn Send>, CredentialError>;
}

/// A store of the operating system for small secrets: the key of a vault lies there.
pub trait KeyStore: Send + Sync {
    /// Loads the text that was kept under this name; `None` when there is none.
    ///
    /// # Errors
    /// The reason why the store does not answer, for the user.
    fn load(&self, name: &str) -> Result<Option<SecretText>, String>;

    /// Keeps a text under a name.
    ///
    /// # Errors
    /// The reason why it is not kept, for the user.
    fn save(&self, name: &str, text: &SecretText) -> Result<(), String>;

    /// Removes what was kept under a name, if anything was.
    ///
    /// # Errors
    /// The reason why it is still there, for the user.
    fn remove(&self, name: &str) -> Result<(), String>;
}

/// An access token, and the credential that it belongs to: the name may stand for another one by now.
#[derive(Debug, Clone, PartialEq)]
pub struct AccessToken {
    /// The token.
    pub token: SecretText,
    /// The credential as it was read together with the token. The token may go where this one may.
    pub credential: Credential,
}

/// Caller on whose behalf a token is renewed: the endpoint is reached with the rights that it has now, and
/// at its expense.
pub trait TokenCaller: Sync {
    /// Returns whether the caller may reach an origin.
    ///
    /// # Errors
    /// No decision is possible.
    fn may_reach(&self, scheme: Scheme, host: &str, port: u16) -> Result<bool, ErrorBody>;

    /// Charges bytes that are sent or received for the caller.
    ///
    /// # Errors
    /// The refusal, when it has not that many left.
    fn charge(&self, bytes: usize) -> Result<(), ErrorBody>;
}

/// Caller with the rights of the user.
#[derive(Debug, Clone, Copy)]
pub struct UserCaller;

impl TokenCaller for UserCaller {
    fn may_reach(&self, _: Scheme, _: &str, _: u16) -> Result<bool, ErrorBody> {
        Ok(true)
    }

    fn charge(&self, _: usize) -> Result<(), ErrorBody> {
        Ok(())
    }
}

/// Future of an access token.
pub type TokenFuture<'a> = BoxFuture<'a, Result<AccessToken, CredentialError>>;

/// Future of an access token in place of another one.
pub type OtherTokenFuture<'a> = BoxFuture<'a, Result<Option<AccessToken>, CredentialError>>;

/// Source of OAuth 2.0 tokens, which it renews.
pub trait TokenSource: Send + Sync {
    /// Returns an access token of an `oauth2` credential that is good for a while. One that is
    /// about to expire is renewed first; callers that come meanwhile wait for that one renewal.
    fn access_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        caller: &'a dyn TokenCaller,
    ) -> TokenFuture<'a>;

    /// Returns an access token in place of one that a server rejected though it seemed good: it was
    /// revoked, or the clock was wrong when it came. `None` when there is no other one, or when a token in
    /// place of a rejected one was rejected as well a short while ago.
    fn other_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        rejected: &'a SecretText,
        caller: &'a dyn TokenCaller,
    ) -> OtherTokenFuture<'a>;
}

/// Checks the name of a credential.
///
/// # Errors
/// [`CredentialError::Name`].
pub fn check_name(name: &str) -> Result<(), CredentialError> {
    Ok(names::credential_name(name)?)
}
