//! OCR with the PP-OCRv6 models on [rten], a runtime in pure Rust.
//!
//! [`RtenOcr`] implements [`OcrEngine`](ext_services::ocr::OcrEngine):
//!
//! ```
//! use ext_models::ModelStore;
//! use ext_services::ocr::{OcrEngine, OcrError, OcrOptions};
//! use ext_ops_ocr_rten::RtenOcr;
//!
//! let engine = RtenOcr::new(ModelStore::new("no-models-here"));
//! assert_eq!(engine.name(), "pp-ocrv6-small/rten");
//! let error = engine.recognize(b"not an image", &OcrOptions::default()).unwrap_err();
//! assert!(matches!(error, OcrError::Malformed { .. }));
//! ```
//!
//! From bytes to rows:
//!
//! 1. `decode`: image file → upright pixels, within limits
//! 2. `det`: pixels → map of text probability → boxes around lines (`boxes`)
//! 3. `cls`: vote over the page whether its lines stand upside down; the page is turned once
//! 4. `rec`: boxes → straight strips of 48 pixels height (`strip`) → characters (`ctc`)
//! 5. `rows`: lines side by side → one visual row, its cells separated by two spaces
//!
//! [`RtenOcr`] also makes pictures ready for other engines: it is a
//! [`PicturePreparer`](ext_services::ocr::PicturePreparer).
//!
//! # Not in this crate
//!
//! Fetching models (`ext-models`), vertical scripts, the structure of tables, the text layer of PDF
//! documents (`ext-ops-pdf-hayro`).
//!
//! [rten]: https://docs.rs/rten
#![forbid(unsafe_code)]

mod boxes;
mod cls;
mod ctc;
mod decode;
mod det;
mod engine;
mod language;
mod min_rect;
mod model;
mod rec;
mod retouch;
mod rows;
mod strip;

pub use engine::RtenOcr;
