//! The grammar of methods.
//!
//! ```text
//! method  = "query:" name ".v" version | "action:" name ".input.v" version
//! name    = segment 1*("." segment)
//! segment = word *("_" word)              word of a segment's start: a letter first
//! word    = 1*(%x61-7A / DIGIT)
//! version = 1 to 65535, no leading zero
//! ```
//!
//! A call names a method in exactly these bytes: nothing is trimmed, decoded or folded.

use std::fmt;

use ext_abi::limits::MAX_METHOD_BYTES;
use thiserror::Error;

/// Kind of an operation: it changes something, or it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MethodKind {
    /// Operation that changes nothing.
    Query,
    /// Operation that changes something.
    Action,
}

impl MethodKind {
    /// Returns `"query"` or `"action"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Action => "action",
        }
    }

    /// Returns the text between name and version number.
    const fn infix(self) -> &'static str {
        match self {
            Self::Query => ".v",
            Self::Action => ".input.v",
        }
    }
}

/// Fault in a string that is not a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MethodError {
    /// The string is longer than any method.
    #[error("the method is {0} bytes long, the limit is {MAX_METHOD_BYTES}")]
    TooLong(usize),
    /// The string starts with neither `query:` nor `action:`.
    #[error("a method starts with `query:` or `action:`")]
    Kind,
    /// The end is not `.v<N>` (query) or `.input.v<N>` (action).
    #[error("a query ends in `.v<N>`, an action in `.input.v<N>`, N from 1 to 65535")]
    Version,
    /// The name between them is not two or more snake-case segments.
    #[error("a method's name is two or more lower-case segments joined by dots, as in `ai.ocr`")]
    Name,
}

/// A method in its parts, borrowed from the string that it was parsed from.
///
/// ```
/// use ext_wire::{Method, MethodKind};
///
/// let method = Method::parse("action:vdfs.write_sidecar.input.v2")?;
/// assert_eq!(method.kind(), MethodKind::Action);
/// assert_eq!(method.name(), "vdfs.write_sidecar");
/// assert_eq!(method.version(), 2);
/// assert_eq!(method.to_string(), "action:vdfs.write_sidecar.input.v2");
/// assert!(Method::parse("action:vdfs.write_sidecar.v2").is_err());
/// # Ok::<(), ext_wire::MethodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Method<'a> {
    kind: MethodKind,
    name: &'a str,
    version: u16,
}

impl<'a> Method<'a> {
    /// Puts a method together.
    ///
    /// ```
    /// use ext_wire::{Method, MethodKind};
    ///
    /// let method = Method::new(MethodKind::Query, "ai.ocr", 1)?;
    /// assert_eq!(method.to_string(), "query:ai.ocr.v1");
    /// # Ok::<(), ext_wire::MethodError>(())
    /// ```
    ///
    /// # Errors
    /// [`MethodError`] when `name` or `version` is outside the grammar, or the whole too long.
    pub fn new(kind: MethodKind, name: &'a str, version: u16) -> Result<Self, MethodError> {
        if !is_name(name) {
            return Err(MethodError::Name);
        }
        if version == 0 {
            return Err(MethodError::Version);
        }
        let method = Self { kind, name, version };
        match method.printed_len() {
            len if len > MAX_METHOD_BYTES as usize => Err(MethodError::TooLong(len)),
            _ => Ok(method),
        }
    }

    /// Reads a method; allocates nothing.
    ///
    /// # Errors
    /// [`MethodError`] when `text` is not in the grammar.
    pub fn parse(text: &'a str) -> Result<Self, MethodError> {
        if text.len() > MAX_METHOD_BYTES as usize {
            return Err(MethodError::TooLong(text.len()));
        }
        let (kind, rest) = text.split_once(':').ok_or(MethodError::Kind)?;
        let kind = match kind {
            "query" => MethodKind::Query,
            "action" => MethodKind::Action,
            _ => return Err(MethodError::Kind),
        };
        let (name, version) = rest.rsplit_once(kind.infix()).ok_or(MethodError::Version)?;
        Self::new(kind, name, parse_version(version)?)
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(self) -> MethodKind {
        self.kind
    }

    /// Returns the name without kind and version: `"ai.ocr"`.
    #[must_use]
    pub const fn name(self) -> &'a str {
        self.name
    }

    /// Returns the version, from 1.
    #[must_use]
    pub const fn version(self) -> u16 {
        self.version
    }

    /// Returns the first segment of the name: `"ai"`. For an extension's own operations it is its
    /// id.
    #[must_use]
    pub fn family(self) -> &'a str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    fn printed_len(self) -> usize {
        let digits = self.version.checked_ilog10().map_or(1, |log| log as usize + 1);
        self.kind.name().len() + 1 + self.name.len() + self.kind.infix().len() + digits
    }
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}{}{}", self.kind.name(), self.name, self.kind.infix(), self.version)
    }
}

/// Reads a version of digits only: `u16::from_str` would also take `+1` and `01`.
fn parse_version(text: &str) -> Result<u16, MethodError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().map_err(|_| MethodError::Version) } else { Err(MethodError::Version) }
}

fn is_name(name: &str) -> bool {
    name.contains('.') && name.split('.').all(is_segment)
}

/// Returns whether `text` is one segment of a method's name; also the grammar of extension ids.
#[must_use]
pub fn is_segment(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('_').all(is_word)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
