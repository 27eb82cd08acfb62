//! A library on disk: entries, their content, metadata and sidecars, search and events.
//!
//! ```text
//! <data folder>/libraries/<uuid>/
//!     library.db      rows: entries, sidecars, full text, events (SQLite)
//!     content/ab/…    content of entries, each file under its BLAKE3 hash
//!     sidecars/ab/…   sidecars, likewise
//!     sessions/…      files that are being written, one folder for each process
//!     quarantine/…    files that no row names, found after a crash
//! ```
//!
//! A change is one transaction. The file that a row names is moved to its place inside of it, before
//! the commit; so after a crash there may be a file without a row, which whoever opens the library
//! next moves to `quarantine/`, but never a row without its file. Several processes may use a
//! library at once.
//!
//! ```
//! use ext_services::library::{LibraryDirectory, LibraryService};
//! use ext_wire::{event::ENTRY_CREATED, ops::search::SearchInput};
//! use spacedrive_core::library::{ImportOutcome, Libraries};
//!
//! let data = tempfile::tempdir()?;
//! let libraries = Libraries::new(data.path())?;
//! let library = libraries.open(libraries.create("Papers")?.id)?;
//!
//! let file = data.path().join("note.txt");
//! std::fs::write(&file, "Coffee, 3.20 EUR")?;
//! let imported = library.import_file(&file, "inbox/note.txt")?;
//! assert_eq!(imported.outcome, ImportOutcome::Created);
//!
//! let hits = library.search(SearchInput::new("note*"))?.hits;
//! assert_eq!(hits[0].entry.id, imported.entry.id);
//!
//! let event = library.next_event("finance", &[ENTRY_CREATED])?.expect("an import makes an event");
//! library.acknowledge("finance", event.id)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this module
//!
//! Who may call what (`ext-perm`), delivering the events to extensions, walking folders.

mod blobs;
mod directory;
mod events;
mod fault;
mod import;
pub mod jobs;
mod metadata;
mod recovery;
mod service;
mod session;
mod source;
mod sqlite;
pub mod store;
mod text;

use std::path::Path;

use ext_services::library::LibraryError;
use ext_wire::ops::libraries::Library as LibraryInfo;

pub use directory::Libraries;
pub use import::Imported;
pub use recovery::CheckReport;
pub use store::{EventFailure, ImportOutcome};

use blobs::{Blobs, Staged};
use sqlite::SqliteStore;
pub(crate) use sqlite::time_text;
use store::{BlobKind, LibraryStore, Place};

/// How many bytes of sidecars an extension may have in a library, unless the configuration says
/// otherwise.
pub const DEFAULT_EXTENSION_BYTES: u64 = 4 << 30;

/// Name of the database in a library's folder.
const DATABASE: &str = "library.db";

/// One open library; what extensions may do with it is its `LibraryService`.
pub struct Library {
    store: Box<dyn LibraryStore>,
    blobs: Blobs,
    /// How many bytes of sidecars an extension may have.
    quota: u64,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}

impl Library {
    /// Opens the library in a folder, and puts it in order when it was not closed. Each extension may
    /// have `quota` bytes of sidecars in it.
    ///
    /// # Errors
    /// `Schema` when another version made it, `Corrupt` when its database is damaged, `Io`.
    pub fn open(folder: &Path, quota: u64) -> Result<Self, LibraryError> {
        let store = Box::new(SqliteStore::open(&folder.join(DATABASE))?);
        let (blobs, dead) = Blobs::open(folder)?;
        let library = Self { store, blobs, quota };
        library.recover(dead)?;
        Ok(library)
    }

    /// Its id, name and folder.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn info(&self) -> Result<LibraryInfo, LibraryError> {
        self.store.info()
    }

    /// Writes rows that name a blob; when that fails, the blob does not stay behind.
    fn with_blob<T>(
        &self,
        kind: BlobKind,
        mut staged: Option<Staged<'_>>,
        write: impl FnOnce(Place<'_>) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let result = write(&mut || match &mut staged {
            Some(staged) => Ok(staged.place(kind)?),
            None => Ok(()),
        });
        if result.is_err()
            && let Some(staged) = staged.filter(Staged::is_placed)
        {
            self.release(kind, Some(staged.blob.hash.clone()));
        }
        result
    }

    /// Removes blobs unless a row names them still. That cannot fail what was done before: a blob
    /// that stays is found when the library is opened next.
    fn release(&self, kind: BlobKind, hashes: impl IntoIterator<Item = String>) {
        for hash in hashes {
            let removed = self.store.with_references(kind, &hash, &mut |in_use| {
                if in_use.is_empty() { Ok(self.blobs.remove(kind, &hash)?) } else { Ok(()) }
            });
            if let Err(error) = removed {
                tracing::warn!(%error, "a file that is no longer used stays for now");
                self.blobs.mark_unclean();
            }
        }
    }
}
