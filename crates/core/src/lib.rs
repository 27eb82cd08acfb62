//! The extension system put together: libraries on disk, operations, engines, installed extensions.
//!
//! An app embeds [`Core`], and the command line is made of it. It calls operations, and has a handle
//! for each kind of work: [`Core::extensions`], [`Core::permissions`], [`Core::library`]. One data
//! folder holds it:
//!
//! ```text
//! <data folder>/
//!     libraries/<uuid>/     see `ext-library-sqlite`
//!     extensions/<id>/      installed extensions, see [`Extensions`]
//!     models/               model files, see `ext-models`
//!     grants/               grants of the user, see [`Permissions`]
//!     audit/                the audit log, see [`audit`]
//!     usage/                used parts of today's budgets
//!     recordings/           recorded calls of extensions
//!     locations.json        folders that libraries follow
//!     publishers.json       keys of the publishers of extensions
//!     registries.json       numbers and keys that were seen of registries
//!     origins.json          registries that installed versions came from
//!     packages/             packages that were fetched
//!     schedules.json        calls that are made again and again
//!     settings/<id>.json    settings of an extension, but for its secrets
//!     config.toml           the configuration, see [`config`]
//! ```
//!
//! ```
//! use ext_wire::ops::{libraries, vdfs};
//! use spacedrive_core::Core;
//!
//! let data = tempfile::tempdir()?;
//! let core = Core::open(data.path())?;
//! let input = libraries::CreateLibraryInput { name: "Papers".into() };
//! let library = core.call_typed::<libraries::Create>(None, &input)?;
//!
//! let file = data.path().join("note.txt");
//! std::fs::write(&file, "Coffee, 3.20 EUR")?;
//! let report = core.library(library.id)?.import(&[file], &mut |_| {})?;
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
//! engines (`ext-ops-*`), libraries on disk (`ext-library-sqlite`), decisions about calls
//! (`ext-perm`), grants on disk (`ext-grants`), the audit log (`ext-audit`).
#![forbid(unsafe_code)]

/// The page about embedding, whose code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
mod embedding_page {}

/// The README of the repository, whose code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

mod ai;
pub mod auth;
mod builder;
mod call_file;
mod call_tapes;
mod candidate;
mod catalogue;
mod code_texts;
pub mod config;
mod config_edit;
mod config_file;
mod config_settings;
mod core;
mod cron;
mod data_files;
mod digests;
mod engines;
mod error;
mod export;
mod extension_check;
mod extension_info;
mod extensions;
mod installed;
mod isolation;
mod library;
mod list_file;
mod locations;
mod manifest_advice;
mod network;
mod own_folder;
pub mod permissions;
mod publishers;
mod registries;
mod reload;
mod remembered_pages;
mod schedules;
mod services;
mod serving;
mod settings;
mod staging;
mod storage;
mod system;
mod vault;
mod version;
mod views;
mod work;
pub mod worker;

pub use ai::{AiConfig, EmbedConfig, EmbedPrecision, TextConfig, TextProvider, program_secrets};
pub use builder::CoreBuilder;
pub use call_file::{CallWatch, RecordedCall};
pub use candidate::{Candidate, PendingUpdate};
pub use catalogue::{OfferedOperation, USER_FAMILIES};
pub use core::{Core, RemoteCalls, Watcher};
pub use error::CoreError;
pub use ext_audit as audit;
pub use ext_library_sqlite::{Backup, Copied, Damage, DamagedFile, FilesReport, Limits};
pub use ext_manager::{
    CallError, CallObserver, GuestIsolation, LoadError, ObservedCall, PackageFiles, SavedFault,
    SavedState,
};
pub use ext_registry::{Call, Deadline, Progress, unknown_method};
pub use extension_check::{ExtensionCheck, Finding, SectionSize, Severity, compare_functions};
pub use extensions::{Extensions, Updated};
pub use installed::{RUNTIMES, damaged_manifests, installed_manifests};
pub use isolation::{DocumentsConfig, ExtensionsConfig, Isolation};
pub use library::{FollowedFolder, LibraryHandle};
pub use list_file::ListFile;
pub use locations::LOCATIONS_FILE;
pub use network::HttpConfig;
pub use permissions::Permissions;
pub use registries::{
    Accepted, Available, Found, FoundExtension, Registries, RegistryConfig, Update,
};
pub use reload::Reloaded;
pub use serving::DaemonConfig;
pub use storage::StorageConfig;
pub use vault::{PASSPHRASE_VARIABLE, VaultConfig, VaultKey};
pub use work::{
    jobs::ParkedJobs,
    removed_files::{RemovalLook, RemovalReport},
    report::{
        FailedEvent, Failure, Followed, IndexReport, JobReport, PartsReport, PlacedFolder, Skipped,
        Undecided, UnindexedContent, UnusedParts, WorkProgress, WorkReport,
    },
};
