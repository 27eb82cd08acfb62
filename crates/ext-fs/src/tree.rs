//! Folders with all that is below them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Write as _},
    path::Path,
};

use crate::{Error, create_private_folder, private_options, read, sync_folder};

/// Most folders within each other.
const MAX_DEPTH: usize = 32;

/// The files below a folder, by their paths in it, with `/` between the parts.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Reads all regular files below a folder, which are at most `files` with `most` bytes together.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for a link (the folder itself included), a device or a name that is not
/// UTF-8;
/// [`io::ErrorKind::FileTooLarge`] when there is more; when the system refuses.
pub fn read_tree(folder: &Path, files: usize, most: u64) -> Result<Tree, Error> {
    let top = fs::symlink_metadata(folder).map_err(Error::of("read", folder))?;
    if !top.is_dir() {
        let reason = io::Error::new(io::ErrorKind::InvalidData, "it is a link, or not a folder");
        return Err(Error::of("read", folder)(reason));
    }
    let mut walk = Walk { tree: Tree::new(), files, left: most, most };
    walk.folder(folder, "", 0)?;
    Ok(walk.tree)
}

/// Writes files below a folder, by their paths in it, for their owner only. All of it is flushed to the
/// disk when this returns, but for the name of the folder itself.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when one of them is there; when the system refuses.
pub fn write_tree<'t>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'t str, &'t [u8])>,
) -> Result<(), Error> {
    create_private_folder(folder)?;
    let mut folders = BTreeSet::from([folder.to_owned()]);
    for (name, bytes) in files {
        let path = folder.join(name);
        let above = path.ancestors().skip(1).take_while(|above| *above != folder);
        folders.extend(above.map(Path::to_owned));
        create_private_folder(path.parent().unwrap_or(folder))?;
        let failed = Error::of("written", &path);
        let mut file =
            private_options().write(true).create_new(true).open(&path).map_err(&failed)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(&failed)?;
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

struct Walk {
    tree: Tree,
    files: usize,
    /// Bytes that may still come.
    left: u64,
    most: u64,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), Error> {
        let failed = |kind, reason: &str| Error::of("read", folder)(io::Error::new(kind, reason));
        if depth > MAX_DEPTH {
            return Err(failed(io::ErrorKind::InvalidData, "it is too many folders deep"));
        }
        for entry in fs::read_dir(folder).map_err(Error::of("read", folder))? {
            let entry = entry.map_err(Error::of("read", folder))?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| failed(io::ErrorKind::InvalidData, "a name in it is not UTF-8"))?;
            let (path, name) = (entry.path(), format!("{prefix}{name}"));
            // Of the entry itself: a link is neither of both.
            let found = entry.file_type().map_err(Error::of("read", &path))?;
            match found.is_dir() {
                true => self.folder(&path, &format!("{name}/"), depth + 1)?,
                false if found.is_file() => self.file(&path, name)?,
                false => {
                    let reason = "it is neither a file nor a folder";
                    let reason = io::Error::new(io::ErrorKind::InvalidData, reason);
                    return Err(Error::of("read", &path)(reason));
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), Error> {
        if self.tree.len() == self.files {
            let reason = format!("there are more than {} files", self.files);
            let reason = io::Error::new(io::ErrorKind::FileTooLarge, reason);
            return Err(Error::of("read", path)(reason));
        }
        let bytes = read(path, self.left).map_err(|error| self.too_much(error))?;
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.tree.insert(name, bytes);
        Ok(())
    }

    /// Names the limit of all files together, which is not that of the one that does not fit.
    fn too_much(&self, mut error: Error) -> Error {
        if error.source.kind() == io::ErrorKind::FileTooLarge {
            let reason = format!("with it, the files have more than {} bytes", self.most);
            error.source = io::Error::new(io::ErrorKind::FileTooLarge, reason);
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c.txt"), "123").unwrap();
        fs::write(folder.path().join("z"), "45").unwrap();
        folder
    }

    #[test]
    fn files_are_read_by_their_paths() {
        let folder = folder();
        let tree = read_tree(folder.path(), 2, 5).unwrap();
        let expected =
            [("a/b/c.txt".to_owned(), b"123".to_vec()), ("z".to_owned(), b"45".to_vec())];
        assert_eq!(tree, Tree::from(expected));
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("new");
        let files = [("a/b/c.txt", &b"123"[..]), ("a/d", b""), ("z", b"45")];
        write_tree(&below, files).unwrap();
        let tree = read_tree(&below, 3, 5).unwrap();
        let read: Vec<_> = tree.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        assert_eq!(read, files);
        let error = write_tree(&below, [("z", &b"other"[..])]).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::AlreadyExists, "{error}");
        write_tree(&folder.path().join("empty"), []).unwrap();
        assert!(folder.path().join("empty").is_dir());
    }

    #[test]
    fn the_limits_are_of_all_files_together() {
        let folder = folder();
        for (files, most) in [(1, 5), (2, 4)] {
            let error = read_tree(folder.path(), files, most).unwrap_err();
            assert_eq!(error.source.kind(), io::ErrorKind::FileTooLarge, "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn path_09_a_link_is_not_followed() {
        let folder = folder();
        std::os::unix::fs::symlink("/etc", folder.path().join("a/link")).unwrap();
        let error = read_tree(folder.path(), 10, 100).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("link"), "{error}");
        let outside = folder.path().join("outside");
        std::os::unix::fs::symlink(folder.path().join("a/b"), &outside).unwrap();
        let error = read_tree(&outside, 10, 100).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::InvalidData, "{error}");
        assert_eq!(read_tree(&folder.path().join("a/b"), 10, 100).unwrap().len(), 1);
    }
}
