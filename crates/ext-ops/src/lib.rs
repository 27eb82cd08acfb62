//! The built-in operations, written against service traits.
//!
//! Each operation is declared in `ext_wire::ops`, is implemented here by the trait of its kind, and
//! registers itself with `ext-registry`; the services that it needs are traits of `ext-services`,
//! so that an engine can be exchanged without a change of an operation.
//!
//! | family | operations |
//! |---|---|
//! | `vdfs` | entries, content, metadata, sidecars |
//! | `ai` | `ocr`, `extract_text`, `classify_text`, `embed` |
//! | `search` | `entries`, `read_again`, `make_vectors`, `rebuild_index` |
//! | `jobs` | work that runs later and survives a crash |
//! | `events` | events that extensions publish |
//! | `http` | `request` |
//! | `media` | `thumbnail`, `metadata` of pictures |
//! | `mail` | `list_folders`, `list_messages`, `fetch_message` |
//! | `credentials`, `secrets` | `store`, `get`, `delete`, `list`; `reveal` |
//! | `libraries`, `copies`, `extensions`, `permissions`, `config`, `locations`, `schedules`, `secret_store`, `work` | for the user only, but for `work.scan_locations` |
//! | `settings` | `get`; the others for the user only |
//! | `core` | `status`, `quota` |
//!
//! ```
//! use ext_registry::Registry;
//!
//! ext_ops::link();
//! let registry = Registry::collect()?;
//! assert!(registry.get("query:ai.ocr.v1").is_some());
//! # Ok::<(), ext_registry::RegistryError>(())
//! ```
//!
//! # Not in this crate
//!
//! Engines (`ext-ops-*`), the library on disk (`ext-library-sqlite`), permissions (`ext-perm`).
#![forbid(unsafe_code)]

mod ai;
mod authorized_library;
mod bad_input;
mod caller_jobs;
mod check_contents;
mod config;
mod copies;
mod core_quota;
mod core_status;
mod credentials;
mod each_entry;
mod events;
mod extension_events;
mod extensions;
mod http;
mod job_watch;
mod jobs;
mod libraries;
mod locations;
mod mail;
mod make_vectors;
mod media;
mod pages;
mod permissions;
mod provider;
mod read_again;
mod rebuild_index;
mod schedules;
mod search;
mod secret_store;
mod service_operation;
mod settings;
mod vdfs;
mod work;

pub use ai::content_text::{
    ContentBytes, READER_VERSION, ReaderAway, ReadingEffort, content_text, effort,
};

pub use credentials::check_key_header;

/// The implementor of all operations here; a type of this crate, as each implementation of a trait
/// of the registry for a type of `ext-wire` needs one.
struct BuiltIn;

/// Links the operations into the program: a linker may leave out a library of which nothing is
/// called, and with it the operations that it registers.
pub fn link() {}
