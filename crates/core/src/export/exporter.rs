//! Writing of entries as files.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use ext_library_sqlite::SqliteLibrary;
use ext_services::library::{Entries, LibraryError, Sidecars};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        copies::NotExported,
        vdfs::{Entry, EntryDetails, ListSidecarsInput, ReadContentInput, SidecarInfo},
    },
};
use uuid::Uuid;

use super::{
    cannot_write,
    manifest::{ExportedEntry, ExportedFile},
    names::Names,
};
use crate::services::failed;

/// The most bytes of a content that are in memory at once.
const CHUNK: u64 = 16 << 20;
/// The folder of contents.
pub(super) const FILES: &str = "files";
/// The folder of what is known about entries.
pub(super) const ABOUT: &str = "about";
/// The file of an entry in its folder.
const ENTRY: &str = "entry.json";
/// The folder of its sidecars.
const SIDECARS: &str = "sidecars";

/// The entries that were written, and what could not be read of them.
pub(super) struct Exporter<'a> {
    library: &'a SqliteLibrary,
    folder: &'a Path,
    files: Names,
    about: Names,
    entries: Vec<ExportedEntry>,
    failures: Vec<NotExported>,
}

/// A content or sidecar that the library cannot give; the export goes on.
struct Unreadable {
    code: ErrorCode,
    reason: String,
}

/// The result of copying something: an outer error ends the export, because the next file would fail
/// as well.
type Copied<T> = Result<Result<T, Unreadable>, ErrorBody>;

impl<'a> Exporter<'a> {
    pub(super) fn new(library: &'a SqliteLibrary, folder: &'a Path) -> Self {
        let (files, about) = (Names::default(), Names::with_reserved(&[ENTRY, SIDECARS]));
        Self { library, folder, files, about, entries: Vec::new(), failures: Vec::new() }
    }

    pub(super) fn finish(self) -> (Vec<ExportedEntry>, Vec<NotExported>) {
        (self.entries, self.failures)
    }

    /// Writes an entry, as it is now; one that was deleted meanwhile is not written.
    pub(super) fn export(&mut self, entry_id: Uuid) -> Result<(), ErrorBody> {
        let details = match self.library.get_entry(entry_id) {
            Err(LibraryError::NotFound { .. }) => return Ok(()),
            found => found.map_err(failed)?,
        };
        let about = Path::new(ABOUT).join(self.about.folder(&details.entry.path));
        let (file, copied_from) = self.content(&details.entry)?;
        let sidecars = self.sidecars(&details, &about.join(SIDECARS))?;
        let (entry, about) = (details.entry, about.join(ENTRY));
        let to = self.folder.join(&about);
        let json = serde_json::to_vec_pretty(&entry);
        let json = json.map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        create(&to)?.write_all(&json).map_err(cannot_write(&to))?;
        let Entry { id, path, .. } = entry;
        self.entries.push(ExportedEntry { id, path, file, copied_from, about, sidecars });
        Ok(())
    }

    /// Writes the content of an entry. Where the library's own is damaged, the file that it was
    /// imported from is copied, if it is what it was.
    fn content(
        &mut self,
        entry: &Entry,
    ) -> Result<(Option<ExportedFile>, Option<PathBuf>), ErrorBody> {
        let (Some(hash), Some(size)) = (&entry.content_hash, entry.size) else {
            return Ok((None, None));
        };
        let path = Path::new(FILES).join(self.files.file(&entry.path));
        let to = self.folder.join(&path);
        let copied_from = match self.copy_content(entry, hash, &to)? {
            Ok(()) => None,
            Err(problem) => match self.copy_source(entry.id, hash, &to)? {
                Ok(source) => Some(source),
                Err(addition) => {
                    let Unreadable { code, reason } = problem;
                    self.fail(entry, None, Unreadable { code, reason: reason + &addition });
                    return Ok((None, None));
                }
            },
        };
        Ok((Some(ExportedFile { path, size, hash: hash.clone() }), copied_from))
    }

    fn copy_content(&self, entry: &Entry, hash: &str, to: &Path) -> Copied<()> {
        let mut file = Hashing::create(to)?;
        let problem = match self.copy_pieces(entry, &mut file, to)? {
            Ok(()) if file.hash() == hash => return Ok(Ok(())),
            Ok(()) => Unreadable {
                code: ErrorCode::Corrupt,
                reason: "its content is not what was written".to_owned(),
            },
            Err(problem) => problem,
        };
        fs::remove_file(to).map_err(cannot_write(to))?;
        Ok(Err(problem))
    }

    fn copy_pieces(&self, entry: &Entry, file: &mut Hashing, to: &Path) -> Copied<()> {
        let (mut offset, size) = (0, entry.size.unwrap_or_default());
        while offset < size {
            let length = Some(CHUNK.min(size - offset));
            let input = ReadContentInput { entry_id: entry.id, offset, length };
            let part = match self.library.read_content(input) {
                Ok(read) => read.data,
                Err(error) => return Ok(Err(error.into())),
            };
            if part.is_empty() {
                let reason = "its content changed while it was read".to_owned();
                return Ok(Err(Unreadable { code: ErrorCode::Conflict, reason }));
            }
            file.write_all(part.as_bytes()).map_err(cannot_write(to))?;
            offset += part.len() as u64;
        }
        Ok(Ok(()))
    }

    /// Copies the file that an entry was imported from; says why not.
    fn copy_source(
        &self,
        entry: Uuid,
        hash: &str,
        to: &Path,
    ) -> Result<Result<PathBuf, String>, ErrorBody> {
        let Ok(Some(source)) = self.library.source_of(entry) else { return Ok(Err(String::new())) };
        let Ok(mut from) = ext_fs::open(&source) else {
            return Ok(Err(format!("; the file that it came from is gone: {}", source.display())));
        };
        let mut file = Hashing::create(to)?;
        // The source is the likelier one to fail: then it is as good as gone.
        let copied = io::copy(&mut from, &mut file);
        if copied.is_ok() && file.hash() == hash {
            return Ok(Ok(source));
        }
        fs::remove_file(to).map_err(cannot_write(to))?;
        Ok(Err(format!("; the file that it came from is another one now: {}", source.display())))
    }

    fn sidecars(
        &mut self,
        details: &EntryDetails,
        folder: &Path,
    ) -> Result<Vec<ExportedFile>, ErrorBody> {
        let mut written = Vec::new();
        let mut names = Names::default();
        for sidecar in self.all_sidecars(details)? {
            let path = folder.join(names.file(&sidecar.name));
            match self.copy_sidecar(details.entry.id, &sidecar, &self.folder.join(&path))? {
                Ok(()) => {
                    let SidecarInfo { size, content_hash: hash, .. } = sidecar;
                    written.push(ExportedFile { path, size, hash });
                }
                Err(problem) => self.fail(&details.entry, Some(sidecar.name), problem),
            }
        }
        Ok(written)
    }

    /// Lists the sidecars of an entry, from all pages.
    fn all_sidecars(&self, details: &EntryDetails) -> Result<Vec<SidecarInfo>, ErrorBody> {
        let mut all = details.sidecars.clone();
        let mut after = details.next_sidecar.clone();
        while after.is_some() {
            let input = ListSidecarsInput { entry_id: details.entry.id, after };
            let page = self.library.list_sidecars(&input).map_err(failed)?;
            all.extend(page.sidecars);
            after = page.next;
        }
        Ok(all)
    }

    fn copy_sidecar(&self, entry_id: Uuid, sidecar: &SidecarInfo, to: &Path) -> Copied<()> {
        match self.library.read_sidecar(entry_id, &sidecar.name) {
            Ok(data) => Ok(Ok(create(to)?.write_all(&data).map_err(cannot_write(to))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn fail(&mut self, entry: &Entry, sidecar: Option<String>, problem: Unreadable) {
        let Unreadable { code, reason } = problem;
        let (path, code) = (entry.path.clone(), code.name().to_owned());
        self.failures.push(NotExported { path, sidecar, code, reason });
    }
}

/// A new file, and the hash of what is written to it.
struct Hashing {
    file: File,
    hasher: blake3::Hasher,
}

impl Hashing {
    fn create(path: &Path) -> Result<Self, ErrorBody> {
        Ok(Self { file: create(path)?, hasher: blake3::Hasher::new() })
    }

    fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a file, with the folders above it.
fn create(path: &Path) -> Result<File, ErrorBody> {
    let parent = path.parent().unwrap_or(path);
    let made = fs::create_dir_all(parent).and_then(|()| File::create_new(path));
    made.map_err(cannot_write(path))
}

impl From<LibraryError> for Unreadable {
    fn from(error: LibraryError) -> Self {
        let ErrorBody { code, error: reason, .. } = failed(error);
        Self { code, reason }
    }
}
