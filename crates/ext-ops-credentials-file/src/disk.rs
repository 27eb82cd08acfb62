//! Files that are whole, and for their owner only.

use std::{fs, io, path::Path, time::Duration};

use ext_fs::{Lock, create_private_folder};

/// How long another program may hold the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Refuses a file that others may read.
pub(crate) fn check_private(path: &Path) -> io::Result<()> {
    let found = fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            let text = "others may read it: take their rights away with `chmod 600`";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
    }
    match found.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, "it is no regular file")),
    }
}

/// Replaces a file, in a folder for its owner only.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_private_folder(folder)?;
    }
    Ok(ext_fs::replace(path, bytes)?)
}

/// Waits for the lock; `None` when another program holds it for too long.
pub(crate) fn lock(path: &Path) -> io::Result<Option<Lock>> {
    Ok(Lock::acquire_within(path, LOCK_TIMEOUT)?)
}

/// A number in a file; 0 when there is no file.
pub(crate) fn read_number(path: &Path) -> io::Result<u64> {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().parse().map_err(|_| io::ErrorKind::InvalidData.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Writes a number.
pub(crate) fn write_number(path: &Path, number: u64) -> io::Result<()> {
    replace(path, format!("{number}\n").as_bytes())
}
