//! A library in a data folder of its own.

use std::sync::Arc;

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::LibraryDirectory;

/// A data folder, which goes with the value, and the library in it.
pub(crate) struct World {
    pub(crate) data: tempfile::TempDir,
    pub(crate) library: Arc<SqliteLibrary>,
}

impl World {
    pub(crate) fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
        Self { data, library }
    }
}
