//! The import of files of the user.

use std::path::Path;

use ext_services::library::LibraryError;
use ext_wire::{EntryPath, ops::vdfs::Entry};

use crate::{
    import_outcome::ImportOutcome,
    library::SqliteLibrary,
    rows::{BlobKind, BlobRef, CheckedEntry, Replaced},
    source::Source,
    sqlite::{FILE, entries, may_import_over},
};

/// An imported file, returned by [`SqliteLibrary::import_file`].
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedFile {
    /// The entry after the import.
    pub entry: Entry,
    /// The effect on the library.
    pub outcome: ImportOutcome,
}

impl SqliteLibrary {
    /// Imports one file to an entry path.
    ///
    /// The path is the identity, so an import is idempotent: an entry with the same content is left
    /// alone; one with other content keeps its id, metadata and sidecars, and gets the new content. The
    /// content is copied in chunks, so that a large file uses little memory.
    ///
    /// An interrupted import can be repeated: it ends with the same entries, but for ids and times. An id
    /// is never used twice, so that no program takes an entry for one that was removed.
    ///
    /// # Errors
    /// `Io` when `file` is missing, not a regular file, unreadable, or changes while it is read; `Name`
    /// when the path is not valid; `Denied` when the entry at the path is not an imported file; `Busy`,
    /// `NoSpace`, `Corrupt` from the library.
    pub fn import_file(&self, file: &Path, path: &str) -> Result<ImportedFile, LibraryError> {
        let path: EntryPath = path.parse()?;
        let mut source = Source::open(file)?;
        if let Some(entry) = self.entry_at(&path)? {
            may_import_over(&entry)?;
            if entry.content_hash.as_ref() == Some(&source.hash()?) {
                return Ok(ImportedFile { entry, outcome: ImportOutcome::Unchanged });
            }
        }
        self.import(source, path)
    }

    fn import(&self, mut source: Source, path: EntryPath) -> Result<ImportedFile, LibraryError> {
        let media_type = source.media_type()?;
        let staged = self.blobs.stage_reader(&mut source)?;
        source.ensure_unchanged(staged.blob.size)?;
        let new = file_entry(path, media_type, staged.blob.clone());
        let replaced = self.with_blob(BlobKind::Content, Some(staged), |place| {
            self.store.write(|db| entries::put_file(db, &new, place))
        })?;
        let Replaced { value: (entry, outcome), old } = replaced;
        self.release(BlobKind::Content, old);
        Ok(ImportedFile { entry, outcome })
    }
}

fn file_entry(path: EntryPath, media_type: Option<String>, content: BlobRef) -> CheckedEntry {
    CheckedEntry {
        name: path.file_name().to_owned(),
        path,
        entry_type: FILE.to_owned(),
        media_type,
        content: Some(content),
        created_by: None,
        metadata: "{}".to_owned(),
    }
}
