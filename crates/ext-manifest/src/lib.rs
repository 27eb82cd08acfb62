//! `manifest.json`, parsed into a type that is valid by construction.
//!
//! A manifest says what an extension is, what it asks for and what it offers. [`Manifest::parse`]
//! is the only way to get one: a [`Manifest`] need not be checked again, and what is shown to the
//! user, checked at a call and applied as a limit is one and the same value.
//!
//! ```
//! use ext_manifest::Manifest;
//! use ext_wire::Method;
//!
//! let manifest = Manifest::parse(br#"{
//!     "id": "finance", "name": "Finance", "version": "0.1.0", "wasm_file": "finance.wasm",
//!     "permissions": { "methods": ["vdfs.*", "query:ai.ocr"], "libraries": ["*"] },
//!     "events": ["entry.created"],
//!     "operations": [{ "method": "query:finance.export.v1", "description": "booked receipts" }]
//! }"#)?;
//! let ocr = Method::parse("query:ai.ocr.v1")?;
//! assert!(manifest.permissions().methods().iter().any(|pattern| pattern.matches(ocr)));
//! assert_eq!(manifest.limits().memory_mb(), 512);
//!
//! let typo = Manifest::parse(br#"{ "id": "finance", "permisions": {} }"#).unwrap_err();
//! assert_eq!(
//!     typo.to_string(),
//!     "manifest: `permisions`: unknown field `permisions` (did you mean `permissions`?)"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The format
//!
//! | field | required | values | when left out |
//! |---|---|---|---|
//! | `id` | yes | one method segment (`[a-z][a-z0-9]*` words joined by `_`), 2–64 bytes, not in [`RESERVED_IDS`] | |
//! | `name` | yes | 1–100 characters, none of them hidden (control, bidi) | |
//! | `version` | yes | semver | |
//! | `wasm_file` | yes | plain file name ending in `.wasm` | |
//! | `description`, `author` | | up to 1000 and 100 characters, as `name` | – |
//! | `homepage` | | `http://` or `https://` URL, up to 2048 bytes | – |
//! | `abi_version` | | 1 | 1 |
//! | `min_core_version` | | semver | any |
//! | `wasi` | | `true` lets the wasm import the functions of WASI, behind which there is nothing; `"files"` and `"command"`, or an object with `world`, `scratch_mib`, `args` and `runtime`, give it files | `false` |
//! | `permissions.methods` | | [`MethodPattern`]s, up to 256 | none |
//! | `permissions.libraries` | | `"*"` or library ids, up to 1000 | none |
//! | `permissions.allowed_domains` (also `network_access`) | | [`DomainPattern`]s, up to 256 | none |
//! | `permissions.rate_limits.requests_per_minute` | | 1–1,000,000 | 600 |
//! | `permissions.rate_limits.burst` | | 1–`requests_per_minute` | `requests_per_minute` |
//! | `permissions.rate_limits.concurrent_jobs` | | 1–64 | 2 |
//! | `permissions.rate_limits.open_core_jobs` | | 1–1000 | 20 |
//! | `permissions.rate_limits.core_jobs_per_hour` | | 1–1000 | 60 |
//! | `permissions.rate_limits.daily.http_bytes` | | 0–1 TiB | 1 GiB |
//! | `permissions.rate_limits.daily.ocr_pages` | | 0–1,000,000 | 10,000 |
//! | `permissions.rate_limits.daily.embedding_tokens`, `.model_tokens` | | 0–1 trillion | 100 million |
//! | `permissions.max_memory_mb` | | another name of `limits.memory_mb` | |
//! | `events` | | kinds in [`ext_wire::event::KINDS`] | none |
//! | `operations` | | up to 256 of `{method, description}`, methods under the own id | none |
//! | `commands` | | up to 16 nouns with [`SubcommandDecl`]s under them | none |
//! | `views` | | up to 32 [`ViewDecl`]s | none |
//! | `settings` | | a [`SettingsSchema`]: `{"properties": {…}}`, up to [`MAX_SETTINGS`] | none |
//! | `limits.memory_mb` | | 1–4096 MiB | 512 |
//! | `limits.call_timeout_ms` | | 1–3,600,000 | 600,000 |
//! | `limits.compute_timeout_ms` | | 1–`call_timeout_ms` | 10,000, or less with a shorter call timeout |
//! | `limits.max_json_bytes` | | 1024–[`ext_abi::limits::MAX_JSON_BYTES`] | [`ext_abi::limits::DEFAULT_MAX_JSON_BYTES`] |
//! | `limits.instances` | | 1–64 | 1 |
//! | `limits.queued_calls` | | 1–10,000 | 256 |
//! | `limits.table_elements` | | 1–10,000,000, all tables together | 10,000 |
//! | `limits.stack_kb` | | 64–16,384 KiB | 1024 |
//! | `limits.log_lines_per_second` | | 1–1000 | 100 |
//!
//! Unknown fields, duplicate fields and values listed twice are errors everywhere: a typo must neither
//! grant nor drop anything. `null` is the same as left out. A manifest may have up to
//! [`MAX_MANIFEST_BYTES`].
//!
//! With the feature `schema`, `schema()` returns the JSON Schema of the format, for editors and
//! documentation.
//!
//! # Not in this crate
//!
//! Decisions about calls (`ext-perm`), the user's grants (`ext-grants`), the wasm itself (`ext-host`).
#![forbid(unsafe_code)]

mod amounts;
mod columns;
mod commands;
mod domain;
mod error;
mod library;
mod limits;
mod manifest;
mod nesting;
mod pattern;
mod raw;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod settings;
mod size;
mod value;
mod views;
mod wasi;

pub use amounts::RaisedLimit;
pub use columns::{ColumnDecl, ColumnKind};
pub use commands::{ArgumentDecl, ArgumentKind, CommandDecl, SubcommandDecl};
pub use domain::{DomainError, DomainPattern, Scheme};
pub use error::ManifestError;
pub use library::{LibraryScope, LibraryScopeError};
pub use limits::{DailyBudgets, ManifestLimits, RateLimits};
pub use manifest::{FILES_FOLDER, MANIFEST_FILE, Manifest, OperationDecl, Permissions};
pub use pattern::{MethodPattern, PatternError, PatternName};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use settings::{MAX_SETTINGS, SettingDecl, SettingsSchema};
pub use size::MAX_MANIFEST_BYTES;
pub use value::RESERVED_IDS;
pub use views::{Answers, Icon, Placement, ViewDecl};
pub use wasi::{Wasi, WasiKind};
