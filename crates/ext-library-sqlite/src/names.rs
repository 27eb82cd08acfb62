//! The grammar of names and paths.
//!
//! None of them ever becomes a path on the disk of the host: content and sidecars are kept under
//! their hash. The rules are for the people and programs that read the names, and for those that
//! write an entry or a sidecar back to a file of that name.

use ext_services::library::LibraryError;
use ext_wire::{
    is_segment,
    ops::vdfs::{MAX_NAME_BYTES, MAX_PATH_BYTES},
};
use unicode_normalization::UnicodeNormalization;

/// Longest library name, in characters.
const MAX_LIBRARY_NAME_CHARS: usize = 100;
/// Longest type of an entry and longest media type, in bytes.
const MAX_TYPE_BYTES: usize = 127;
/// How much of a refused name is repeated in the error.
const SHOWN_CHARS: usize = 80;

/// Names that Windows keeps for devices, whatever extension follows.
const DEVICES: &[&str] = &["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// Checks an entry's path and returns it in Unicode normal form C.
pub(super) fn entry_path(path: &str) -> Result<String, LibraryError> {
    let path: String = path.nfc().collect();
    match path_fault(&path) {
        Some(reason) => Err(refused("entry path", &path, reason)),
        None => Ok(path),
    }
}

/// Checks an entry's name and returns it in Unicode normal form C.
pub(super) fn entry_name(name: &str) -> Result<String, LibraryError> {
    let name: String = name.nfc().collect();
    match entry_name_fault(&name) {
        Some(reason) => Err(refused("entry name", &name, reason)),
        None => Ok(name),
    }
}

/// Checks a sidecar's name.
pub(super) fn sidecar_name(name: &str) -> Result<(), LibraryError> {
    sidecar_name_fault(name).map_or(Ok(()), |reason| Err(refused("sidecar name", name, reason)))
}

/// Checks a library's name and returns it trimmed, in Unicode normal form C.
pub(super) fn library_name(name: &str) -> Result<String, LibraryError> {
    let name: String = name.trim().nfc().collect();
    let reason = if name.is_empty() {
        "it is empty"
    } else if name.chars().count() > MAX_LIBRARY_NAME_CHARS {
        "it is longer than 100 characters"
    } else if name.chars().any(is_hidden) {
        "it holds a control character"
    } else {
        return Ok(name);
    };
    Err(refused("library name", &name, reason))
}

/// Checks the type of an entry: a snake-case word.
pub(super) fn entry_type(word: &str) -> Result<(), LibraryError> {
    if word.len() <= MAX_TYPE_BYTES && is_segment(word) {
        return Ok(());
    }
    let shown = shown(word);
    Err(LibraryError::Invalid(format!(
        "`{shown}` is no entry type: it must be a word such as `tax_note`"
    )))
}

/// Checks a media type: `type/subtype`, parameters allowed.
pub(super) fn media_type(text: &str) -> Result<(), LibraryError> {
    let is_text = |part: &str| !part.is_empty() && part.chars().all(|c| matches!(c, ' '..='~'));
    let two_parts = text.split_once('/').is_some_and(|(kind, sub)| is_text(kind) && is_text(sub));
    if text.len() <= MAX_TYPE_BYTES && two_parts {
        return Ok(());
    }
    Err(LibraryError::Invalid(format!("`{}` is no media type", shown(text))))
}

/// A name is refused because it breaks `reason`.
pub(super) fn refused(what: &'static str, name: &str, reason: &'static str) -> LibraryError {
    LibraryError::Name { what, name: shown(name), reason }
}

fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
    if name.chars().nth(SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
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

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    let is_port = numbered.is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    is_port || DEVICES.contains(&stem.as_str())
}

/// Characters that do not show: controls, line separators and those that turn the direction of
/// the text, so that a name reads differently from what it is.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn is_path_error<T>(result: Result<T, LibraryError>) -> bool {
        result.is_err_and(|error| error.code() == ext_wire::ErrorCode::Path)
    }

    #[test]
    fn path_01_traversal_is_refused() {
        for name in TRAVERSALS {
            assert!(is_path_error(entry_path(name)), "{name:?} as a path");
            assert!(is_path_error(sidecar_name(name)), "{name:?} as a sidecar");
        }
        assert!(is_path_error(sidecar_name("a/b")));
        assert_eq!(entry_path("a/b").unwrap(), "a/b");
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
        assert_eq!(entry_path("cafe\u{301}").unwrap(), entry_path("caf\u{e9}").unwrap());
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
        assert!(entry_path(&longest).is_ok());
        assert!(is_path_error(entry_path(&format!("{longest}/ee"))));
        assert!(is_path_error(entry_path(&"a".repeat(256))));
    }

    #[test]
    fn ordinary_file_names_are_accepted() {
        for path in
            ["Re: your order.eml", "100%/a b.pdf", "日本/領収書.pdf", "👩‍👩‍👧.png", "a..b", ".hidden"]
        {
            assert_eq!(entry_path(path).unwrap(), path);
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
    fn types() {
        assert!(entry_type("tax_note2").is_ok());
        for word in
            ["", "Receipt", "tax note", "tax__note", "a'; DROP TABLE entries", &"a".repeat(128)]
        {
            assert!(entry_type(word).is_err(), "{word}");
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
}
