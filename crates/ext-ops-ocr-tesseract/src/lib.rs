//! OCR with the program `tesseract`, as a process for each picture.
//!
//! ```
//! use std::sync::Arc;
//! use ext_services::ocr::{
//!     OcrEngine, OcrError, OcrOptions, PicturePreparer, Preprocessing, PreparedPicture,
//! };
//! use ext_ops_ocr_tesseract::TesseractOcr;
//!
//! /// Takes pictures as they are: for pictures of one's own only.
//! struct AsGiven;
//!
//! impl PicturePreparer for AsGiven {
//!     fn prepare(&self, png: &[u8], _: Preprocessing) -> Result<PreparedPicture, OcrError> {
//!         Ok(PreparedPicture { png: png.to_vec(), rotation: 0, skew: 0.0, scale: 1.0 })
//!     }
//! }
//!
//! let engine = TesseractOcr::with_program("no-such-program", Arc::new(AsGiven));
//! let error = engine.recognize(b"", &OcrOptions::default()).unwrap_err();
//! assert!(matches!(error, OcrError::NotInstalled(_)), "{error}");
//! ```
//!
//! The picture goes in by stdin, words with their places come back as TSV; the process gets no
//! environment but `TESSDATA_PREFIX`, one thread, and a time limit.
//!
//! # Not in this crate
//!
//! Decoding files of strangers (a `PicturePreparer` does), installing languages (Debian's packages
//! `tesseract-ocr-…` do).
#![forbid(unsafe_code)]

mod engine;
mod language;
mod run;
mod tsv;

pub use engine::TesseractOcr;
