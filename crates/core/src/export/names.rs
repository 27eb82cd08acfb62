//! Names of the exported files.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use ext_wire::{portable_file_name, text::nfc};

/// The most bytes of a name.
const MAX_BYTES: usize = 255;
/// The most bytes behind the last dot that count as the kind of a file.
const MAX_EXTENSION: usize = 16;

/// The names that are given, so that no two entries get one: also not where a system makes no
/// difference between `a` and `A`, and where an entry is at the path of another one's folder.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The folder of each segment in each folder.
    folders: HashMap<(PathBuf, String), PathBuf>,
    /// The names in each folder, as systems compare them.
    used: HashSet<(PathBuf, String)>,
    /// The names that each folder has already.
    reserved: &'static [&'static str],
}

impl Names {
    /// Makes a tree whose folders have files of these names.
    pub(super) fn with_reserved(reserved: &'static [&'static str]) -> Self {
        Self { reserved, ..Self::default() }
    }

    /// Gives an entry's path the path of a file.
    pub(super) fn file(&mut self, path: &str) -> PathBuf {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = self.folder(folder);
        self.free(&folder, name)
    }

    /// Gives a path the path of a folder, the same one each time.
    pub(super) fn folder(&mut self, path: &str) -> PathBuf {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        segments.fold(PathBuf::new(), |folder, segment| self.child(folder, segment))
    }

    fn child(&mut self, folder: PathBuf, segment: &str) -> PathBuf {
        let key = (folder, segment.to_owned());
        if let Some(known) = self.folders.get(&key) {
            return known.clone();
        }
        let child = self.free(&key.0, segment);
        self.folders.insert(key, child.clone());
        child
    }

    fn free(&mut self, folder: &Path, segment: &str) -> PathBuf {
        let name = portable_file_name(segment);
        let mut number = 1_u32;
        loop {
            let name = numbered(&name, number);
            let compared = nfc(&name.to_lowercase());
            let is_reserved = self.reserved.contains(&compared.as_str());
            if !is_reserved && self.used.insert((folder.to_owned(), compared)) {
                return folder.join(name);
            }
            number += 1;
        }
    }
}

/// Adds a number from 2 on, as in `a (2).txt`, and cuts what is too long for a name.
fn numbered(name: &str, number: u32) -> String {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name.len() - dot <= MAX_EXTENSION);
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    let suffix = if number > 1 { format!(" ({number})") } else { String::new() };
    let room = MAX_BYTES - suffix.len() - extension.len();
    let stem = stem.get(..stem.floor_char_boundary(room)).unwrap_or_default();
    format!("{stem}{suffix}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_01_an_entry_gets_a_file_of_its_own_below_the_folder() {
        let mut names = Names::default();
        for (path, file) in [
            ("mails/a.eml", "mails/a.eml"),
            ("mails/A.eml", "mails/A (2).eml"),
            ("Mails/a.eml", "Mails (2)/a.eml"),
            ("mails/b.eml", "mails/b.eml"),
            ("mails", "mails (3)"),
            ("../../etc/passwd", "_/_/etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("x//y", "x/y"),
            ("x/../y", "x/_/y"),
            ("con/nul.txt", "_con/_nul.txt"),
            ("a.", "a_"),
            ("a_", "a_ (2)"),
            (".x", ".x"),
            (".X", ".X (2)"),
            ("", "_ (2)"),
        ] {
            assert_eq!(names.file(path), Path::new(file), "{path}");
        }
    }

    #[test]
    fn a_name_that_a_folder_has_already_is_given_to_nobody() {
        let mut names = Names::with_reserved(&["entry.json"]);
        assert_eq!(names.folder("a/Entry.json/b"), Path::new("a/Entry (2).json/b"));
        assert_eq!(names.folder("a/Entry.json/b"), Path::new("a/Entry (2).json/b"));
    }

    #[test]
    fn a_long_name_is_cut_in_front_of_its_kind() {
        let mut names = Names::default();
        let long = format!("{}.txt", "é".repeat(300));
        let (one, two) = (names.file(&long), names.file(&long));
        for file in [&one, &two] {
            let text = file.to_str().unwrap();
            assert!(text.len() <= MAX_BYTES && text.ends_with(".txt"), "{text}");
        }
        assert_ne!(one, two);
    }
}
