//! Files that may be receipts: PDFs and pictures, told by their first bytes, then by what is said
//! about them; and XML, which may be an electronic invoice.

use spacedrive_sdk::ops::vdfs::Entry;
use spacedrive_sdk::wire::Blob;

/// Pictures narrower or lower than this are icons and rules, in pixels.
const MIN_SIDE: usize = 100;
/// Pictures with fewer pixels than this cannot be read, or are logos.
const MIN_PIXELS: usize = 40_000;
/// The same for a picture that the HTML shows: banners are larger.
const MIN_PIXELS_IN_PAGE: usize = 400_000;

/// A file that may be a receipt.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) data: Blob,
    /// BLAKE3 of the bytes, in hex.
    pub(crate) hash: String,
}

/// Kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Picture,
    /// A receipt only where it is an electronic invoice.
    Xml,
}

/// Kind of content of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentKind {
    Mail,
    Document(Kind),
}

/// Returns the kind of content of an imported file, by media type and name; `None` for what no
/// receipt comes in.
pub(crate) fn content_kind(entry: &Entry) -> Option<ContentKind> {
    let media_type = entry.media_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    if media_type.starts_with("message/rfc822") || extension(&entry.name) == "eml" {
        return Some(ContentKind::Mail);
    }
    declared(&media_type, &entry.name).map(ContentKind::Document)
}

/// Returns the attachment as a document, if it may be a receipt. `in_page`: the HTML shows it.
pub(crate) fn find(
    data: &[u8],
    name: Option<&str>,
    media_type: &str,
    in_page: bool,
) -> Option<Document> {
    let kind = sniffed(data).or_else(|| declared(media_type, name.unwrap_or_default()))?;
    if data.is_empty() || kind == Kind::Picture && is_decoration(data, in_page) {
        return None;
    }
    Some(Document::new(name, kind, data.to_vec().into()))
}

impl Document {
    /// Makes a document of a known kind.
    pub(crate) fn new(name: Option<&str>, kind: Kind, data: Blob) -> Self {
        let unnamed = match kind {
            Kind::Pdf => "unnamed PDF",
            Kind::Picture => "unnamed picture",
            Kind::Xml => "unnamed XML",
        };
        let hash = blake3::hash(data.as_bytes()).to_hex().to_string();
        let name = name.unwrap_or(unnamed).to_owned();
        Self { name, kind, data, hash }
    }
}

/// Returns whether a picture is too small to be a receipt. One whose size cannot be told is looked
/// at.
fn is_decoration(data: &[u8], in_page: bool) -> bool {
    let Ok(size) = imagesize::blob_size(data) else { return false };
    let pixels = size.width.saturating_mul(size.height);
    let least = if in_page { MIN_PIXELS_IN_PAGE } else { MIN_PIXELS };
    size.width.min(size.height) < MIN_SIDE || pixels < least
}

fn sniffed(data: &[u8]) -> Option<Kind> {
    let start = data.get(..data.len().min(1024)).unwrap_or_default();
    if start.windows(5).any(|bytes| bytes == b"%PDF-") {
        return Some(Kind::Pdf);
    }
    let pictures: [&[u8]; 6] =
        [b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM"];
    let webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
    (webp || pictures.iter().any(|magic| start.starts_with(magic))).then_some(Kind::Picture)
}

fn declared(media_type: &str, name: &str) -> Option<Kind> {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let by_type = match media_type {
        "application/pdf" | "application/x-pdf" => Some(Kind::Pdf),
        "application/xml" | "text/xml" => Some(Kind::Xml),
        "image/png" | "image/jpeg" | "image/jpg" | "image/webp" | "image/tiff" | "image/bmp"
        | "image/gif" => Some(Kind::Picture),
        _ => None,
    };
    by_type.or_else(|| match extension(name).as_str() {
        "pdf" => Some(Kind::Pdf),
        "xml" => Some(Kind::Xml),
        "png" | "jpg" | "jpeg" | "webp" | "tif" | "tiff" | "bmp" | "gif" => Some(Kind::Picture),
        _ => None,
    })
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the start of a PNG of that size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0]);
        bytes
    }

    #[test]
    fn bytes_tell_more_than_names() {
        let kind = |data: &[u8], name, media_type| {
            find(data, Some(name), media_type, false).map(|d| d.kind)
        };
        assert_eq!(kind(b"%PDF-1.7", "x.bin", "application/octet-stream"), Some(Kind::Pdf));
        assert_eq!(kind(b"damaged", "x.pdf", "application/octet-stream"), Some(Kind::Pdf));
        assert_eq!(kind(b"PK\x03\x04", "x.docx", "application/zip"), None);
        assert_eq!(kind(b"<a/>", "x.xml", "application/octet-stream"), Some(Kind::Xml));
        assert_eq!(kind(b"<svg/>", "x.svg", "image/svg+xml"), None);
        assert_eq!(kind(b"", "x.pdf", "application/pdf"), None);
    }

    #[test]
    fn logos_are_no_documents() {
        let seen = |width, height, in_page| {
            find(&png(width, height), None, "image/png", in_page).is_some()
        };
        assert!(seen(600, 900, false));
        assert!(!seen(64, 64, false));
        assert!(!seen(600, 90, false));
        assert!(!seen(600, 200, true));
        assert!(seen(1200, 1600, true));
    }
}
