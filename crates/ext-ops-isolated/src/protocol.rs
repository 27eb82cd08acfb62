//! The protocol between host and worker.

use std::io;

use ext_process::Message;
use ext_sandbox::SandboxStatus;
use ext_services::{
    documents::{ContainerKind, DocumentError, MarkupKind, PageText, SecretText},
    invoices::Invoice,
    ocr::{OcrError, OcrOptions, OcrPage, Preprocessing},
    pictures::{FoundCode, PictureMetadata, ThumbnailOptions},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One call; the body of its frame is the document or picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Request {
    /// A call of a `PdfReader` that tries these passwords.
    Pdf(PdfCall, Vec<SecretText>),
    /// A call of `MarkupReader::text`.
    Markup(MarkupKind),
    /// A call of `MarkupReader::parts`.
    Parts(ContainerKind),
    /// A call of `InvoiceReader::read`.
    Invoice,
    /// A call of `OcrEngine::recognize`.
    Recognize(OcrOptions),
    /// A call of `PicturePreparer::prepare`.
    Prepare(Preprocessing),
    /// A call of `PictureReader::metadata`.
    PictureMetadata,
    /// A call of `PictureReader::thumbnails`.
    Thumbnails(ThumbnailOptions),
    /// A call of `PictureReader::codes`.
    Codes,
}

/// A call of a `PdfReader`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum PdfCall {
    /// A call of `PdfReader::text`.
    Text,
    /// A call of `PdfReader::render_png`.
    Render { page: u32, dpi: u32 },
    /// A call of `PdfReader::embedded_files`.
    Embedded,
}

/// A part of a container without its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PartHead {
    pub(crate) name: String,
    pub(crate) is_message: bool,
    /// The number of its bytes, or the reason why they were not taken out.
    pub(crate) size: Result<u64, String>,
}

/// A thumbnail without its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ThumbnailHead {
    pub(crate) size: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The number of its bytes.
    pub(crate) bytes: u64,
}

/// Thumbnails without their bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ThumbnailsHead {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) thumbnails: Vec<ThumbnailHead>,
    /// The number of brightness values.
    pub(crate) luma: Option<u64>,
}

/// The first message of the worker, after its version: it is in its sandbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) sandbox: SandboxStatus,
}

/// The answer of the worker to a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// The text of each page.
    Texts(Vec<PageText>),
    /// The invoice, if it is one.
    Invoice(Option<Box<Invoice>>),
    /// The picture of a page; the body is a PNG.
    Picture,
    /// Names and sizes; the body is the files one after the other.
    Files(Vec<(String, u64)>),
    /// The parts of a container; the body is those with a size one after the other.
    Parts(Vec<PartHead>),
    /// The text of a picture.
    Page(OcrPage),
    /// A prepared picture; the body is a PNG.
    Prepared { rotation: u16, skew: f32, scale: f32 },
    /// The metadata of a picture.
    PictureMetadata(Box<PictureMetadata>),
    /// Thumbnails; the body is the files one after the other, then the brightness values.
    Thumbnails(ThumbnailsHead),
    /// The codes in a picture.
    Codes(Vec<FoundCode>),
    /// The error of a reader of documents.
    Document(DocumentFault),
    /// The error of a reader of pictures.
    Ocr(OcrFault),
    /// The worker does not serve this request.
    Unserved,
}

/// Version of the protocol: both sides must be of one build.
pub(crate) const VERSION: &str = concat!("documents ", env!("CARGO_PKG_VERSION"));

/// Longest head: the text of some thousand pages.
const MAX_HEAD: u32 = 64 << 20;
/// Longest body: a document, the picture of a page, or its embedded files.
const MAX_BODY: u32 = 512 << 20;

/// A message of this kind, with a head of JSON. Head and tail are limited, in bytes.
macro_rules! json_message {
    ($message:ty, $kind:literal, $max_head:expr, $max_tail:expr) => {
        impl Message for $message {
            const MAX_HEAD: u32 = $max_head;

            fn kind(&self) -> u8 {
                $kind
            }

            fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
                Ok(serde_json::to_writer(head, self)?)
            }

            fn read(kind: u8, head: &[u8]) -> Option<Self> {
                if kind == $kind { json(head) } else { None }
            }

            fn max_tail(_: u8) -> u32 {
                $max_tail
            }
        }
    };
}

json_message!(Request, 1, MAX_HEAD, MAX_BODY);
json_message!(Ready, 2, 1024, 0);
json_message!(Reply, 3, MAX_HEAD, MAX_BODY);

fn json<T: DeserializeOwned>(head: &[u8]) -> Option<T> {
    let read = serde_json::from_slice(head);
    read.inspect_err(|error| tracing::debug!(%error, "the head of a frame cannot be read")).ok()
}

/// [`DocumentError`], as it crosses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum DocumentFault {
    Malformed(String),
    Encrypted,
    Unsupported(String),
    TooLarge { what: String, got: u64, limit: u64 },
    NoSuchPage { page: u32, pages: u32 },
    Engine(String),
}

impl From<DocumentError> for DocumentFault {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Malformed { reason } => Self::Malformed(reason),
            DocumentError::Encrypted => Self::Encrypted,
            DocumentError::Unsupported { reason } => Self::Unsupported(reason),
            DocumentError::TooLarge { what, got, limit } => {
                Self::TooLarge { what: what.to_owned(), got, limit }
            }
            DocumentError::NoSuchPage { page, pages } => Self::NoSuchPage { page, pages },
            other => Self::Engine(other.to_string()),
        }
    }
}

impl From<DocumentFault> for DocumentError {
    fn from(fault: DocumentFault) -> Self {
        match fault {
            DocumentFault::Malformed(reason) => Self::Malformed { reason },
            DocumentFault::Encrypted => Self::Encrypted,
            DocumentFault::Unsupported(reason) => Self::Unsupported { reason },
            DocumentFault::TooLarge { what, got, limit } => {
                Self::TooLarge { what: counted(&what), got, limit }
            }
            DocumentFault::NoSuchPage { page, pages } => Self::NoSuchPage { page, pages },
            DocumentFault::Engine(reason) => Self::Engine(reason),
        }
    }
}

/// Returns the name of what a reader counts, as the static text that the error holds.
fn counted(what: &str) -> &'static str {
    const KNOWN: &[&str] = &[
        "pages",
        "pixels",
        "pixels a side",
        "glyphs, paths and pictures",
        "drawing operations",
        "operations",
        "embedded files",
        "bytes of embedded files",
        "inflated bytes",
        "inflated bytes of a part",
        "files in the archive",
        "bytes",
        "bytes of text",
        "tags within each other",
        "elements",
        "elements within each other",
        "cells",
        "sheets",
        "texts",
    ];
    KNOWN.iter().find(|known| **known == what).copied().unwrap_or("parts")
}

/// [`OcrError`], as it crosses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum OcrFault {
    Malformed(String),
    TooLarge { pixels: u64, limit: u64 },
    Model(String),
    Option(String),
    Engine(String),
}

impl From<OcrError> for OcrFault {
    fn from(error: OcrError) -> Self {
        match error {
            OcrError::Malformed { reason } => Self::Malformed(reason),
            OcrError::TooLarge { pixels, limit } => Self::TooLarge { pixels, limit },
            OcrError::Model(reason) => Self::Model(reason),
            OcrError::Option(reason) => Self::Option(reason),
            other => Self::Engine(other.to_string()),
        }
    }
}

impl From<OcrFault> for OcrError {
    fn from(fault: OcrFault) -> Self {
        match fault {
            OcrFault::Malformed(reason) => Self::Malformed { reason },
            OcrFault::TooLarge { pixels, limit } => Self::TooLarge { pixels, limit },
            OcrFault::Model(reason) => Self::Model(reason),
            OcrFault::Option(reason) => Self::Option(reason),
            OcrFault::Engine(reason) => Self::Engine(reason),
        }
    }
}
