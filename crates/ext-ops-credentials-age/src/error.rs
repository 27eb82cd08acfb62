//! Errors of files and keys.

use ext_wire::ErrorCode;
use thiserror::Error;

use crate::limits::{FORMAT, MAX_BYTES, MAX_WORK_FACTOR};

/// Error of an export, or of reading one. Messages hold no secret.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// A recipient is not a valid public key.
    #[error("the recipient is not a valid public key of age, which begins with `age1`: {0}")]
    Recipient(&'static str),
    /// No recipient was given to lock the file for.
    #[error("no recipient was given")]
    NoRecipient,
    /// A file of identities holds something else.
    #[error("line {line} is not a valid identity of age, which begins with `AGE-SECRET-KEY-1`")]
    Identity {
        /// The line, from 1.
        line: usize,
    },
    /// A file of identities holds none.
    #[error("the file has no identity of age")]
    NoIdentity,
    /// The bytes are not a file of age.
    #[error("the file is not encrypted with age, or its beginning is damaged")]
    NotAge,
    /// The file is larger than any export.
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// The file is locked with a passphrase, and identities were given.
    #[error("the file is locked with a passphrase, not for an identity")]
    NeedsPassphrase,
    /// The file is locked for identities, and a passphrase was given.
    #[error("the file is locked for an identity, not with a passphrase")]
    NeedsIdentity,
    /// The passphrase is another.
    #[error("the passphrase is not that of the file")]
    WrongPassphrase,
    /// None of the identities opens the file.
    #[error("the file is not locked for this identity")]
    WrongIdentity,
    /// Trying the passphrase would take too long, and too much memory.
    #[error("trying a passphrase costs 2^{0}, and at most 2^{MAX_WORK_FACTOR} is allowed")]
    Work(u8),
    /// The file was changed, or its end is missing.
    #[error("the file is damaged, or its end is missing")]
    Damaged,
    /// It is a file of age with something else inside.
    #[error(
        "the file has something else than secrets of this program: line {line}, column {column}"
    )]
    Content {
        /// The line of the first character that is wrong, from 1; 0 for the end.
        line: usize,
        /// Its column, from 1.
        column: usize,
    },
    /// A newer program wrote it.
    #[error("the file has format {0}, and this program reads format {FORMAT}: use a newer program")]
    Newer(u64),
    /// A credential stands in it twice.
    #[error("the file has `{name}` of `{extension}` twice")]
    Twice {
        /// The extension's id; empty for the program.
        extension: String,
        /// The credential's name.
        name: String,
    },
    /// Encrypting failed.
    #[error("encrypting failed: {0}")]
    Failed(String),
}

impl ExportError {
    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Recipient(_) | Self::NoRecipient | Self::Identity { .. } | Self::NoIdentity => {
                ErrorCode::BadInput
            }
            Self::NeedsPassphrase
            | Self::NeedsIdentity
            | Self::WrongPassphrase
            | Self::WrongIdentity => ErrorCode::CredReauth,
            Self::Newer(_) => ErrorCode::Schema,
            Self::Failed(_) => ErrorCode::Io,
            _ => ErrorCode::Corrupt,
        }
    }
}
