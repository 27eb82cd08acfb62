//! Files of the user become entries.

use std::path::Path;

use ext_services::library::LibraryError;
use ext_wire::{names, ops::vdfs::Entry};

use crate::{
    SqliteLibrary,
    rows::{BlobKind, BlobRef, CheckedEntry, Replaced},
    source::Source,
    sqlite::{FILE, entries, may_import_over},
};

/// Outcome of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// There is a new entry.
    Created,
    /// The entry had this content already.
    Unchanged,
    /// The entry has new content.
    Updated,
}

/// An imported file, returned by [`SqliteLibrary::import_file`].
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedFile {
    /// The entry, as it is now.
    pub entry: Entry,
    /// What happened to it.
    pub outcome: ImportOutcome,
}

impl SqliteLibrary {
    /// Imports one file to an entry path.
    ///
    /// The path is the identity: a file that is there already, with the same content, is left
    /// alone; with other content, the entry keeps its id, metadata and sidecars, and gets the new
    /// content. The content is copied in chunks; however large the file, little memory is used.
    ///
    /// An import that is killed and run again ends with the same entries as one that was not, but
    /// for the ids and times: an id is new with each entry that is made, so that no program takes
    /// an entry for one that was removed.
    ///
    /// # Errors
    /// `Io` when `file` is missing, no regular file, unreadable, or changes while it is read;
    /// `Name` for the path; `Denied` when the entry at the path is not an imported file.
    pub fn import_file(&self, file: &Path, path: &str) -> Result<ImportedFile, LibraryError> {
        let path = names::entry_path(path)?;
        let mut source = Source::open(file)?;
        if let Some(entry) = self.entry_at(&path)? {
            may_import_over(&entry)?;
            if entry.content_hash.as_ref() == Some(&source.hash()?) {
                return Ok(ImportedFile { entry, outcome: ImportOutcome::Unchanged });
            }
        }
        self.import(source, path)
    }

    fn import(&self, mut source: Source, path: String) -> Result<ImportedFile, LibraryError> {
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

fn file_entry(path: String, media_type: Option<String>, content: BlobRef) -> CheckedEntry {
    CheckedEntry {
        name: path.rsplit('/').next().unwrap_or(&path).to_owned(),
        path,
        entry_type: FILE.to_owned(),
        media_type,
        content: Some(content),
        created_by: None,
        metadata: "{}".to_owned(),
    }
}
