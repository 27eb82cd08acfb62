//! The path on the disk that an entry was imported from.

use std::{
    io,
    path::{Path, PathBuf},
};

use unicode_normalization::UnicodeNormalization;

/// The absolute path of an imported file, byte by byte: two files whose names are one entry path
/// differ here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourcePath(PathBuf);

impl SourcePath {
    /// Makes the path of a file absolute.
    pub(crate) fn of(file: &Path) -> io::Result<Self> {
        Ok(Self(std::path::absolute(file)?))
    }

    /// Reads a path as [`Self::as_bytes`] wrote it.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        #[cfg(unix)]
        let path: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
        #[cfg(not(unix))]
        let path = String::from_utf8_lossy(&bytes).into_owned();
        Self(PathBuf::from(path))
    }

    /// Returns the bytes of the path.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_os_str().as_encoded_bytes()
    }

    /// Returns the path.
    pub(crate) fn as_path(&self) -> &Path {
        &self.0
    }

    /// Finds the last name that is spelled in other bytes in `other`, where all names behind it are
    /// equal in Unicode normal form C: with `other`'s spelling. Folders above names that differ are
    /// not compared, since a folder may have been moved.
    pub(crate) fn respelled_in<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str)> {
        let names = self.0.iter().rev().zip(other.0.iter().rev());
        let names = names.map_while(|(a, b)| Some((a.to_str()?, b.to_str()?)));
        names.take_while(|(a, b)| a.nfc().eq(b.nfc())).find(|(a, b)| a != b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::of(Path::new(text)).unwrap()
    }

    #[test]
    fn path_05_a_path_is_respelled_when_it_differs_in_unicode_form_only() {
        let (nfc, nfd) = (path("/m/B\u{fc}ro/a"), path("/m/Bu\u{308}ro/a"));
        assert_eq!(nfc.respelled_in(&nfd), Some(("B\u{fc}ro", "Bu\u{308}ro")));
        assert_eq!(
            nfc.respelled_in(&path("/elsewhere/Bu\u{308}ro/a")).map(|it| it.0),
            Some("B\u{fc}ro")
        );
        assert_eq!(nfc.respelled_in(&nfc), None);
        assert_eq!(nfc.respelled_in(&path("/elsewhere/B\u{fc}ro/a")), None, "it was moved");
        assert_eq!(nfc.respelled_in(&path("/m/Bu\u{308}ro/b")), None, "another file");
    }

    #[test]
    #[cfg(unix)]
    fn names_that_are_not_utf8_are_kept() {
        let bytes = b"/m/caf\xe9".to_vec();
        assert_eq!(SourcePath::from_bytes(bytes.clone()).as_bytes(), bytes);
    }
}
