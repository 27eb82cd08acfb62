//! The error type of the facade.

use std::{io, path::PathBuf};

use ext_audit::AuditError;
use ext_grants::GrantError;
use ext_manager::{CallError, LoadError, ReloadError};
use ext_manifest::{MANIFEST_FILE, ManifestError};
use ext_package::PackageError;
use ext_package_oci::OciError;
use ext_registry::{MissingService, RegistryError};
use ext_services::{credentials::CredentialError, library::LibraryError};
use ext_wire::{ErrorBody, ErrorCode, MethodError, io_code};
use thiserror::Error;

use crate::{auth::AuthError, config_file::ConfigError};

/// A failure of the core.
///
/// A call of an operation fails with a [`CallError`], which converts into this type and back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CoreError {
    /// A library failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The operations that are linked into the program contradict each other.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A service that an operation needs is missing.
    #[error(transparent)]
    Service(#[from] MissingService),
    /// The manifest of an extension is missing or not valid.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The runtime of an extension is not installed.
    #[error("the runtime `{runtime}`, which runs the extension, cannot be used: {source}")]
    Runtime {
        /// The id of the runtime.
        runtime: String,
        /// The reason.
        source: ext_models::ModelError,
    },
    /// An extension cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Another version of an extension did not take over.
    #[error(transparent)]
    Reload(#[from] ReloadError),
    /// The vault of credentials failed.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The manifest of an installed extension is missing or not valid.
    #[error("the extension `{}` is damaged: {}", id.escape_debug(), damage(source))]
    Damaged {
        /// The id.
        id: String,
        /// The cause.
        source: ManifestError,
    },
    /// A file of an installed extension, or of what is recorded of it, is missing or not what a program
    /// wrote.
    #[error("the extension `{}` is damaged: {}: {source}", id.escape_debug(), path.display())]
    DamagedFile {
        /// The id.
        id: String,
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// No extension with this id is installed.
    #[error("the extension `{}` is not installed", id.escape_debug())]
    NotInstalled {
        /// The id.
        id: String,
    },
    /// The extension has no pending update.
    #[error("the extension `{}` has no pending update", id.escape_debug())]
    NoPendingUpdate {
        /// The id.
        id: String,
    },
    /// A file of an installed extension is not what the user agreed to.
    #[error(
        "the extension `{}` is disabled: `{}` was changed since it was installed",
        id.escape_debug(), file.escape_debug()
    )]
    Changed {
        /// The id.
        id: String,
        /// The file.
        file: String,
    },
    /// A version is older than the one that is installed.
    #[error("`{id}` {offered} is older than {installed}, which is installed")]
    Downgrade {
        /// The id.
        id: String,
        /// The version that is installed.
        installed: String,
        /// The version that should replace it.
        offered: String,
    },
    /// A file is not a package, or not signed by whom it names.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A registry of extensions does not answer, or is not to be believed.
    #[error(transparent)]
    Oci(#[from] OciError),
    /// No registry is named, and none is configured.
    #[error("no registry is named, and config.toml has none under [registry]")]
    NoRegistry,
    /// An extension did not come from a registry.
    #[error("the installed version of `{}` did not come from a registry", id.escape_debug())]
    NoOrigin {
        /// The id or the name.
        id: String,
    },
    /// The version before the installed one is not there.
    #[error("the extension `{}` has no version before the installed one", id.escape_debug())]
    NoPreviousVersion {
        /// The id.
        id: String,
    },
    /// A version is not signed by the publisher of the installed one.
    #[error("`{id}` {}, and its publisher is {pinned}", signed(offered))]
    Publisher {
        /// The id.
        id: String,
        /// The key of the first installation.
        pinned: String,
        /// The key that it is signed with; `None` when nobody signed it.
        offered: Option<String>,
    },
    /// A text is not a valid method.
    #[error(transparent)]
    Method(#[from] MethodError),
    /// A call of an operation failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The audit log failed.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The grants failed.
    #[error(transparent)]
    Grants(#[from] GrantError),
    /// The configuration is not valid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A provider of logins is unknown or not valid.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl From<ext_fs::Error> for CoreError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}

/// Describes who signed a version.
fn signed(key: &Option<String>) -> String {
    key.as_ref().map_or_else(|| "is not signed".to_owned(), |key| format!("is signed by {key}"))
}

/// Describes what is wrong in the folder of an installed extension.
fn damage(error: &ManifestError) -> String {
    match error {
        ManifestError::NoManifest(folder) => {
            format!("`{}` is missing", folder.join(MANIFEST_FILE).display())
        }
        ManifestError::NoFolder(folder) => format!("the folder `{}` is missing", folder.display()),
        error => error.to_string(),
    }
}

impl CoreError {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Library(error) => error.code(),
            Self::Registry(_) => ErrorCode::Internal,
            Self::Service(error) => error.code(),
            Self::Manifest(error) | Self::Damaged { source: error, .. } => error.code(),
            Self::Runtime { source: ext_models::ModelError::Io { source, .. }, .. } => {
                io_code(source.kind())
            }
            Self::Runtime { .. } => ErrorCode::NotFound,
            Self::Load(error) => error.code(),
            Self::Reload(error) => error.code(),
            Self::Method(_) => ErrorCode::UnknownMethod,
            Self::Call(error) => error.code(),
            Self::Config(_) => ErrorCode::BadInput,
            Self::Audit(error) => error.code(),
            Self::Grants(error) => error.code(),
            Self::Credential(error) => error.code(),
            Self::Auth(error) => error.code(),
            Self::Package(error) => error.code(),
            Self::Oci(error) => error.code(),
            Self::Publisher { .. } => ErrorCode::PkgSignature,
            Self::Changed { .. } => ErrorCode::PkgHash,
            Self::Downgrade { .. } => ErrorCode::PkgDowngrade,
            Self::NotInstalled { .. }
            | Self::NoPendingUpdate { .. }
            | Self::NoPreviousVersion { .. }
            | Self::NoOrigin { .. } => ErrorCode::NotFound,
            Self::NoRegistry => ErrorCode::BadInput,
            Self::DamagedFile { source, .. } => match source.kind() {
                io::ErrorKind::NotFound
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof => ErrorCode::Corrupt,
                kind => io_code(kind),
            },
            Self::Io { source, .. } => io_code(source.kind()),
        }
    }

    /// Returns whether an installed extension is damaged: installing it again, or removing it, ends that.
    #[must_use]
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::DamagedFile { .. })
    }
}

impl From<CoreError> for CallError {
    fn from(error: CoreError) -> Self {
        match error {
            CoreError::Call(error) => error,
            error => ErrorBody::new(error.code(), error).into(),
        }
    }
}

impl From<CoreError> for ErrorBody {
    fn from(error: CoreError) -> Self {
        CallError::from(error).into_body()
    }
}
