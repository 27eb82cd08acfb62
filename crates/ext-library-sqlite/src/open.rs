//! The opening of a library, with its recovery after a crash.

use std::path::Path;

use ext_services::library::Result;

use crate::{
    blobs::Blobs,
    library::{DATABASE, SqliteLibrary},
    limits::{Limits, LiveLimits},
    presence,
    sqlite::SqliteStore,
};

impl SqliteLibrary {
    /// Opens the library in a folder, and recovers it when it was not closed. Where its folder cannot be
    /// written it is only read.
    ///
    /// # Errors
    /// `NotFound` when it is deleted meanwhile; `Schema` when another version made it, `Corrupt` when its database is damaged; `Busy`, `NoSpace`,
    /// `Io`.
    pub fn open(folder: &Path, limits: Limits) -> Result<Self> {
        Self::open_with(folder, LiveLimits::new(limits))
    }

    pub(crate) fn open_with(folder: &Path, limits: LiveLimits) -> Result<Self> {
        let _presence = presence::share(folder)?;
        let store = SqliteStore::open(&folder.join(DATABASE))?;
        if store.is_read_only() {
            return Ok(Self { blobs: Blobs::open_read_only(folder)?, store, limits, _presence });
        }
        let (blobs, dead) = Blobs::open(folder)?;
        let library = Self { store, blobs, limits, _presence };
        library.recover(dead)?;
        Ok(library)
    }
}
