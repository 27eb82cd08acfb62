//! Entries whose files are gone from the disk.

use std::path::{Path, PathBuf};

use ext_services::library::LibraryError;
use uuid::Uuid;

use crate::{
    library::SqliteLibrary, renamed::absolute, rows::BlobKind, source_path::SourcePath,
    sqlite::file_gone,
};

impl SqliteLibrary {
    /// Moves entries to the bin whose files are gone: all of them or none. Each comes back with its
    /// file, when that is imported again. One that has another file by now, or whose file is there,
    /// stays. Returns the number of those that went.
    ///
    /// # Errors
    /// `Io` when a file has no absolute path; `Busy`, `NoSpace`, `Corrupt` from the library.
    pub fn bin_gone_files(&self, gone: &[(Uuid, PathBuf)]) -> Result<u64, LibraryError> {
        let gone = still_gone(gone)?;
        let removed =
            self.store.write(|db| file_gone::put_all_into_bin(db, &gone, self.limits.get()))?;
        let count = removed.len() as u64;
        for removed in removed {
            self.release(BlobKind::Content, removed.contents);
            self.release(BlobKind::Sidecar, removed.sidecars);
        }
        Ok(count)
    }

    /// Lets entries stay whose files are gone, as if they had never had one.
    ///
    /// # Errors
    /// As [`Self::bin_gone_files`].
    pub fn forget_gone_files(&self, gone: &[(Uuid, PathBuf)]) -> Result<(), LibraryError> {
        let gone = still_gone(gone)?;
        self.store.write(|db| {
            for (entry, file) in &gone {
                if file_gone::is_of(db, *entry, file)? {
                    file_gone::forget(db, *entry)?;
                }
            }
            Ok(())
        })
    }
}

/// Returns whether there is certainly no file at a path: nothing, or a folder, a link or a pipe, which
/// are no imported files. A disk that does not answer is no answer.
#[must_use]
pub fn is_gone(file: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match file.symlink_metadata() {
        Ok(found) => !found.is_file(),
        Err(error) => matches!(error.kind(), NotFound | NotADirectory),
    }
}

fn still_gone(files: &[(Uuid, PathBuf)]) -> Result<Vec<(Uuid, SourcePath)>, LibraryError> {
    let gone = files.iter().filter(|(_, file)| is_gone(file));
    gone.map(|(entry, file)| Ok((*entry, absolute(file)?))).collect()
}
