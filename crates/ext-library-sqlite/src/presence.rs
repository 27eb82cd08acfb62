//! The lock of a library that is open: whoever opens it shares the lock, and whoever moves its folder
//! away takes it alone. So no folder is moved between the look whether it is in use and the move.

use std::{path::Path, time::Duration};

use ext_fs::{Lock, is_read_only};
use ext_services::library::LibraryError;

use crate::fault::{Fault, Outcome};

/// The name of the file, in the folder of the library.
const FILE: &str = "open.lock";
/// The time to wait for one that opens the library and closes it at once.
const PATIENCE: Duration = Duration::from_millis(300);

/// Takes the lock together with others that have the library open; `None` where the file of an older
/// library cannot be made now.
pub(super) fn share(folder: &Path) -> Outcome<Option<Lock>> {
    let path = folder.join(FILE);
    let read_only = is_read_only(folder);
    let lock = if read_only { Lock::share_existing(&path) } else { Lock::share(&path) };
    match lock.map_err(|error| (error.source.kind(), Fault::from(error))) {
        Ok(lock) if lock.is_at(&path) => Ok(Some(lock)),
        Err((std::io::ErrorKind::NotFound, _)) if read_only => Ok(None),
        Err((_, fault)) if fault.is_no_space() => Ok(None),
        // It was deleted meanwhile.
        Ok(_) | Err((std::io::ErrorKind::NotFound, _)) => Err(gone(folder)),
        Err((_, fault)) => Err(fault),
    }
}

/// Takes the lock alone; `None` while somebody has the library open.
pub(super) fn take_alone(folder: &Path) -> Outcome<Option<Lock>> {
    Ok(Lock::acquire_within(&folder.join(FILE), PATIENCE)?)
}

fn gone(folder: &Path) -> Fault {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    LibraryError::NotFound { what: "library", name }.into()
}
