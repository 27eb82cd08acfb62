//! One rule, as a user or an administrator writes it.

use std::{fmt, str::FromStr};

use ext_manifest::{DomainPattern, LibraryScope, MethodPattern};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::{Glob, Request, Target};

/// What a rule says about the calls that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// They may run.
    Allow,
    /// They may not, whatever else allows them.
    Deny,
}

impl Effect {
    /// `"allow"` or `"deny"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// How long a rule is in force.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Expiry {
    /// Until it is taken back.
    #[default]
    Never,
    /// For one call.
    Once,
    /// In the session with this name.
    Session(String),
    /// Until this time.
    Until(Timestamp),
}

/// A text is no [`Expiry`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is none of `never`, `once`, `session:NAME`, `until:2027-01-31T00:00:00Z`")]
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

/// A rule: which calls it fits, and what it says about them.
///
/// A field that is left out fits everything; an empty list fits nothing. `entries`, `sidecars` and
/// `domains` limit what a call may touch, see [`Target`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it says.
    pub effect: Effect,
    /// Ids of extensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extensions: Option<Vec<String>>,
    /// Methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<MethodPattern>>,
    /// Libraries. An allow fits a call without a library too, a denial does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub libraries: Option<LibraryScope>,
    /// Servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<DomainPattern>>,
    /// Paths of entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<Glob>>,
    /// Names of sidecars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sidecars: Option<Vec<Glob>>,
    /// How long it is in force.
    #[serde(default, skip_serializing_if = "is_never")]
    pub expires: Expiry,
}

fn is_never(expiry: &Expiry) -> bool {
    *expiry == Expiry::Never
}

impl Rule {
    /// A rule that fits everything.
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
            expires: Expiry::Never,
        }
    }

    /// Whether it is about some things only that a call can touch.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.domains.is_some() || self.entries.is_some() || self.sidecars.is_some()
    }

    pub(crate) fn concerns(&self, extension: &str) -> bool {
        self.extensions.as_ref().is_none_or(|ids| ids.iter().any(|id| id == extension))
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        matches!(self.expires, Expiry::Until(end) if now >= end)
    }

    pub(crate) fn fits_library(&self, library: Option<Uuid>) -> bool {
        match (library, &self.libraries, self.effect) {
            // The nil id is no library: nothing allows it, and what denies everything denies it.
            (Some(id), _, Effect::Allow) if id.is_nil() => false,
            (_, None, _) => true,
            (None, Some(_), effect) => effect == Effect::Allow,
            (Some(id), Some(scope), _) => scope.contains(id),
        }
    }

    /// Whether it speaks about this target; for an unknown one an allow does, a limited denial does
    /// not.
    pub(crate) fn fits_target(&self, target: Target<'_>) -> bool {
        match self.effect {
            Effect::Allow => self.lets_touch(target),
            Effect::Deny => !self.is_limited() || self.speaks_of(target),
        }
    }

    fn lets_touch(&self, target: Target<'_>) -> bool {
        match target {
            Target::Unknown => true,
            Target::Entry(path) => is_match(self.entries.as_ref(), path),
            Target::Sidecar { entry, name } => {
                is_match(self.entries.as_ref(), entry) && is_match(self.sidecars.as_ref(), name)
            }
            Target::Origin(origin) => self.domains.as_ref().is_none_or(|domains| {
                domains.iter().any(|d| d.matches(origin.scheme, origin.host, origin.port))
            }),
        }
    }

    fn speaks_of(&self, target: Target<'_>) -> bool {
        let about = match target {
            Target::Unknown => false,
            Target::Entry(_) => self.sidecars.is_none() && self.domains.is_none(),
            Target::Sidecar { .. } => self.domains.is_none(),
            Target::Origin(_) => self.entries.is_none() && self.sidecars.is_none(),
        };
        about && self.lets_touch(target)
    }
}

fn is_match(globs: Option<&Vec<Glob>>, text: &str) -> bool {
    globs.is_none_or(|globs| globs.iter().any(|glob| glob.matches(text)))
}

/// Asked with what a request has; the index has looked at the method already.
pub(crate) fn fits(statement: &Rule, request: &Request<'_>) -> bool {
    statement.fits_library(request.library)
        && !statement.is_over(request.at)
        && statement.fits_target(request.target)
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
