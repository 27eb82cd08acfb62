//! Files that were read, as a look at them again will want to know them.

use ext_library_sqlite::{SeenFile, SqliteLibrary};

/// Most files that are looked up, or remembered, in one transaction.
pub(super) const BATCH: usize = 500;

/// Files that were read and are not remembered yet: a transaction for each would cost as much as making
/// its entry.
pub(super) struct SeenFiles<'a> {
    library: &'a SqliteLibrary,
    files: Vec<SeenFile>,
}

impl<'a> SeenFiles<'a> {
    pub(super) fn of(library: &'a SqliteLibrary) -> Self {
        Self { library, files: Vec::new() }
    }

    /// Adds a file, if there is one.
    pub(super) fn add(&mut self, file: Option<SeenFile>) {
        self.files.extend(file);
        if self.files.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let files = std::mem::take(&mut self.files);
        // A file that is not remembered is read again.
        if !files.is_empty()
            && let Err(error) = self.library.remember_seen(&files)
        {
            tracing::debug!(%error, "files that were read are not remembered");
        }
    }
}

impl Drop for SeenFiles<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
