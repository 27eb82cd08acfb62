//! The path of an entry in its one form.

use std::{fmt, str::FromStr};

use crate::{
    invisible::has_invisible,
    names::{INVISIBLE, NameError, NameKind, is_hidden},
    ops::vdfs::{MAX_NAME_BYTES, MAX_PATH_BYTES},
    text::nfc,
};

/// The path of an entry, in Unicode normal form C.
///
/// Whoever checks, stores or compares a path takes this type, so a path is always checked in the
/// form in which it is used: `K` and U+212A, which looks like it, are one character in this form.
///
/// ```
/// use ext_wire::EntryPath;
///
/// let path: EntryPath = "mail/cafe\u{301}.eml".parse()?;
/// assert_eq!(path, EntryPath::stored("mail/caf\u{e9}.eml"));
/// assert!("mail/../vault".parse::<EntryPath>().is_err());
/// # Ok::<(), ext_wire::names::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPath(String);

impl EntryPath {
    /// Takes a path that a library has, or that somebody asks about. Brings it into its form, and
    /// refuses nothing: no rule hides an entry that is there.
    #[must_use]
    pub fn stored(path: &str) -> Self {
        Self(nfc(path))
    }

    /// Checks the rule for paths of new entries: nothing in it is invisible. Entries that were there
    /// before the rule keep their paths.
    ///
    /// # Errors
    /// A character of the path does not show.
    pub fn check_new(&self) -> Result<(), NameError> {
        if has_invisible(&self.0) {
            return Err(NameError::new(NameKind::EntryPath, &self.0, INVISIBLE));
        }
        Ok(())
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Checks a path and brings it into its form.
impl FromStr for EntryPath {
    type Err = NameError;

    fn from_str(path: &str) -> Result<Self, NameError> {
        let path = nfc(path);
        match path_fault(&path) {
            Some(reason) => Err(NameError::new(NameKind::EntryPath, &path, reason)),
            None => Ok(Self(path)),
        }
    }
}

impl AsRef<str> for EntryPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<EntryPath> for String {
    fn from(path: EntryPath) -> Self {
        path.0
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn path_fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        Some("it is empty")
    } else if path.len() > MAX_PATH_BYTES {
        Some("it is longer than 1024 bytes")
    } else if path.starts_with('/') {
        Some("it must be relative")
    } else if is_drive(path) {
        Some("it starts with a drive letter")
    } else {
        path.split('/').find_map(segment_fault)
    }
}

fn is_drive(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default().as_bytes();
    matches!(first, [letter, b':'] if letter.is_ascii_alphabetic())
}

fn segment_fault(segment: &str) -> Option<&'static str> {
    match segment {
        "" => Some("it has an empty segment"),
        "." | ".." => Some("it has the segment `.` or `..`"),
        _ => segment_text_fault(segment),
    }
}

fn segment_text_fault(segment: &str) -> Option<&'static str> {
    if segment.len() > MAX_NAME_BYTES {
        Some("a segment is longer than 255 bytes")
    } else if segment.contains('\\') {
        Some("it holds a backslash")
    } else if segment.chars().any(is_hidden) {
        Some("it holds a control character")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> EntryPath {
        text.parse().unwrap()
    }

    #[test]
    fn path_05_every_spelling_of_a_character_is_one_path() {
        assert_eq!(path("cafe\u{301}"), path("caf\u{e9}"));
        assert_eq!(path("\u{212a}redit/a").as_str(), "Kredit/a");
        assert_eq!(path("a\u{37e}\u{1fef}").as_str(), "a;`");
        assert_eq!(EntryPath::stored("a\u{37e}"), path("a;"));
    }

    #[test]
    fn path_05_characters_that_only_look_alike_stay_apart() {
        for (one, other) in [("a", "\u{430}"), ("K", "\u{39a}"), ("fi", "\u{fb01}"), ("a", "A")] {
            assert_ne!(path(one), path(other));
        }
    }

    #[test]
    fn the_rules_hold_for_the_form_and_not_for_the_spelling() {
        assert!("a/\u{2024}\u{2024}".parse::<EntryPath>().is_ok(), "no dots in this form");
        let spelled = "e\u{301}".repeat(127);
        assert_eq!((spelled.len(), path(&spelled).as_str().len()), (381, 254));
        let longer = "\u{958}".repeat(50);
        assert!(longer.len() < MAX_NAME_BYTES && longer.parse::<EntryPath>().is_err());
    }

    #[test]
    fn a_stored_path_is_never_refused() {
        for odd in ["", "/a", "a//b", "a\u{202e}b", &"x".repeat(2000)] {
            assert_eq!(EntryPath::stored(odd).as_str(), odd);
        }
        assert_eq!(EntryPath::stored("a/b.txt").file_name(), "b.txt");
    }
}
