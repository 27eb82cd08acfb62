//! The import of files of the user.

use std::path::Path;

use ext_services::library::LibraryError;
use ext_wire::{EntryPath, event::wants_import_again, ops::vdfs::Entry};
use uuid::Uuid;

use crate::{
    blobs::BlobState,
    import_outcome::ImportOutcome,
    library::SqliteLibrary,
    rows::{BlobKind, BlobRef, CheckedEntry, ImportedEntry, Replaced},
    seen::SeenFile,
    source::Source,
    source_path::SourcePath,
    sqlite::{FILE, Homes, entries, homes, may_import_over, renamed},
};

/// An imported file, returned by [`SqliteLibrary::import_file`].
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedFile {
    /// The entry after the import.
    pub entry: Entry,
    /// The effect on the library.
    pub outcome: ImportOutcome,
    /// The paths of the entries that the file could have had under another name: of this content, and
    /// of files that are gone. The one that followed it, by its path of before; several where it cannot
    /// be told, and a new entry was made.
    pub before: Vec<String>,
    /// The file as it was when it was read, unless it changed shortly before.
    pub seen: Option<SeenFile>,
    /// True when the library had lost this content, or had it damaged, and has it again.
    pub mended: bool,
}

impl ImportedFile {
    pub(crate) fn of(entry: Entry, outcome: ImportOutcome) -> Self {
        Self { entry, outcome, before: Vec::new(), seen: None, mended: false }
    }
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
    /// A content that the library lost, or has damaged, is written again, though the entry has it.
    ///
    /// A file that was renamed, or moved to another folder, is recognised by its content, where one
    /// entry alone has this content, or had it before, and a file that is gone: that entry follows it.
    /// A version that the user brought back stays, until the file changes.
    ///
    /// An entry that the user moved away is found where it is now. One that the user deleted stays in the
    /// bin, as long as the file is as it was; one that went with its file
    /// ([`bin_gone_files`](Self::bin_gone_files)) comes back with it.
    ///
    /// An interrupted import can be repeated: it ends with the same entries, but for ids and times. An id
    /// is never used twice, so that no program takes an entry for one that was removed.
    ///
    /// # Errors
    /// `Io` when `file` is missing, not a regular file, unreadable, or changes while it is read; `Name`
    /// when the path is not valid; `Denied` when the entry at the path is not an imported file;
    /// `Conflict` when it is one of another file; `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn import_file(&self, file: &Path, path: &str) -> Result<ImportedFile, LibraryError> {
        self.import_file_of(None, file, path)
    }

    /// Imports one file as [`import_file`](Self::import_file) does, as part of an import, which the events
    /// name ([`ImportData`](ext_wire::event::ImportData)). A file whose content is as it was makes the
    /// event `entry.updated` where an extension wants it again
    /// ([`wants_import_again`](ext_wire::event::wants_import_again)).
    ///
    /// # Errors
    /// As [`import_file`](Self::import_file).
    pub fn import_file_of(
        &self,
        import: Option<Uuid>,
        file: &Path,
        path: &str,
    ) -> Result<ImportedFile, LibraryError> {
        let path: EntryPath = path.parse()?;
        let mut source = Source::open(file)?;
        let imported = self.import_source(&mut source, path, import)?;
        let is_old = matches!(imported.outcome, ImportOutcome::Unchanged | ImportOutcome::Followed);
        if is_old && wants_import_again(&imported.entry.metadata) {
            self.store.write(|db| entries::announce(db, imported.entry.id, import))?;
        }
        Ok(ImportedFile { seen: source.seen(imported.entry.id), ..imported })
    }

    fn import_source(
        &self,
        source: &mut Source,
        path: EntryPath,
        import: Option<Uuid>,
    ) -> Result<ImportedFile, LibraryError> {
        let media_type = source.media_type()?;
        match choose(self.store.read(|db| homes(db, &path))?, source)? {
            Known::Entry(old) if old.had(&source.hash()?) => {
                let mended = self.mend(source)?;
                Ok(ImportedFile { mended, ..self.keep(old, source, media_type)? })
            }
            Known::Entry(old) => {
                self.import(source, EntryPath::stored(&old.entry.path), media_type, import)
            }
            Known::Binned(entry) => {
                let mended = self.mend(source)?;
                Ok(ImportedFile { mended, ..ImportedFile::of(entry, ImportOutcome::InBin) })
            }
            Known::Back(id) => {
                self.bring_back(id)?;
                let back = self.import_source(source, path, import)?;
                Ok(ImportedFile { outcome: ImportOutcome::Updated, ..back })
            }
            Known::None => self.follow_or_import(source, path, media_type, import),
        }
    }

    /// Leaves the content of an entry alone, and remembers where it comes from.
    fn keep(
        &self,
        old: ImportedEntry,
        source: &Source,
        media_type: Option<String>,
    ) -> Result<ImportedFile, LibraryError> {
        let ImportedEntry { mut entry, source: before, source_hash, .. } = old;
        let is_own = before.as_ref() == Some(source.path());
        if is_own && source_hash.is_some() && source_hash != entry.content_hash {
            // The file is as it was, and the user brought an older version back.
            return Ok(ImportedFile::of(entry, ImportOutcome::Unchanged));
        }
        let same = is_own && entry.media_type == media_type && source_hash == entry.content_hash;
        if !same && source.ensure_owns(before.as_ref()).is_ok() {
            entry.media_type = media_type;
            self.store.write(|db| entries::set_source(db, &entry, source.path()))?;
        }
        Ok(ImportedFile::of(entry, ImportOutcome::Unchanged))
    }

    /// Writes the content of a file that was read where the library has lost it, or has it damaged;
    /// returns whether it had.
    fn mend(&self, source: &mut Source) -> Result<bool, LibraryError> {
        if self.blobs.state(BlobKind::Content, &source.hash()?)? == BlobState::Sound {
            return Ok(false);
        }
        let mut staged = self.blobs.stage_reader(source)?;
        source.was_read(staged.blob.size, &staged.blob.hash)?;
        let hash = staged.blob.hash.clone();
        self.store.with_references(BlobKind::Content, &hash, &mut |in_use| {
            // An entry may have had it before, and have it no longer.
            if in_use.is_empty() { Ok(()) } else { Ok(staged.place(BlobKind::Content)?) }
        })?;
        Ok(staged.is_placed())
    }

    /// Lets the entry of a file that was renamed follow it; makes a new one where there is none, or
    /// where several could be it.
    fn follow_or_import(
        &self,
        source: &mut Source,
        path: EntryPath,
        media_type: Option<String>,
        import: Option<Uuid>,
    ) -> Result<ImportedFile, LibraryError> {
        let lost = self.lost_entries(source)?;
        let before = lost.iter().map(|it| it.entry.path.clone()).collect();
        if let [lost] = lost.as_slice() {
            let (id, mended) = (lost.entry.id, self.mend(source)?);
            self.store.write(|db| renamed::follow(db, id, source.path(), &path))?;
            let mut entry = self.store.read(|db| entries::by_id(db, id))?;
            if !lost.is_last {
                let at = EntryPath::stored(&entry.path);
                entry = self.import(source, at, media_type, import)?.entry;
            }
            let followed = ImportedFile::of(entry, ImportOutcome::Followed);
            return Ok(ImportedFile { before, mended, ..followed });
        }
        // What is invisible in a name is refused where somebody makes one up (`check_new`). A file has
        // the name that it has, and is not left out for it.
        Ok(ImportedFile { before, ..self.import(source, path, media_type, import)? })
    }

    fn import(
        &self,
        source: &mut Source,
        path: EntryPath,
        media_type: Option<String>,
        import: Option<Uuid>,
    ) -> Result<ImportedFile, LibraryError> {
        let staged = self.blobs.stage_reader(source)?;
        source.was_read(staged.blob.size, &staged.blob.hash)?;
        let file = file_entry(path, media_type, staged.blob.clone(), Some(source.path().clone()));
        let new = CheckedEntry { import, ..file };
        let replaced = self.with_blob(BlobKind::Content, Some(staged), |place| {
            let owns = |old: Option<&SourcePath>| source.ensure_owns(old);
            self.store.write(|db| entries::put_file(db, &new, &owns, self.limits.get(), place))
        })?;
        let Replaced { value: (entry, outcome), old } = replaced;
        self.release(BlobKind::Content, old);
        Ok(ImportedFile::of(entry, outcome))
    }
}

/// The entry that a file has before it is imported.
enum Known {
    Entry(ImportedEntry),
    Binned(Entry),
    /// One in the bin whose file was gone, and is back.
    Back(Uuid),
    None,
}

/// Chooses the entry of a file: its own; else one with its content whose file is gone or not known,
/// because files are moved; else the one at its path. The file is read only when that decides.
///
/// # Errors
/// `Denied` when the entry at the path is no imported file, `Conflict` when it is one of another file.
fn choose(homes: Homes, source: &mut Source) -> Result<Known, LibraryError> {
    let Homes { mut entries, binned, at } = homes;
    if entries.is_empty() && binned.is_empty() && at.is_none() {
        return Ok(Known::None);
    }
    let hash = source.hash()?;
    let is_own = |it: &ImportedEntry| it.source.as_ref() == Some(source.path());
    let owns = |it: &ImportedEntry| source.ensure_owns(it.source.as_ref()).is_ok();
    entries.retain(|it| may_import_over(&it.entry).is_ok() && owns(it));
    // Older programs let two entries have one file, where it was renamed over that of the other.
    entries.sort_by_key(|it| (!is_own(it), is_own(it) && it.is_moved, !it.had(&hash)));
    if let Some(entry) = entries.into_iter().find(|it| is_own(it) || it.had(&hash)) {
        return Ok(Known::Entry(entry));
    }
    let back = |it: &&ImportedEntry| it.file_gone && owns(it) && (is_own(it) || it.had(&hash));
    if at.is_none()
        && let Some(back) = binned.iter().find(back)
    {
        return Ok(Known::Back(back.entry.id));
    }
    let mut binned = binned.into_iter();
    if let Some(binned) = binned.find(|it| !it.file_gone && it.had(&hash) && owns(it)) {
        return Ok(Known::Binned(binned.entry));
    }
    let Some(at) = at else { return Ok(Known::None) };
    may_import_over(&at.entry)?;
    if at.entry.content_hash.as_deref() != Some(&hash) {
        if at.is_moved {
            return Err(LibraryError::Conflict(format!(
                "another entry was moved to `{}`: move it elsewhere, or import this file into another \
                 place",
                at.entry.path.escape_debug()
            )));
        }
        source.ensure_owns(at.source.as_ref())?;
    }
    Ok(Known::Entry(at))
}

pub(crate) fn file_entry(
    path: EntryPath,
    media_type: Option<String>,
    content: BlobRef,
    source: Option<SourcePath>,
) -> CheckedEntry {
    CheckedEntry {
        name: path.file_name().to_owned(),
        path,
        entry_type: FILE.to_owned(),
        media_type,
        content: Some(content),
        created_by: None,
        metadata: "{}".to_owned(),
        source,
        import: None,
    }
}
