//! Errors of this crate, as the service trait names them.

use ext_services::documents::DocumentError;

/// Makes the error of a document that cannot be read.
pub(crate) fn malformed(reason: impl ToString) -> DocumentError {
    DocumentError::Malformed { reason: reason.to_string() }
}

/// Fails when `got` is above `limit`.
pub(crate) fn check(what: &'static str, got: u64, limit: u64) -> Result<(), DocumentError> {
    if got > limit { Err(DocumentError::TooLarge { what, got, limit }) } else { Ok(()) }
}
