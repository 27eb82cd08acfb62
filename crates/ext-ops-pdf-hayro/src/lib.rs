//! PDF documents on [hayro]: the text layer in visual rows, pages as pictures, embedded files.
//!
//! [`HayroPdf`] implements [`PdfReader`](ext_services::documents::PdfReader):
//!
//! ```
//! use ext_services::documents::{DocumentError, PdfReader};
//! use ext_ops_pdf_hayro::HayroPdf;
//!
//! let reader = HayroPdf::new();
//! let error = reader.text(b"not a PDF").unwrap_err();
//! assert!(matches!(error, DocumentError::Malformed { .. }));
//! ```
//!
//! To find text, hayro interprets a page and reports glyphs with their place; glyphs become
//! words, words that share a baseline become a row, and gaps within a row become one space or, where
//! a table has columns, two. Values of form fields that no appearance draws are text as well. What
//! cannot be seen (without ink, in the colour of what is below it, under a rectangle, outside of the
//! page) is left out, but for the layer that OCR programs write over a scan.
//!
//! Hostile documents: each call runs on its own thread with a large stack, a time limit, a limit on
//! pages, glyphs and drawing operations, and a check of how far the streams inflate. Panics of the
//! parser become errors.
//!
//! # Not in this crate
//!
//! Recognising text in pictures (`ext-ops-ocr-*`), the structure tree, writing PDF, passwords
//! (documents that open with the empty password are read).
//!
//! [hayro]: https://docs.rs/hayro
#![forbid(unsafe_code)]

mod attachments;
mod fields;
mod glyphs;
mod guard;
mod inflate;
mod layout;
mod limits;
mod open;
mod reader;
mod strings;
mod surface;
mod words;

pub use limits::PdfLimits;
pub use reader::HayroPdf;
