//! The files of a folder that is imported.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::rules::Rules;
use crate::own_folder::OwnFolder;

/// A file or folder that could not be looked at, and why.
pub(crate) type Unseen = (PathBuf, io::Error);

/// The files behind a path that the user named.
#[derive(Debug)]
pub(crate) struct Found {
    /// The folder that was named, or the one of the file.
    pub(crate) folder: PathBuf,
    /// All files, sorted by name in each folder, without hidden ones.
    pub(crate) files: Vec<PathBuf>,
    /// Links, pipes and the like that lie in the folder, and the data folder, with what they are.
    pub(crate) skipped: Vec<(PathBuf, &'static str)>,
    /// What could not be looked at.
    pub(crate) unseen: Vec<Unseen>,
}

/// Finds the files behind a path: the file itself, or all files in the folder; without those that
/// rules leave out.
pub(crate) fn find(path: &Path, own: &OwnFolder, rules: Option<&Rules>) -> Result<Found, Unseen> {
    let full = fs::canonicalize(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            (path.to_owned(), io::Error::new(error.kind(), "there is no such file or folder"))
        }
        _ => (path.to_owned(), error),
    })?;
    if let Some(why) = own.refusal(&full) {
        return Err((path.to_owned(), io::Error::new(io::ErrorKind::InvalidInput, why)));
    }
    let folder = if full.is_dir() { &full } else { full.parent().unwrap_or(&full) };
    let (files, skipped, unseen) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Found { folder: folder.to_owned(), files, skipped, unseen };
    if let Some(rules) = rules
        && rules.leave_out_with_folders(&full)?
    {
        return Ok(found);
    }
    let all = WalkDir::new(&full).sort_by_file_name().into_iter();
    let mut unruled = Vec::new();
    let mut all = all.filter_entry(|entry| {
        entry.path() == full || !(is_hidden(entry) || is_ruled_out(rules, entry, &mut unruled))
    });
    while let Some(entry) = all.next() {
        match entry {
            Ok(entry) if own.is(entry.path()) => {
                found.skipped.push((entry.into_path(), "the data folder of this program"));
                all.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => match skipped_kind(&entry) {
                Some(kind) => found.skipped.push((entry.into_path(), kind)),
                None => found.files.push(entry.into_path()),
            },
            Err(error) => found.unseen.push(walk_error(&full, error)),
        }
    }
    drop(all);
    found.unseen.extend(unruled);
    Ok(found)
}

/// Tells whether rules leave a file out. Where they cannot be read, nothing is taken.
fn is_ruled_out(rules: Option<&Rules>, entry: &DirEntry, unread: &mut Vec<Unseen>) -> bool {
    match rules.map(|rules| rules.leave_out(entry.path(), entry.file_type().is_dir())) {
        None => false,
        Some(Ok(left_out)) => left_out,
        Some(Err(unseen)) => {
            if unread.iter().all(|(path, _)| *path != unseen.0) {
                unread.push(unseen);
            }
            true
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().first() == Some(&b'.')
}

/// Returns what an entry of a folder is, if it is no file; what the user named by itself is not left
/// out in silence.
fn skipped_kind(entry: &DirEntry) -> Option<&'static str> {
    let kind = entry.file_type();
    if kind.is_file() || entry.depth() == 0 {
        return None;
    }
    Some(if kind.is_symlink() { "a symbolic link" } else { "a pipe, socket or device" })
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

    fn own(temp: &tempfile::TempDir) -> OwnFolder {
        fs::create_dir_all(temp.path().join("data/libraries")).unwrap();
        OwnFolder::new(&temp.path().join("data")).unwrap()
    }

    #[test]
    fn the_data_folder_is_left_out_of_what_is_above_it() {
        let temp = tempfile::tempdir().unwrap();
        let own = own(&temp);
        let above = temp.path().canonicalize().unwrap();
        fs::write(above.join("data/libraries/content"), "made by an import").unwrap();
        fs::write(above.join("note.txt"), "of the user").unwrap();
        let found = find(&above, &own, None).unwrap();
        assert_eq!(found.files, [above.join("note.txt")]);
        assert_eq!(found.skipped, [(above.join("data"), "the data folder of this program")]);
        for named in ["data", "data/libraries", "data/libraries/content"] {
            let (path, error) = find(&above.join(named), &own, None).unwrap_err();
            assert_eq!(path, above.join(named));
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn hidden_files_are_left_out_and_a_file_names_its_folder() {
        let temp = tempfile::tempdir().unwrap();
        let mails = temp.path().canonicalize().unwrap().join("mails");
        fs::create_dir_all(mails.join("2024")).unwrap();
        for name in ["b.eml", "a.eml", ".hidden", "2024/c.eml"] {
            fs::write(mails.join(name), name).unwrap();
        }
        let found = find(&mails, &own(&temp), None).unwrap();
        assert_eq!(found.files, ["2024/c.eml", "a.eml", "b.eml"].map(|name| mails.join(name)));
        assert_eq!(found.folder, mails);
        let found = find(&mails.join("2024/../a.eml"), &own(&temp), None).unwrap();
        assert_eq!((found.folder, found.files), (mails.clone(), vec![mails.join("a.eml")]));
    }

    #[test]
    fn a_missing_path_is_named() {
        let temp = tempfile::tempdir().unwrap();
        let (path, error) = find(Path::new("/no/such/file"), &own(&temp), None).unwrap_err();
        assert_eq!(path, Path::new("/no/such/file"));
        assert!(error.to_string().contains("no such file"), "{error}");
    }
}
