//! The one error type of the SDK.

use std::fmt;

use ext_abi::{AbiError, ErrorCode};
use ext_wire::{ErrorBody, VetError, body::BodyError, names::NameError};

/// Result of the functions of an extension, and of calls to the host.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Error of a call: a stable code for programs, a message for people.
///
/// Errors of the host come in this form, and an error that an extension's function returns goes out
/// in it: to the caller of an operation, or into the log for an event.
///
/// ```
/// use spacedrive_sdk::{Error, ErrorCode};
///
/// let error = Error::failed("the email has no date");
/// assert_eq!(error.code(), ErrorCode::Extension);
/// assert_eq!(error.to_string(), "the email has no date (E_EXTENSION)");
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct Error(ErrorBody);

impl Error {
    /// Creates an error with a code. The message is lower case, says what to do where something can
    /// be done, and ends without a full stop.
    ///
    /// [`ErrorCode::OK`] is not an error and becomes [`ErrorCode::Extension`].
    pub fn new(code: ErrorCode, message: impl fmt::Display) -> Self {
        ErrorBody::new(code, message).into()
    }

    /// Creates the error for an input that cannot be used: [`ErrorCode::BadInput`].
    pub fn bad_input(message: impl fmt::Display) -> Self {
        Self::new(ErrorCode::BadInput, message)
    }

    /// Creates the extension's own failure: [`ErrorCode::Extension`].
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::new(ErrorCode::Extension, message)
    }

    /// Returns what went wrong, for a program.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Returns what went wrong, for a person.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.error
    }

    /// Returns when to retry, in milliseconds from now, where a retry makes sense.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        self.0.retry_after_ms
    }

    /// Returns whether the thing named in the call does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.code() == ErrorCode::NotFound
    }

    /// Returns whether something else has what the call wanted, or has changed it meanwhile.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code() == ErrorCode::Conflict
    }

    /// Returns the form that crosses, with all facts.
    #[must_use]
    pub const fn body(&self) -> &ErrorBody {
        &self.0
    }

    /// Returns the same error, with what was being done in front of the message.
    #[must_use]
    pub fn context(mut self, what: impl fmt::Display) -> Self {
        self.0.error = format!("{what}: {}", self.0.error);
        self
    }
}

impl From<ErrorBody> for Error {
    fn from(mut body: ErrorBody) -> Self {
        if body.code == ErrorCode::OK {
            body.code = ErrorCode::Extension;
        }
        Self(body)
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<VetError> for Error {
    fn from(error: VetError) -> Self {
        Self::new(error.code(), &error)
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<AbiError> for Error {
    fn from(error: AbiError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<serde_json::Error> for Error {
    /// Uses [`ErrorCode::BadInput`] for JSON of another shape than expected, else
    /// [`ErrorCode::BadJson`].
    fn from(error: serde_json::Error) -> Self {
        let code = if error.is_data() { ErrorCode::BadInput } else { ErrorCode::BadJson };
        Self::new(code, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_is_never_the_code_of_an_error() {
        assert_eq!(Error::new(ErrorCode::OK, "odd").code(), ErrorCode::Extension);
        assert_eq!(Error::from(ErrorBody::new(ErrorCode::OK, "odd")).code(), ErrorCode::Extension);
    }

    #[test]
    fn json_errors_tell_syntax_from_shape() {
        let shape: Error = serde_json::from_str::<u8>("\"a\"").unwrap_err().into();
        let syntax: Error = serde_json::from_str::<u8>("").unwrap_err().into();
        assert_eq!((shape.code(), syntax.code()), (ErrorCode::BadInput, ErrorCode::BadJson));
    }

    #[test]
    fn context_stands_in_front_and_keeps_the_code() {
        let error = Error::new(ErrorCode::NotFound, "no such entry").context("invoice.pdf");
        assert_eq!(error.message(), "invoice.pdf: no such entry");
        assert!(error.is_not_found());
    }
}
