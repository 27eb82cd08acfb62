//! The opening of a library, with its recovery after a crash.

use std::path::Path;

use ext_services::library::Result;

use crate::{
    blobs::Blobs,
    library::{DATABASE, SqliteLibrary},
    limits::Limits,
    sqlite::SqliteStore,
};

impl SqliteLibrary {
    /// Opens the library in a folder, and recovers it when it was not closed. Where its folder cannot be
    /// written it is only read.
    ///
    /// # Errors
    /// `Schema` when another version made it, `Corrupt` when its database is damaged; `Busy`, `NoSpace`,
    /// `Io`.
    pub fn open(folder: &Path, limits: Limits) -> Result<Self> {
        let store = SqliteStore::open(&folder.join(DATABASE))?;
        if store.is_read_only() {
            return Ok(Self { blobs: Blobs::open_read_only(folder)?, store, limits });
        }
        let (blobs, dead) = Blobs::open(folder)?;
        let library = Self { store, blobs, limits };
        library.recover(dead)?;
        Ok(library)
    }
}
