//! A rule, as a user or an administrator writes it.

use std::{fmt, str::FromStr};

use ext_manifest::{DomainPattern, LibraryScope, MethodPattern};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::glob::Glob;

/// The effect of a rule on the calls that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The calls may run.
    Allow,
    /// The calls may not run, whatever else allows them.
    Deny,
}

impl Effect {
    /// Returns `"allow"` or `"deny"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// The time for which a rule is in force.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Expiry {
    /// The rule is in force until it is revoked.
    #[default]
    Never,
    /// The rule is consumed by one call.
    Once,
    /// The rule is in force in the session with this name.
    Session(String),
    /// The rule is in force until this time.
    Until(Timestamp),
}

/// The error of a text that is not a valid [`Expiry`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not a valid expiry, expected `never`, `once`, `session:NAME` or \
     `until:2027-01-31T00:00:00Z`"
)]
pub struct ExpiryError(String);

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("never"),
            Self::Once => f.write_str("once"),
            Self::Session(name) => write!(f, "session:{name}"),
            Self::Until(time) => write!(f, "until:{time}"),
        }
    }
}

impl FromStr for Expiry {
    type Err = ExpiryError;

    fn from_str(text: &str) -> Result<Self, ExpiryError> {
        let wrong = || ExpiryError(text.chars().take(100).collect());
        match text.split_once(':') {
            None if text == "never" => Ok(Self::Never),
            None if text == "once" => Ok(Self::Once),
            Some(("session", name)) if !name.is_empty() => Ok(Self::Session(name.to_owned())),
            Some(("until", time)) => time.parse().map(Self::Until).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Expiry {
    type Error = ExpiryError;

    fn try_from(text: String) -> Result<Self, ExpiryError> {
        text.parse()
    }
}

impl From<Expiry> for String {
    fn from(expiry: Expiry) -> Self {
        expiry.to_string()
    }
}

/// A rule: the calls that it fits, and whether they may run.
///
/// A field that is left out fits everything; an empty list fits nothing. `entries`, `sidecars`,
/// `events` and `domains` limit what a call may touch, see [`Target`](crate::Target).
///
/// ```
/// use ext_perm::{Effect, Rule};
///
/// let rule: Rule = serde_json::from_str(r#"{ "effect": "deny", "entries": ["taxes/**"] }"#)?;
/// assert!(rule.is_limited());
/// assert_eq!(rule.to_string(), "deny every method entries taxes/**");
/// assert_eq!(rule, Rule { entries: rule.entries.clone(), ..Rule::new(Effect::Deny) });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The effect on the calls that it fits.
    pub effect: Effect,
    /// The ids of extensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Vec<String>>,
    /// The patterns of methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<MethodPattern>>,
    /// The libraries. An allow also fits a call without a library, a denial does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub libraries: Option<LibraryScope>,
    /// The servers that a call may reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<DomainPattern>>,
    /// The patterns of paths of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<Glob>>,
    /// The patterns of names of sidecars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidecars: Option<Vec<Glob>>,
    /// The kinds of events that are received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// The time for which it is in force.
    #[serde(default, skip_serializing_if = "is_never")]
    pub expires: Expiry,
}

fn is_never(expiry: &Expiry) -> bool {
    *expiry == Expiry::Never
}

impl Rule {
    /// Creates a rule that fits everything.
    #[must_use]
    pub const fn new(effect: Effect) -> Self {
        Self {
            effect,
            extensions: None,
            methods: None,
            libraries: None,
            domains: None,
            entries: None,
            sidecars: None,
            events: None,
            expires: Expiry::Never,
        }
    }

    /// Returns whether it is limited to some targets of a call.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.domains.is_some()
            || self.entries.is_some()
            || self.sidecars.is_some()
            || self.events.is_some()
    }

    pub(crate) fn concerns(&self, extension: &str) -> bool {
        self.extensions.as_ref().is_none_or(|ids| ids.iter().any(|id| id == extension))
    }

    /// Returns whether its time is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        matches!(self.expires, Expiry::Until(end) if now >= end)
    }

    pub(crate) fn fits_library(&self, library: Option<Uuid>) -> bool {
        match (library, &self.libraries, self.effect) {
            // The nil id is never a library: nothing allows it, and what denies everything denies it.
            (Some(id), _, Effect::Allow) if id.is_nil() => false,
            (_, None, _) => true,
            (None, Some(_), effect) => effect == Effect::Allow,
            (Some(id), Some(scope), _) => scope.contains(id),
        }
    }
}

/// The rule in one line, for people.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.effect.name())?;
        list(f, "extensions", self.extensions.as_deref())?;
        match &self.methods {
            None => f.write_str(" every method")?,
            methods => list(f, "", methods.as_deref())?,
        }
        match &self.libraries {
            None | Some(LibraryScope::All) => {}
            Some(scope) => list(f, "in", Some(&Vec::from(scope.clone())))?,
        }
        match self.domains.as_deref() {
            Some([]) => f.write_str(" without servers")?,
            domains => list(f, "at", domains)?,
        }
        list(f, "entries", self.entries.as_deref())?;
        list(f, "sidecars", self.sidecars.as_deref())?;
        list(f, "events", self.events.as_deref())?;
        match &self.expires {
            Expiry::Never => Ok(()),
            Expiry::Session(_) => f.write_str(", this session"),
            other => write!(f, ", {other}"),
        }
    }
}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    items: Option<&[T]>,
) -> fmt::Result {
    let Some(items) = items else { return Ok(()) };
    if !word.is_empty() {
        write!(f, " {word}")?;
    }
    if items.is_empty() {
        return f.write_str(" nothing");
    }
    items
        .iter()
        .enumerate()
        .try_for_each(|(i, item)| write!(f, "{}{item}", if i == 0 { " " } else { ", " }))
}
