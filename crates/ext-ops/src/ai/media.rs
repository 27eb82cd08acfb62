//! Detection of the kind of a document.

use memchr::memmem;

use ext_services::documents::MarkupKind;

/// Bytes at the start of a file within which the mark of a PDF may stand (ISO 32000-1, annex H,
/// note 13).
const PDF_MARK_WITHIN: usize = 1024;

/// Kinds of documents that text is extracted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Markup(MarkupKind),
    Text,
}

const fn media_type_of(kind: MarkupKind) -> &'static str {
    match kind {
        MarkupKind::Html => "text/html",
        MarkupKind::Docx => {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        }
        MarkupKind::Email => "message/rfc822",
        MarkupKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        MarkupKind::Pptx => {
            "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        }
        MarkupKind::Odt => "application/vnd.oasis.opendocument.text",
        MarkupKind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
        MarkupKind::Odp => "application/vnd.oasis.opendocument.presentation",
    }
}

impl Kind {
    /// Returns the kind of a media type; `None` for another one.
    pub(super) fn of_media_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        if let Some(kind) =
            MarkupKind::DOCUMENTS.into_iter().find(|kind| media_type_of(*kind) == essence)
        {
            return Some(Self::Markup(kind));
        }
        match essence.as_str() {
            "application/pdf" | "application/x-pdf" => Some(Self::Pdf),
            "application/xhtml+xml" => Some(Self::Markup(MarkupKind::Html)),
            "application/json" | "application/xml" | "message/rfc822" => Some(Self::Text),
            other if other.starts_with("text/") || other.ends_with("+xml") => Some(Self::Text),
            _ => None,
        }
    }

    /// Detects the kind of some bytes; `None` when they are not text.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if is_pdf(bytes) {
            return Some(Self::Pdf);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return office(bytes).map(Self::Markup);
        }
        let head = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
        let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
        if head.contains(&0) && !is_utf16 {
            return None;
        }
        let start = String::from_utf8_lossy(head).trim_start().to_lowercase();
        let is_html = ["<!doctype html", "<html", "<body", "<table", "<div"];
        let is_html = is_html.iter().any(|tag| start.starts_with(tag));
        Some(if is_html { Self::Markup(MarkupKind::Html) } else { Self::Text })
    }

    /// Returns the media type, for the answer.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Markup(kind) => media_type_of(kind),
            Self::Text => "text/plain",
        }
    }
}

/// Detects the kind of an office document by the names of files in its archive, which stand there
/// unencoded. Its reader finds out whether that is true.
fn office(bytes: &[u8]) -> Option<MarkupKind> {
    let named = |name: &[u8]| memmem::find(bytes, name).is_some();
    // The first file of an OpenDocument is its media type, not packed.
    let head = bytes.get(..128).unwrap_or(bytes);
    let is = |kind| memmem::find(head, format!("mimetype{}", media_type_of(kind)).as_bytes());
    if let Some(kind) = MarkupKind::DOCUMENTS.into_iter().find(|kind| is(*kind).is_some()) {
        return Some(kind);
    }
    let parts = [
        ("word/document.xml", MarkupKind::Docx),
        ("xl/workbook.xml", MarkupKind::Xlsx),
        ("ppt/presentation.xml", MarkupKind::Pptx),
    ];
    parts.into_iter().find(|(name, _)| named(name.as_bytes())).map(|(_, kind)| kind)
}

/// Returns whether a PDF reader would take these bytes for a PDF.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    let head = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
    head.windows(5).any(|window| window == b"%PDF-")
}

/// Returns whether the bytes begin as those of a PDF do, and of no text: its mark, behind blanks at
/// most. That is so under every label.
pub(super) fn starts_as_pdf(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let version = bytes.trim_ascii_start().strip_prefix(b"%PDF-");
    version.is_some_and(|version| version.first().is_some_and(u8::is_ascii_digit))
}

/// Returns whether the bytes can be XML: the first character that counts opens a tag, in UTF-8 or
/// UTF-16.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let skipped = |byte: &&u8| {
        byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe)
    };
    bytes.iter().find(|byte| !skipped(byte)) == Some(&b'<')
}

/// Decodes text in the charset of a byte-order mark, of the media type, else UTF-8, else Windows-1252.
pub(super) fn decode_text(bytes: &[u8], media_type: Option<&str>) -> String {
    decode(bytes, media_type.and_then(charset))
}

/// Decodes HTML as [`decode_text`], but for what the page says of itself where its label does not.
pub(super) fn decode_html(bytes: &[u8], media_type: Option<&str>) -> String {
    decode(bytes, media_type.and_then(charset).or_else(|| meta_charset(bytes)))
}

fn decode(bytes: &[u8], charset: Option<String>) -> String {
    let named = charset.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    let encoding = match named {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    // A byte-order mark beats the label, as in the Encoding Standard.
    encoding.decode(bytes).0.into_owned()
}

/// Returns the charset that a `meta` element names, in either of its two forms. Only the first 1024
/// bytes are looked at, and UTF-16 cannot be named that way: HTML Standard, 13.2.3.2.
fn meta_charset(bytes: &[u8]) -> Option<String> {
    const WITHIN: usize = 1024;
    let head = bytes.get(..WITHIN).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let charset = |element: &str| {
        let (_, value) = element.split('>').next()?.split_once("charset")?;
        let value = value.trim_start().strip_prefix('=')?;
        let value = value.trim_start_matches(['"', '\'', ' ']);
        let value =
            value.split(['"', '\'', ';', '/', ' ']).next().filter(|value| !value.is_empty())?;
        Some(if value.starts_with("utf-16") { "utf-8".to_owned() } else { value.to_owned() })
    };
    head.split("<meta").skip(1).find_map(charset)
}

fn charset(media_type: &str) -> Option<String> {
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"').to_owned();
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    };
    media_type.split(';').skip(1).find_map(parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_type_and_bytes() {
        assert_eq!(
            Kind::of_media_type("Text/HTML; charset=utf-8"),
            Some(Kind::Markup(MarkupKind::Html))
        );
        assert_eq!(Kind::of_media_type("text/csv"), Some(Kind::Text));
        assert_eq!(Kind::of_media_type("image/png"), None);
        assert_eq!(Kind::of_bytes(b"\n%PDF-1.7"), Some(Kind::Pdf));
        assert_eq!(Kind::of_bytes(b" <!DOCTYPE html><p>"), Some(Kind::Markup(MarkupKind::Html)));
        assert_eq!(Kind::of_bytes(b"Total 3.20"), Some(Kind::Text));
        assert_eq!(Kind::of_bytes(b"\x89PNG\r\n\x1a\n\0\0"), None);
        assert_eq!(Kind::of_bytes(b"PK\x03\x04 some archive"), None);
        for kind in MarkupKind::DOCUMENTS {
            let markup = Kind::Markup(kind);
            assert_eq!(Kind::of_media_type(markup.media_type()), Some(markup));
        }
    }

    #[test]
    fn charsets_are_honoured() {
        assert_eq!(decode_text("10 €".as_bytes(), None), "10 €");
        assert_eq!(decode_text(b"10 \x80", None), "10 €");
        assert_eq!(decode_text(b"10 \xa4", Some("text/plain; charset=\"ISO-8859-15\"")), "10 €");
        assert_eq!(decode_text(b"\xff\xfe1\x000\x00", None), "10");
    }

    #[test]
    fn a_page_says_how_it_is_encoded() {
        let pages: [(&[u8], Option<&str>, &str); 6] = [
            (b"<meta charset=iso-8859-2>\xb1", None, "\u{105}"),
            (b"<META CHARSET='ISO-8859-2' />\xb1", None, "\u{105}"),
            (
                b"<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">\xc8",
                None,
                "\u{418}",
            ),
            (b"<meta charset=iso-8859-2>\xb1", Some("text/html; charset=iso-8859-1"), "\u{b1}"),
            (b"\xef\xbb\xbf<meta charset=iso-8859-2>\xc4\x85", None, "\u{105}"),
            (b"<meta name=charset><meta charset=utf-16>\xc4\x85", None, "\u{105}"),
        ];
        for (page, media_type, end) in pages {
            let text = decode_html(page, media_type);
            assert!(text.ends_with(end), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded(bytes: Vec<u8>) {
            decode_html(&[b"<meta charset", bytes.as_slice()].concat(), None);
        }
    }
}
