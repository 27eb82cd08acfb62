//! The places of files in a library.
//!
//! A library remembers the folders that were imported, and where each stands: `~/2024/scans` in
//! `scans`. A file belongs to the innermost of them. So it has one entry, whatever was named at the
//! import, and folders with one name do not mix.

use std::{
    io,
    path::{Path, PathBuf},
};

use ext_library_sqlite::{ImportRoot, Occupant, SqliteLibrary};
use ext_services::library::LibraryError;
use ext_wire::{EntryPath, ErrorCode};

use super::report::{Failure, PlacedFolder, failed_file, path_text};

/// The imported folders of a library.
pub(crate) struct Places<'a> {
    library: &'a SqliteLibrary,
    roots: Vec<ImportRoot>,
}

/// Why a folder got no place.
pub(crate) enum Refused {
    /// It cannot be told where its files belong, or their names cannot be used.
    Folder(Failure),
    /// The library failed.
    Library(LibraryError),
}

impl From<LibraryError> for Refused {
    fn from(error: LibraryError) -> Self {
        Self::Library(error)
    }
}

impl<'a> Places<'a> {
    pub(crate) fn of(library: &'a SqliteLibrary) -> Result<Self, LibraryError> {
        Ok(Self { library, roots: library.import_roots()? })
    }

    /// Gives a folder a place, unless it stands below one that has one: the one that the user named,
    /// or the shortest end of its path that is free. Returns the place when it is not the folder's
    /// last name.
    pub(crate) fn settle(
        &mut self,
        folder: &Path,
        files: &[PathBuf],
        into: Option<&EntryPath>,
    ) -> Result<Option<PlacedFolder>, Refused> {
        let known = self.path_in(folder).transpose().map_err(|error| refuse(folder, &error))?;
        let place = match (known, into) {
            (Some(known), Some(into)) if known != into.as_str() => {
                let error = format!(
                    "it was imported into `{known}`: import it without a place, or a copy of it"
                );
                return Err(refuse(folder, &error));
            }
            (Some(_), _) => return Ok(None),
            (None, Some(into)) if self.is_free(folder, into.as_str(), files)? => {
                into.as_str().to_owned()
            }
            (None, Some(into)) => {
                let error =
                    format!("`{into}` has entries of other files: import it into another place");
                return Err(refuse(folder, &error));
            }
            (None, None) => self.find_free(folder, files)?,
        };
        match self.library.set_import_root(folder, &place) {
            // No entry can have this name, which is told with each file; or the folder is the root of
            // the file system, which has none.
            Ok(()) | Err(LibraryError::Name(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let told = folder.file_name().is_some_and(|name| name != place.as_str());
        self.roots.push(ImportRoot { folder: folder.to_owned(), place: place.clone() });
        Ok(told.then(|| PlacedFolder { folder: path_text(folder), place }))
    }

    /// Returns the entry path of a file in a folder that is settled.
    pub(crate) fn entry_path(&self, file: &Path) -> io::Result<String> {
        self.path_in(file).unwrap_or_else(|| Err(io::Error::other("its folder has no place")))
    }

    /// Returns the path of a file or folder below the innermost folder that has a place, if any.
    fn path_in(&self, path: &Path) -> Option<io::Result<String>> {
        let root = self.roots.iter().filter(|root| path.starts_with(&root.folder));
        let root = root.max_by_key(|root| root.folder.components().count())?;
        Some(below(&root.place, &root.folder, path))
    }

    fn find_free(&self, folder: &Path, files: &[PathBuf]) -> Result<String, Refused> {
        for place in ends_of(folder) {
            if self.is_free(folder, &place, files)? {
                return Ok(place);
            }
        }
        let error = "each place that its path gives it has entries of other files: name a place";
        Err(refuse(folder, &error))
    }

    /// Tells whether the files of a folder may become entries below a place. They may where nothing
    /// is in their way, or what is there was theirs: of this folder, or with the same content and of
    /// a folder that is gone (it was moved) or that an older program did not remember.
    fn is_free(&self, folder: &Path, place: &str, files: &[PathBuf]) -> Result<bool, LibraryError> {
        if self.roots.iter().any(|root| would_meet(root, folder, place)) {
            return Ok(false);
        }
        let others = self.roots.iter().filter(|root| root.place == place);
        let mut doubtful = false;
        for other in others {
            if other.folder.exists() {
                return Ok(false);
            }
            doubtful = true;
        }
        let mut fits = false;
        for file in files {
            let Ok(path) = below(place, folder, file) else { continue };
            match self.library.occupant(file, &path) {
                Ok(Occupant::ThisFile) => return Ok(true),
                Ok(Occupant::OtherFile) => return Ok(false),
                Ok(Occupant::SameContent) => fits = true,
                Ok(Occupant::OtherContent) => doubtful = true,
                // A file that cannot be imported is told of later, by itself.
                Ok(Occupant::None) | Err(LibraryError::Io(_) | LibraryError::Name(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(fits || !doubtful)
    }
}

/// Tells whether files below a folder and below an imported one would have one entry path, if not now
/// then when they are imported: a part of one place is a folder on the disk below the other.
fn would_meet(root: &ImportRoot, folder: &Path, place: &str) -> bool {
    let meets = |outer: &str, inner: &str, outer_folder: &Path| {
        let rest = Path::new(inner).strip_prefix(outer).ok();
        rest.is_some_and(|rest| rest.iter().next().is_some() && outer_folder.join(rest).exists())
    };
    meets(&root.place, place, &root.folder) || meets(place, &root.place, folder)
}

fn refuse(folder: &Path, error: &dyn std::fmt::Display) -> Refused {
    Refused::Folder(failed_file(folder, ErrorCode::Conflict, error))
}

/// Returns the ends of a path that are text, the shortest first: `scans`, `2025/scans`. The root of
/// the file system has the empty one.
fn ends_of(folder: &Path) -> Vec<String> {
    let names = folder.iter().rev().map_while(|name| name.to_str()).filter(|name| *name != "/");
    let longer = names.scan(String::new(), |end, name| {
        *end = if end.is_empty() { name.to_owned() } else { format!("{name}/{end}") };
        Some(end.clone())
    });
    let ends: Vec<_> = longer.collect();
    if folder.parent().is_none() { vec![String::new()] } else { ends }
}

/// Returns the entry path of a path below a folder.
fn below(place: &str, folder: &Path, path: &Path) -> io::Result<String> {
    let names = path.strip_prefix(folder).unwrap_or(path).iter().map(|name| name.to_str());
    let first = (!place.is_empty()).then_some(Some(place));
    let names: Option<Vec<&str>> = first.into_iter().chain(names).collect();
    let not_text =
        || io::Error::new(io::ErrorKind::InvalidFilename, "the name is not UTF-8: rename it");
    Ok(names.ok_or_else(not_text)?.join("/"))
}
