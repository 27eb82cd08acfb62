//! The error of a call.

use ext_host::Fault;
use ext_perm::Refusal;
use ext_registry::OpError;
use ext_wire::{ErrorBody, ErrorCode, body::BodyError};
use thiserror::Error;

/// The error of a call of an operation.
///
/// [`body`](Self::body) is the same as it crosses to another program.
///
/// ```
/// use ext_manager::{CallError, ErrorBody, ErrorCode};
///
/// let error = CallError::from(ErrorBody::new(ErrorCode::Busy, "try again").with_retry_after_ms(40));
/// assert_eq!(error.code(), ErrorCode::Busy);
/// assert_eq!(error.body().retry_after_ms, Some(40));
/// assert_eq!(error.to_string(), "try again (E_BUSY)");
/// ```
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The caller may not make the call now; nothing ran.
    #[error("{refusal} ({code})", refusal = .0, code = .0.code())]
    Refused(#[from] Refusal),
    /// The extension takes no call now, because too many wait or it is stopped; nothing ran.
    #[error(transparent)]
    NotNow(ErrorBody),
    /// The extension failed while it ran the operation.
    #[error("the extension `{extension}` failed: {fault} ({})", fault.code)]
    Fault {
        /// Its id.
        extension: String,
        /// The failure.
        #[source]
        fault: Fault,
    },
    /// The operation answered with an error, or the host did in its place.
    #[error(transparent)]
    Answered(#[from] ErrorBody),
}

impl CallError {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Fault { fault, .. } => fault.code,
            Self::NotNow(body) | Self::Answered(body) => body.code,
        }
    }

    /// Returns the time after which to retry, in milliseconds; `None` when waiting does not help.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.retry_after_ms(),
            Self::Fault { .. } => None,
            Self::NotNow(body) | Self::Answered(body) => body.retry_after_ms,
        }
    }

    /// Returns the error as it crosses to another program.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        self.clone().into_body()
    }

    /// Converts the error into what crosses to another program.
    #[must_use]
    pub fn into_body(self) -> ErrorBody {
        match self {
            Self::Refused(refusal) => refusal.into(),
            Self::Fault { extension, fault } => fault_body(&extension, &fault),
            Self::NotNow(body) | Self::Answered(body) => body,
        }
    }
}

pub(crate) fn fault_body(id: &str, fault: &Fault) -> ErrorBody {
    let body = ErrorBody::new(fault.code, format_args!("the extension `{id}` failed: {fault}"));
    if fault.backtrace.is_empty() {
        return body;
    }
    body.with_details(serde_json::json!({ "backtrace": fault.backtrace }))
}

impl From<CallError> for ErrorBody {
    fn from(error: CallError) -> Self {
        error.into_body()
    }
}

impl From<OpError> for CallError {
    fn from(error: OpError) -> Self {
        Self::Answered(error.into_body())
    }
}

/// An input that cannot be written, or an output that is not of the type.
impl From<BodyError> for CallError {
    fn from(error: BodyError) -> Self {
        Self::Answered(error.into())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    #[test]
    fn a_fault_keeps_its_cause_and_crosses_with_its_backtrace() {
        let fault = Fault {
            code: ErrorCode::Trap,
            message: "unreachable".to_owned(),
            backtrace: vec!["inner".to_owned()],
        };
        let error = CallError::Fault { extension: "notes".to_owned(), fault: fault.clone() };
        assert_eq!(error.source().unwrap().to_string(), fault.to_string());
        let body = error.body();
        assert_eq!(body.error, "the extension `notes` failed: unreachable (in `inner`)");
        assert_eq!(body.details.as_deref(), Some(&serde_json::json!({ "backtrace": ["inner"] })));
        assert_eq!(error.to_string(), body.to_string());
    }

    #[test]
    fn a_refusal_keeps_when_to_try_again() {
        let error = CallError::from(Refusal::RateLimited { retry_after_ms: 7 });
        assert_eq!((error.code(), error.retry_after_ms()), (ErrorCode::Rate, Some(7)));
        assert_eq!(error.body().retry_after_ms, Some(7));
        assert_eq!(error.to_string(), error.body().to_string());
    }
}
