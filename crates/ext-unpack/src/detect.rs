//! Detection of what some bytes are.

use memchr::memmem;

use crate::{cms, email, encoded, mbox, tnef};

/// Bytes at the start of a file that are looked at, and within which the mark of a PDF may stand
/// (ISO 32000-1, annex H, note 13).
const HEAD_BYTES: usize = 1024;
/// Headers by which an email is known.
const HEADERS: [&str; 17] = [
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "received",
    "return-path",
    "delivered-to",
    "reply-to",
    "sender",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "x-mailer",
    "x-received",
];

/// Beginnings of texts, in small letters.
const TEXTS: [(&str, Kind, &str); 11] = [
    ("-----begin pgp message-----", Kind::Encrypted, "application/pgp-encrypted"),
    ("-----begin pgp signature-----", Kind::Signature, "application/pgp-signature"),
    ("<!doctype html", Kind::Html, "text/html"),
    ("<html", Kind::Html, "text/html"),
    ("<head", Kind::Html, "text/html"),
    ("<body", Kind::Html, "text/html"),
    ("<table", Kind::Html, "text/html"),
    ("<div", Kind::Html, "text/html"),
    ("<p>", Kind::Html, "text/html"),
    ("<br", Kind::Html, "text/html"),
    ("begin:vcalendar", Kind::Other, "text/calendar"),
];

/// Kind of some bytes, and their media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detected {
    /// The kind.
    pub kind: Kind,
    /// The media type: `application/pdf`.
    pub media_type: &'static str,
}

/// Kind of some bytes, as far as readers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No bytes at all.
    Empty,
    /// A PDF.
    Pdf,
    /// A picture: PNG, JPEG, GIF, TIFF, BMP, WebP.
    Picture,
    /// XML other than a picture.
    Xml,
    /// A page of HTML.
    Html,
    /// Text of another kind.
    Text,
    /// A document of an office program.
    Office,
    /// An email, or a part of one with its headers.
    Email,
    /// A mailbox in one file.
    Mbox,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A file packed with gzip.
    Gzip,
    /// A `winmail.dat` of Outlook.
    Tnef,
    /// A cryptographic message: signed, or a detached signature.
    Cms,
    /// A file written as base64.
    Base64,
    /// A text with uuencoded files.
    Uuencoded,
    /// A message that needs a key to be read.
    Encrypted,
    /// A signature and nothing else.
    Signature,
    /// A container of a format that is not opened: rar, 7z, xz, messages of Outlook.
    OtherContainer,
    /// Something else.
    Other,
}

impl Kind {
    /// Returns whether it is a container for [`open`](crate::open), which may fail for it.
    #[must_use]
    pub const fn is_container(self) -> bool {
        matches!(
            self,
            Self::Mbox
                | Self::Zip
                | Self::Tar
                | Self::Gzip
                | Self::Tnef
                | Self::Cms
                | Self::Base64
                | Self::Uuencoded
                | Self::Encrypted
                | Self::OtherContainer
        )
    }

    /// Returns whether it is text, so that it can be the body of an email.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::Xml
                | Self::Html
                | Self::Text
                | Self::Email
                | Self::Mbox
                | Self::Signature
        )
    }
}

/// Says what some bytes are, by what stands in them alone.
#[must_use]
pub fn detect(bytes: &[u8]) -> Detected {
    if bytes.is_empty() {
        return Detected { kind: Kind::Empty, media_type: "application/x-empty" };
    }
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    document(head).or_else(|| container(bytes, head)).or_else(|| email(bytes)).unwrap_or_else(
        || {
            // An email may carry the mark of a PDF in its first part.
            late_pdf(head).or_else(|| text(bytes, head)).or_else(|| magic(head)).unwrap_or(UNKNOWN)
        },
    )
}

const UNKNOWN: Detected = detected(Kind::Other, "application/octet-stream");

const fn detected(kind: Kind, media_type: &'static str) -> Detected {
    Detected { kind, media_type }
}

/// Finds documents by the bytes that they begin with.
fn document(head: &[u8]) -> Option<Detected> {
    let start = without_mark(head);
    if start.starts_with(b"%PDF-") {
        return Some(detected(Kind::Pdf, "application/pdf"));
    }
    let webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    let bitmap = head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
    let pictures: [(bool, &'static str); 7] = [
        (head.starts_with(b"\x89PNG\r\n"), "image/png"),
        (head.starts_with(b"\xff\xd8\xff"), "image/jpeg"),
        (head.starts_with(b"GIF8"), "image/gif"),
        (head.starts_with(b"II*\0"), "image/tiff"),
        (head.starts_with(b"MM\0*"), "image/tiff"),
        (webp, "image/webp"),
        (bitmap, "image/bmp"),
    ];
    let picture = pictures.into_iter().find(|(fits, _)| *fits);
    picture.map(|(_, media_type)| detected(Kind::Picture, media_type))
}

/// Returns the bytes behind a byte-order mark and blanks.
fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

/// Finds a PDF with something in front of it: its mark begins a line.
fn late_pdf(head: &[u8]) -> Option<Detected> {
    let marks = memmem::find_iter(head, b"%PDF-");
    let mut starts = marks.filter(|at| {
        let version = head.get(at + 5).is_some_and(u8::is_ascii_digit);
        let begins = at.checked_sub(1).and_then(|before| head.get(before));
        version && begins.is_none_or(|byte| matches!(byte, b'\n' | b'\r' | 0))
    });
    starts.next().map(|_| detected(Kind::Pdf, "application/pdf"))
}

fn container(bytes: &[u8], head: &[u8]) -> Option<Detected> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(archive(bytes, head));
    }
    if head.starts_with(tnef::MARK) {
        return Some(detected(Kind::Tnef, "application/vnd.ms-tnef"));
    }
    if head.starts_with(b"\x1f\x8b") {
        return Some(detected(Kind::Gzip, "application/gzip"));
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some(detected(Kind::Tar, "application/x-tar"));
    }
    match cms::message(head) {
        Some(cms::Message::Encrypted) => {
            return Some(detected(Kind::Encrypted, "application/pkcs7-mime"));
        }
        Some(_) => return Some(detected(Kind::Cms, "application/pkcs7-mime")),
        None => {}
    }
    if mbox::is_mbox(bytes) {
        return Some(detected(Kind::Mbox, "application/mbox"));
    }
    foreign(bytes, head)
}

/// Tells office documents from archives by the names of files in them, which stand there unencoded.
fn archive(bytes: &[u8], head: &[u8]) -> Detected {
    const OFFICE: [(&[u8], &str); 3] = [
        (
            b"word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            b"ppt/presentation.xml",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
    ];
    // The first file of an OpenDocument is its media type, not packed.
    if memmem::find(head, b"mimetypeapplication/").is_some() {
        return detected(Kind::Office, "application/vnd.oasis.opendocument");
    }
    // An archive of office documents has none of their parts at its top.
    let is_package = memmem::find(bytes, b"[Content_Types].xml").is_some();
    let office = OFFICE.into_iter().find(|(part, _)| is_package && named(bytes, part));
    office.map_or(detected(Kind::Zip, "application/zip"), |(_, media_type)| {
        detected(Kind::Office, media_type)
    })
}

/// Returns whether a file of this name is in the directory at the end of an archive.
fn named(bytes: &[u8], part: &[u8]) -> bool {
    const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
    const NAME_OFFSET: usize = 46;
    memmem::find_iter(bytes, DIRECTORY_ENTRY)
        .any(|at| bytes.get(at + NAME_OFFSET..).is_some_and(|name| name.starts_with(part)))
}

fn foreign(bytes: &[u8], head: &[u8]) -> Option<Detected> {
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    if head.starts_with(OLE) {
        let outlook: Vec<u8> = b"__substg1.0_".iter().flat_map(|byte| [*byte, 0]).collect();
        let is_message = memmem::find(bytes, &outlook).is_some();
        return Some(match is_message {
            true => detected(Kind::OtherContainer, "application/vnd.ms-outlook"),
            false => detected(Kind::Office, "application/x-ole-storage"),
        });
    }
    let formats: [(bool, &'static str); 4] = [
        (head.starts_with(b"Rar!\x1a\x07"), "application/vnd.rar"),
        (head.starts_with(b"7z\xbc\xaf\x27\x1c"), "application/x-7z-compressed"),
        (head.starts_with(b"BZh") && head.get(4..7) == Some(b"1AY"), "application/x-bzip2"),
        (head.starts_with(b"\xfd7zXZ\0"), "application/x-xz"),
    ];
    let format = formats.into_iter().find(|(fits, _)| *fits);
    format.map(|(_, media_type)| detected(Kind::OtherContainer, media_type))
}

/// Finds an email, in whatever form it was saved.
fn email(bytes: &[u8]) -> Option<Detected> {
    email::is_email(bytes).then_some(detected(Kind::Email, "message/rfc822"))
}

/// Returns whether the bytes begin with header lines, of which one is known.
pub(crate) fn begins_with_headers(start: &[u8]) -> bool {
    const MAX_LINES: usize = 200;
    if !is_header_line(start) {
        return false;
    }
    let lines = start.split(|byte| *byte == b'\n').take(MAX_LINES);
    let header = lines.take_while(|line| !line.trim_ascii().is_empty());
    let mut fields = header.filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t"));
    fields
        .all(is_header_line)
        .then(|| start.split(|byte| *byte == b'\n').take(MAX_LINES))
        .is_some_and(|mut lines| lines.any(is_known_header))
}

/// Returns whether the first line is `Name: value`.
pub(crate) fn is_header_line(bytes: &[u8]) -> bool {
    header_name(bytes).is_some()
}

fn header_name(line: &[u8]) -> Option<&[u8]> {
    const MAX_NAME_BYTES: usize = 76;
    let end = line.iter().take(MAX_NAME_BYTES).position(|byte| *byte == b':')?;
    let name = line.get(..end)?.trim_ascii_end();
    let legal = |byte: &u8| byte.is_ascii_graphic();
    (!name.is_empty() && name.iter().all(legal)).then_some(name)
}

fn is_known_header(line: &[u8]) -> bool {
    header_name(line)
        .is_some_and(|name| HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())))
}

/// Finds what a text is; `None` for bytes that are not text.
fn text(bytes: &[u8], head: &[u8]) -> Option<Detected> {
    let control = |byte: &u8| *byte < 0x20 && !byte.is_ascii_whitespace() && *byte != 0x1b;
    let has_mark = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if !has_mark && head.iter().any(control) {
        return None;
    }
    let narrow = email::narrow(head);
    let start = narrow.as_ref().map_or(without_mark(head), |text| text.trim_start().as_bytes());
    let lower = String::from_utf8_lossy(start).to_ascii_lowercase();
    if let Some((_, kind, media_type)) =
        TEXTS.into_iter().find(|(start, ..)| lower.starts_with(start))
    {
        return Some(detected(kind, media_type));
    }
    if start.starts_with(b"<") {
        return Some(match lower.contains("<svg") {
            true => detected(Kind::Other, "image/svg+xml"),
            false => detected(Kind::Xml, "application/xml"),
        });
    }
    Some(match () {
        () if encoded::is_base64(bytes) => detected(Kind::Base64, "text/plain"),
        () if encoded::find_uuencoded(bytes).is_some() => {
            detected(Kind::Uuencoded, "text/x-uuencode")
        }
        () => detected(Kind::Text, "text/plain"),
    })
}

/// Finds what else is known by its first bytes: sound, films, fonts, programs.
fn magic(head: &[u8]) -> Option<Detected> {
    let media_type = infer::get(head)?.mime_type();
    (!media_type.starts_with("text/") && media_type != "application/x-x509-ca-cert")
        .then_some(detected(Kind::Other, media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> Kind {
        detect(bytes).kind
    }

    #[test]
    fn documents_are_told_by_their_bytes() {
        assert_eq!(kind(b""), Kind::Empty);
        assert_eq!(kind(b"\xef\xbb\xbf\r\n%PDF-1.4\n"), Kind::Pdf);
        assert_eq!(kind(b"HTTP header\r\n%PDF-1.4\n"), Kind::Pdf);
        assert_eq!(kind(b"The mark is %PDF-1.4, as it is written."), Kind::Text);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), Kind::Picture);
        assert_eq!(kind(b"BMW invoice"), Kind::Text);
        assert_eq!(kind(b"<?xml version=\"1.0\"?><a/>"), Kind::Xml);
        assert_eq!(kind(b"<svg/>"), Kind::Other);
        assert_eq!(kind(b"\xff\xfe<\0a\0/\0>\0"), Kind::Xml);
        assert_eq!(kind(b" <!DOCTYPE html><p>"), Kind::Html);
        assert_eq!(kind(b"\0\x01\x02\x03"), Kind::Other);
        assert_eq!(kind("Gesamt 10 €".as_bytes()), Kind::Text);
    }

    #[test]
    fn emails_begin_with_headers() {
        assert_eq!(kind(b"Subject: x\r\n\r\n%PDF-1.4"), Kind::Email);
        assert_eq!(
            kind(b"X-A: 1\r\n more\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"),
            Kind::Email
        );
        assert_eq!(kind(b"Total: 5.00\nPaid: 5.00\n"), Kind::Text);
        assert_eq!(kind(b"From a Mon Jan  5 09:00:00 2026\nSubject: x\n\n"), Kind::Mbox);
        assert_eq!(kind(b"From Monday on we are closed: come on Sunday.\nBye"), Kind::Text);
    }

    #[test]
    fn containers_are_told_by_their_bytes() {
        let zip = ext_testing::archive(&[("a.pdf", b"%PDF-1.4")]);
        assert_eq!(kind(&zip), Kind::Zip);
        let docx =
            ext_testing::archive(&[("[Content_Types].xml", b""), ("word/document.xml", b"")]);
        assert_eq!(kind(&docx), Kind::Office);
        let zipped =
            ext_testing::archive(&[("[Content_Types].xml", b""), ("a/word/document.xml", b"")]);
        assert_eq!(kind(&zipped), Kind::Zip);
        assert_eq!(kind(b"\x78\x9f\x3e\x22\0\0"), Kind::Tnef);
        assert_eq!(kind(b"\x1f\x8b\x08"), Kind::Gzip);
        assert_eq!(kind(b"Rar!\x1a\x07\x01\0"), Kind::OtherContainer);
        let signed = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80";
        assert_eq!(kind(signed), Kind::Cms);
        let enveloped = b"\x30\x82\x10\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80";
        assert_eq!(kind(enveloped), Kind::Encrypted);
        assert_eq!(kind(b"-----BEGIN PGP MESSAGE-----\n\n"), Kind::Encrypted);
    }
}
