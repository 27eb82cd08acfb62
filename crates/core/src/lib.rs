//! The extension system put together: libraries on disk, operations, engines, installed extensions.
//!
//! [`Core`] is what an app embeds, and what the command line is made of. One data folder holds it:
//!
//! ```text
//! <data folder>/
//!     libraries/<uuid>/     see `ext-library-sqlite`
//!     extensions/<id>/      installed extensions, see [`Core::install`]
//!     models/               model files, see `ext-models`
//!     grants/               what the user granted, see [`permissions`]
//!     audit/                what extensions did and were refused, see [`audit`]
//!     usage/                what extensions used of their budgets today
//!     recordings/           what extensions that were watched did
//!     config.toml           see [`config`]
//! ```
//!
//! ```
//! use ext_wire::ops::{NoInput, libraries, vdfs};
//! use spacedrive_core::Core;
//!
//! let data = tempfile::tempdir()?;
//! let core = Core::open(data.path())?;
//! let input = libraries::CreateLibraryInput { name: "Papers".into() };
//! let library = core.call_typed::<libraries::Create>(None, &input)?;
//!
//! let file = data.path().join("note.txt");
//! std::fs::write(&file, "Coffee, 3.20 EUR")?;
//! let report = core.import(library.id, &[file], &mut |_| {})?;
//! assert_eq!((report.created, report.failures.len()), (1, 0));
//!
//! let entries = core.call_typed::<vdfs::ListEntries>(Some(library.id), &Default::default())?.entries;
//! assert_eq!(entries[0].name, "note.txt");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Arguments, tables and questions (`spacedrive-cli`), the operations themselves (`ext-ops`), the
//! engines (`ext-ops-*`), who may call what (`ext-perm`), grants on disk (`ext-grants`), the audit log
//! (`ext-audit`).
#![forbid(unsafe_code)]

/// The page about embedding, whose code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
mod embedding_page {}

mod ai;
pub mod auth;
mod catalogue;
pub mod config;
mod core;
mod delivery;
mod embedding;
mod engines;
mod error;
mod extensions;
mod files;
mod guests;
mod import;
mod jobs;
mod network;
pub mod permissions;
pub mod worker;

pub use ai::{AiConfig, EmbedConfig, EmbedPrecision, TextConfig, TextProvider, program_secrets};
pub use catalogue::OfferedOperation;
pub use core::{Core, Updated};
pub use delivery::DeadLetter;
pub use engines::Isolation;
pub use error::CoreError;
pub use ext_audit as audit;
pub use ext_manager::{CallError, GuestIsolation, SavedFault, SavedState};
pub use extensions::Candidate;
pub use guests::ExtensionsConfig;
pub use import::{Failure, ImportProgress, ImportReport};
pub use jobs::{JobReport, JobRun};
pub use network::{HttpConfig, PASSPHRASE_VARIABLE, VaultConfig, VaultKey};
