//! The default library: its id in a file beside the libraries, so that renaming changes nothing.

use std::{fs, io::ErrorKind};

use ext_services::library::LibraryError;
use uuid::Uuid;

use crate::{directory::Libraries, fault::Fault};

/// The name of the file, which is not an id and so not a library's folder.
const FILE: &str = ".default";
/// The longest file, in bytes: it holds an id.
const MAX_BYTES: u64 = 1 << 10;

impl Libraries {
    /// Returns the library that the user set for commands that name none; `None` also while it is
    /// deleted.
    ///
    /// # Errors
    /// `Invalid` when what is kept is not an id; `Io`.
    pub fn default_library(&self) -> Result<Option<Uuid>, LibraryError> {
        let path = self.folder().join(FILE);
        let text = match ext_fs::read(&path, MAX_BYTES) {
            Err(error) if error.source.kind() == ErrorKind::NotFound => return Ok(None),
            read => String::from_utf8_lossy(&read.map_err(Fault::from)?).into_owned(),
        };
        let id: Uuid = text.trim().parse().map_err(|_| {
            LibraryError::Invalid(format!("{} does not hold the id of a library", path.display()))
        })?;
        // Whether it can be read is asked when it is used.
        let is_there = fs::symlink_metadata(self.folder().join(id.to_string())).is_ok();
        Ok(is_there.then_some(id))
    }

    /// Sets the library for commands that name none, or that there is none.
    ///
    /// # Errors
    /// `NotFound` when there is no such library; `Corrupt` and `Schema` when it cannot be read; `ReadOnly`,
    /// `Io`, `NoSpace`.
    pub fn set_default_library(&self, id: Option<Uuid>) -> Result<(), LibraryError> {
        let _lock = self.lock()?;
        let path = self.folder().join(FILE);
        match id {
            Some(id) => {
                // It is not opened: another program may serve it.
                self.ensure_readable(id)?;
                let line = format!("{id}\n");
                Ok(ext_fs::replace(&path, line.as_bytes()).map_err(Fault::from)?)
            }
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(Fault::from(error).into()),
                _ => Ok(()),
            },
        }
    }

    fn ensure_readable(&self, id: Uuid) -> Result<(), LibraryError> {
        if fs::symlink_metadata(self.folder().join(id.to_string())).is_err() {
            return Err(LibraryError::NotFound { what: "library", name: id.to_string() });
        }
        self.info(id).map(drop)
    }
}
