//! Readers of documents: text and pictures.

pub use ext_wire::SecretText;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Failure to read a document.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The bytes are not such a document, or it is damaged beyond reading.
    #[error("the document is damaged: {reason}")]
    Malformed {
        /// Reason that the reader gave.
        reason: String,
    },
    /// The document needs a password.
    #[error("the document is encrypted and needs a password")]
    Encrypted,
    /// A limit was reached before the document ended.
    #[error("the document has {got} {what}, the limit is {limit}")]
    TooLarge {
        /// Unit that was counted: `"pages"`, `"pixels"`.
        what: &'static str,
        /// Number in the document.
        got: u64,
        /// Number that is allowed.
        limit: u64,
    },
    /// There is no such page.
    #[error("page {page} does not exist, the document has {pages}")]
    NoSuchPage {
        /// The page asked for, from 1.
        page: u32,
        /// Pages in the document.
        pages: u32,
    },
    /// The reader has no decoder for this kind of document.
    #[error("{reason}")]
    Unsupported {
        /// The kind, and those that are read.
        reason: String,
    },
    /// Reading took more time or memory than one document may.
    #[error("reading the document took too much {what}")]
    Exhausted {
        /// Resource that was used up: `"time"`, `"memory or stack"`.
        what: String,
    },
    /// All workers are taken and the queue is full.
    #[error("all readers of documents are busy")]
    Busy,
    /// The reader could not be started or answered nonsense; not the document's fault.
    #[error("the reader failed: {0}")]
    Engine(String),
}

/// The text layer of one page, and what tells whether it is all that the page shows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PageText {
    /// Visual rows from top to bottom, joined by line feeds. Within a row the cells stand from left
    /// to right; cells that stand clearly apart (columns of a table) are separated by two spaces.
    /// Empty when the page has no text layer (a scan).
    pub text: String,
    /// Share of the page that pictures cover, 0 to 1.
    pub pictures: f32,
    /// Paths that the page draws: rules of tables, or letters that are outlines.
    pub paths: u32,
    /// Share of the characters that stand invisibly over a picture, 0 to 1: what a program read in a
    /// scan, right or wrong.
    pub layer: f32,
}

impl From<String> for PageText {
    /// Makes a page with nothing but a text.
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Reader of PDF documents. Hostile bytes are expected: no input may panic or run for ever.
pub trait PdfReader: Send + Sync {
    /// Reads the text layer of every page, in page order.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, too many pages.
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError>;

    /// Renders one page (from 1) at `dpi` dots per inch on white, as PNG bytes.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, no such page, too many pixels.
    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError>;

    /// Reads the files embedded in the document (PDF attachments), as name and bytes. E-invoices
    /// (Factur-X, ZUGFeRD) carry their XML there.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted.
    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError>;

    /// Returns a reader that tries these passwords on documents that are encrypted; `None`, by default, for
    /// one that cannot decrypt.
    fn with_passwords(&self, _passwords: &[SecretText]) -> Option<Box<dyn PdfReader>> {
        None
    }
}

/// Kinds of documents that are text with marks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkupKind {
    /// HTML, in UTF-8.
    Html,
    /// Word, from 2007 on.
    Docx,
    /// Excel, from 2007 on.
    Xlsx,
    /// PowerPoint, from 2007 on.
    Pptx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument sheets.
    Ods,
    /// OpenDocument presentation.
    Odp,
    /// An email in the form of RFC 5322: its subject, parties, texts, and the names of attachments.
    Email,
}

impl MarkupKind {
    /// The kinds that are files of their own; an email is told by more than its media type.
    pub const DOCUMENTS: [Self; 7] =
        [Self::Html, Self::Docx, Self::Xlsx, Self::Pptx, Self::Odt, Self::Ods, Self::Odp];
}

/// Kinds of documents that hold others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerKind {
    /// An email with attachments.
    Email,
    /// Messages in one file (mbox, RFC 4155).
    Mailbox,
    /// An archive (zip, gzip), `winmail.dat`, or a signed message.
    Archive,
}

/// A document that stands in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPart {
    /// Its name there, which may be empty; never a path to open.
    pub name: String,
    /// True for an email.
    pub is_message: bool,
    /// Its bytes, or the reason why they were not taken out.
    pub bytes: Result<Vec<u8>, String>,
}

/// Reader of office documents, HTML and emails. Hostile bytes are expected: no input may panic, run for
/// ever, expand entities, or make the reader open a file or an address.
pub trait MarkupReader: Send + Sync {
    /// Reads the text of each page; a sheet or slide is a page, and other documents are one. Rows and cells
    /// are as in [`PageText::text`].
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, over a limit.
    fn text(&self, kind: MarkupKind, document: &[u8]) -> Result<Vec<PageText>, DocumentError>;

    /// Takes out what stands in a document, one level deep; nothing by default.
    ///
    /// # Errors
    /// [`DocumentError`]: not of this kind, damaged, encrypted, over a limit.
    fn parts(
        &self,
        _kind: ContainerKind,
        _document: &[u8],
    ) -> Result<Vec<DocumentPart>, DocumentError> {
        Ok(Vec::new())
    }
}
