//! The right to write.

use std::path::Path;

/// Returns whether the system lets this program not write a file, or not change the names in a folder:
/// the file system is read-only, or the right is missing. What is not there is not read-only.
#[must_use]
#[cfg(unix)]
pub fn is_read_only(path: &Path) -> bool {
    use rustix::{
        fs::{Access, AtFlags, CWD, accessat},
        io::Errno,
    };

    let access = accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS);
    matches!(access, Err(Errno::ROFS | Errno::ACCESS | Errno::PERM))
}

/// Returns whether a file or folder is marked as read-only.
#[must_use]
#[cfg(not(unix))]
pub fn is_read_only(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.permissions().readonly())
}
