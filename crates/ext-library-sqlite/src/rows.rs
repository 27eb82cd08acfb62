//! Rows as they are written, and the files that they name.
//!
//! A change that needs a file takes a [`Place`]: it is called inside the transaction, before the
//! commit, to move the file to where the row says that it is. So a row never stands without its
//! file, and [`SqliteStore::with_references`](crate::sqlite::SqliteStore::with_references) can tell
//! files without a row for certain.

use ext_services::library::Result;
use uuid::Uuid;

/// Moves a file to its place; called at most once, inside the transaction.
pub(crate) type Place<'a> = &'a mut dyn FnMut() -> Result<()>;

/// Which files a hash belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlobKind {
    /// Content of entries.
    Content,
    /// Sidecars.
    Sidecar,
}

/// Bytes in a file, named by their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlobRef {
    /// BLAKE3, in lower-case hex.
    pub(crate) hash: String,
    /// Bytes.
    pub(crate) size: u64,
}

/// An entry to be made, with checked names and sizes.
#[derive(Debug, Clone)]
pub(crate) struct CheckedEntry {
    /// Its name.
    pub(crate) name: String,
    /// Its path.
    pub(crate) path: String,
    /// Its type.
    pub(crate) entry_type: String,
    /// Media type of the content.
    pub(crate) media_type: Option<String>,
    /// Its content.
    pub(crate) content: Option<BlobRef>,
    /// The extension that makes it.
    pub(crate) created_by: Option<String>,
    /// JSON text of an object.
    pub(crate) metadata: String,
}

/// A sidecar to be written, with a checked name and size.
#[derive(Debug, Clone)]
pub(crate) struct CheckedSidecar {
    /// Its entry.
    pub(crate) entry: Uuid,
    /// Its name.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) content: BlobRef,
    /// What a search finds.
    pub(crate) text: Option<String>,
    /// The extension that writes it.
    pub(crate) written_by: Option<String>,
    /// How many bytes of sidecars the extension may have in all.
    pub(crate) quota: u64,
}

/// A change, and the blob that it made superfluous.
#[derive(Debug)]
pub(crate) struct Replaced<T> {
    /// The change.
    pub(crate) value: T,
    /// Hash that the row held before, when it is another one now.
    pub(crate) old: Option<String>,
}

/// Hashes of the blobs of a removed entry.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// Its content.
    pub(crate) content: Option<String>,
    /// Its sidecars.
    pub(crate) sidecars: Vec<String>,
}
