//! The data folder among the files of the user.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::error::CoreError;

/// The data folder, which is not imported into itself: each import would make files for the next one.
#[derive(Debug, Clone)]
pub(crate) struct OwnFolder {
    /// Without links, as are all paths that are compared with it.
    folder: PathBuf,
}

impl OwnFolder {
    /// Takes the data folder, which is there.
    pub(crate) fn new(folder: &Path) -> Result<Self, CoreError> {
        let real = fs::canonicalize(folder);
        let real = real.map_err(|source| CoreError::Io { path: folder.to_owned(), source });
        Ok(Self { folder: real? })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Returns whether a path is the data folder.
    pub(crate) fn is(&self, path: &Path) -> bool {
        path == self.folder
    }

    /// Returns whether a path is the data folder, or lies in it.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.folder)
    }

    /// Returns why nothing is imported from a path. What a user keeps beside the libraries is.
    pub(crate) fn refusal(&self, path: &Path) -> Option<&'static str> {
        if self.is(path) {
            return Some("it is the data folder of this program");
        }
        let is_content = path.starts_with(self.folder.join("libraries"));
        is_content.then_some("it is among the libraries of this program")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_and_its_libraries_are_refused_under_every_name() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("data");
        fs::create_dir_all(data.join("libraries/x")).unwrap();
        std::os::unix::fs::symlink(&data, temp.path().join("link")).unwrap();
        let own = OwnFolder::new(&temp.path().join("link")).unwrap();
        let real = fs::canonicalize(&data).unwrap();
        assert!(own.is(&real) && own.holds(&real.join("audit/log")));
        for refused in ["", "libraries", "libraries/x/content"] {
            assert!(own.refusal(&real.join(refused)).is_some(), "{refused}");
        }
        for other in ["../data2", "librariesx", "files/a.txt"] {
            assert_eq!(own.refusal(&real.join(other)), None, "{other}");
        }
        assert!(!own.holds(&fs::canonicalize(temp.path()).unwrap().join("data2")));
    }
}
