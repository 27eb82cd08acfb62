//! Libraries: entries, content, metadata, sidecars, search.
//!
//! The types are those of `ext_wire::ops`: a store answers an operation's input with its output.

use std::sync::Arc;

use ext_wire::{
    ErrorCode,
    ops::{
        libraries::Library as LibraryInfo,
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{
            CreateEntryInput, CreateEntryOutput, EntryDetails, ListEntriesInput, ListEntriesOutput,
            ReadContentInput, ReadContentOutput, SidecarInfo, WriteSidecarInput,
        },
    },
};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

/// Why a library did not do what it was asked.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// There is no such library, entry or sidecar.
    #[error("there is no {what} {name}")]
    NotFound {
        /// `"library"`, `"entry"`, `"sidecar"`.
        what: &'static str,
        /// Its id or name.
        name: String,
    },
    /// A name or path is not legal.
    #[error("`{name}` is no legal {what}: {reason}")]
    Name {
        /// `"entry path"`, `"entry name"`, `"sidecar name"`, `"library name"`.
        what: &'static str,
        /// The name, with control characters escaped.
        name: String,
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// The caller may not touch this.
    #[error("{0}")]
    Denied(String),
    /// The input contradicts itself or the library.
    #[error("{0}")]
    Invalid(String),
    /// Over a limit.
    #[error("{what} of {got} bytes, the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        got: u64,
        /// The limit.
        limit: u64,
    },
    /// An extension would have more than it may.
    #[error(
        "{extension} would have {bytes} bytes of sidecars in this library, the limit is {limit}"
    )]
    Quota {
        /// Which.
        extension: String,
        /// How many it would have.
        bytes: u64,
        /// How many it may have.
        limit: u64,
    },
    /// Another process holds the library for too long.
    #[error("the library is busy: another process is writing to it")]
    Busy,
    /// The disk is full.
    #[error("there is no space left on the disk")]
    NoSpace,
    /// The library's files are damaged.
    #[error("the library is damaged: {0}")]
    Corrupt(String),
    /// The library was made by another version.
    #[error("the library has schema version {found}, this program reads {supported}")]
    Schema {
        /// Version on disk.
        found: i64,
        /// Version of this program.
        supported: i64,
    },
    /// Reading or writing failed.
    #[error("{0}")]
    Io(String),
    /// Whether the caller may touch this could not be decided.
    #[error("{0}")]
    Undecided(String),
}

impl LibraryError {
    /// The code that a caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Name { .. } => ErrorCode::Path,
            Self::Denied(_) => ErrorCode::DeniedArg,
            Self::Invalid(_) => ErrorCode::BadInput,
            Self::TooLarge { .. } => ErrorCode::AbiTooLarge,
            Self::Busy => ErrorCode::Busy,
            Self::NoSpace | Self::Quota { .. } => ErrorCode::NoSpace,
            Self::Corrupt(_) => ErrorCode::Corrupt,
            Self::Schema { .. } => ErrorCode::Schema,
            Self::Io(_) => ErrorCode::Io,
            Self::Undecided(_) => ErrorCode::Internal,
        }
    }

    /// Whether the message may cross to an extension; the others can name host paths.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        !matches!(self, Self::Corrupt(_) | Self::Io(_) | Self::Undecided(_))
    }
}

/// One open library. `caller` is the extension on whose behalf it works, `None` for the user.
///
/// What a method acknowledged survives `kill -9`. A sidecar belongs to who wrote it: another
/// extension may read it, but neither replace nor delete it.
pub trait LibraryService: Send + Sync {
    /// See `ext_wire::ops::vdfs::CreateEntry`.
    ///
    /// # Errors
    /// [`LibraryError`], as for all methods here.
    fn create_entry(
        &self,
        caller: Option<&str>,
        input: CreateEntryInput,
    ) -> Result<CreateEntryOutput, LibraryError>;

    /// See `ext_wire::ops::vdfs::GetEntry`.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn get_entry(&self, id: Uuid) -> Result<EntryDetails, LibraryError>;

    /// See `ext_wire::ops::vdfs::ListEntries`.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput, LibraryError>;

    /// See `ext_wire::ops::vdfs::ReadContent`.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput, LibraryError>;

    /// Applies a JSON Merge Patch and returns the metadata after it.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn update_metadata(
        &self,
        caller: Option<&str>,
        id: Uuid,
        patch: Map<String, Value>,
    ) -> Result<Map<String, Value>, LibraryError>;

    /// Removes an entry with all that belongs to it; false when there is none. An extension may
    /// only remove entries that it made.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool, LibraryError>;

    /// See `ext_wire::ops::vdfs::WriteSidecar`.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn write_sidecar(
        &self,
        caller: Option<&str>,
        input: WriteSidecarInput,
    ) -> Result<SidecarInfo, LibraryError>;

    /// The bytes of a sidecar.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>, LibraryError>;

    /// The sidecars of an entry, by name.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn list_sidecars(&self, entry: Uuid) -> Result<Vec<SidecarInfo>, LibraryError>;

    /// Removes a sidecar; false when there is none.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn delete_sidecar(
        &self,
        caller: Option<&str>,
        entry: Uuid,
        name: &str,
    ) -> Result<bool, LibraryError>;

    /// See `ext_wire::ops::search::Entries`; by words alone.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn search(&self, input: SearchInput) -> Result<SearchOutput, LibraryError>;

    /// Up to `limit` entries, newest first, that have no vector of `model`, and how many there are.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn without_vector(
        &self,
        model: &str,
        limit: u32,
    ) -> Result<(Vec<EntryText>, u64), LibraryError>;

    /// Keeps vectors of `model`, until the entry or its text changes. One whose text has changed
    /// already is not kept.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn put_vectors(
        &self,
        model: &str,
        vectors: &[(EntryText, Vec<f32>)],
    ) -> Result<(), LibraryError>;

    /// Entries that fulfil the conditions of `input`, whatever its words, with a vector whose cosine
    /// with `vector` is at least `least`; the nearest first, the cosine as score.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        least: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>, LibraryError>;
}

/// What an entry says, for a vector of its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryText {
    /// The entry.
    pub entry: Uuid,
    /// Its name, the texts of its metadata and the beginning of its text sidecars.
    pub text: String,
}

/// The libraries of this host.
pub trait LibraryDirectory: Send + Sync {
    /// A library by id.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn library(&self, id: Uuid) -> Result<Arc<dyn LibraryService>, LibraryError>;

    /// Makes a library.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn create(&self, name: &str) -> Result<LibraryInfo, LibraryError>;

    /// All libraries, by name.
    ///
    /// # Errors
    /// [`LibraryError`].
    fn list(&self) -> Result<Vec<LibraryInfo>, LibraryError>;
}
