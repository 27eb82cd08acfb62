//! The error type of grants.

use std::{io, path::PathBuf};

use ext_manifest::{ManifestError, RaisedLimit};
use ext_wire::{ErrorCode, io_code};
use thiserror::Error;

/// A failure to read, change or record grants.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GrantError {
    /// A file of grants or of a recording is damaged.
    #[error("{} is damaged: {problem}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The problem.
        problem: String,
    },
    /// The extension has no grant with this number.
    #[error("`{extension}` has no grant {grant}")]
    UnknownGrant {
        /// The extension.
        extension: String,
        /// The number.
        grant: u64,
    },
    /// Nothing was recorded of the extension.
    #[error("nothing was recorded of `{0}`")]
    NotRecorded(String),
    /// The smallest manifest for a recording is not valid.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A version has larger limits than the installed one, and the user agreed to nothing new.
    #[error("`{extension}` asks for larger limits: {}", join(.raised))]
    LargerLimits {
        /// The extension.
        extension: String,
        /// The limits.
        raised: Vec<RaisedLimit>,
    },
    /// A file would be larger than one that is read.
    #[error("{} would have {bytes} bytes, the limit is {limit}", path.display())]
    TooLarge {
        /// The file, which is as it was.
        path: PathBuf,
        /// Bytes that it would have.
        bytes: u64,
        /// Most bytes.
        limit: u64,
    },
    /// The administrator's policy, or a file that it names, is not valid.
    #[error("[permissions]: {problem}")]
    Policy {
        /// The problem.
        problem: String,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl GrantError {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Corrupt { .. } => ErrorCode::Corrupt,
            Self::UnknownGrant { .. } | Self::NotRecorded(_) => ErrorCode::NotFound,
            Self::Manifest(error) => error.code(),
            Self::LargerLimits { .. } => ErrorCode::DeniedArg,
            Self::TooLarge { .. } => ErrorCode::NoSpace,
            Self::Policy { .. } => ErrorCode::BadInput,
            Self::Io { source, .. } => io_code(source.kind()),
        }
    }
}

fn join(raised: &[RaisedLimit]) -> String {
    raised.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl From<ext_fs::Error> for GrantError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}
