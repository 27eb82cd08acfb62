//! The libraries of a data folder.

use std::{
    collections::HashMap,
    fs::{self, Permissions},
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use ext_fs::{Lock, create_private_folder_if_writable, is_read_only, private_options, rename};
use ext_services::library::{Library, LibraryDirectory, LibraryError};
use ext_wire::{
    names,
    ops::libraries::{CheckLibraryOutput, LibraryInfo, ListLibrariesOutput, UnreadableLibrary},
};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    commits::{CommitObserver, Commits},
    fault::{Fault, Outcome},
    last_name,
    library::{DATABASE, SqliteLibrary},
    limits::{Limits, LiveLimits},
    recovery::CheckReport,
    sqlite,
};

/// The prefix of the name of a library's folder while it is being created.
const UNFINISHED: &str = ".new-";
const LOCK: &str = ".lock";
/// The time to wait for others that look for a library among the open ones.
const BRIEFLY: Duration = Duration::from_millis(100);

/// The libraries in `<data folder>/libraries`, each opened once.
#[derive(Debug)]
pub struct Libraries {
    folder: PathBuf,
    limits: LiveLimits,
    open: Mutex<HashMap<Uuid, Arc<SqliteLibrary>>>,
    commits: Commits,
    /// True when another program opens them for this one.
    served_elsewhere: bool,
}

impl Libraries {
    /// Opens the libraries of a data folder, which is created when missing (for its owner only), unless it
    /// is read-only: then there is no library.
    ///
    /// # Errors
    /// `Io` or `NoSpace` when it cannot be created.
    pub fn new(data_folder: &Path) -> Result<Self, LibraryError> {
        let folder = data_folder.join("libraries");
        create_private_folder_if_writable(&folder).map_err(Fault::from)?;
        // Links above the libraries belong to the user; below, none is followed.
        let folder = match fs::canonicalize(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => folder,
            real => real.map_err(Fault::from)?,
        };
        let (limits, open, commits) = Default::default();
        Ok(Self { folder, limits, open, commits, served_elsewhere: false })
    }

    /// Refuses to open libraries: a program that serves the data folder does so for this one.
    #[must_use]
    pub fn served_elsewhere(mut self, is: bool) -> Self {
        self.served_elsewhere = is;
        self
    }

    /// Sets what each library keeps at most.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        self.set_limits(limits);
        self
    }

    /// Changes what each library keeps at most, also of libraries that are open.
    pub fn set_limits(&self, limits: Limits) {
        self.limits.set(limits);
    }

    /// Lets an observer know of each commit of this program to a library, from now on. There is one at
    /// most: false when there was one before.
    pub fn observe_commits(&self, observer: CommitObserver) -> bool {
        self.commits.observe(observer)
    }

    /// Opens a library by id; returns the same one for every call.
    ///
    /// # Errors
    /// `NotFound` when there is no such library, `Corrupt` when its folder holds another one or its
    /// database is missing; `InUse` when another program opens it for this one; as
    /// [`SqliteLibrary::open`].
    pub fn open(&self, id: Uuid) -> Result<Arc<SqliteLibrary>, LibraryError> {
        let mut open = self.open.lock();
        if let Some(library) = open.get(&id) {
            return Ok(Arc::clone(library));
        }
        if self.served_elsewhere {
            let who = "the program that serves the data folder, which this one asks".to_owned();
            return Err(LibraryError::InUse(who));
        }
        let folder = self.folder.join(id.to_string());
        let library = self.open_folder(&folder, id).map_err(|error| named(error, &folder))?;
        if library.ensure_writable().is_ok() {
            last_name::keep(&folder, &library.info()?.name);
        }
        let library = Arc::new(library);
        open.insert(id, Arc::clone(&library));
        Ok(library)
    }

    /// Removes what all libraries keep for an extension, also those that were deleted: jobs,
    /// subscriptions, its place among the events, and events that it published. Returns the libraries
    /// that keep it, with the reason.
    ///
    /// # Errors
    /// [`LibraryError`] when the libraries cannot be listed, or another program holds their folder.
    pub fn forget_extension(
        &self,
        extension: &str,
    ) -> Result<Vec<(Uuid, LibraryError)>, LibraryError> {
        let mut kept = Vec::new();
        for library in self.list()?.libraries {
            let forgotten =
                self.open(library.id).and_then(|library| library.forget_extension(extension));
            kept.extend(forgotten.err().map(|error| (library.id, error)));
        }
        kept.extend(self.forget_in_deleted(extension)?);
        Ok(kept)
    }

    pub(crate) fn open_folder(
        &self,
        folder: &Path,
        id: Uuid,
    ) -> Result<SqliteLibrary, LibraryError> {
        match fs::symlink_metadata(folder) {
            Ok(found) if found.is_dir() => {}
            Ok(found) if found.is_symlink() => return Err(link(folder)),
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Fault::from(error).into());
            }
            _ => return Err(LibraryError::NotFound { what: "library", name: id.to_string() }),
        }
        let mut library = SqliteLibrary::open_with(folder, self.limits.clone())?;
        ensure_id(&library.info()?, id)?;
        library.store.observe_commits(id, self.commits.clone());
        Ok(library)
    }

    fn make(&self, name: &str) -> Outcome<Uuid> {
        let id = ext_services::new_id();
        self.adopt(id, name, |folder| {
            let database = folder.join(DATABASE);
            private_options().write(true).create_new(true).open(&database)?;
            sqlite::create(&database, id, name)
        })?;
        Ok(id)
    }

    /// Creates the folder of a library beside the others, and renames it when it is complete, so that
    /// there never is half a library. The lock makes sure that an unfinished folder is not in use, and
    /// can be removed.
    pub(crate) fn adopt(
        &self,
        id: Uuid,
        name: &str,
        fill: impl FnOnce(&Path) -> Outcome<()>,
    ) -> Outcome<()> {
        let _lock = self.lock()?;
        remove_unfinished(&self.folder)?;
        self.ensure_free(name, None)?;
        let home = self.folder.join(id.to_string());
        if fs::symlink_metadata(&home).is_ok() {
            return Err(LibraryError::Conflict(format!("there is a library {id} already")).into());
        }
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix(UNFINISHED).permissions(Permissions::from_mode(0o700));
        let unfinished = builder.tempdir_in(&self.folder)?;
        fill(unfinished.path())?;
        rename(unfinished.path(), &home)?;
        let _ = unfinished.keep();
        Ok(())
    }

    /// Checks that no library, or no other one, has a name. One that cannot be read has its last known
    /// name; without one it keeps nobody from making another.
    pub(crate) fn ensure_free(&self, name: &str, own: Option<Uuid>) -> Outcome<()> {
        let others = self.ids()?.into_iter().filter(|id| Some(*id) != own);
        let mut taken = others.filter_map(|id| self.name(id));
        match taken.find(|other| names::is_same_library(other, name)) {
            Some(name) => Err(LibraryError::Conflict(format!(
                "a library is called `{name}` already: choose another name, or rename that one"
            ))
            .into()),
            None => Ok(()),
        }
    }

    fn name(&self, id: Uuid) -> Option<String> {
        let known = self.info(id).map(|info| info.name).ok();
        known.or_else(|| last_name::read(&self.folder.join(id.to_string())))
    }

    /// Reads the library in a folder that is named by an id. One that this program has open alone tells
    /// itself: it would keep out who opens its file.
    pub(crate) fn info(&self, id: Uuid) -> Result<LibraryInfo, LibraryError> {
        let info = match self.open_alone(id) {
            Some(library) => library.info()?,
            None => self.info_in(&self.folder.join(id.to_string()))?,
        };
        ensure_id(&info, id)?;
        Ok(info)
    }

    /// Returns a library that is open on a disk without room. Another one may be being opened, which
    /// takes its time.
    fn open_alone(&self, id: Uuid) -> Option<Arc<SqliteLibrary>> {
        let open = self.open.try_lock_for(BRIEFLY)?;
        open.get(&id).filter(|library| library.store.is_alone()).cloned()
    }

    /// Reads the library in a folder.
    pub(crate) fn info_in(&self, folder: &Path) -> Result<LibraryInfo, LibraryError> {
        if fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink()) {
            return Err(link(folder));
        }
        let info = sqlite::read_info(&folder.join(DATABASE));
        info.map_err(|error| named(error, folder))
    }

    /// Keeps others from making, renaming and deleting libraries.
    pub(crate) fn lock(&self) -> Outcome<Lock> {
        if is_read_only(&self.folder) {
            return Err(LibraryError::ReadOnly("the folder of the libraries").into());
        }
        Ok(Lock::acquire(&self.folder.join(LOCK))?)
    }

    /// Returns the folder of the libraries.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Closes a library, if it is open; `InUse` while somebody has it.
    pub(crate) fn close(&self, id: Uuid) -> Outcome<()> {
        let mut open = self.open.lock();
        match open.get(&id) {
            Some(library) if Arc::strong_count(library) > 1 => {
                Err(LibraryError::InUse("this program".to_owned()).into())
            }
            _ => {
                open.remove(&id);
                Ok(())
            }
        }
    }

    /// Lists what is in the folder of the libraries; nothing where it could not be made.
    pub(crate) fn children(&self) -> Outcome<Vec<fs::DirEntry>> {
        match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            entries => Ok(entries?.collect::<Result<_, _>>()?),
        }
    }

    fn ids(&self) -> Outcome<Vec<Uuid>> {
        let mut ids = Vec::new();
        for entry in self.children()? {
            ids.extend(entry.file_name().to_str().and_then(|name| name.parse::<Uuid>().ok()));
        }
        ids.sort();
        Ok(ids)
    }

    pub(crate) fn unreadable(id: Uuid, folder: &Path, error: &LibraryError) -> UnreadableLibrary {
        UnreadableLibrary {
            id,
            name: last_name::read(folder),
            path: folder.display().to_string(),
            code: error.code().name().to_owned(),
            error: error.to_string(),
        }
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

    fn rename(&self, id: Uuid, name: &str) -> Result<LibraryInfo, LibraryError> {
        let name = names::library_name(name)?;
        let library = self.open(id)?;
        library.ensure_writable()?;
        // Held until the name is written: another program may be about to take it.
        let _lock = self.lock()?;
        self.ensure_free(&name, Some(id))?;
        library.rename(&name)?;
        let info = library.info()?;
        last_name::keep(Path::new(&info.path), &info.name);
        Ok(info)
    }

    fn delete(&self, id: Uuid) -> Result<(), LibraryError> {
        Ok(self.put_away(id)?)
    }

    fn list_deleted(&self) -> Result<ListLibrariesOutput, LibraryError> {
        Ok(self.all_deleted()?)
    }

    fn restore(&self, id: Uuid, folder: Option<&str>) -> Result<(), LibraryError> {
        Ok(self.put_back(id, folder)?)
    }

    fn purge(&self, id: Uuid) -> Result<(), LibraryError> {
        Ok(self.remove_deleted(id)?)
    }

    fn check(&self, id: Uuid) -> Result<CheckLibraryOutput, LibraryError> {
        let CheckReport { quarantined, missing } = self.open(id)?.check()?;
        Ok(CheckLibraryOutput { missing, quarantined })
    }

    fn list(&self) -> Result<ListLibrariesOutput, LibraryError> {
        let (mut libraries, mut unreadable) = (Vec::new(), Vec::new());
        for id in self.ids()? {
            match self.info(id) {
                Ok(info) => libraries.push(info),
                Err(error) => {
                    let folder = self.folder.join(id.to_string());
                    if fs::symlink_metadata(&folder).is_err() {
                        continue; // it was deleted meanwhile
                    }
                    unreadable.push(Self::unreadable(id, &folder, &error));
                }
            }
        }
        libraries.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(ListLibrariesOutput { libraries, unreadable })
    }
}

/// Adds the folder of a library to an error that tells of its files.
fn named(error: LibraryError, folder: &Path) -> LibraryError {
    let folder = folder.display();
    match error {
        LibraryError::Corrupt(reason) => LibraryError::Corrupt(format!("{folder}: {reason}")),
        LibraryError::Io(reason) => LibraryError::Io(format!("{folder}: {reason}")),
        error => error,
    }
}

fn link(folder: &Path) -> LibraryError {
    LibraryError::Link(folder.display().to_string())
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
