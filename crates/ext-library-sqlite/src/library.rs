//! One open library: its database and its files.

use ext_fs::Lock;
use ext_services::library::{
    Bin, Contents, Entries, Events, Jobs, Library, LibraryError, Result, Search, Sidecars, Vectors,
    Versions,
};
use ext_wire::ops::{libraries::LibraryInfo, vdfs::MAX_PAGE};
use uuid::Uuid;

use crate::{
    blobs::{Blobs, Staged},
    fault::LIBRARY,
    limits::LiveLimits,
    rows::{BlobKind, BlobRef, Place},
    sqlite::{SqliteStore, entries, forget},
};

/// The name of the database in a library's folder.
pub(crate) const DATABASE: &str = "library.db";

/// The content of an entry, in messages.
pub(crate) const CONTENT: &str = "the content";

/// The number of attempts to read a file: its row may change between the reads of the row and the file.
const READ_ATTEMPTS: usize = 3;

/// One open library, which has every role.
pub struct SqliteLibrary {
    pub(crate) store: SqliteStore,
    pub(crate) blobs: Blobs,
    pub(crate) limits: LiveLimits,
    /// Dropped last.
    pub(crate) _presence: Option<Lock>,
}

impl std::fmt::Debug for SqliteLibrary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteLibrary").field("blobs", &self.blobs).finish_non_exhaustive()
    }
}

impl Library for SqliteLibrary {
    fn info(&self) -> Result<LibraryInfo> {
        self.store.info()
    }

    fn entries(&self) -> Option<&dyn Entries> {
        Some(self)
    }

    fn sidecars(&self) -> Option<&dyn Sidecars> {
        Some(self)
    }

    fn bin(&self) -> Option<&dyn Bin> {
        Some(self)
    }

    fn versions(&self) -> Option<&dyn Versions> {
        Some(self)
    }

    fn search(&self) -> Option<&dyn Search> {
        Some(self)
    }

    fn contents(&self) -> Option<&dyn Contents> {
        Some(self)
    }

    fn vectors(&self) -> Option<&dyn Vectors> {
        Some(self)
    }

    fn events(&self) -> Option<&dyn Events> {
        Some(self)
    }

    fn jobs(&self) -> Option<&dyn Jobs> {
        Some(self)
    }
}

impl SqliteLibrary {
    /// Returns its id, name and folder.
    ///
    /// # Errors
    /// `Corrupt` when its row is missing or damaged; `Busy`, `Io`.
    pub fn info(&self) -> Result<LibraryInfo> {
        self.store.info()
    }

    /// Checks that it can be written.
    ///
    /// # Errors
    /// `ReadOnly` when its folder is on a medium that is read-only, or belongs to another user.
    pub fn ensure_writable(&self) -> Result<()> {
        match self.store.is_read_only() {
            true => Err(LibraryError::ReadOnly(LIBRARY)),
            false => Ok(()),
        }
    }

    /// Writes a name, which was checked.
    pub(crate) fn rename(&self, name: &str) -> Result<()> {
        self.store.write(|db| Ok(db.execute("UPDATE library SET name = ?", [name]).map(drop)?))
    }

    /// Removes what is kept for an extension that is removed: its jobs, subscriptions, position in the
    /// outbox, failures and published events, so that other code of its id gets nothing of them. The
    /// entries and sidecars that it made stay.
    ///
    /// # Errors
    /// `Busy`, `NoSpace`, `Corrupt`, `Io`.
    pub fn forget_extension(&self, id: &str) -> Result<()> {
        self.store.write(|db| forget::extension(db, id))
    }

    /// Finds a row and reads its file; retries when the row changes in between. The error for a file
    /// that is lost or damaged says what it is.
    pub(crate) fn read_blob<T>(
        &self,
        what: impl Fn() -> Result<String>,
        find: impl Fn() -> Result<BlobRef>,
        read: impl Fn(&BlobRef) -> Result<Option<T>>,
    ) -> Result<(T, u64)> {
        for _ in 0..READ_ATTEMPTS {
            let blob = find()?;
            match read(&blob) {
                Ok(Some(bytes)) => return Ok((bytes, blob.size)),
                Ok(None) => {}
                Err(LibraryError::Corrupt(_)) => {
                    return Err(LibraryError::Corrupt(format!("{} is damaged", what()?)));
                }
                Err(error) => return Err(error),
            }
        }
        Err(LibraryError::Corrupt(format!("{} is missing", what()?)))
    }

    /// Names a part of an entry in a message.
    pub(crate) fn name_part(&self, part: &str, entry: Uuid) -> Result<String> {
        let entry = self.store.read(|db| entries::by_id(db, entry))?;
        Ok(format!("{part} of `{}`", entry.path.escape_debug()))
    }

    /// Writes rows that name a blob; when that fails, the blob is removed.
    pub(crate) fn with_blob<T>(
        &self,
        kind: BlobKind,
        mut staged: Option<Staged<'_>>,
        write: impl FnOnce(Place<'_>) -> Result<T>,
    ) -> Result<T> {
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

    /// Removes blobs that no row names any more. A failure does not undo the change before it: a blob
    /// that stays is found when the library is opened next.
    pub(crate) fn release(&self, kind: BlobKind, hashes: impl IntoIterator<Item = String>) {
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

/// Refuses what is larger than `limit` bytes.
pub(crate) fn ensure_size(what: &'static str, got: u64, limit: u64) -> Result<()> {
    if got > limit { Err(LibraryError::TooLarge { what, got, limit }) } else { Ok(()) }
}

/// Refuses empty pages, and pages that are too long.
pub(crate) fn ensure_page(limit: u32) -> Result<()> {
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(());
    }
    Err(LibraryError::Invalid(format!("a page of {limit}, allowed are 1 to {MAX_PAGE}")))
}
