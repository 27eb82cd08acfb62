//! Errors of operations.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use ext_perm::Refusal;
use ext_wire::{ErrorBody, ErrorCode, MethodError, body::BodyError};

/// Error of an operation, as its caller is told.
///
/// A fault of the host goes through [`OpError::internal`], which keeps the detail in the log and
/// tells the caller an opaque reference only.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct OpError(Box<ErrorBody>);

impl OpError {
    /// Creates an error that the caller can act on. /// ///
    /// ```
    /// use ext_registry::OpError;
    /// use ext_wire::ErrorCode;
    ///
    /// let error = OpError::new(ErrorCode::BadInput, "`limit` must be 1 to 100");
    /// assert_eq!(error.code(), ErrorCode::BadInput);
    /// ```
    pub fn new(code: ErrorCode, message: impl fmt::Display) -> Self {
        Self(Box::new(ErrorBody::new(code, message)))
    }

    /// Creates a fault of the host: `detail` is logged under a reference, and the caller is told
    /// the reference.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::hidden(ErrorCode::Internal, "the host failed", detail)
    }

    /// Creates an error whose cause is not for the caller: `detail` is logged under a reference.
    pub fn hidden(code: ErrorCode, message: &str, detail: impl fmt::Display) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let reference =
            format!("{:x}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        tracing::error!(reference, %code, "{detail}");
        let body =
            ErrorBody::new(code, format_args!("{message} (see {reference} in the host's log)"));
        Self(Box::new(body.with_details(serde_json::json!({ "ref": reference }))))
    }

    /// Returns the code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// Returns the body that crosses.
    #[must_use]
    pub fn into_body(self) -> ErrorBody {
        *self.0
    }
}

impl From<ErrorBody> for OpError {
    fn from(body: ErrorBody) -> Self {
        Self(Box::new(body))
    }
}

impl From<Refusal> for OpError {
    fn from(refusal: Refusal) -> Self {
        ErrorBody::from(refusal).into()
    }
}

impl From<BodyError> for OpError {
    fn from(error: BodyError) -> Self {
        ErrorBody::from(error).into()
    }
}

impl From<MethodError> for OpError {
    fn from(error: MethodError) -> Self {
        Self::new(ErrorCode::UnknownMethod, error)
    }
}
