//! The places of imported folders: where an entry comes from is its identity.

use std::path::{Path, PathBuf};

use ext_services::library::LibraryError;
use ext_wire::EntryPath;
use uuid::Uuid;

use crate::{
    library::SqliteLibrary,
    source::Source,
    source_path::SourcePath,
    sqlite::{Homes, homes, may_import_over, roots, source_of},
};

/// A folder that was imported, returned by [`SqliteLibrary::import_roots`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRoot {
    /// The folder, as an absolute path.
    pub folder: PathBuf,
    /// The path in the library below which its files are entries.
    pub place: String,
}

/// The entry at a path where a file could become one, as seen from the file; returned by
/// [`SqliteLibrary::occupant`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupant {
    /// No entry is there.
    None,
    /// The entry of this very file.
    ThisFile,
    /// The entry of another file, which is still there.
    OtherFile,
    /// An entry with the content of this file, whose own file is gone or not known.
    SameContent,
    /// Another entry: one with other content whose own file is gone or not known, or one that is no
    /// imported file.
    OtherContent,
}

impl SqliteLibrary {
    /// Lists the folders that were imported, with their places.
    ///
    /// # Errors
    /// `Busy`, `Corrupt` from the library.
    pub fn import_roots(&self) -> Result<Vec<ImportRoot>, LibraryError> {
        let roots = self.store.read(roots::all)?.into_iter();
        let root = |(folder, place): (SourcePath, _)| ImportRoot {
            folder: folder.as_path().to_owned(),
            place,
        };
        Ok(roots.map(root).collect())
    }

    /// Remembers the place of a folder.
    ///
    /// # Errors
    /// `Name` when the place is not a valid path; `Io` when the folder has no absolute path; `Busy`,
    /// `NoSpace`, `Corrupt` from the library.
    pub fn set_import_root(&self, folder: &Path, place: &str) -> Result<(), LibraryError> {
        let place: EntryPath = place.parse()?;
        let folder = SourcePath::of(folder).map_err(|error| LibraryError::Io(error.to_string()))?;
        self.store.write(|db| roots::put(db, &folder, place.as_str()))
    }

    /// Returns the file that an entry was imported from last; `None` for an entry that is no imported
    /// file, or that an older program imported. The file may have changed, or be gone.
    ///
    /// # Errors
    /// `NotFound` when there is no such entry; `Busy`, `Corrupt` from the library.
    pub fn source_of(&self, entry: Uuid) -> Result<Option<PathBuf>, LibraryError> {
        let source = self.store.read(|db| source_of(db, entry))?;
        Ok(source.map(|source| source.as_path().to_owned()))
    }

    /// Compares a file with the entry at a path, if there is one. The file is read only when that
    /// decides.
    ///
    /// # Errors
    /// As [`Self::import_file`].
    pub fn occupant(&self, file: &Path, path: &str) -> Result<Occupant, LibraryError> {
        let path: EntryPath = path.parse()?;
        let Homes { entries, binned, at } = self.store.read(|db| homes(db, &path))?;
        let Some(old) = entries.into_iter().chain(binned).chain(at).next() else {
            return Ok(Occupant::None);
        };
        if may_import_over(&old.entry).is_err() {
            return Ok(Occupant::OtherContent);
        }
        let mut source = Source::open(file)?;
        match &old.source {
            Some(old) if old == source.path() => return Ok(Occupant::ThisFile),
            Some(old) if !source.is_gone_or_same(old.as_path()) => return Ok(Occupant::OtherFile),
            _ => {}
        }
        let same = old.entry.content_hash == Some(source.hash()?);
        Ok(if same { Occupant::SameContent } else { Occupant::OtherContent })
    }
}
