//! Text and pictures out of documents.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a document could not be read.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The bytes are not such a document, or it is damaged beyond reading.
    #[error("the document is damaged: {reason}")]
    Malformed {
        /// What the reader said.
        reason: String,
    },
    /// The document needs a password.
    #[error("the document is encrypted and needs a password")]
    Encrypted,
    /// A limit was reached before the document ended.
    #[error("the document has {got} {what}, the limit is {limit}")]
    TooLarge {
        /// What was counted: `"pages"`, `"pixels"`.
        what: &'static str,
        /// How many there are.
        got: u64,
        /// How many are allowed.
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
    /// Reading took more time or memory than one document may.
    #[error("reading the document took too much {what}")]
    Exhausted {
        /// `"time"`, `"memory or stack"`.
        what: String,
    },
    /// All workers are taken and the queue is full.
    #[error("all readers of documents are busy")]
    Busy,
    /// The reader could not be started or answered nonsense; not the document's fault.
    #[error("the reader failed: {0}")]
    Engine(String),
}

/// The text layer of one page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageText {
    /// Visual rows from top to bottom, joined by line feeds. Within a row the cells stand from left
    /// to right; cells that stand clearly apart (columns of a table) are separated by two spaces.
    /// Empty when the page has no text layer (a scan).
    pub text: String,
}

/// Reads PDF documents. Hostile bytes are expected: no input may panic or run for ever.
pub trait PdfReader: Send + Sync {
    /// The text layer of every page, in page order.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, too many pages.
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError>;

    /// Renders one page (from 1) at `dpi` dots per inch on white, as PNG bytes.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, no such page, too many pixels.
    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError>;

    /// Files embedded in the document (PDF attachments), as name and bytes. This is where
    /// e-invoices (Factur-X, ZUGFeRD) carry their XML.
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted.
    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError>;
}

/// Documents that are text with marks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkupKind {
    /// HTML, in UTF-8.
    Html,
    /// Word, from 2007 on.
    Docx,
    /// Excel, from 2007 on.
    Xlsx,
    /// OpenDocument text.
    Odt,
    /// OpenDocument sheets.
    Ods,
}

/// Reads office documents and HTML. Hostile bytes are expected: no input may panic, run for ever,
/// expand entities, or make the reader open a file or an address.
pub trait MarkupReader: Send + Sync {
    /// The text of each page; a sheet is a page, and other documents are one. Rows and cells are as
    /// in [`PageText::text`].
    ///
    /// # Errors
    /// [`DocumentError`]: damaged, encrypted, over a limit.
    fn text(&self, kind: MarkupKind, document: &[u8]) -> Result<Vec<PageText>, DocumentError>;
}
