//! Files that one program at a time holds.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use crate::CoreError;

/// Takes the lock file `name` in a folder; `waiting` is called when another program holds it. The
/// lock is free again when the file is dropped, also by the end of the program.
pub(crate) fn take(folder: &Path, name: &str, waiting: impl FnOnce()) -> Result<File, CoreError> {
    let path = folder.join(name);
    let failed = |source| CoreError::Io { path: path.clone(), source };
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            waiting();
            file.lock().map_err(failed)?;
            Ok(file)
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}
