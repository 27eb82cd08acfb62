//! Deleted libraries: their folders lie beside the others, under a name that no library has.

use std::{ffi::OsStr, fs, io::ErrorKind, path::PathBuf};

use ext_fs::rename;
use ext_services::library::LibraryError;
use ext_wire::ops::libraries::ListLibrariesOutput;
use uuid::Uuid;

use crate::{
    directory::Libraries,
    fault::{Fault, Outcome},
    last_name, presence, session,
};

/// The beginning of the name of a deleted library's folder.
const DELETED: &str = ".deleted-";

impl Libraries {
    /// Moves a library away, unless somebody has it open.
    pub(crate) fn put_away(&self, id: Uuid) -> Outcome<()> {
        let _lock = self.lock()?;
        let from = self.folder().join(id.to_string());
        ensure_folder(&from, || not_found("library", id))?;
        self.close(id)?;
        // Those that open it wait for the lock, find it gone, and say so; older programs take none.
        let alone = presence::take_alone(&from)?;
        let users = session::users(&from)?;
        if alone.is_none() || !users.is_empty() {
            return Err(LibraryError::InUse(session::describe(&users)).into());
        }
        // A library may be deleted, brought back from a backup, and deleted again.
        let last = self.folders()?.into_iter().filter(|it| it.id == id).map(|it| it.number).max();
        let number = last.unwrap_or_default().saturating_add(1);
        let place = self.folder().join(format!("{DELETED}{id}.{number}"));
        Ok(rename(&from, &place)?)
    }

    pub(crate) fn put_back(&self, id: Uuid, folder: Option<&str>) -> Outcome<()> {
        let _lock = self.lock()?;
        let from = self.deleted(id, folder)?;
        let to = self.folder().join(id.to_string());
        if fs::symlink_metadata(&to).is_ok() {
            let message = format!("a library with the id {id} is there already");
            return Err(LibraryError::Conflict(message).into());
        }
        // What cannot be read comes back as well, and is told as such.
        let known = self.info_in(&from).map(|info| info.name).ok();
        if let Some(name) = known.or_else(|| last_name::read(&from)) {
            self.ensure_free(&name, None)?;
        }
        Ok(rename(&from, &to)?)
    }

    pub(crate) fn remove_deleted(&self, id: Uuid) -> Outcome<()> {
        let _lock = self.lock()?;
        Ok(fs::remove_dir_all(self.deleted(id, None)?)?)
    }

    pub(crate) fn all_deleted(&self) -> Outcome<ListLibrariesOutput> {
        let (mut libraries, mut unreadable) = (Vec::new(), Vec::new());
        for Deleted { id, path, .. } in self.folders()? {
            match self.info_in(&path) {
                Ok(info) => libraries.push(info),
                Err(error) => unreadable.push(Self::unreadable(id, &path, &error)),
            }
        }
        libraries.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        unreadable.sort_by_key(|library| library.id);
        Ok(ListLibrariesOutput { libraries, unreadable })
    }

    /// Removes what deleted libraries keep for an extension, because they may come back; returns those
    /// that keep it, with the reason.
    pub(crate) fn forget_in_deleted(&self, extension: &str) -> Outcome<Vec<(Uuid, LibraryError)>> {
        let mut kept = Vec::new();
        let deleted = self.folders()?;
        if deleted.is_empty() {
            return Ok(kept);
        }
        let _lock = self.lock()?;
        for Deleted { id, path, .. } in deleted {
            let library = self.open_folder(&path, id);
            if let Err(error) = library.and_then(|library| library.forget_extension(extension)) {
                kept.push((id, error));
            }
        }
        Ok(kept)
    }

    /// Finds the library with this id that was deleted last, or the one in a folder of this name.
    fn deleted(&self, id: Uuid, folder: Option<&str>) -> Outcome<PathBuf> {
        let is_it = |deleted: &Deleted| {
            let name = deleted.path.file_name();
            deleted.id == id && folder.is_none_or(|folder| name == Some(OsStr::new(folder)))
        };
        let own = self.folders()?.into_iter().filter(is_it);
        let last = own.max_by_key(|deleted| deleted.number).map(|deleted| deleted.path);
        let place = last.ok_or_else(|| not_found("deleted library", id))?;
        ensure_folder(&place, || not_found("deleted library", id))?;
        Ok(place)
    }

    fn folders(&self) -> Outcome<Vec<Deleted>> {
        let mut found = Vec::new();
        for entry in self.children()? {
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.strip_prefix(DELETED));
            let Some((id, number)) = name.and_then(|name| name.split_once('.')) else { continue };
            if let (Ok(id), Ok(number)) = (id.parse(), number.parse()) {
                found.push(Deleted { id, number, path: entry.path() });
            }
        }
        Ok(found)
    }
}

/// The folder of a deleted library; the number rises with each deletion of the same one.
struct Deleted {
    id: Uuid,
    number: u32,
    path: PathBuf,
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
