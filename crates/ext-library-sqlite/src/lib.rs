//! A library on disk: SQLite for rows, one file for each content and sidecar.
//!
//! ```text
//! <data folder>/libraries/<uuid>/
//!     library.db      rows: entries, sidecars, full text, events, jobs (SQLite)
//!     name.txt        the last known name, for when the database cannot be read
//!     open.lock       shared by those that have the library open
//!     content/ab/…    content of entries, each file under its BLAKE3 hash
//!     sidecars/ab/…   sidecars, likewise
//!     sessions/…      files that are being written, one folder for each process
//!     quarantine/…    files that no row names, found after a crash
//! ```
//!
//! [`Libraries`] is an [`ext_services::library::LibraryDirectory`], and [`SqliteLibrary`] has every
//! role of [`ext_services::library`]. Importing files of this machine is its own method.
//!
//! A change is one transaction. The file that a row names is moved to its place inside it, before the
//! commit; so after a crash there may be a file without a row, which the next process that opens the
//! library moves to `quarantine/`, but never a row without its file. Several processes may use a
//! library at once.
//!
//! ```
//! use ext_library_sqlite::{ImportOutcome, Libraries};
//! use ext_services::library::{Events, LibraryDirectory, Search, Visibility};
//! use ext_wire::{event::ENTRY_CREATED, ops::search::SearchInput};
//!
//! let data = tempfile::tempdir()?;
//! let libraries = Libraries::new(data.path())?;
//! let library = libraries.open(libraries.create("Papers")?.id)?;
//!
//! let file = data.path().join("note.txt");
//! std::fs::write(&file, "Coffee, 3.20 EUR")?;
//! let imported = library.import_file(&file, "inbox/note.txt")?;
//! assert_eq!(imported.outcome, ImportOutcome::Created);
//!
//! let hits = library.search(SearchInput::new("note*"), Visibility::All)?.hits;
//! assert_eq!(hits[0].entry.id, imported.entry.id);
//!
//! let event = library.next_event("finance", &[ENTRY_CREATED])?.expect("an import makes an event");
//! library.acknowledge("finance", event.id)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The contract (`ext-services`) and the suite that checks it (`ext-library-conformance`), the
//! operations (`ext-ops`), permissions (`ext-perm`), the delivery of events, jobs and the import of
//! folders (`spacedrive-core`).
#![forbid(unsafe_code)]

mod backup;
mod backup_series;
mod bin;
mod blobs;
mod commits;
mod contents;
mod damage;
mod default_library;
mod deleted;
mod directory;
mod entries;
mod events;
mod fault;
mod file_gone;
mod import;
mod import_outcome;
mod jobs;
mod last_name;
mod library;
mod limits;
mod media_type;
mod metadata;
mod open;
mod opened_file;
mod presence;
mod recovery;
mod renamed;
mod roots;
mod rows;
mod search;
mod seen;
mod session;
mod sidecars;
mod source;
mod source_path;
mod sqlite;
mod text;
mod upload;
mod versions;

pub use backup::{Backup, BackupTarget, Copied, WrittenBackup};
pub use commits::CommitObserver;
pub use damage::{Damage, DamagedFile, FilesReport};
pub use directory::Libraries;
pub use file_gone::is_gone;
pub use import::ImportedFile;
pub use import_outcome::ImportOutcome;
pub use library::SqliteLibrary;
pub use limits::Limits;
pub use opened_file::OpenedFile;
pub use recovery::CheckReport;
pub use roots::{ImportRoot, Occupant};
pub use seen::{KnownFile, SeenFile};
