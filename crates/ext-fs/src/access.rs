//! The right to write.

use std::path::Path;

/// Returns whether the system lets this program not write a file, or not change the names in a folder:
/// the file system is read-only, or the right is missing. For what is not there, the folder counts in
/// which it would be.
#[must_use]
#[cfg(unix)]
pub fn is_read_only(path: &Path) -> bool {
    use rustix::{
        fs::{Access, AtFlags, CWD, accessat},
        io::Errno,
    };

    match accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS) {
        Err(Errno::NOENT) => path.parent().is_some_and(is_read_only),
        access => matches!(access, Err(Errno::ROFS | Errno::ACCESS | Errno::PERM)),
    }
}

/// Returns whether a file or folder is marked as read-only.
#[must_use]
#[cfg(not(unix))]
pub fn is_read_only(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.permissions().readonly())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    #[test]
    fn what_is_not_there_is_as_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        assert!(!is_read_only(&inside) && !is_read_only(folder.path()));
        assert!(!is_read_only(Path::new("")) && !is_read_only(Path::new("x")));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
        // Root may write everywhere.
        let can_write = fs::write(folder.path().join("file"), "x").is_ok();
        assert_eq!((is_read_only(&inside), is_read_only(folder.path())), (!can_write, !can_write));
    }
}
