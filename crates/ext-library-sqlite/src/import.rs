//! The import of files of the user.

use std::path::Path;

use ext_services::library::LibraryError;
use ext_wire::{EntryPath, ops::vdfs::Entry};

use crate::{
    import_outcome::ImportOutcome,
    library::SqliteLibrary,
    rows::{BlobKind, BlobRef, CheckedEntry, ImportedEntry, Replaced},
    source::Source,
    source_path::SourcePath,
    sqlite::{FILE, bin, entries, may_import_over},
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
    /// An entry stays with the file that it was imported from, as long as that file is there, and is
    /// never given the content of another one. Two files of one folder can have one entry path,
    /// because their names differ in Unicode form only.
    ///
    /// An entry that the user moved away is found where it is now. One that the user deleted stays in the
    /// bin, as long as the file is as it was.
    ///
    /// An interrupted import can be repeated: it ends with the same entries, but for ids and times. An id
    /// is never used twice, so that no program takes an entry for one that was removed.
    ///
    /// # Errors
    /// `Io` when `file` is missing, not a regular file, unreadable, or changes while it is read; `Name`
    /// when the path is not valid; `Denied` when the entry at the path is not an imported file;
    /// `Conflict` when it is one of another file; `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn import_file(&self, file: &Path, path: &str) -> Result<ImportedFile, LibraryError> {
        let path: EntryPath = path.parse()?;
        let mut source = Source::open(file)?;
        let media_type = source.media_type()?;
        let old = self.store.read(|db| entries::imported_at(db, &path, source.path()))?;
        if let Some(old) = old {
            may_import_over(&old.entry)?;
            let hash = Some(source.hash()?);
            let path = EntryPath::stored(&old.entry.path);
            if old.entry.content_hash == hash {
                return self.keep(old, &source, media_type);
            }
            if old.source_hash == hash && old.source.as_ref() == Some(source.path()) {
                // The file is as it was, and the user brought an older version back.
                let outcome = ImportOutcome::Unchanged;
                return Ok(ImportedFile { entry: old.entry, outcome });
            }
            source.ensure_owns(old.source.as_ref())?;
            return self.import(source, path, media_type);
        }
        let hash = source.hash()?;
        if let Some(entry) = self.store.read(|db| bin::of_file(db, &path, source.path(), &hash))? {
            return Ok(ImportedFile { entry, outcome: ImportOutcome::InBin });
        }
        // What is invisible in a name is refused where somebody makes one up (`check_new`). A file has
        // the name that it has, and is not left out for it.
        self.import(source, path, media_type)
    }

    /// Leaves the content of an entry alone, and remembers where it comes from.
    fn keep(
        &self,
        old: ImportedEntry,
        source: &Source,
        media_type: Option<String>,
    ) -> Result<ImportedFile, LibraryError> {
        let ImportedEntry { mut entry, source: before, source_hash } = old;
        let same = before.as_ref() == Some(source.path())
            && entry.media_type == media_type
            && source_hash == entry.content_hash;
        if !same && source.ensure_owns(before.as_ref()).is_ok() {
            entry.media_type = media_type;
            self.store.write(|db| entries::set_source(db, &entry, source.path()))?;
        }
        Ok(ImportedFile { entry, outcome: ImportOutcome::Unchanged })
    }

    fn import(
        &self,
        mut source: Source,
        path: EntryPath,
        media_type: Option<String>,
    ) -> Result<ImportedFile, LibraryError> {
        let staged = self.blobs.stage_reader(&mut source)?;
        source.ensure_unchanged(staged.blob.size)?;
        let new = file_entry(path, media_type, staged.blob.clone(), source.path().clone());
        let replaced = self.with_blob(BlobKind::Content, Some(staged), |place| {
            self.store.write(|db| entries::put_file(db, &new, &source, self.limits, place))
        })?;
        let Replaced { value: (entry, outcome), old } = replaced;
        self.release(BlobKind::Content, old);
        Ok(ImportedFile { entry, outcome })
    }
}

fn file_entry(
    path: EntryPath,
    media_type: Option<String>,
    content: BlobRef,
    source: SourcePath,
) -> CheckedEntry {
    CheckedEntry {
        name: path.file_name().to_owned(),
        path,
        entry_type: FILE.to_owned(),
        media_type,
        content: Some(content),
        created_by: None,
        metadata: "{}".to_owned(),
        source: Some(source),
    }
}
