//! The error of a policy that cannot be made.

use std::{fmt::Display, io, path::PathBuf};

use thiserror::Error;

use crate::config::BackendName;

/// The deepest nesting of `all` and `any`.
pub(super) const MAX_DEPTH: usize = 16;

/// A fault of the configured policy, or of a file that it names.
#[derive(Debug, Error)]
pub(crate) enum PolicyError {
    /// The members `all` and `any` are nested too deep.
    #[error("permissions.policy is nested more than {MAX_DEPTH} deep")]
    Nesting,
    /// The policy names a section that is not there.
    #[error("permissions.policy names `{0}`, and there is no permissions.{0}")]
    MissingSection(BackendName),
    /// A rule for one call or one session.
    #[error("permissions.rules[{0}]: a rule for one call or one session is a grant, not a policy")]
    PassingRule(usize),
    /// The program was built without the language.
    #[error(
        "permissions.{0}: this program was built without the feature `{0}`, build it with \
         `--features {0}`"
    )]
    #[allow(dead_code, reason = "depends on the features")]
    MissingFeature(BackendName),
    /// The system has no such backend.
    #[error("permissions.{0}: this system does not support it")]
    #[allow(dead_code, reason = "depends on the system")]
    MissingOnSystem(BackendName),
    /// The policies of a section are not valid.
    #[error("permissions.{section}: {problem}")]
    #[allow(dead_code, reason = "depends on the features")]
    Invalid {
        /// The section.
        section: BackendName,
        /// The problem.
        problem: String,
    },
    /// A file that a section names cannot be read.
    #[error("{}: {source}", path.display())]
    #[allow(dead_code, reason = "depends on the features")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl PolicyError {
    #[allow(dead_code, reason = "depends on the features")]
    pub(super) fn invalid(section: BackendName, problem: impl Display) -> Self {
        Self::Invalid { section, problem: problem.to_string() }
    }
}
