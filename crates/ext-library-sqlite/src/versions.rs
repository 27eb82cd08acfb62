//! The history of imported files.

use ext_services::library::LibraryError;
use ext_wire::ops::vdfs::Entry;
use serde::Serialize;
use uuid::Uuid;

use crate::{library::SqliteLibrary, rows::BlobKind, sqlite::versions};

/// The number of versions that are kept of an entry.
pub const KEPT_VERSIONS: u32 = 20;
/// The days that a version is kept, but for the newest.
pub const KEPT_DAYS: u32 = 365;

/// A content that an entry had before, returned by [`SqliteLibrary::versions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryVersion {
    /// Its number, which rises with each version of the entry.
    #[serde(rename = "version")]
    pub number: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Its BLAKE3 hash, in lower-case hex.
    pub content_hash: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// The time when another content took its place, RFC 3339, UTC.
    pub replaced_at: String,
}

impl SqliteLibrary {
    /// Lists the contents that an entry had before, the newest first: the last [`KEPT_VERSIONS`], for
    /// [`KEPT_DAYS`] days. They are looked through when the next version comes.
    ///
    /// # Errors
    /// `NotFound` without the entry; `Busy`, `Corrupt` from the library.
    pub fn versions(&self, entry: Uuid) -> Result<Vec<EntryVersion>, LibraryError> {
        self.store.read(|db| versions::list(db, entry))
    }

    /// Gives an entry a content that it had before. The present one becomes a version, so that nothing
    /// is lost; extensions are told of the change. The file on the disk stays as it is; the next
    /// change of it is imported as any other.
    ///
    /// # Errors
    /// `NotFound` without the entry or the version; `Denied` when the entry is no imported file;
    /// `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn restore_version(&self, entry: Uuid, number: u64) -> Result<Entry, LibraryError> {
        let restored = self.store.write(|db| versions::restore(db, entry, number))?;
        self.release(BlobKind::Content, restored.old);
        Ok(restored.value)
    }
}
