//! The conversion of errors of SQLite and of the file system to a [`LibraryError`].
//!
//! `LibraryError` and those types all belong to other crates, so `?` cannot convert between them;
//! [`Fault`] is the step in between.

use std::{fmt, io};

use ext_services::library::LibraryError;
use rusqlite::{
    ErrorCode,
    ffi::{
        SQLITE_CORRUPT, SQLITE_IOERR_SHMOPEN as IOERR_SHMOPEN,
        SQLITE_IOERR_SHMSIZE as IOERR_SHMSIZE,
    },
};

/// The thing that is read-only, for messages.
pub(super) const LIBRARY: &str = "the library";

/// A [`LibraryError`] that `?` makes from the errors of the libraries used here.
#[derive(Debug)]
pub(super) struct Fault {
    error: LibraryError,
    is_doubtful: bool,
}

/// The result of the inner functions.
pub(super) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// Returns whether the disk is full.
    pub(super) const fn is_no_space(&self) -> bool {
        matches!(self.error, LibraryError::NoSpace)
    }

    /// Returns whether another program is in the way.
    pub(super) const fn is_busy(&self) -> bool {
        matches!(self.error, LibraryError::Busy)
    }

    /// Returns whether the database may be sound all the same: SQLite takes a read that failed for damage.
    pub(super) const fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    const fn certain(error: LibraryError) -> Self {
        Self { error, is_doubtful: false }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl From<Fault> for LibraryError {
    fn from(fault: Fault) -> Self {
        fault.error
    }
}

impl From<LibraryError> for Fault {
    fn from(error: LibraryError) -> Self {
        Self::certain(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        // The SQL is our own, and what users write is bound or quoted: in a sound database it names what
        // is there, reads what was written, and breaks no rule of a table.
        let unreadable = matches!(
            error,
            E::SqlInputError { .. }
                | E::FromSqlConversionFailure(..)
                | E::IntegralValueOutOfRange(..)
                | E::InvalidColumnType(..)
                | E::Utf8Error(..)
        );
        // The file that connections share could not be made as large as it has to be.
        let no_room = error
            .sqlite_error()
            .is_some_and(|e| matches!(e.extended_code, IOERR_SHMSIZE | IOERR_SHMOPEN));
        let is_doubtful =
            error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_CORRUPT);
        let error = match error.sqlite_error_code() {
            _ if no_room => LibraryError::NoSpace,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LibraryError::Busy,
            Some(ErrorCode::DiskFull) => LibraryError::NoSpace,
            Some(ErrorCode::ReadOnly) => LibraryError::ReadOnly(LIBRARY),
            Some(ErrorCode::OperationInterrupted) => LibraryError::Deadline,
            // `Unknown` is the code of all errors of SQL.
            Some(
                ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::Unknown
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch,
            ) => LibraryError::Corrupt(format!("library.db: {error}")),
            _ if unreadable => LibraryError::Corrupt(format!("library.db: {error}")),
            _ => LibraryError::Io(format!("library.db: {error}")),
        };
        Self { error, is_doubtful }
    }
}

impl From<ext_fs::Error> for Fault {
    fn from(error: ext_fs::Error) -> Self {
        Self::certain(match error.source.kind() {
            _ if is_full(&error.source) => LibraryError::NoSpace,
            io::ErrorKind::ReadOnlyFilesystem => LibraryError::ReadOnly(LIBRARY),
            _ if error.is_link() => LibraryError::Link(error.path.display().to_string()),
            io::ErrorKind::InvalidData => LibraryError::Corrupt(error.to_string()),
            _ => LibraryError::Io(error.to_string()),
        })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::certain(match error.kind() {
            _ if is_full(&error) => LibraryError::NoSpace,
            io::ErrorKind::ReadOnlyFilesystem => LibraryError::ReadOnly(LIBRARY),
            _ => LibraryError::Io(error.to_string()),
        })
    }
}

impl From<serde_json::Error> for Fault {
    /// Converts an error of JSON, which is only read from the library's own files.
    fn from(error: serde_json::Error) -> Self {
        Self::certain(LibraryError::Corrupt(format!("library.db holds unreadable JSON: {error}")))
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Makes the error of an entry that does not exist.
pub(super) fn no_entry(id: uuid::Uuid) -> LibraryError {
    LibraryError::NotFound { what: "entry", name: id.to_string() }
}

/// Makes the error of a sidecar that does not exist.
pub(super) fn no_sidecar(name: &str) -> LibraryError {
    LibraryError::NotFound { what: "sidecar", name: name.escape_debug().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_16_a_full_disk_is_told_from_other_failures() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(Fault::from(full()).error, LibraryError::NoSpace));
        let wrapped = ext_fs::Error { action: "moved", path: "x".into(), source: full() };
        assert!(matches!(Fault::from(wrapped).error, LibraryError::NoSpace));
        assert!(matches!(Fault::from(io::Error::other("broken")).error, LibraryError::Io(_)));
    }
}
