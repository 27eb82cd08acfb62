//! The descriptors of a guest, as far as mending needs them: `wasmer-wasix` keeps its own to itself.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

/// The descriptor of the root, which `wasmer-wasix` makes; those before are stdin, stdout and stderr,
/// those behind the folders that the guest finds open.
pub(super) const ROOT: i32 = 3;

/// The paths of open files and folders, the rights that they were cut down to, and the descriptors that
/// `wasmer-wasix` keeps open though the guest closed them.
#[derive(Debug)]
pub(super) struct Descriptors {
    paths: HashMap<i32, PathBuf>,
    folders: HashSet<i32>,
    rights: HashMap<i32, i64>,
    /// Those that are open since the start.
    kept: HashSet<i32>,
    shut: HashSet<i32>,
}

impl Descriptors {
    pub(super) fn new(preopened: impl Iterator<Item = PathBuf>) -> Self {
        let folders = std::iter::once(PathBuf::from("/")).chain(preopened);
        let paths: HashMap<_, _> = (ROOT..).zip(folders).collect();
        let folders: HashSet<_> = paths.keys().copied().collect();
        let kept = (0..ROOT).chain(folders.iter().copied()).collect();
        Self { paths, folders, rights: HashMap::new(), kept, shut: HashSet::new() }
    }

    pub(super) fn is_shut(&self, number: i32) -> bool {
        self.shut.contains(&number)
    }

    /// Returns the path that a file or folder was opened by; `None` for a stream, and for what came by
    /// another way.
    pub(super) fn path(&self, number: i32) -> Option<&Path> {
        self.paths.get(&number).map(PathBuf::as_path)
    }

    pub(super) fn is_folder(&self, number: i32) -> bool {
        self.folders.contains(&number)
    }

    /// Returns true unless the guest gave up a right.
    pub(super) fn has_right(&self, number: i32, right: i64) -> bool {
        self.rights.get(&number).is_none_or(|rights| rights & right != 0)
    }

    pub(super) fn set_rights(&mut self, number: i32, rights: i64) {
        self.rights.insert(number, rights);
    }

    pub(super) fn opened(&mut self, number: i32, path: PathBuf, is_folder: bool) {
        self.forget(number);
        self.paths.insert(number, path);
        if is_folder {
            self.folders.insert(number);
        }
    }

    pub(super) fn closed(&mut self, number: i32) {
        self.forget(number);
        if self.kept.remove(&number) {
            self.shut.insert(number);
        }
    }

    /// Gives a descriptor the number of another one, which is closed.
    pub(super) fn renumbered(&mut self, from: i32, to: i32) {
        let (path, rights) = (self.paths.remove(&from), self.rights.remove(&from));
        let is_folder = self.is_folder(from);
        self.closed(from);
        self.forget(to);
        self.kept.remove(&to);
        self.paths.extend(path.map(|path| (to, path)));
        self.folders.extend(is_folder.then_some(to));
        self.rights.extend(rights.map(|rights| (to, rights)));
    }

    /// Finds what is open at a path, or below it, at its new one.
    pub(super) fn renamed(&mut self, from: &Path, to: &Path) {
        for path in self.paths.values_mut() {
            if let Ok(rest) = path.strip_prefix(from) {
                *path = if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) };
            }
        }
    }

    fn forget(&mut self, number: i32) {
        self.paths.remove(&number);
        self.folders.remove(&number);
        self.rights.remove(&number);
        self.shut.remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptors() -> Descriptors {
        Descriptors::new(["/tmp".into()].into_iter())
    }

    #[test]
    fn a_number_stands_for_what_was_opened_last_under_it() {
        let mut descriptors = descriptors();
        assert_eq!(descriptors.path(4), Some(Path::new("/tmp")));
        descriptors.opened(5, "/tmp/a".into(), false);
        descriptors.renumbered(5, 1);
        assert_eq!(descriptors.path(1), Some(Path::new("/tmp/a")));
        assert_eq!((descriptors.path(5), descriptors.is_shut(5)), (None, false));
    }

    #[test]
    fn what_is_open_since_the_start_can_be_closed_like_the_rest() {
        let mut descriptors = descriptors();
        descriptors.closed(4);
        descriptors.renumbered(0, 7);
        assert!(descriptors.is_shut(4) && descriptors.is_shut(0) && !descriptors.is_shut(7));
        descriptors.opened(0, "/tmp/a".into(), false);
        assert!(!descriptors.is_shut(0), "the number is used again");
    }

    #[test]
    fn a_right_is_there_until_it_is_given_up() {
        let mut descriptors = descriptors();
        assert!(descriptors.has_right(4, 4) && descriptors.has_right(9, 4));
        descriptors.set_rights(4, 1);
        assert!(!descriptors.has_right(4, 4) && descriptors.has_right(4, 1));
        descriptors.closed(4);
        assert!(descriptors.has_right(4, 4), "another one has the number");
    }

    #[test]
    fn what_is_open_below_a_renamed_folder_is_found_at_its_new_path() {
        let mut descriptors = descriptors();
        for (number, path) in [(5, "/tmp/a"), (6, "/tmp/a/b"), (7, "/tmp/ab")] {
            descriptors.opened(number, path.into(), true);
        }
        descriptors.renamed(Path::new("/tmp/a"), Path::new("/tmp/c/d"));
        let paths = [5, 6, 7].map(|number| descriptors.path(number).unwrap().to_owned());
        assert_eq!(paths, ["/tmp/c/d", "/tmp/c/d/b", "/tmp/ab"].map(PathBuf::from));
    }
}
