//! Errors of containers.

use thiserror::Error;

/// Units of the sums of [`Limits`](crate::Limits).
pub(crate) const FILES: &str = "files in containers";
pub(crate) const BYTES: &str = "bytes in containers";

/// Failure to open a container, or to take an item out of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnpackError {
    /// The bytes are not such a container, or it is damaged.
    #[error("the {container} is damaged: {reason}")]
    Malformed {
        /// Kind of the container: `"zip"`.
        container: &'static str,
        /// Reason that its reader gave.
        reason: String,
    },
    /// It can be read only with a key or a password.
    #[error("the {container} is encrypted")]
    Encrypted {
        /// Kind of the container.
        container: &'static str,
    },
    /// A limit was reached.
    #[error("over the limit of {limit} {what}")]
    OverLimit {
        /// Unit that was counted: `"files"`.
        what: &'static str,
        /// Number that is allowed.
        limit: u64,
    },
    /// It is packed in a way that is not supported.
    #[error("a {container} of this kind is not opened: {reason}")]
    Unsupported {
        /// Kind of the container.
        container: &'static str,
        /// Part of the format that is missing here.
        reason: String,
    },
}

impl UnpackError {
    /// Returns whether there is more than is taken out of one file, so that the rest was not looked at.
    #[must_use]
    pub fn is_sum_over_limit(&self) -> bool {
        matches!(self, Self::OverLimit { what: FILES | BYTES, .. })
    }

    pub(crate) fn malformed(container: &'static str, reason: impl ToString) -> Self {
        Self::Malformed { container, reason: reason.to_string() }
    }
}
