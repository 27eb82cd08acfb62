//! Errors of this crate, as the service trait names them.

use std::fmt::Display;

use ext_services::embeddings::EmbedError;

/// Makes the error of a network that failed.
pub(crate) fn engine(error: impl Display) -> EmbedError {
    EmbedError::Engine(error.to_string())
}

/// Makes the error of a file that cannot be used.
pub(crate) fn unusable(error: impl Display) -> EmbedError {
    EmbedError::Model(error.to_string())
}
