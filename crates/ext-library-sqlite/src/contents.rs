//! Contents that search cannot look into.

use ext_services::library::Result;
use ext_wire::ops::work::UnreadableContent;

use crate::{library::SqliteLibrary, sqlite::contents};

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
