//! Bytes that come from other programs: files that are uploaded, and sidecars that are streamed in.

use std::{io::Read, path::Path};

use ext_services::library::{LibraryError, Result};
use ext_wire::{
    EntryPath, names,
    ops::vdfs::{MAX_SIDECAR_BYTES, SidecarInfo, SidecarRef},
};

use crate::{
    file_gone::is_gone,
    import::{ImportedFile, file_entry},
    library::{SqliteLibrary, ensure_size},
    rows::{BlobKind, CheckedSidecar, Replaced},
    source::Source,
    source_path::SourcePath,
    sqlite::{entries, sidecars},
    text,
};

impl SqliteLibrary {
    /// Makes an entry of a file that was uploaded, at a path. Unlike one that is imported, the entry has
    /// no file on the disk that it belongs to. Where an entry has the path, it gets the content, and the
    /// former one becomes a version, if `replaces`.
    ///
    /// # Errors
    /// `Name` when the path is not one of a new entry; `Denied` when the entry at the path is not a file,
    /// or has other content and is not to be replaced; `Conflict` when it belongs to a file on the disk;
    /// `Io` when the file cannot be read; `Busy`, `NoSpace`, `Corrupt`, `ReadOnly` from the library.
    pub fn import_upload(
        &self,
        file: &Path,
        path: &EntryPath,
        replaces: bool,
    ) -> Result<ImportedFile> {
        path.check_new()?;
        let mut source = Source::open(file)?;
        let media_type = source.media_type_as(path.as_str().as_ref())?;
        let staged = self.blobs.stage_reader(&mut source)?;
        let new = file_entry(path.clone(), media_type, staged.blob.clone(), None);
        let owns = |old: Option<&SourcePath>| may_replace(path, old, replaces);
        let replaced = self.with_blob(BlobKind::Content, Some(staged), |place| {
            self.store.write(|db| entries::put_file(db, &new, &owns, self.limits.get(), place))
        })?;
        let Replaced { value: (entry, outcome), old } = replaced;
        self.release(BlobKind::Content, old);
        Ok(ImportedFile::of(entry, outcome))
    }

    /// Checks before the bytes of an upload come whether its file, of `size` bytes, may come to a path.
    ///
    /// # Errors
    /// Those of [`Self::import_upload`] that are certain by then.
    pub fn check_upload(&self, path: &EntryPath, size: u64, replaces: bool) -> Result<()> {
        path.check_new()?;
        self.ensure_writable()?;
        let owns = |old: Option<&SourcePath>| may_replace(path, old, replaces);
        self.store.read(|db| entries::may_put_file(db, path, size, &owns))
    }

    /// Writes a sidecar of the user from a stream; an older one is replaced if `only_if` agrees to its
    /// hash, or to `None` when there is none. That is asked in the transaction of the change.
    ///
    /// # Errors
    /// As [`Sidecars::write_sidecar`](ext_services::library::Sidecars::write_sidecar); `Conflict` when
    /// `only_if` does not agree; `Io` when the stream fails, with nothing written.
    pub fn write_sidecar_from(
        &self,
        target: &SidecarRef,
        source: &mut dyn Read,
        only_if: &dyn Fn(Option<&str>) -> bool,
    ) -> Result<SidecarInfo> {
        names::sidecar_name(&target.name)?;
        let most = MAX_SIDECAR_BYTES as u64;
        let staged = self.blobs.stage_reader(&mut source.take(most + 1))?;
        ensure_size("sidecar", staged.blob.size, most)?;
        let is_text = text::is_indexed(&target.name);
        let text = is_text.then(|| staged.read()).transpose()?;
        let new = CheckedSidecar {
            entry: target.entry_id,
            text: text.and_then(|bytes| text::of_sidecar(&target.name, &bytes)),
            name: target.name.clone(),
            content: staged.blob.clone(),
            written_by: None,
            quota: self.limits.get().extension_bytes,
        };
        let Replaced { value, old } = self.with_blob(BlobKind::Sidecar, Some(staged), |place| {
            let check = |old: Option<&SidecarInfo>| agreed(&new.name, old, only_if);
            self.store.write(|db| sidecars::put(db, &new, &check, place))
        })?;
        self.release(BlobKind::Sidecar, old);
        Ok(value)
    }
}

fn agreed(
    name: &str,
    old: Option<&SidecarInfo>,
    only_if: &dyn Fn(Option<&str>) -> bool,
) -> Result<()> {
    if only_if(old.map(|old| old.content_hash.as_str())) {
        return Ok(());
    }
    let state = if old.is_some() { "is another one by now" } else { "is not there" };
    Err(LibraryError::Conflict(format!("the sidecar `{name}` {state}")))
}

/// Checks that an entry with other content, which was imported from `old`, may get that of an upload.
fn may_replace(path: &EntryPath, old: Option<&SourcePath>, replaces: bool) -> Result<()> {
    let path = path.as_str().escape_debug();
    if let Some(old) = old.filter(|old| !is_gone(old.as_path())) {
        let file = old.as_path().display();
        return Err(LibraryError::Conflict(format!(
            "`{path}` belongs to the file {file}: change that one, or choose another path"
        )));
    }
    match replaces {
        true => Ok(()),
        false => Err(LibraryError::Denied(format!("`{path}` is there, with other content"))),
    }
}

#[cfg(test)]
mod tests {
    use ext_services::library::{Entries, Sidecars, Versions};

    use super::*;
    use crate::{ImportOutcome, Libraries};

    fn library() -> (tempfile::TempDir, std::sync::Arc<SqliteLibrary>) {
        use ext_services::library::LibraryDirectory;
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
        (data, library)
    }

    #[test]
    fn an_upload_makes_an_entry_and_replaces_only_what_it_may() {
        let (data, library) = library();
        let file = data.path().join("upload");
        let path: EntryPath = "inbox/note.txt".parse().unwrap();
        std::fs::write(&file, "one").unwrap();
        let first = library.import_upload(&file, &path, false).unwrap();
        assert_eq!(first.outcome, ImportOutcome::Created);
        assert_eq!(first.entry.media_type.as_deref(), Some("text/plain"));
        let again = library.import_upload(&file, &path, false).unwrap();
        assert_eq!((again.outcome, again.entry.id), (ImportOutcome::Unchanged, first.entry.id));

        std::fs::write(&file, "two").unwrap();
        let denied = library.import_upload(&file, &path, false).unwrap_err();
        assert!(matches!(denied, LibraryError::Denied(_)), "{denied}");
        let second = library.import_upload(&file, &path, true).unwrap();
        assert_eq!((second.outcome, second.entry.id), (ImportOutcome::Updated, first.entry.id));
        assert_eq!(library.list_versions(first.entry.id).unwrap().len(), 1, "nothing is lost");
        let before = library.open_version(first.entry.id, 1).unwrap();
        assert_eq!(before.read_at(0, 9).unwrap(), "one");
        assert_eq!(library.open_content(first.entry.id).unwrap().read_at(0, 9).unwrap(), "two");
    }

    #[test]
    fn an_upload_takes_no_place_of_a_file_on_the_disk() {
        let (data, library) = library();
        let (file, upload) = (data.path().join("note.txt"), data.path().join("upload"));
        std::fs::write(&file, "mine").unwrap();
        std::fs::write(&upload, "other").unwrap();
        let mine = library.import_file(&file, "note.txt").unwrap().entry;
        let path: EntryPath = "note.txt".parse().unwrap();
        let refused = library.import_upload(&upload, &path, true).unwrap_err();
        assert!(matches!(refused, LibraryError::Conflict(_)), "{refused}");
        let early = library.check_upload(&path, 5, true).unwrap_err();
        assert_eq!(early.to_string(), refused.to_string());
        library.check_upload(&path, 4, true).unwrap(); // it may be the same
        library.check_upload(&"new.txt".parse().unwrap(), 5, false).unwrap();
        assert_eq!(library.get_entry(mine.id).unwrap().entry.content_hash, mine.content_hash);
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        library.check_upload(&path, 5, true).unwrap(); // a folder is no file that it belongs to
        let invisible: EntryPath = "a\u{200b}b".parse().unwrap();
        assert!(matches!(
            library.import_upload(&upload, &invisible, true),
            Err(LibraryError::Name(_))
        ));
    }

    #[test]
    fn a_sidecar_is_replaced_only_when_it_is_what_the_writer_read() {
        let (data, library) = library();
        let file = data.path().join("note.txt");
        std::fs::write(&file, "x").unwrap();
        let entry_id = library.import_file(&file, "note.txt").unwrap().entry.id;
        let target = SidecarRef { entry_id, name: "tags.txt".into() };
        let write = |text: &str, only_if: &dyn Fn(Option<&str>) -> bool| {
            library.write_sidecar_from(&target, &mut text.as_bytes(), only_if)
        };
        let first = write("tea", &|old| old.is_none()).unwrap();
        let lost = write("milk", &|old| old.is_none()).unwrap_err();
        assert!(matches!(lost, LibraryError::Conflict(_)), "{lost}");
        write("coffee", &|old| old == Some(&first.content_hash)).unwrap();
        assert_eq!(library.read_sidecar(entry_id, "tags.txt").unwrap(), b"coffee");
        assert!(write("milk", &|old| old == Some(&first.content_hash)).is_err());
    }
}
