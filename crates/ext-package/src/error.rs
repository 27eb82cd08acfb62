//! The error of packages.

use std::{io, path::PathBuf};

use ext_manifest::ManifestError;
use ext_wire::ErrorCode;
use thiserror::Error;

/// Failure to make, read or check a package.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The manifest is missing or not valid.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The bytes are not a package.
    #[error("this is not a package of an extension: {0}")]
    Format(String),
    /// A key cannot be read, or made.
    #[error("the key is not valid: {0}")]
    Key(String),
    /// The signature is missing, or not one of this package by its publisher.
    #[error("the signature is not valid: {0}")]
    Signature(String),
}

impl PackageError {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Io { source, .. } => ext_wire::io_code(source.kind()),
            Self::Format(_) => ErrorCode::PkgFormat,
            Self::Key(_) => ErrorCode::BadInput,
            Self::Signature(_) => ErrorCode::PkgSignature,
        }
    }
}

impl From<ext_fs::Error> for PackageError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}
