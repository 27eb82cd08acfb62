//! Contents that search cannot look into.

use ext_services::library::Result;
use serde::Serialize;

use crate::{library::SqliteLibrary, sqlite::contents};

/// A content that could not be read for search; returned by [`SqliteLibrary::unreadable_contents`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadableContent {
    /// The path of the entry.
    pub path: String,
    /// The media type of the entry.
    pub media_type: Option<String>,
    /// The reason.
    pub reason: String,
    /// The stable code of the reason, where it has one.
    pub code: Option<String>,
    /// True when a part of it is searched.
    pub is_searched: bool,
}

impl SqliteLibrary {
    /// Lists the contents that could not be read for search, by path. They are read again when they
    /// change. Those that were not read yet are not among them.
    ///
    /// # Errors
    /// `Busy`, `Corrupt`, `Io`.
    pub fn unreadable_contents(&self) -> Result<Vec<UnreadableContent>> {
        self.store.read(contents::unreadable)
    }
}
