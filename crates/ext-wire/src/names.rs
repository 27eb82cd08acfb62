//! The grammar of names and paths in a library.
//!
//! Hosts, stores and the SDK's fake host check by these functions, so that a name that passes a test
//! passes everywhere. None of the names ever becomes a path on the disk of the host. The rules are
//! for the people and programs that read the names, and for those that write an entry or a sidecar
//! back to a file of that name.
//!
//! The path of an entry is [`EntryPath`](crate::EntryPath)'s. The names of methods are [`crate::Method`]'s, those of events [`crate::event::is_kind`]'s.

use std::fmt;

use thiserror::Error;

use crate::{
    ErrorCode,
    invisible::has_invisible,
    is_segment,
    ops::{credentials, vdfs::MAX_NAME_BYTES},
    text::nfc,
};

/// Longest library name, in characters.
const MAX_LIBRARY_NAME_CHARS: usize = 100;
/// Longest type of an entry and longest media type, in bytes.
const MAX_TYPE_BYTES: usize = 127;
/// Most characters of a refused name that the error repeats.
const SHOWN_CHARS: usize = 80;

/// The reason that refuses a name with a character that does not show.
pub(crate) const INVISIBLE: &str = "it holds an invisible character";

/// Names that Windows keeps for devices, whatever extension follows.
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// Kinds of names that have rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// The path of an entry.
    EntryPath,
    /// The name of an entry.
    EntryName,
    /// The type of an entry.
    EntryType,
    /// The media type of a content.
    MediaType,
    /// The name of a sidecar.
    SidecarName,
    /// The name of a library.
    LibraryName,
    /// The name of a credential.
    CredentialName,
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EntryPath => "entry path",
            Self::EntryName => "entry name",
            Self::EntryType => "entry type",
            Self::MediaType => "media type",
            Self::SidecarName => "sidecar name",
            Self::LibraryName => "library name",
            Self::CredentialName => "credential name",
        })
    }
}

/// Refusal of a name, with the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{name}` is not a valid {kind}: {reason}")]
pub struct NameError {
    /// The kind of name that it would be.
    pub kind: NameKind,
    /// The name, with control characters escaped, and cut where it is long.
    pub name: String,
    /// The rule that it breaks.
    pub reason: &'static str,
}

impl NameError {
    pub(crate) fn new(kind: NameKind, name: &str, reason: &'static str) -> Self {
        Self { kind, name: shown(name), reason }
    }

    /// Returns the code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self.kind {
            NameKind::EntryType | NameKind::MediaType | NameKind::CredentialName => {
                ErrorCode::BadInput
            }
            NameKind::EntryPath
            | NameKind::EntryName
            | NameKind::SidecarName
            | NameKind::LibraryName => ErrorCode::Path,
        }
    }
}

/// Returns the beginning of paths in the form in which it is compared: normal form C, no slash at
/// the end. Nothing is refused: a beginning that no path has finds nothing.
#[must_use]
pub fn path_prefix(prefix: &str) -> String {
    nfc(prefix.trim_end_matches('/'))
}

/// Checks an entry's name and returns it in Unicode normal form C.
///
/// # Errors
/// The name breaks a rule.
pub fn entry_name(name: &str) -> Result<String, NameError> {
    let name = nfc(name);
    match entry_name_fault(&name) {
        Some(reason) => Err(NameError::new(NameKind::EntryName, &name, reason)),
        None => Ok(name),
    }
}

/// Checks the rule for names of new entries: nothing in it is invisible.
///
/// # Errors
/// A character of the name does not show.
pub fn new_entry_name(name: &str) -> Result<(), NameError> {
    if has_invisible(name) {
        return Err(NameError::new(NameKind::EntryName, name, INVISIBLE));
    }
    Ok(())
}

/// Checks a sidecar's name.
///
/// # Errors
/// The name breaks a rule.
pub fn sidecar_name(name: &str) -> Result<(), NameError> {
    let refuse = |reason| Err(NameError::new(NameKind::SidecarName, name, reason));
    sidecar_name_fault(name).map_or(Ok(()), refuse)
}

/// Checks that a new sidecar does not differ from one that is there by case only: written to files,
/// both would be one on some systems.
///
/// # Errors
/// The names differ by case only.
pub fn sidecar_beside(old: &str, new: &str) -> Result<(), NameError> {
    if old != new && old.eq_ignore_ascii_case(new) {
        let reason = "it differs from another sidecar's name by case only";
        return Err(NameError::new(NameKind::SidecarName, new, reason));
    }
    Ok(())
}

/// Checks a library's name and returns it trimmed, in Unicode normal form C.
///
/// # Errors
/// The name breaks a rule.
pub fn library_name(name: &str) -> Result<String, NameError> {
    let name = nfc(name.trim());
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.chars().count() > MAX_LIBRARY_NAME_CHARS {
        "it is longer than 100 characters"
    } else if name.chars().any(is_hidden) {
        "it holds a control character"
    } else if has_invisible(&name) {
        INVISIBLE
    } else {
        return Ok(name);
    };
    Err(NameError::new(NameKind::LibraryName, &name, reason))
}

/// Returns whether two names of libraries are one for a person: they differ at most in the case of
/// letters and in Unicode form.
#[must_use]
pub fn is_same_library(one: &str, other: &str) -> bool {
    let folded = |name: &str| nfc(&nfc(name.trim()).to_lowercase());
    folded(one) == folded(other)
}

/// Checks the type of an entry: a word of ASCII letters of either case and digits, a letter first, whose
/// parts may be joined by single `_`. Types are kept and compared exactly.
///
/// # Errors
/// It is not such a word, or too long.
pub fn entry_type(word: &str) -> Result<(), NameError> {
    // The case of letters is the only difference to a segment.
    if word.len() <= MAX_TYPE_BYTES && is_segment(&word.to_ascii_lowercase()) {
        return Ok(());
    }
    let reason = "it must be a word such as `tax_note` or `TaxNote`";
    Err(NameError::new(NameKind::EntryType, word, reason))
}

/// Checks a media type: `type/subtype`, parameters allowed.
///
/// # Errors
/// It is not of this form, or too long.
pub fn media_type(text: &str) -> Result<(), NameError> {
    let is_text = |part: &str| !part.is_empty() && part.chars().all(|c| matches!(c, ' '..='~'));
    let two_parts = text.split_once('/').is_some_and(|(kind, sub)| is_text(kind) && is_text(sub));
    if text.len() <= MAX_TYPE_BYTES && two_parts {
        return Ok(());
    }
    Err(NameError::new(NameKind::MediaType, text, "it must be `type/subtype`"))
}

/// Checks the name of a credential.
///
/// # Errors
/// The name breaks a rule.
pub fn credential_name(name: &str) -> Result<(), NameError> {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    if (1..=credentials::MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(legal) {
        return Ok(());
    }
    Err(NameError::new(
        NameKind::CredentialName,
        name,
        "it must be 1 to 128 of a-z, 0-9, `.`, `_`, `-`",
    ))
}

fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
    if name.chars().nth(SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

fn entry_name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > MAX_NAME_BYTES {
        Some("it is longer than 255 bytes")
    } else if name.contains('/') {
        Some("it holds a slash")
    } else if name.chars().any(is_hidden) {
        Some("it holds a control character")
    } else {
        None
    }
}

fn sidecar_name_fault(name: &str) -> Option<&'static str> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > MAX_NAME_BYTES {
        Some("it is longer than 255 bytes")
    } else if !name.chars().all(legal) {
        Some("only letters, digits, `.`, `_` and `-` are allowed")
    } else if name.starts_with('.') || name.ends_with('.') {
        Some("it starts or ends with a dot")
    } else if is_device(name) {
        Some("Windows keeps it for a device")
    } else {
        None
    }
}

/// Returns whether Windows keeps a name for a device, whatever extension follows.
pub(crate) fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_port = numbered.is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    is_port || DEVICES.contains(&stem.as_str())
}

/// Returns whether a character does not show: controls, line separators and those that turn the
/// direction of the text, so that a name reads differently from what it is.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryPath;

    const TRAVERSALS: &[&str] = &[
        "../x",
        "a/../../x",
        "a/..",
        "..",
        ".",
        "./x",
        "/etc/x",
        "//x",
        "a//b",
        "a/",
        "",
        "C:/x",
        "c:",
        r"..\x",
        r"C:\x",
        r"\\host\s\x",
        "a\0b",
        "a\nb",
        "a\u{202E}fdp.exe",
    ];
    const DEVICE_NAMES: &[&str] =
        &["CON", "con", "nul.txt", "Aux.json", "prn", "COM1", "com9.txt", "LPT0", "lpt1.a.b"];

    fn is_path_error<T>(result: Result<T, NameError>) -> bool {
        result.is_err_and(|error| error.code() == ErrorCode::Path)
    }

    #[test]
    fn path_01_traversal_is_refused() {
        for name in TRAVERSALS {
            assert!(is_path_error(name.parse::<EntryPath>()), "{name:?} as a path");
            assert!(is_path_error(sidecar_name(name)), "{name:?} as a sidecar");
        }
        assert!(is_path_error(sidecar_name("a/b")));
        assert_eq!("a/b".parse::<EntryPath>().unwrap().as_str(), "a/b");
    }

    #[test]
    fn path_02_encoded_traversal_is_refused_as_a_sidecar() {
        for name in
            ["%2e%2e%2f", "%252e%252e%252fx", "..;/", "....//", "%c0%ae", "%u002e", "．．/x", "‥"]
        {
            assert!(is_path_error(sidecar_name(name)), "{name}");
        }
    }

    #[test]
    fn path_04_names_that_windows_cannot_hold_are_refused() {
        for name in DEVICE_NAMES {
            assert!(is_path_error(sidecar_name(name)), "{name}");
        }
        for name in ["COM¹", "aux.", "name ", "name.", ".name", "name::$DATA", "NAME~1.TXT"] {
            assert!(is_path_error(sidecar_name(name)), "{name}");
        }
        for name in ["console.txt", "com10", "null.json", "receipt.json", "a-b_c.d", "x"] {
            assert!(sidecar_name(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn path_05_both_spellings_of_a_character_are_one_path() {
        assert_eq!(entry_name("cafe\u{301}").unwrap(), "caf\u{e9}");
    }

    #[test]
    fn path_13_lengths_at_and_over_the_limit() {
        assert!(sidecar_name(&"a".repeat(255)).is_ok());
        assert!(is_path_error(sidecar_name(&"a".repeat(256))));
        assert!(is_path_error(sidecar_name(&"a".repeat(4096))));
        assert!(entry_name(&"é".repeat(127)).is_ok());
        assert!(is_path_error(entry_name(&"é".repeat(128))));
        let longest =
            ["a".repeat(255), "b".repeat(255), "c".repeat(255), "d".repeat(255)].join("/");
        assert!(longest.parse::<EntryPath>().is_ok());
        assert!(is_path_error(format!("{longest}/ee").parse::<EntryPath>()));
        assert!(is_path_error("a".repeat(256).parse::<EntryPath>()));
    }

    #[test]
    fn ordinary_file_names_are_accepted() {
        for path in
            ["Re: your order.eml", "100%/a b.pdf", "日本/領収書.pdf", "👩‍👩‍👧.png", "a..b", ".hidden"]
        {
            assert_eq!(path.parse::<EntryPath>().unwrap().as_str(), path);
        }
    }

    #[test]
    fn library_names() {
        assert_eq!(library_name("  My books ").unwrap(), "My books");
        assert!(library_name(&"ß".repeat(100)).is_ok());
        for name in ["", "  ", "a\tb", &"a".repeat(101)] {
            assert!(is_path_error(library_name(name)), "{name:?}");
        }
    }

    #[test]
    fn library_names_are_compared_as_people_do() {
        for (one, other) in [
            ("Home", "home "),
            ("B\u{fc}ro", "BU\u{308}RO"),
            ("\u{c9}t\u{e9}", "e\u{301}te\u{301}"),
        ] {
            assert!(is_same_library(one, other), "{one} {other}");
        }
        assert!(!is_same_library("Home", "Home 2"));
    }

    #[test]
    fn types() {
        for word in ["tax_note2", "FinancialDocument", "Tax_Note"] {
            assert!(entry_type(word).is_ok(), "{word}");
        }
        for word in [
            "",
            "2Receipt",
            "Réçu",
            "_Receipt",
            "tax note",
            "tax__note",
            "a'; DROP TABLE entries",
            &"a".repeat(128),
        ] {
            let error = entry_type(word).unwrap_err();
            assert_eq!(error.code(), ErrorCode::BadInput, "{word}");
        }
        assert!(media_type("text/plain; charset=utf-8").is_ok());
        for text in
            ["", "text", "/", "a/", "/b", "a/b\nc", "a/ü", &format!("a/{}", "b".repeat(126))]
        {
            assert!(media_type(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refused_name_is_shown_escaped_and_short() {
        let error = entry_name(&format!("\u{7}{}", "x".repeat(5000))).unwrap_err().to_string();
        assert!(error.contains(r"\u{7}") && error.len() < 300, "{error}");
    }

    #[test]
    fn sidecars_beside_each_other_differ_by_more_than_case() {
        assert!(sidecar_beside("a.txt", "a.txt").is_ok());
        assert!(sidecar_beside("a.txt", "b.txt").is_ok());
        assert!(is_path_error(sidecar_beside("a.txt", "A.TXT")));
    }

    #[test]
    fn prefixes_are_compared_in_the_form_of_paths() {
        assert_eq!(path_prefix("cafe\u{301}//"), "caf\u{e9}");
        assert_eq!(path_prefix("/"), "");
    }

    #[test]
    fn credential_names() {
        assert!(credential_name("google.work_2").is_ok());
        for name in ["", "Google", "a b", "../x", &"a".repeat(129)] {
            assert_eq!(credential_name(name).unwrap_err().code(), ErrorCode::BadInput, "{name}");
        }
    }
}
