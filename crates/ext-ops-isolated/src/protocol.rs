//! What host and worker say to each other.

use ext_sandbox::SandboxStatus;
use ext_services::{
    documents::{DocumentError, MarkupKind},
    invoices::Invoice,
    ocr::{OcrError, OcrOptions, OcrPage, Preprocessing},
};
use serde::{Deserialize, Serialize};

/// One call; the body of its frame is the document or picture.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Request {
    /// `PdfReader::text`.
    PdfText,
    /// `PdfReader::render_png`.
    PdfRender { page: u32, dpi: u32 },
    /// `PdfReader::embedded_files`.
    PdfEmbedded,
    /// `MarkupReader::text`.
    Markup(MarkupKind),
    /// `InvoiceReader::read`.
    Invoice,
    /// `OcrEngine::recognize`.
    Recognize(OcrOptions),
    /// `PicturePreparer::prepare`.
    Prepare(Preprocessing),
}

/// What the worker says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// First of all: it is ready.
    Ready { version: String, sandbox: SandboxStatus },
    /// The text of each page.
    Texts(Vec<String>),
    /// The invoice, if it is one.
    Invoice(Option<Box<Invoice>>),
    /// The body is a PNG.
    Picture,
    /// Names and sizes; the body is the files one after the other.
    Files(Vec<(String, u64)>),
    /// What was read.
    Page(OcrPage),
    /// The body is a PNG.
    Prepared { rotation: u16, skew: f32, scale: f32 },
    /// The engine refused.
    Document(DocumentFault),
    /// The engine refused.
    Ocr(OcrFault),
    /// The worker does not serve this request.
    Unserved,
}

/// Version of the protocol: both sides must be of one build.
pub(crate) fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// [`DocumentError`], as it crosses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum DocumentFault {
    Malformed(String),
    Encrypted,
    TooLarge { what: String, got: u64, limit: u64 },
    NoSuchPage { page: u32, pages: u32 },
    Engine(String),
}

impl From<DocumentError> for DocumentFault {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Malformed { reason } => Self::Malformed(reason),
            DocumentError::Encrypted => Self::Encrypted,
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
            DocumentFault::TooLarge { what, got, limit } => {
                Self::TooLarge { what: counted(&what), got, limit }
            }
            DocumentFault::NoSuchPage { page, pages } => Self::NoSuchPage { page, pages },
            DocumentFault::Engine(reason) => Self::Engine(reason),
        }
    }
}

/// What readers count, as the static text that the error holds.
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
