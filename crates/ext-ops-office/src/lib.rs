//! Text out of office documents, HTML and emails.
//!
//! [`OfficeReader`] implements [`MarkupReader`](ext_services::documents::MarkupReader) for Word
//! (`docx`), Excel (`xlsx`), PowerPoint (`pptx`), OpenDocument texts, sheets and presentations
//! (`odt`, `ods`, `odp`), HTML and emails:
//!
//! ```
//! use ext_services::documents::{DocumentError, MarkupKind, MarkupReader};
//! use ext_ops_office::OfficeReader;
//!
//! let page = b"<table><tr><td>Coffee<td>3.20</tr></table>";
//! let pages = OfficeReader.text(MarkupKind::Html, page)?;
//! assert_eq!(pages[0].text, "Coffee  3.20");
//!
//! let error = OfficeReader.text(MarkupKind::Docx, b"not a zip").unwrap_err();
//! assert!(matches!(error, DocumentError::Malformed { .. }));
//! # Ok::<(), DocumentError>(())
//! ```
//!
//! A row of a table stays on one line, its cells separated by two spaces; each sheet and each slide is a page, a slide with its notes.
//! Headers and footers of pages are read, deleted and hidden text and comments are not.
//!
//! Hostile bytes are expected. Nothing is written to the disk and no name of an archive is used as a
//! path; what is inflated is counted, not believed ([`OfficeLimits`]); a document type ends the reading, so
//! there are no entities; relationships to other places are not followed, macros not looked at. It
//! runs in a worker process all the same (`ext-ops-isolated`).
//!
//! # Not in this crate
//!
//! The old binary formats (`doc`, `xls`, `ppt`), formulas, pictures inside of documents, decryption.
//! Attachments of emails, messages of mailboxes and files of archives are taken out, and not read.
#![forbid(unsafe_code)]

mod archive;
mod docx;
mod email;
mod error;
mod html;
mod opendocument;
mod parts;
mod pptx;
mod reader;
mod rows;
mod xlsx;
mod xml;

pub use archive::OfficeLimits;
pub use reader::OfficeReader;
