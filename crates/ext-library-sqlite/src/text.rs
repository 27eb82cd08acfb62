//! Texts as a search finds them.

use std::borrow::Cow;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

/// The most bytes of a sidecar's text that are indexed: the text of a thousand pages.
const MAX_INDEXED_BYTES: usize = 2 << 20;

/// Extracts the text of a `.txt` or `.md` file, or the text values of a `.json` file.
pub(super) fn of_sidecar(name: &str, bytes: &[u8]) -> Option<String> {
    let (_, extension) = name.rsplit_once('.')?;
    let text = match extension.to_ascii_lowercase().as_str() {
        "txt" | "md" => String::from_utf8_lossy(bytes).into_owned(),
        "json" => of_json(&serde_json::from_slice(bytes).ok()?),
        _ => return None,
    };
    Some(shortened(text.replace('\0', " ")))
}

/// Returns whether a search finds the text of a sidecar with this name.
pub(super) fn is_indexed(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| ["txt", "md", "json"].contains(&end.as_str()))
}

fn of_json(value: &Value) -> String {
    let mut texts = Vec::new();
    collect(value, &mut texts);
    texts.join("\n")
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shortened(mut text: String) -> String {
    text.truncate(cut(&text, MAX_INDEXED_BYTES).len());
    text
}

/// Returns the beginning of a text, of at most `limit` bytes.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or_default()
}

/// Returns a text as it is searched: without what is invisible within words, such as the places where
/// they may be parted, and with the letters of ligatures.
pub(super) fn searchable(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| is_invisible(c) || is_ligature(c)) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for char in text.chars().filter(|c| !is_invisible(*c)) {
        match is_ligature(char) {
            true => plain.extend(std::iter::once(char).nfkc()),
            false => plain.push(char),
        }
    }
    Cow::Owned(plain)
}

/// Returns whether a character is a soft hyphen, has no width, or is a mark of direction.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

const fn is_ligature(c: char) -> bool {
    matches!(c, '\u{fb00}'..='\u{fb06}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_searched_without_what_is_invisible_in_them() {
        assert_eq!(searchable("plain ﬀ"), "plain ff");
        assert_eq!(searchable("Rech\u{ad}nungs\u{200b}\u{2060}nummer"), "Rechnungsnummer");
        assert!(matches!(searchable("Straße, été"), Cow::Borrowed(_)));
    }

    #[test]
    fn only_text_is_indexed() {
        assert_eq!(of_sidecar("a.TXT", b"hi\0there").as_deref(), Some("hi there"));
        assert_eq!(of_sidecar("a.md", b"\xff").as_deref(), Some("\u{FFFD}"));
        let json = br#"{"a": "x", "n": 1, "list": [null, {"b": "y"}]}"#;
        assert_eq!(of_sidecar("a.json", json).as_deref(), Some("x\ny"));
        assert_eq!(of_sidecar("a.json", b"{broken"), None);
        assert_eq!(of_sidecar("a.png", b"text"), None);
        assert_eq!(of_sidecar("txt", b"text"), None);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = of_sidecar("a.txt", "é".repeat(MAX_INDEXED_BYTES).as_bytes()).unwrap();
        assert_eq!(text.len(), MAX_INDEXED_BYTES);
        let text = of_sidecar("a.txt", format!("a{}", "é".repeat(MAX_INDEXED_BYTES)).as_bytes());
        assert_eq!(text.unwrap().len(), MAX_INDEXED_BYTES - 1);
    }
}
