//! The error type of the audit log.

use std::{
    io,
    path::{Path, PathBuf},
};

use ext_wire::{ErrorCode, io_code};
use thiserror::Error;

/// A failure of the audit log.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The log has lines, and none of them is a record.
    #[error("{} is damaged: none of its lines is a record", path.display())]
    Damaged {
        /// The newest file of the log.
        path: PathBuf,
    },
}

impl AuditError {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Io { source, .. } => io_code(source.kind()),
            Self::Damaged { .. } => ErrorCode::Corrupt,
        }
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

impl From<ext_fs::Error> for AuditError {
    fn from(ext_fs::Error { path, source, .. }: ext_fs::Error) -> Self {
        Self::Io { path, source }
    }
}
