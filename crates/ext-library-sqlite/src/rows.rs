//! The rows as they are written, and the files that they name.
//!
//! A change that needs a file takes a [`Place`]: it is called inside the transaction, before the
//! commit, to move the file to the place that the row names. So there never is a row without its file,
//! and `SqliteStore::with_references` recognizes files without a row for certain.

use ext_services::library::Result;
use ext_wire::{EntryPath, ops::vdfs::Entry};
use uuid::Uuid;

use crate::source_path::SourcePath;

/// A function that moves a file to its place; called at most once, inside the transaction.
pub(crate) type Place<'a> = &'a mut dyn FnMut() -> Result<()>;

/// The kind of files that a hash belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlobKind {
    /// The content of entries.
    Content,
    /// The bytes of sidecars.
    Sidecar,
}

/// Bytes in a file, named by their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlobRef {
    /// The BLAKE3 hash, in lower-case hex.
    pub(crate) hash: String,
    /// The size in bytes.
    pub(crate) size: u64,
}

/// The text of a sidecar, to be indexed anew.
#[derive(Debug, Clone)]
pub(crate) struct SidecarText {
    /// The name of the sidecar.
    pub(crate) name: String,
    /// The hash of the bytes that the text is of.
    pub(crate) content_hash: String,
    /// The text; `None` when there is none that a search finds.
    pub(crate) text: Option<String>,
}

/// An entry to be created, with checked names and sizes.
#[derive(Debug, Clone)]
pub(crate) struct CheckedEntry {
    /// Its name.
    pub(crate) name: String,
    /// Its path.
    pub(crate) path: EntryPath,
    /// Its type.
    pub(crate) entry_type: String,
    /// The media type of the content.
    pub(crate) media_type: Option<String>,
    /// Its content.
    pub(crate) content: Option<BlobRef>,
    /// The extension that creates it.
    pub(crate) created_by: Option<String>,
    /// The metadata as JSON text of an object.
    pub(crate) metadata: String,
    /// The file that it is imported from.
    pub(crate) source: Option<SourcePath>,
    /// The import that brings it.
    pub(crate) import: Option<Uuid>,
}

/// An entry, and the file that it was imported from, unless an older program imported it.
#[derive(Debug)]
pub(crate) struct ImportedEntry {
    /// The entry.
    pub(crate) entry: Entry,
    /// The file.
    pub(crate) source: Option<SourcePath>,
    /// The hash of the file when it was imported last.
    pub(crate) source_hash: Option<String>,
    /// True when the user moved it away from the path that the file was imported to.
    pub(crate) is_moved: bool,
    /// True when it is in the bin because its file was gone.
    pub(crate) file_gone: bool,
}

impl ImportedEntry {
    /// Returns whether it has this content, or had it when its file was imported last.
    pub(crate) fn had(&self, hash: &str) -> bool {
        [&self.entry.content_hash, &self.source_hash].iter().any(|it| it.as_deref() == Some(hash))
    }
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
    /// The text that a search finds.
    pub(crate) text: Option<String>,
    /// The extension that writes it.
    pub(crate) written_by: Option<String>,
    /// The bytes of content and sidecars that the extension may have in all.
    pub(crate) quota: u64,
}

/// A change, and the blobs that it made superfluous.
#[derive(Debug)]
pub(crate) struct Replaced<T> {
    /// The change.
    pub(crate) value: T,
    /// The hashes that rows had before, and have no longer.
    pub(crate) old: Vec<String>,
}

/// The hashes of the blobs of a removed entry.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// Its content, and the versions of it.
    pub(crate) contents: Vec<String>,
    /// Its sidecars.
    pub(crate) sidecars: Vec<String>,
}
