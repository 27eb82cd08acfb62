//! The error for a wrong input.

use ext_registry::OpError;
use ext_wire::ErrorCode;

/// Makes the error for a wrong input.
pub(crate) fn bad_input(message: impl std::fmt::Display) -> OpError {
    OpError::new(ErrorCode::BadInput, message)
}
