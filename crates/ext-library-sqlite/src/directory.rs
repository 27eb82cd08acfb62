//! The libraries of a data folder.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ext_fs::{Lock, create_private_folder, rename};
use ext_services::library::{Library, LibraryDirectory, LibraryError};
use ext_wire::{names, ops::libraries::LibraryInfo};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    fault::{Fault, Outcome},
    library::{DATABASE, SqliteLibrary},
    sqlite,
};

/// The default of the bytes that an extension may have in a library: content and sidecars.
pub const DEFAULT_EXTENSION_BYTES: u64 = 4 << 30;

/// The prefix of the name of a library's folder while it is being created.
const UNFINISHED: &str = ".new-";
const LOCK: &str = ".lock";

/// The libraries in `<data folder>/libraries`, each opened once.
#[derive(Debug)]
pub struct Libraries {
    folder: PathBuf,
    quota: u64,
    open: Mutex<HashMap<Uuid, Arc<SqliteLibrary>>>,
}

impl Libraries {
    /// Opens the libraries of a data folder, which is created when missing (for its owner only).
    ///
    /// # Errors
    /// `Io` or `NoSpace` when it cannot be created.
    pub fn new(data_folder: &Path) -> Result<Self, LibraryError> {
        let folder = data_folder.join("libraries");
        create_private_folder(&folder).map_err(Fault::from)?;
        Ok(Self { folder, quota: DEFAULT_EXTENSION_BYTES, open: Mutex::default() })
    }

    /// Sets the limit for the content and sidecars of each extension in each library, in bytes.
    #[must_use]
    pub fn with_quota(self, quota: u64) -> Self {
        Self { quota, ..self }
    }

    /// Opens a library by id; returns the same one for every call.
    ///
    /// # Errors
    /// `NotFound` when there is no such library, `Corrupt` when its folder holds another one; as
    /// [`SqliteLibrary::open`].
    pub fn open(&self, id: Uuid) -> Result<Arc<SqliteLibrary>, LibraryError> {
        let mut open = self.open.lock();
        if let Some(library) = open.get(&id) {
            return Ok(Arc::clone(library));
        }
        let folder = self.folder.join(id.to_string());
        if !folder.is_dir() {
            return Err(LibraryError::NotFound { what: "library", name: id.to_string() });
        }
        let library = Arc::new(SqliteLibrary::open(&folder, self.quota)?);
        ensure_id(&library.info()?, id)?;
        open.insert(id, Arc::clone(&library));
        Ok(library)
    }

    /// Creates the folder of a library beside the others and renames it when it is complete, so that
    /// there never is half a library. The lock makes sure that an unfinished folder is not in use, and
    /// can be removed.
    fn make(&self, name: &str) -> Outcome<Uuid> {
        let lock = Lock::acquire(&self.folder.join(LOCK))?;
        remove_unfinished(&self.folder)?;
        let id = Uuid::now_v7();
        let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.folder)?;
        sqlite::create(&unfinished.path().join(DATABASE), id, name)?;
        for part in ["content", "sidecars"] {
            fs::create_dir(unfinished.path().join(part))?;
        }
        rename(unfinished.path(), &self.folder.join(id.to_string()))?;
        let _ = unfinished.keep();
        drop(lock);
        Ok(id)
    }

    fn infos(&self) -> Outcome<Vec<LibraryInfo>> {
        let mut infos = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            match self.info(id) {
                Ok(info) => infos.push(info),
                Err(error) => tracing::warn!(library = %id, %error, "left out of the list"),
            }
        }
        Ok(infos)
    }

    fn info(&self, id: Uuid) -> Outcome<LibraryInfo> {
        let info = sqlite::read_info(&self.folder.join(id.to_string()).join(DATABASE))?;
        ensure_id(&info, id)?;
        Ok(info)
    }
}

impl LibraryDirectory for Libraries {
    fn library(&self, id: Uuid) -> Result<Arc<dyn Library>, LibraryError> {
        Ok(self.open(id)?)
    }

    fn create(&self, name: &str) -> Result<LibraryInfo, LibraryError> {
        let id = self.make(&names::library_name(name)?)?;
        self.open(id)?.info()
    }

    /// Lists the libraries. One that cannot be read is left out, and logged.
    fn list(&self) -> Result<Vec<LibraryInfo>, LibraryError> {
        let mut infos = self.infos()?;
        infos.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(infos)
    }
}

/// Checks the id: a copy of a library under another id would pass for that one.
fn ensure_id(info: &LibraryInfo, id: Uuid) -> Result<(), LibraryError> {
    if info.id == id {
        return Ok(());
    }
    Err(LibraryError::Corrupt(format!("the folder {id} holds the library {}", info.id)))
}

fn remove_unfinished(folder: &Path) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
