//! Files for their owner only, which are replaced as a whole.

use std::{fs, io, path::Path, time::Duration};

use ext_fs::{Lock, create_private_folder};
use ext_services::credentials::CredentialError;
use ext_wire::{ErrorCode, io_code};

/// The time that another program may hold the lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns the error of a medium that takes nothing: it is full, or read-only.
pub(crate) fn of_medium(error: &io::Error) -> Option<CredentialError> {
    match io_code(error.kind()) {
        ErrorCode::NoSpace => Some(CredentialError::NoSpace),
        ErrorCode::ReadOnly => Some(CredentialError::ReadOnly),
        _ => None,
    }
}

/// Refuses a file that others may read.
pub(crate) fn check_private(path: &Path) -> io::Result<()> {
    let found = fs::metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            let text = "others may read it: restrict it with `chmod 600`";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
    }
    match found.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file")),
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

/// The longest file of a number, in bytes.
const MAX_NUMBER_BYTES: u64 = 64;

/// Reads a number from a file; 0 when there is no file.
pub(crate) fn read_number(path: &Path) -> io::Result<u64> {
    match ext_fs::read_text(path, MAX_NUMBER_BYTES).map_err(io::Error::from) {
        Ok(text) => text.trim().parse().map_err(|_| {
            let reason = format!("{} is damaged: it does not hold a number", path.display());
            io::Error::new(io::ErrorKind::InvalidData, reason)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Writes a number to a file.
pub(crate) fn write_number(path: &Path, number: u64) -> io::Result<()> {
    replace(path, format!("{number}\n").as_bytes())
}
