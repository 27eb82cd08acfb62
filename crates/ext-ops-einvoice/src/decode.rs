//! Bytes of an XML document as text.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes from the start within which the declaration of the encoding stands.
const DECLARATION_WITHIN: usize = 200;

/// Decodes a text in the encoding of a byte-order mark, else of the declaration, else in UTF-8. Bytes
/// that are not UTF-8 where they should be are letters of Windows-1252, of programs that declare what
/// they do not write.
pub(crate) fn decode(xml: &[u8]) -> String {
    let encoding = declared(xml).unwrap_or(UTF_8);
    let (encoding, _) = Encoding::for_bom(xml).unwrap_or((encoding, 0));
    if encoding != UTF_8 {
        return encoding.decode(xml).0.into_owned();
    }
    let mut text = String::with_capacity(xml.len());
    for chunk in xml.strip_prefix(b"\xef\xbb\xbf").unwrap_or(xml).utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

/// Returns the encoding that the declaration names. A document whose declaration could be read as
/// ASCII is not in UTF-16, whatever it says.
fn declared(xml: &[u8]) -> Option<&'static Encoding> {
    let head = xml.get(..DECLARATION_WITHIN.min(xml.len()))?;
    let head = String::from_utf8_lossy(head);
    let declaration = head.split_once("<?xml")?.1.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value.get(1..)?.split(quote).next()?;
    Encoding::for_label(label.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_and_marks_are_followed() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xfc</a>";
        assert!(decode(latin).ends_with("<a>ü</a>"));
        assert!(decode("\u{feff}<a>ü</a>".as_bytes()).ends_with("<a>ü</a>"));
        assert_eq!(decode(b"\xff\xfe<\0a\0/\0>\0"), "<a/>");
    }

    #[test]
    fn letters_of_another_encoding_than_the_declared_one_are_kept() {
        let head = b"<?xml version='1.0' encoding='UTF-8'?>".as_slice();
        for (wrong, right) in [
            (&b"<a>M\xfcller \x80</a>"[..], "<a>M\u{fc}ller \u{20ac}</a>"),
            (b"<a>M\xc3\xbcller \xdf</a>", "<a>M\u{fc}ller \u{df}</a>"),
        ] {
            assert!(decode(&[head, wrong].concat()).ends_with(right), "{right}");
            assert_eq!(decode(wrong), right);
        }
    }

    #[test]
    fn odd_declarations_mean_utf_8() {
        for odd in ["UTF-16", "klingon", ""] {
            let xml = format!("<?xml version=\"1.0\" encoding=\"{odd}\"?><a>ü</a>");
            assert!(decode(xml.as_bytes()).ends_with("<a>ü</a>"), "{odd}");
        }
    }
}
