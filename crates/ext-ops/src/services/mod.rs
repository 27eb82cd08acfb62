//! What the operations need from the world, as traits.
//!
//! An engine implements one of these and lives in a crate of its own; an operation calls the trait
//! and never learns which engine answers.

pub mod credentials;
pub mod documents;
pub mod embeddings;
pub mod events;
pub mod extensions;
pub mod host;
pub mod http;
pub mod invoices;
pub mod jobs;
pub mod library;
pub mod mail;
pub mod ocr;
pub mod text_model;
