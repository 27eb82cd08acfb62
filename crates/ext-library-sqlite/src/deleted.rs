//! Deleted libraries: their folders lie beside the others, under a name that no library has.

use std::{fs, io::ErrorKind, path::PathBuf};

use ext_fs::{Lock, rename};
use ext_services::library::LibraryError;
use ext_wire::ops::libraries::ListLibrariesOutput;
use uuid::Uuid;

use crate::{
    directory::{LOCK, Libraries},
    fault::{Fault, Outcome},
    session,
};

/// The beginning of the name of a deleted library's folder.
const DELETED: &str = ".deleted-";

impl Libraries {
    /// Moves a library away, unless somebody has it open.
    pub(crate) fn put_away(&self, id: Uuid) -> Outcome<()> {
        let _lock = Lock::acquire(&self.folder().join(LOCK))?;
        let from = self.folder().join(id.to_string());
        ensure_folder(&from, || not_found("library", id))?;
        self.close(id)?;
        if session::is_in_use(&from)? {
            return Err(LibraryError::Busy.into());
        }
        Ok(rename(&from, &self.place(id))?)
    }

    pub(crate) fn put_back(&self, id: Uuid) -> Outcome<()> {
        let _lock = Lock::acquire(&self.folder().join(LOCK))?;
        let from = self.deleted(id)?;
        // What cannot be read comes back as well, and is told as such.
        if let Ok(info) = self.info_in(&from) {
            self.ensure_free(&info.name, None)?;
        }
        Ok(rename(&from, &self.folder().join(id.to_string()))?)
    }

    pub(crate) fn remove_deleted(&self, id: Uuid) -> Outcome<()> {
        let _lock = Lock::acquire(&self.folder().join(LOCK))?;
        Ok(fs::remove_dir_all(self.deleted(id)?)?)
    }

    pub(crate) fn all_deleted(&self) -> Outcome<ListLibrariesOutput> {
        let (mut libraries, mut unreadable) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(self.folder())? {
            let name = entry?.file_name();
            let Some(id) = name.to_str().and_then(|name| name.strip_prefix(DELETED)) else {
                continue;
            };
            let Ok(id) = id.parse::<Uuid>() else { continue };
            match self.info_in(&self.place(id)) {
                Ok(info) => libraries.push(info),
                Err(error) => unreadable.push(Self::unreadable(id, &self.place(id), &error)),
            }
        }
        libraries.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        unreadable.sort_by_key(|library| library.id);
        Ok(ListLibrariesOutput { libraries, unreadable })
    }

    fn deleted(&self, id: Uuid) -> Outcome<PathBuf> {
        let place = self.place(id);
        ensure_folder(&place, || not_found("deleted library", id))?;
        Ok(place)
    }

    fn place(&self, id: Uuid) -> PathBuf {
        self.folder().join(format!("{DELETED}{id}"))
    }
}

/// Checks that a folder is there, and no link to one.
fn ensure_folder(path: &std::path::Path, missing: impl Fn() -> LibraryError) -> Outcome<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Ok(()),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Fault::from(error)),
        _ => Err(missing().into()),
    }
}

fn not_found(what: &'static str, id: Uuid) -> LibraryError {
    LibraryError::NotFound { what, name: id.to_string() }
}
