//! The files of a folder that is imported.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

/// A file to be imported, and the path of its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) file: PathBuf,
    pub(crate) entry_path: String,
}

/// Finds the files behind a path that the user named: the file itself, or all files in the folder, sorted,
/// without hidden ones. An entry stands under the name of its folder, so that a file gets the same
/// entry whether it was named itself or found in its folder.
pub(crate) fn find(path: &Path) -> Vec<Result<Found, (PathBuf, io::Error)>> {
    let failed = |error| vec![Err((path.to_owned(), error))];
    let full = match fs::canonicalize(path) {
        Ok(full) => full,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return failed(io::Error::new(error.kind(), "there is no such file or folder"));
        }
        Err(error) => return failed(error),
    };
    let base = if full.is_dir() { full.parent() } else { full.parent().and_then(Path::parent) };
    let base = base.unwrap_or(Path::new("/")).to_owned();
    let root = full.clone();
    WalkDir::new(&full)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| entry.path() == root || !is_hidden(entry))
        .filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => Some(place(entry.path(), &base)),
            Err(error) => Some(Err(walk_error(&full, error))),
        })
        .collect()
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().first() == Some(&b'.')
}

fn place(file: &Path, base: &Path) -> Result<Found, (PathBuf, io::Error)> {
    let relative = file.strip_prefix(base).unwrap_or(file);
    let names: Option<Vec<&str>> = relative.iter().map(|name| name.to_str()).collect();
    match names {
        Some(names) => Ok(Found { file: file.to_owned(), entry_path: names.join("/") }),
        None => {
            let error =
                io::Error::new(io::ErrorKind::InvalidFilename, "the name is not UTF-8: rename it");
            Err((file.to_owned(), error))
        }
    }
}

fn walk_error(root: &Path, error: walkdir::Error) -> (PathBuf, io::Error) {
    let path = error.path().unwrap_or(root).to_owned();
    // Without the path, which is told already. Links are not followed, so there are no loops.
    let error = error.into_io_error();
    (path, error.unwrap_or_else(|| io::Error::other("it cannot be read")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &Path) -> Vec<String> {
        find(path).into_iter().map(|found| found.unwrap().entry_path).collect()
    }

    #[test]
    fn a_file_gets_the_same_entry_alone_and_in_its_folder() {
        let temp = tempfile::tempdir().unwrap();
        let mails = temp.path().join("mails");
        fs::create_dir_all(mails.join("2024")).unwrap();
        for name in ["b.eml", "a.eml", ".hidden", "2024/c.eml"] {
            fs::write(mails.join(name), name).unwrap();
        }
        assert_eq!(paths(&mails), ["mails/2024/c.eml", "mails/a.eml", "mails/b.eml"]);
        assert_eq!(paths(&mails.join("a.eml")), ["mails/a.eml"]);
        assert_eq!(paths(&mails.join("2024/../a.eml")), ["mails/a.eml"]);
    }

    #[test]
    fn a_missing_path_is_named() {
        let found = find(Path::new("/no/such/file"));
        let (path, error) = found.into_iter().next().unwrap().unwrap_err();
        assert_eq!(path, Path::new("/no/such/file"));
        assert!(error.to_string().contains("no such file"), "{error}");
    }
}
