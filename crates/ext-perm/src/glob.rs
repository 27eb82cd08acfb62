//! Patterns of entry paths and sidecar names.

use std::{fmt, str::FromStr};

use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest pattern, in bytes.
pub const MAX_GLOB_BYTES: usize = 1024;

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GlobError {
    /// Longer than any pattern needs to be.
    #[error("the pattern is {0} bytes long, the limit is {MAX_GLOB_BYTES}")]
    TooLong(usize),
    /// It says nothing.
    #[error("the pattern is empty: write `**` for everything")]
    Empty,
    /// The syntax is wrong.
    #[error("`{pattern}` is no pattern: {reason}")]
    Syntax {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
}

/// A pattern of entry paths or sidecar names: `mails/**`, `*.json`.
///
/// `*` and `?` do not match `/`, `**` does; `[ab]` and `{a,b}` are known. Case matters. Matching
/// takes time that grows with the length of the path and no faster.
///
/// ```
/// use ext_perm::Glob;
///
/// let mails: Glob = "mails/**/*.eml".parse()?;
/// assert!(mails.matches("mails/2024/a.eml") && mails.matches("mails/a.eml"));
/// assert!(!mails.matches("mails/a.pdf") && !mails.matches("other/mails/a.eml"));
/// # Ok::<(), ext_perm::GlobError>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob {
    matcher: GlobMatcher,
}

impl Glob {
    /// Whether the pattern matches all of `text`.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.matcher.glob().glob()
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        if text.is_empty() {
            return Err(GlobError::Empty);
        }
        if text.len() > MAX_GLOB_BYTES {
            return Err(GlobError::TooLong(text.len()));
        }
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
        let syntax = |error: globset::Error| GlobError::Syntax {
            pattern: text.to_owned(),
            reason: error.kind().to_string(),
        };
        Ok(Self { matcher: glob.map_err(syntax)?.compile_matcher() })
    }
}

impl TryFrom<String> for Glob {
    type Error = GlobError;

    fn try_from(text: String) -> Result<Self, GlobError> {
        text.parse()
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.as_str().to_owned()
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Glob {}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.as_str())
    }
}
