//! The list in `permissions.libraries`: the libraries that an extension may use.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The most items of `permissions.libraries`.
const MAX_LIBRARIES: usize = 1000;

/// The reason why a list is not a valid library scope.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LibraryScopeError {
    /// An item is neither `*` nor an id.
    #[error("`{0}` is not a valid library: write its id (a UUID), or \"*\" for all")]
    NoId(String),
    /// An item is the nil id, which no library has.
    #[error("`{0}` is the nil id, which no library has: write \"*\" for all")]
    Nil(String),
    /// An item is listed twice.
    #[error("`{0}` is listed twice")]
    Twice(String),
    /// The list is longer than any that is meant.
    #[error("{0} libraries are listed, the limit is {MAX_LIBRARIES}: write \"*\" for all")]
    TooMany(usize),
}

/// The libraries that an extension may use.
///
/// ```
/// use ext_manifest::LibraryScope;
/// use uuid::Uuid;
///
/// let scope = LibraryScope::parse(["{67E55044-10B1-426F-9247-BB680E5FE0C8}"])?;
/// assert!(scope.contains("67e55044-10b1-426f-9247-bb680e5fe0c8".parse()?));
/// assert!(!LibraryScope::default().contains(Uuid::max()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub enum LibraryScope {
    /// Every library, also those that are made later.
    All,
    /// These libraries; none when empty.
    Only(BTreeSet<Uuid>),
}

impl LibraryScope {
    /// Parses a list of `*` and ids. An id may be in any usual spelling of a UUID. With `*` in it the
    /// list means all libraries, whatever else it names.
    ///
    /// # Errors
    /// [`LibraryScopeError`] when an item is neither, is the nil id, is listed twice, or there are more
    /// than 1000.
    pub fn parse<S: AsRef<str>>(
        items: impl IntoIterator<Item = S>,
    ) -> Result<Self, LibraryScopeError> {
        let (mut all, mut only) = (false, BTreeSet::new());
        for item in items {
            let item = item.as_ref();
            let new = match item {
                "*" => !std::mem::replace(&mut all, true),
                id => only.insert(parse_id(id)?),
            };
            if !new {
                return Err(LibraryScopeError::Twice(item.to_owned()));
            }
        }
        match only.len() {
            many if many > MAX_LIBRARIES => Err(LibraryScopeError::TooMany(many)),
            _ if all => Ok(Self::All),
            _ => Ok(Self::Only(only)),
        }
    }

    /// Returns whether all libraries of `other` are in the scope.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(mine), Self::Only(others)) => others.is_subset(mine),
        }
    }

    /// Returns the libraries that are in both scopes.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, scope) | (scope, Self::All) => scope.clone(),
            (Self::Only(mine), Self::Only(others)) => Self::Only(mine & others),
        }
    }

    /// Returns whether a library is in the scope. The nil id never is.
    #[must_use]
    pub fn contains(&self, library: Uuid) -> bool {
        !library.is_nil()
            && match self {
                Self::All => true,
                Self::Only(libraries) => libraries.contains(&library),
            }
    }
}

/// The empty scope.
impl Default for LibraryScope {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl TryFrom<Vec<String>> for LibraryScope {
    type Error = LibraryScopeError;

    fn try_from(items: Vec<String>) -> Result<Self, LibraryScopeError> {
        Self::parse(items)
    }
}

impl From<LibraryScope> for Vec<String> {
    fn from(scope: LibraryScope) -> Self {
        match scope {
            LibraryScope::All => vec!["*".to_owned()],
            LibraryScope::Only(libraries) => libraries.iter().map(Uuid::to_string).collect(),
        }
    }
}

fn parse_id(text: &str) -> Result<Uuid, LibraryScopeError> {
    match Uuid::parse_str(text) {
        Ok(id) if id.is_nil() => Err(LibraryScopeError::Nil(text.to_owned())),
        Ok(id) => Ok(id),
        Err(_) => Err(LibraryScopeError::NoId(text.to_owned())),
    }
}
