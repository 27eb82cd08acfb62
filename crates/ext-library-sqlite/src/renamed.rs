//! Files of the user that got another name.

use std::path::{Path, PathBuf};

use ext_services::library::LibraryError;
use ext_wire::EntryPath;
use uuid::Uuid;

use crate::{
    file_gone,
    library::SqliteLibrary,
    source::Source,
    source_path::SourcePath,
    sqlite::{
        renamed::{self, SameContent},
        roots,
    },
};

impl SqliteLibrary {
    /// Lists the entries that were imported from a file, or from the files below a folder, each with
    /// its file.
    ///
    /// # Errors
    /// `Io` when `file` has no absolute path; `Busy`, `Corrupt` from the library.
    pub fn entries_of_files(&self, file: &Path) -> Result<Vec<(Uuid, PathBuf)>, LibraryError> {
        let file = absolute(file)?;
        let found = self.store.read(|db| renamed::entries_of(db, &file))?.into_iter();
        Ok(found.map(|(id, source)| (id, source.as_path().to_owned())).collect())
    }

    /// Lets an entry follow its file, which was renamed to `file` and is imported to `path` from now
    /// on. One that the user moved stays where it is, as does one whose new path is taken. Nothing
    /// changes where the file took the place of another one, whose entry has its content from now on.
    /// Returns whether it has another path now.
    ///
    /// # Errors
    /// `Name` when the path is not valid; `NotFound` without the entry; `Io` when `file` has no
    /// absolute path; `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn follow_file(&self, entry: Uuid, file: &Path, path: &str) -> Result<bool, LibraryError> {
        let (file, path): (_, EntryPath) = (absolute(file)?, path.parse()?);
        self.store.write(|db| {
            if renamed::is_of_another(db, entry, &file, &path)? {
                return Ok(false);
            }
            renamed::follow(db, entry, &file, &path)
        })
    }

    /// Lists the entries that have the content of a file, and whose own files are gone; where there are
    /// none, those that had it before. Files without content are all alike, and the file is read only
    /// where its size is that of an entry or a version.
    pub(crate) fn lost_entries(
        &self,
        source: &mut Source,
    ) -> Result<Vec<SameContent>, LibraryError> {
        let size = source.size();
        if size == 0 || !self.store.read(|db| renamed::has_size(db, size))? {
            return Ok(Vec::new());
        }
        let hash = source.hash()?;
        let (found, roots) =
            self.store.read(|db| Ok((renamed::with_content(db, &hash)?, roots::all(db)?)))?;
        let folders: Vec<&Path> = roots.iter().map(|(folder, _)| folder.as_path()).collect();
        let gone = found.into_iter().filter(|it| is_gone(it.file.as_path(), &folders));
        let (last, before): (Vec<_>, Vec<_>) = gone.partition(|it| it.is_last);
        Ok(if last.is_empty() { before } else { last })
    }
}

/// Returns whether a file is gone for certain. One on a disk that is not there now is not: the folder
/// around the imported one is gone as well.
fn is_gone(file: &Path, imported: &[&Path]) -> bool {
    let around = imported.iter().filter(|folder| file.starts_with(folder));
    let around = around.min_by_key(|folder| folder.components().count());
    let around = around.copied().unwrap_or(file).parent();
    file_gone::is_gone(file) && around.is_some_and(Path::exists)
}

pub(crate) fn absolute(file: &Path) -> Result<SourcePath, LibraryError> {
    SourcePath::of(file).map_err(|error| LibraryError::Io(error.to_string()))
}
