//! A library that is worked on.

use std::{path::PathBuf, sync::Arc};

use ext_library_sqlite::SqliteLibrary;
use uuid::Uuid;

use crate::{error::CoreError, system::System};

/// An open library, and the system that works on it.
pub(crate) struct OpenLibrary<'a> {
    pub(crate) system: &'a System,
    pub(crate) id: Uuid,
    pub(crate) store: Arc<SqliteLibrary>,
}

impl<'a> OpenLibrary<'a> {
    pub(crate) fn new(system: &'a System, id: Uuid) -> Result<Self, CoreError> {
        let store = system.libraries.open(id)?;
        Ok(Self { system, id, store })
    }

    /// Returns the path of a file in the library's folder.
    pub(crate) fn file(&self, name: &str) -> Result<PathBuf, CoreError> {
        Ok(PathBuf::from(self.store.info()?.path).join(name))
    }
}
