//! The error of a backend that cannot be made.

use thiserror::Error;

/// The reason why there is no backend.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CedarError {
    /// The schema cannot be parsed.
    #[error("the schema: {0}")]
    Schema(String),
    /// The policies cannot be parsed.
    #[error("the policies: {0}")]
    Policies(String),
    /// The policies use names that the schema does not have.
    #[error("the policies do not fit the schema: {0}")]
    Invalid(String),
    /// The entities cannot be read, or do not fit the schema.
    #[error("the entities: {0}")]
    Entities(String),
}
