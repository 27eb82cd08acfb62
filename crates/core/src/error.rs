//! Why the core did not do what it was asked.

use std::{io, path::PathBuf};

use ext_audit::AuditError;
use ext_grants::GrantError;
use ext_manager::{CallError, LoadError, ReloadError};
use ext_manifest::ManifestError;
use ext_registry::{MissingService, RegistryError};
use ext_services::{credentials::CredentialError, library::LibraryError};
use ext_wire::{ErrorBody, ErrorCode};
use thiserror::Error;

/// Why the core did not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CoreError {
    /// A library failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The program was put together wrongly.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The program was put together without a service that its operations need.
    #[error(transparent)]
    Service(#[from] MissingService),
    /// An extension's manifest is missing or wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// An extension cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Another version of an extension did not take over.
    #[error(transparent)]
    Reload(#[from] ReloadError),
    /// The credentials failed.
    #[error(transparent)]
    Credential(CredentialError),
    /// No extension with this id is installed.
    #[error("no extension `{}` is installed: `spacedrive ext list` shows those that are", id.escape_debug())]
    NotInstalled {
        /// The id.
        id: String,
    },
    /// The audit log failed.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The grants failed.
    #[error(transparent)]
    Grants(#[from] GrantError),
    /// No version of the extension waits for the user.
    #[error("no update of `{0}` waits: `spacedrive ext install PATH` installs one")]
    NotWaiting(String),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// There is no such provider of logins.
    #[error(transparent)]
    Auth(#[from] crate::auth::AuthError),
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<ext_fs::Error> for CoreError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}

impl CoreError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Library(error) => error.code(),
            Self::Registry(_) => ErrorCode::Internal,
            Self::Service(error) => error.code(),
            Self::Manifest(error) => error.code(),
            Self::Load(error) => error.code(),
            Self::Reload(error) => error.code(),
            Self::Config(_) => ErrorCode::BadInput,
            Self::Audit(error) => error.code(),
            Self::Grants(error) => error.code(),
            Self::NotWaiting(_) => ErrorCode::NotFound,
            Self::Credential(error) => error.code(),
            Self::Auth(error) => error.code(),
            Self::NotInstalled { .. } => ErrorCode::NotFound,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                ErrorCode::NoSpace
            }
            Self::Io { .. } => ErrorCode::Io,
        }
    }
}

impl From<CoreError> for CallError {
    fn from(error: CoreError) -> Self {
        ErrorBody::from(error).into()
    }
}

impl From<CoreError> for ErrorBody {
    fn from(error: CoreError) -> Self {
        Self::new(error.code(), error)
    }
}
