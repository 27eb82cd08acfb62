//! The error of vaults and of sources of tokens.

use ext_wire::{ErrorCode, names::NameError};
use thiserror::Error;

/// Failure to use or keep a credential. Messages hold no secret.
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
    /// It was changed by another program.
    #[error("the credential was changed by another program: set it again")]
    Tampered,
    /// It is older than the last one that was written.
    #[error("the credential is older than the last one that was written: set it again")]
    Rollback,
    /// The user has to log in again.
    #[error("the login `{0}` is no longer accepted")]
    LoginNeeded(String),
    /// The credentials cannot be unlocked.
    #[error("the credentials are locked: {0}")]
    Locked(String),
    /// Another program uses them.
    #[error("another program is using the credentials")]
    Busy,
    /// The provider of the login does not answer as it should; a later retry makes sense.
    #[error("the login could not be renewed: {0}")]
    Provider(String),
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
}

impl CredentialError {
    /// Returns the code that a caller is told.
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
