//! The error of vaults and of sources of tokens.

use std::time::Duration;

use ext_net::UrlError;
use ext_wire::{ErrorBody, ErrorCode, names::NameError};
use thiserror::Error;

/// Failure to use or keep a credential. Messages hold no secret.
#[derive(Debug, Error)]
pub enum CredentialError {
    /// There is none of this name.
    #[error("there is no credential `{0}`")]
    NotFound(String),
    /// There is none at all.
    #[error("there are no credentials yet, so no key locks them")]
    NoneKept,
    /// The name breaks the rules.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A value is not acceptable.
    #[error("{0}")]
    Invalid(String),
    /// It was changed by another program.
    #[error("the credential was changed by another program: set it again")]
    Tampered,
    /// They were kept by a newer program, in a format that this one does not know.
    #[error(
        "the credentials have format {found}, and this program reads {supported}: they were made by a newer program"
    )]
    Newer {
        /// The format that they have.
        found: u64,
        /// The newest format that is read.
        supported: u64,
    },
    /// It is older than the last one that was written.
    #[error("the credentials are older than the last ones that were written")]
    Rollback,
    /// The user has to log in again.
    #[error("the login `{0}` is no longer accepted")]
    LoginNeeded(String),
    /// It comes from a vault that was put back, so it may not be the newest.
    #[error("the credential `{0}` may be an old one: it has to be stored again")]
    StoreAgain(String),
    /// The credentials cannot be unlocked.
    #[error("the credentials are locked: {0}")]
    Locked(String),
    /// Another program uses them.
    #[error("another program is using the credentials")]
    Busy,
    /// The provider of the login does not answer as it should; a later retry makes sense.
    #[error("the login could not be renewed: {reason}")]
    Provider {
        /// The reason.
        reason: String,
        /// Time after which a retry makes sense.
        retry_after: Option<Duration>,
    },
    /// The caller may not reach the provider of the login.
    #[error("the login could not be renewed: {0}")]
    Endpoint(UrlError),
    /// The caller may not have the login renewed.
    #[error("the login could not be renewed: {}", .0.error)]
    Refused(ErrorBody),
    /// It does not fit: the credentials of one extension, or all of them, would be over their limit.
    #[error("the credentials {what} would have {got} bytes, the limit is {limit}")]
    Limit {
        /// The credentials that are counted: `"of this extension"`.
        what: &'static str,
        /// Their bytes, sealed and encoded.
        got: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The disk is full.
    #[error("there is no space left on the disk")]
    NoSpace,
    /// They lie on a medium that is read-only.
    #[error("the credentials cannot be written: their place is read-only")]
    ReadOnly,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
}

impl CredentialError {
    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) | Self::NoneKept => ErrorCode::CredNotFound,
            Self::Name(_) | Self::Invalid(_) => ErrorCode::BadInput,
            Self::Tampered => ErrorCode::CredTampered,
            Self::Newer { .. } => ErrorCode::Schema,
            Self::Rollback => ErrorCode::CredRollback,
            Self::LoginNeeded(_) | Self::StoreAgain(_) | Self::Locked(_) => ErrorCode::CredReauth,
            Self::Busy => ErrorCode::Busy,
            Self::Provider { .. } => ErrorCode::Net,
            Self::Endpoint(UrlError::Denied { .. }) => ErrorCode::DeniedNet,
            Self::Endpoint(_) => ErrorCode::NetAddr,
            Self::Refused(body) => body.code,
            Self::Limit { .. } => ErrorCode::Limit,
            Self::NoSpace => ErrorCode::NoSpace,
            Self::ReadOnly => ErrorCode::ReadOnly,
            Self::Io(_) => ErrorCode::Io,
        }
    }
}
