//! Embeddings with all-MiniLM-L6-v2 on [rten], its weights as int8 or float32.
//!
//! [`RtenEmbedder`] implements [`Embedder`](ext_services::embeddings::Embedder):
//!
//! ```
//! use ext_models::ModelStore;
//! use ext_services::embeddings::{EmbedError, Embedder};
//! use ext_ops_embed_rten::RtenEmbedder;
//!
//! let embedder = RtenEmbedder::new(ModelStore::new("no-models-here"));
//! assert_eq!(embedder.dimension(), 384);
//! let error = embedder.embed(&["coffee"]).unwrap_err();
//! assert!(matches!(&error, EmbedError::Model(text) if text.contains("is missing")));
//! ```
//!
//! A text becomes tokens (256 at most, about 200 words), the network gives a vector for each of
//! them, their mean has its length made 1. The mean cosine of the int8 model with the float32 model
//! is above 0.999; that of the float32 model here with a float64 pass over the same weights above 0.99999.
//!
//! # Not in this crate
//!
//! Languages other than English (the model was trained on English), splitting long texts, storing
//! and comparing vectors.
//!
//! [rten]: https://docs.rs/rten
#![forbid(unsafe_code)]

mod embedder;
mod error;
mod float;
mod int8;
mod minilm;
mod safetensors;
mod wordpiece;

pub use embedder::{Precision, RtenEmbedder};
