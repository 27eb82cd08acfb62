//! Bodies of failed calls.

use std::{fmt, io};

use ext_abi::ErrorCode;
use serde::{Deserialize, Serialize, de, ser};
use serde_json::Value;

/// The body of a reply whose status is not ok:
/// `{"error": "<message>", "code": "<CODE>", "details": …, "retry_after_ms": …}`. Unknown fields are
/// ignored, so that a later host can say more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{error} ({code})")]
pub struct ErrorBody {
    /// Message for a person: what went wrong and what to do; lower case, no full stop.
    pub error: String,
    /// Stable code for a program.
    #[serde(with = "code_name")]
    pub code: ErrorCode,
    /// Facts, where the code has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<Value>>,
    /// Time to wait before a retry, in milliseconds, where a retry makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl ErrorBody {
    /// Creates an error without details.
    pub fn new(code: ErrorCode, error: impl fmt::Display) -> Self {
        Self { error: error.to_string(), code, details: None, retry_after_ms: None }
    }

    /// Adds facts.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// Adds the time to wait before a retry.
    #[must_use]
    pub fn with_retry_after_ms(mut self, ms: u64) -> Self {
        self.retry_after_ms = Some(ms);
        self
    }

    /// Writes the body as JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_else(|_| {
            let fallback = Self::new(ErrorCode::Internal, "the error cannot be written as JSON");
            format!(r#"{{"error":"{}","code":"{}"}}"#, fallback.error, fallback.code).into_bytes()
        })
    }

    /// Reads the body of a reply with the status `code`; a body that is not an error body is kept
    /// as text, so that nothing of it is lost.
    ///
    /// ```
    /// use ext_wire::{ErrorBody, ErrorCode};
    ///
    /// let error = ErrorBody::from_reply(ErrorCode::Trap, b"unreachable");
    /// assert_eq!(error, ErrorBody::new(ErrorCode::Trap, "unreachable"));
    /// ```
    #[must_use]
    pub fn from_reply(code: ErrorCode, body: &[u8]) -> Self {
        serde_json::from_slice(body)
            .unwrap_or_else(|_| Self::new(code, String::from_utf8_lossy(body)))
    }
}

/// Returns the code of a failure of the file system.
#[must_use]
pub const fn io_code(kind: io::ErrorKind) -> ErrorCode {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::NoSpace,
        io::ErrorKind::ReadOnlyFilesystem => ErrorCode::ReadOnly,
        _ => ErrorCode::Io,
    }
}

/// Serialization of codes by name.
mod code_name {
    use super::{Deserialize, ErrorCode, de, ser};

    pub(super) fn serialize<S: ser::Serializer>(
        code: &ErrorCode,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(code.name())
    }

    pub(super) fn deserialize<'de, D: de::Deserializer<'de>>(
        from: D,
    ) -> Result<ErrorCode, D::Error> {
        let name = std::borrow::Cow::<str>::deserialize(from)?;
        ErrorCode::from_name(&name).ok_or_else(|| de::Error::custom("unknown error code"))
    }
}
