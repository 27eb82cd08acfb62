//! Text strings of PDF dictionaries.

/// Decodes a PDF text string: UTF-16 or UTF-8 with a byte order mark, else Latin-1, which
/// PDFDocEncoding equals in all but a few signs.
pub(crate) fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, utf16 @ ..] => {
            let units = utf16.chunks_exact(2).map(|unit| match unit {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0,
            });
            char::decode_utf16(units)
                .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        [0xef, 0xbb, 0xbf, utf8 @ ..] => String::from_utf8_lossy(utf8).into_owned(),
        latin1 => latin1.iter().map(|byte| char::from(*byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_in_every_encoding() {
        assert_eq!(text_string(b"factur-x.xml"), "factur-x.xml");
        assert_eq!(text_string(b"\xfe\xff\0R\0\xe9"), "R\u{e9}");
        assert_eq!(text_string(b"\xef\xbb\xbfR\xc3\xa9"), "R\u{e9}");
        assert_eq!(text_string(b"R\xe9"), "R\u{e9}");
    }
}
