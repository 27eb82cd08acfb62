//! Removal of what is left over in a folder.

use std::{fs, path::Path};

/// Removes all files and folders of a folder but those with these names.
///
/// Leftovers take room and do no harm, so that what cannot be removed stays, and no error is returned.
pub fn remove_all_but(folder: &Path, keep: &[&str]) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if keep.iter().any(|kept| entry.file_name() == *kept) {
            continue;
        }
        // A link is removed and not what it leads to.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let _ = match is_folder {
            true => fs::remove_dir_all(entry.path()),
            false => fs::remove_file(entry.path()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_stays_and_everything_else_goes() {
        let temp = tempfile::tempdir().unwrap();
        let (folder, outside) = (temp.path().join("home"), temp.path().join("outside"));
        for dir in [folder.join("kept"), folder.join("old"), outside.clone()] {
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("file"), "x").unwrap();
        }
        fs::write(folder.join("current"), "kept").unwrap();
        fs::write(folder.join("leftover"), "x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&outside, folder.join("link")).unwrap();
        remove_all_but(&folder, &["kept", "current", "not there"]);
        let left = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut left: Vec<_> = left.collect();
        left.sort();
        assert_eq!(left, ["current", "kept"]);
        assert!(folder.join("kept/file").exists() && outside.join("file").exists());
        remove_all_but(&temp.path().join("nowhere"), &[]);
    }
}
