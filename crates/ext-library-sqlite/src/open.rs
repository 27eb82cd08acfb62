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
    /// Opens the library in a folder, and recovers it when it was not closed.
    ///
    /// # Errors
    /// `Schema` when another version made it, `Corrupt` when its database is damaged; `Busy`, `NoSpace`,
    /// `Io`.
    pub fn open(folder: &Path, limits: Limits) -> Result<Self> {
        let store = SqliteStore::open(&folder.join(DATABASE))?;
        let (blobs, dead) = Blobs::open(folder)?;
        let library = Self { store, blobs, limits };
        library.recover(dead)?;
        Ok(library)
    }
}
