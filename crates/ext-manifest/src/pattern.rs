//! The patterns in `permissions.methods`: the methods that an extension may call.

use std::fmt;

use ext_abi::limits::MAX_METHOD_BYTES;
use ext_wire::{Method, MethodKind, is_segment};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The reason why a text is not a valid method pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// The text is longer than any method.
    #[error("the pattern is {0} bytes long, the limit is {MAX_METHOD_BYTES}")]
    TooLong(usize),
    /// The kind is neither `query:` nor `action:`.
    #[error("`{0}` does not have a valid kind: write `query` or `action` before the colon")]
    Kind(String),
    /// The text is a family without `.*`.
    #[error("`{0}` is one segment only: write `{0}.*` for all its methods")]
    Family(String),
    /// The version is not written as in a method.
    #[error(
        "`{0}` does not have a valid version: write it with its kind, as in `query:ai.ocr.v1` or `action:vdfs.write_sidecar.input.v1`"
    )]
    Version(String),
    /// The text is not a pattern for another reason.
    #[error(
        "`{0}` is not a valid pattern of methods: write it as `ai.ocr`, `vdfs.*`, `query:ai.ocr` or `query:ai.ocr.v1`"
    )]
    Grammar(String),
}

/// A pattern of methods, which matches whole dotted segments.
///
/// | written | matches |
/// |---|---|
/// | `ai.ocr` | queries and actions of this name, all versions |
/// | `query:ai.ocr` | queries of this name, all versions |
/// | `query:ai.ocr.v1`, `action:vdfs.write_sidecar.input.v1` | this method only |
/// | `vdfs.*` (and the old form `vdfs.`) | all names that start with the segment `vdfs` |
/// | `query:vdfs.*` | the queries among them |
///
/// There is no pattern for everything.
///
/// ```
/// use ext_manifest::MethodPattern;
/// use ext_wire::Method;
///
/// let pattern = MethodPattern::parse("query:ai.ocr")?;
/// assert!(pattern.matches(Method::parse("query:ai.ocr.v7")?));
/// assert!(!pattern.matches(Method::parse("query:ai.ocr_admin.v1")?));
/// assert!(MethodPattern::parse("*").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MethodPattern {
    kind: Option<MethodKind>,
    name: Name,
}

/// The names that a [`MethodPattern`] matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatternName<'a> {
    /// A name, in one version or in all.
    Exact {
        /// The name: `"ai.ocr"`.
        name: &'a str,
        /// The version.
        version: Option<u16>,
    },
    /// All names that start with these segments and a dot.
    Under {
        /// The segments, without a dot at the end: `"vdfs"`.
        family: &'a str,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    /// A name, in one version or in all.
    Exact { name: String, version: Option<u16> },
    /// All names with this prefix, which ends in a dot.
    Under { prefix: String },
}

impl MethodPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// [`PatternError`] when `text` is too long or not in the grammar.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        // `vdfs.` is printed as `vdfs.*`, which must be read again.
        let length = text.len() + usize::from(text.ends_with('.'));
        if length > MAX_METHOD_BYTES as usize {
            return Err(PatternError::TooLong(length));
        }
        if let Ok(method) = Method::parse(text) {
            return Ok(Self::exact(Some(method.kind()), method.name(), Some(method.version())));
        }
        let (kind, rest) = split_kind(text)?;
        match rest.strip_suffix(".*").or_else(|| rest.strip_suffix('.')) {
            Some(family) if family.split('.').all(is_segment) => {
                Ok(Self { kind, name: Name::Under { prefix: format!("{family}.") } })
            }
            None if is_plain_name(rest) => Ok(Self::exact(kind, rest, None)),
            _ => Err(explain(text, rest)),
        }
    }

    /// Returns whether the pattern matches `method`. Allocates nothing.
    #[must_use]
    pub fn matches(&self, method: Method<'_>) -> bool {
        self.kind.is_none_or(|kind| kind == method.kind())
            && match &self.name {
                Name::Exact { name, version } => {
                    name == method.name() && version.is_none_or(|v| v == method.version())
                }
                Name::Under { prefix } => method.name().starts_with(prefix.as_str()),
            }
    }

    /// Returns whether this pattern matches every method that `other` matches.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let kinds = self.kind.is_none() || self.kind == other.kind;
        kinds
            && match (&self.name, &other.name) {
                (Name::Exact { name, version }, Name::Exact { name: of, version: at }) => {
                    name == of && (version.is_none() || version == at)
                }
                (Name::Under { prefix }, Name::Exact { name, .. }) => name.starts_with(prefix),
                (Name::Under { prefix }, Name::Under { prefix: of }) => of.starts_with(prefix),
                (Name::Exact { .. }, Name::Under { .. }) => false,
            }
    }

    /// Returns the pattern of the methods that both match; `None` when no method is matched by both.
    ///
    /// ```
    /// use ext_manifest::MethodPattern;
    ///
    /// let (all, reads) = (MethodPattern::parse("vdfs.*")?, MethodPattern::parse("query:vdfs.*")?);
    /// assert_eq!(all.intersection(&reads), Some(reads.clone()));
    /// assert_eq!(reads.intersection(&MethodPattern::parse("ai.ocr")?), None);
    /// # Ok::<(), ext_manifest::PatternError>(())
    /// ```
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let kind = match (self.kind, other.kind) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        let (mine, others) = (self.of_kind(kind), other.of_kind(kind));
        let narrower = if mine.covers(&others) { Some(others) } else { None };
        narrower.or_else(|| other.of_kind(kind).covers(&mine).then_some(mine))
    }

    fn of_kind(&self, kind: Option<MethodKind>) -> Self {
        Self { kind, name: self.name.clone() }
    }

    /// Returns the kind that it is limited to.
    #[must_use]
    pub const fn kind(&self) -> Option<MethodKind> {
        self.kind
    }

    /// Returns the names that it matches, for an index over many patterns.
    #[must_use]
    pub fn name(&self) -> PatternName<'_> {
        match &self.name {
            Name::Exact { name, version } => PatternName::Exact { name, version: *version },
            Name::Under { prefix } => {
                PatternName::Under { family: prefix.strip_suffix('.').unwrap_or(prefix) }
            }
        }
    }

    fn exact(kind: Option<MethodKind>, name: &str, version: Option<u16>) -> Self {
        Self { kind, name: Name::Exact { name: name.to_owned(), version } }
    }
}

impl fmt::Display for MethodPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{}:", kind.name())?;
        }
        match &self.name {
            Name::Exact { name, version: None } => f.write_str(name),
            Name::Exact { name, version: Some(version) } => match self.kind {
                Some(MethodKind::Action) => write!(f, "{name}.input.v{version}"),
                _ => write!(f, "{name}.v{version}"),
            },
            Name::Under { prefix } => write!(f, "{prefix}*"),
        }
    }
}

impl TryFrom<String> for MethodPattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl From<MethodPattern> for String {
    fn from(pattern: MethodPattern) -> Self {
        pattern.to_string()
    }
}

fn split_kind(text: &str) -> Result<(Option<MethodKind>, &str), PatternError> {
    match text.split_once(':') {
        None => Ok((None, text)),
        Some(("query", rest)) => Ok((Some(MethodKind::Query), rest)),
        Some(("action", rest)) => Ok((Some(MethodKind::Action), rest)),
        Some(_) => Err(PatternError::Kind(text.to_owned())),
    }
}

/// Returns whether a text is the name of a method that does not look like one with a version:
/// `ai.ocr.v1` would grant nothing of what its author meant.
fn is_plain_name(text: &str) -> bool {
    Method::new(MethodKind::Query, text, 1).is_ok() && !ends_in_version(text)
}

fn ends_in_version(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    last.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn explain(text: &str, rest: &str) -> PatternError {
    match rest {
        _ if is_segment(rest) => PatternError::Family(text.to_owned()),
        _ if ends_in_version(rest) => PatternError::Version(text.to_owned()),
        _ => PatternError::Grammar(text.to_owned()),
    }
}
