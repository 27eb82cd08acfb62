//! Documents that may be receipts: PDFs, pictures and pages of HTML; and XML, which may be an electronic
//! invoice.

use ext_unpack::Kind as Found;
use spacedrive_sdk::wire::Blob;

use crate::parts::{Label, PartId};

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
    /// The document among the parts of the file.
    pub(crate) part: PartId,
}

/// Kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Picture,
    /// A receipt only where it is an electronic invoice.
    Xml,
    /// A page that a shop attached, or that was saved in a browser.
    Html,
}

/// Returns the kind of a document; `None` for what no receipt comes in. Where its bytes are of no kind
/// of document, its label decides, so that a damaged one is told.
pub(crate) fn kind(found: Found, label: Label<'_>) -> Option<Kind> {
    match found {
        Found::Empty => None,
        Found::Pdf => Some(Kind::Pdf),
        Found::Picture => Some(Kind::Picture),
        Found::Xml => Some(Kind::Xml),
        Found::Html => Some(Kind::Html),
        _ => declared(label.media_type.unwrap_or_default(), label.name.unwrap_or_default()),
    }
}

impl Document {
    /// Makes a document of a known kind.
    pub(crate) fn new(name: Option<&str>, kind: Kind, data: Blob, part: PartId) -> Self {
        let unnamed = match kind {
            Kind::Pdf => "unnamed PDF",
            Kind::Picture => "unnamed picture",
            Kind::Xml => "unnamed XML",
            Kind::Html => "unnamed page",
        };
        let hash = blake3::hash(data.as_bytes()).to_hex().to_string();
        let name = name.unwrap_or(unnamed).to_owned();
        Self { name, kind, data, hash, part }
    }
}

/// Returns whether a document is a picture that is too small to be a receipt. One whose size cannot be
/// told is looked at. `in_page`: the HTML shows it.
pub(crate) fn is_decoration(kind: Kind, data: &[u8], in_page: bool) -> bool {
    let Ok(size) = imagesize::blob_size(data) else { return false };
    let pixels = size.width.saturating_mul(size.height);
    let least = if in_page { MIN_PIXELS_IN_PAGE } else { MIN_PIXELS };
    kind == Kind::Picture && (size.width.min(size.height) < MIN_SIDE || pixels < least)
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

pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use ext_unpack::detect;

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
            kind(detect(data).kind, Label { name: Some(name), media_type: Some(media_type) })
        };
        assert_eq!(kind(b"%PDF-1.7", "x.bin", "application/octet-stream"), Some(Kind::Pdf));
        assert_eq!(kind(b"%PDF-1.7", "x.txt", "text/plain"), Some(Kind::Pdf));
        assert_eq!(kind(b"damaged", "x.pdf", "application/octet-stream"), Some(Kind::Pdf));
        assert_eq!(kind(b"PK\x03\x04", "x.docx", "application/zip"), None);
        assert_eq!(kind(b"<a/>", "x.xml", "application/octet-stream"), Some(Kind::Xml));
        assert_eq!(kind(b"<html><p>", "x.bin", "application/octet-stream"), Some(Kind::Html));
        assert_eq!(kind(b"<svg/>", "x.svg", "image/svg+xml"), None);
        assert_eq!(kind(b"", "x.pdf", "application/pdf"), None);
    }

    #[test]
    fn logos_are_no_documents() {
        let seen =
            |width, height, in_page| !is_decoration(Kind::Picture, &png(width, height), in_page);
        assert!(seen(600, 900, false));
        assert!(!seen(64, 64, false));
        assert!(!seen(600, 90, false));
        assert!(!seen(600, 200, true));
        assert!(seen(1200, 1600, true));
    }
}
