//! Service traits: the contract between operations and the engines that answer them.
//!
//! An engine (an OCR model, a vault, a mail client) implements one trait of this crate and lives in a
//! crate of its own. An operation (`ext-ops`) calls the trait and does not know which engine answers.
//! An app puts the engines that it wants into `ext_registry::Services`.
//!
//! ```
//! use ext_services::host::HostInfo;
//!
//! let info = HostInfo { version: "1.2.0".into(), methods: 40 };
//! assert_eq!(info.version, "1.2.0");
//! ```
//!
//! The error types can be matched exhaustively on purpose: each new way to fail needs a decision in
//! each operation on the code that its caller is told.
//!
//! # Not in this crate
//!
//! Operations (`ext-ops`), engines (`ext-ops-*`), stores (`ext-library-*`), permissions (`ext-perm`).
#![forbid(unsafe_code)]

mod box_future;
pub mod caller;
pub mod config;
pub mod copies;
pub mod credentials;
pub mod deadline;
pub mod documents;
pub mod embeddings;
pub mod extensions;
pub mod host;
pub mod http;
pub mod invoices;
pub mod job_steps;
pub mod library;
pub mod locations;
pub mod mail;
mod new_id;
pub mod ocr;
pub mod permissions;
pub mod pictures;
pub mod schedules;
mod scrub;
pub mod secret_store;
pub mod settings;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text_model;
pub mod work;

pub use box_future::BoxFuture;
pub use new_id::new_id;
