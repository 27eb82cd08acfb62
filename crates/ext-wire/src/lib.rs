//! Everything that crosses between a host and its extensions: method names, typed inputs and
//! outputs, errors.
//!
//! Host and guest share this crate, so it compiles to wasm and knows neither an engine nor an async
//! runtime. It is also what a client in another process (CLI, daemon) speaks.
//!
//! - [`Method`]: the grammar of `query:ai.ocr.v1` and `action:vdfs.write_sidecar.input.v1`.
//! - [`Wire`]: an operation as both sides see it: its method, its summary, its input and output
//!   type; [`ops`] has one for each built-in operation, [`wire!`] declares others.
//! - [`EntryPath`], [`names`]: the grammar of paths and names; [`VettedEntry`]: an entry that is
//!   fit to be made; [`merge_patch`]: changes of metadata.
//! - [`Blob`]: bytes inside an input or output. In an attachment they travel as they are, in plain
//!   JSON as base64; the same type reads both.
//! - [`DeclaredHandlers`]: the operations and events that a module has functions for.
//! - [`view`]: what an extension shows of itself, as data.
//! - [`parts`]: records of what an extension looked at in an entry.
//! - [`body`]: encoding of values as payload bytes.
//! - [`ErrorBody`]: the body of a failed call.
//!
//! ```
//! use ext_wire::{Blob, Method, Wire, body, ops::ai};
//!
//! let method = Method::parse(ai::Ocr::METHOD)?;
//! assert_eq!((method.name(), method.version()), ("ai.ocr", 1));
//!
//! let input = ai::OcrInput::new(Blob::from(vec![0x89, b'P', b'N', b'G']));
//! let payload = body::encode(&input, body::BlobStyle::Attachment)?;
//! let read: ai::OcrInput = body::decode(payload.into())?;
//! assert_eq!(read.data.as_bytes(), b"\x89PNG");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The layout of guest memory (`ext-abi`), implementations of operations (`ext-ops`), permissions
//! (`ext-perm`).
#![forbid(unsafe_code)]

/// Code of the crate's page, which is compiled so that it cannot drift.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod blob;
pub mod body;
mod declared_handlers;
mod entry_path;
mod error;
pub mod event;
mod file_name;
mod invisible;
pub mod merge_patch;
mod method;
pub mod names;
mod operation;
pub mod ops;
pub mod parts;
mod plugin_call;
pub mod recording;
mod secret;
mod strict_json;
pub mod text;
pub mod trace;
mod vetted_entry;
pub mod view;
pub mod write_only;

pub use blob::Blob;
pub use declared_handlers::DeclaredHandlers;
pub use entry_path::EntryPath;
pub use error::{ErrorBody, io_code};
pub use event::Event;
pub use ext_abi::ErrorCode;
pub use file_name::portable_file_name;
pub use method::{Method, MethodError, MethodKind, is_segment};
#[doc(hidden)]
pub use operation::summary;
pub use operation::{OperationKind, Wire};
pub use plugin_call::PluginCall;
pub use secret::SecretText;
pub use strict_json::{MAX_VALUES, StrictError};
pub use vetted_entry::{VetError, VettedEntry};
