//! The text of a content, for search.

use ext_registry::Services;
use ext_services::{
    documents::{ContainerKind, DocumentError, MarkupKind, MarkupReader, PageText, PdfReader},
    library::ContentText,
    ocr::{OcrEngine, OcrEngines, OcrError, OcrOptions},
};
use ext_wire::ErrorCode;

use super::{
    content_parts::{Parts, may_be_archive, may_be_mailbox},
    document_code,
    media::{Kind, decode_html, decode_text, starts_as_pdf},
    ocr::DPI,
};

/// The largest content that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;
/// The most pages of a PDF that are read as pictures, because they have no text.
const MAX_PICTURES: usize = 20;

/// A content to be read.
#[derive(Debug, Clone, Copy)]
pub struct ContentBytes<'a> {
    /// The media type of its entry.
    pub media_type: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The effort of reading a content, as far as its media type and size tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingEffort {
    /// It has no text that can be read, for this reason; its bytes need not be looked at.
    None(String),
    /// It is text, or a document with text.
    Text,
    /// It is a picture, of which the text is recognised.
    Picture,
}

/// Failure to read a content that says nothing about the content: a reader is away or busy, or a model
/// is missing. It is to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderAway {
    /// The reason.
    pub reason: String,
    /// The text of the parts that could be read, if any.
    pub text: Option<String>,
}

/// Version of the readers, raised when they read more than before: then all is read again.
pub const READER_VERSION: u32 = 2;

/// Returns what it takes to read a content.
#[must_use]
pub fn effort(media_type: Option<&str>, size: u64) -> ReadingEffort {
    let media_type = media_type.unwrap_or_default();
    let family = media_type.split('/').next().unwrap_or_default();
    match family {
        _ if size > MAX_BYTES => {
            ReadingEffort::None(format!("it has {size} bytes, the limit is {MAX_BYTES}"))
        }
        "audio" | "video" | "font" => ReadingEffort::None(no_reader(media_type)),
        "image" if media_type != "image/svg+xml" => ReadingEffort::Picture,
        _ => ReadingEffort::Text,
    }
}

/// Reads the text of a content with the readers among the services; those of documents from strangers
/// are isolated.
///
/// # Errors
/// [`ReaderAway`]: nothing follows from it for the content.
pub fn content_text(
    services: &Services,
    content: ContentBytes<'_>,
) -> Result<ContentText, ReaderAway> {
    let ContentBytes { media_type, bytes } = content;
    let mut parts = Parts::new(services);
    let read = match effort(media_type, bytes.len() as u64) {
        ReadingEffort::None(problem) => return Ok(ContentText::Unreadable(problem)),
        ReadingEffort::Picture => picture(services, bytes).map(|text| parts.add(text)),
        ReadingEffort::Text => read_into(&mut parts, services, content),
    };
    parts.finish(read)
}

/// Reads a mailbox, an email or an archive with what stands in it, and else a document.
fn read_into(
    parts: &mut Parts<'_>,
    services: &Services,
    content: ContentBytes<'_>,
) -> Result<(), Problem> {
    let ContentBytes { media_type, bytes } = content;
    let essence = media_type.and_then(|label| label.split(';').next()).unwrap_or_default().trim();
    if may_be_mailbox(bytes) {
        match parts.container(ContainerKind::Mailbox, bytes, 0) {
            // It is a text that begins with this word.
            Err(Problem::Content(_)) => {}
            read => return read,
        }
    }
    if !starts_as_pdf(bytes) && essence.eq_ignore_ascii_case("message/rfc822") {
        return parts.email(bytes, 0);
    }
    match document(services, media_type, bytes) {
        Ok(text) => {
            parts.add(text);
            Ok(())
        }
        Err(Problem::Content(_)) if may_be_archive(bytes) && Kind::of_bytes(bytes).is_none() => {
            parts.container(ContainerKind::Archive, bytes, 0)
        }
        Err(problem) => Err(problem),
    }
}

/// A failure of the content, or of its reader.
pub(super) enum Problem {
    Content(String),
    Reader(String),
}

fn no_reader(media_type: &str) -> String {
    format!("no text is read from `{}`", media_type.escape_debug())
}

fn document(
    services: &Services,
    media_type: Option<&str>,
    bytes: &[u8],
) -> Result<String, Problem> {
    let essence = media_type.and_then(|label| label.split(';').next()).unwrap_or_default().trim();
    let kind = match () {
        () if starts_as_pdf(bytes) => Kind::Pdf,
        () => match media_type.and_then(Kind::of_media_type).or_else(|| Kind::of_bytes(bytes)) {
            Some(kind) => kind,
            None if essence.is_empty() => return Err(Problem::Content("it is not text".into())),
            None => return Err(Problem::Content(no_reader(essence))),
        },
    };
    match kind {
        Kind::Pdf => pdf(services, bytes),
        Kind::Markup(MarkupKind::Html) => {
            markup(services, MarkupKind::Html, decode_html(bytes, media_type).as_bytes())
        }
        Kind::Markup(kind) => markup(services, kind, bytes),
        Kind::Text => Ok(decode_text(bytes, media_type)),
    }
}

pub(super) fn markup(
    services: &Services,
    kind: MarkupKind,
    bytes: &[u8],
) -> Result<String, Problem> {
    let reader = find::<dyn MarkupReader>(services, "reader of office documents and HTML")?;
    Ok(joined(reader.text(kind, bytes)?))
}

/// Reads the text layer of a PDF; one without any is a scan, which is read as pictures.
pub(super) fn pdf(services: &Services, bytes: &[u8]) -> Result<String, Problem> {
    let reader = find::<dyn PdfReader>(services, "reader of PDF documents")?;
    let pages = reader.text(bytes)?;
    let count = pages.len();
    let text = joined(pages);
    if !text.trim().is_empty() {
        return Ok(text);
    }
    let mut texts = Vec::new();
    for page in (1..).take(count.min(MAX_PICTURES)) {
        texts.push(picture(services, &reader.render_png(bytes, page, DPI)?)?);
    }
    Ok(texts.join("\u{c}"))
}

pub(super) fn picture(services: &Services, bytes: &[u8]) -> Result<String, Problem> {
    let engines = services.find::<OcrEngines>();
    let engine = engines.and_then(|engines| engines.get(None));
    let engine = engine.ok_or_else(|| Problem::Reader("this host has no OCR engine".into()))?;
    Ok(engine.recognize(bytes, &OcrOptions::default())?.text())
}

fn joined(pages: Vec<PageText>) -> String {
    let texts: Vec<String> = pages.into_iter().map(|page| page.text).collect();
    texts.join("\u{c}")
}

pub(super) fn find<'a, T: ?Sized + Send + Sync + 'static>(
    services: &'a Services,
    what: &str,
) -> Result<&'a T, Problem> {
    let found = services.find::<T>();
    found.map(|found| &**found).ok_or_else(|| Problem::Reader(format!("this host has no {what}")))
}

/// Writes an error with its code, as a library keeps it.
fn coded(error: &dyn std::fmt::Display, code: ErrorCode) -> String {
    format!("{error} [{}]", code.name())
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Busy | DocumentError::Engine(_) => Self::Reader(error.to_string()),
            _ => Self::Content(coded(&error, document_code(&error))),
        }
    }
}

impl From<OcrError> for Problem {
    fn from(error: OcrError) -> Self {
        match error {
            OcrError::Malformed { .. } | OcrError::TooLarge { .. } | OcrError::Exhausted { .. } => {
                let code = match &error {
                    OcrError::Malformed { .. } => ErrorCode::DocMalformed,
                    _ => ErrorCode::DocLimit,
                };
                Self::Content(coded(&error, code))
            }
            _ => Self::Reader(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Reads what it gets as text, and is away for the rest.
    struct Fake;

    impl MarkupReader for Fake {
        fn text(&self, kind: MarkupKind, bytes: &[u8]) -> Result<Vec<PageText>, DocumentError> {
            match kind {
                MarkupKind::Docx => Err(DocumentError::Busy),
                MarkupKind::Xlsx => Err(DocumentError::Encrypted),
                _ => Ok(vec![format!("{kind:?}: {}", String::from_utf8_lossy(bytes)).into()]),
            }
        }
    }

    fn read(media_type: Option<&str>, bytes: &[u8]) -> Result<ContentText, ReaderAway> {
        let services = Services::default().with::<dyn MarkupReader>(Arc::new(Fake));
        content_text(&services, ContentBytes { media_type, bytes })
    }

    #[test]
    fn each_kind_has_its_reader() {
        for (media_type, bytes, text) in [
            (Some("text/plain"), &b"caf\xe9\0"[..], "café"),
            (Some("text/markdown"), b"# Tea", "# Tea"),
            (None, b"Makefile: all", "Makefile: all"),
            (Some("text/html"), b"<p>x", "Html: <p>x"),
            (Some("application/toml"), b"a = 1", "a = 1"),
            (Some("message/rfc822"), b"Subject: x", "Email: Subject: x"),
        ] {
            assert_eq!(
                read(media_type, bytes),
                Ok(ContentText::Text(text.into())),
                "{media_type:?}"
            );
        }
    }

    #[test]
    fn what_has_no_text_says_why() {
        for (media_type, bytes, reason) in [
            (Some("video/mp4"), &b"words"[..], "`video/mp4`"),
            (Some("application/x-thing"), b"\0\0", "`application/x-thing`"),
            (None, b"\0\0", "not text"),
            (
                Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                b"PK",
                "encrypted",
            ),
        ] {
            let Ok(ContentText::Unreadable(said)) = read(media_type, bytes) else {
                panic!("{media_type:?} was read")
            };
            assert!(said.contains(reason), "{said}");
        }
        let ReadingEffort::None(said) = effort(Some("text/plain"), MAX_BYTES + 1) else { panic!() };
        assert!(said.contains("67108865"), "{said}");
    }

    #[test]
    fn a_reader_that_is_away_says_nothing_about_the_content() {
        for (media_type, bytes) in [
            ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &b"PK"[..]),
            ("image/png", b"\x89PNG\r\n"),
            ("application/pdf", b"%PDF-1.7"),
        ] {
            assert!(read(Some(media_type), bytes).is_err(), "{media_type}");
        }
    }
}
