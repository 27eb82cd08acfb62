//! Files of the user that got another name.

use std::path::{Path, PathBuf};

use ext_services::library::LibraryError;
use ext_wire::EntryPath;
use uuid::Uuid;

use crate::{library::SqliteLibrary, source_path::SourcePath, sqlite::renamed};

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
    /// on. One that the user moved stays where it is, as does one whose new path is taken. Returns
    /// whether it has another path now.
    ///
    /// # Errors
    /// `Name` when the path is not valid; `NotFound` without the entry; `Io` when `file` has no
    /// absolute path; `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn follow_file(&self, entry: Uuid, file: &Path, path: &str) -> Result<bool, LibraryError> {
        let (file, path): (_, EntryPath) = (absolute(file)?, path.parse()?);
        self.store.write(|db| renamed::follow(db, entry, &file, &path))
    }
}

pub(crate) fn absolute(file: &Path) -> Result<SourcePath, LibraryError> {
    SourcePath::of(file).map_err(|error| LibraryError::Io(error.to_string()))
}
