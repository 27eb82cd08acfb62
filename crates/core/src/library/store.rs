//! What a library asks of its database, as a trait: rows only, no files.
//!
//! A change that needs a file takes a [`Place`]: the store calls it inside the transaction, before
//! it commits, to move the file to where the row says that it is. So a row never stands without
//! its file, and [`LibraryStore::with_references`] can tell files without a row for certain.

use std::collections::HashSet;

use ext_services::library::{EntryText, LibraryError};
use ext_wire::{
    ErrorCode, Event,
    ops::{
        jobs::{Job, JobState},
        libraries::Library as LibraryInfo,
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{Entry, ListEntriesInput, ListEntriesOutput, SidecarInfo},
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::jobs::{Claimed, Dispatched, JobEnd, NewJob, Wanted};

/// What the methods return.
pub type Result<T> = std::result::Result<T, LibraryError>;

/// Moves a file to its place; called at most once, inside the transaction.
pub type Place<'a> = &'a mut dyn FnMut() -> Result<()>;

/// Which files a hash belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobKind {
    /// Content of entries.
    Content,
    /// Sidecars.
    Sidecar,
}

/// Bytes in a file, named by their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRef {
    /// BLAKE3, in lower-case hex.
    pub hash: String,
    /// Bytes.
    pub size: u64,
}

/// An entry to be made; names and sizes are checked.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its type.
    pub entry_type: String,
    /// Media type of the content.
    pub media_type: Option<String>,
    /// Its content.
    pub content: Option<BlobRef>,
    /// The extension that makes it.
    pub created_by: Option<String>,
    /// JSON text of an object.
    pub metadata: String,
}

/// A sidecar to be written; name and size are checked.
#[derive(Debug, Clone)]
pub struct NewSidecar {
    /// Its entry.
    pub entry: Uuid,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub content: BlobRef,
    /// What a search finds.
    pub text: Option<String>,
    /// The extension that writes it.
    pub written_by: Option<String>,
    /// How many bytes of sidecars the extension may have in all.
    pub quota: u64,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// There is a new entry.
    Created,
    /// The entry had this content already.
    Unchanged,
    /// The entry has new content.
    Updated,
}

/// A change, and the blob that it made superfluous.
#[derive(Debug)]
pub struct Replaced<T> {
    /// The change.
    pub value: T,
    /// Hash that the row held before, when it is another one now.
    pub old: Option<String>,
}

/// Hashes of the blobs of a removed entry.
#[derive(Debug, Default)]
pub struct Removed {
    /// Its content.
    pub content: Option<String>,
    /// Its sidecars.
    pub sidecars: Vec<String>,
}

/// An event that a subscriber could not work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFailure {
    /// The event.
    pub event_id: u64,
    /// The entry that it is about.
    pub entry_id: Uuid,
    /// What the entry is called.
    pub entry_name: String,
    /// What went wrong, for a program.
    pub code: ErrorCode,
    /// What went wrong, for a person.
    pub message: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last, RFC 3339, UTC.
    pub at: String,
    /// When it is tried again; `None` for a dead letter, which only somebody's wish brings back.
    pub retry_at: Option<String>,
    /// Kind of the event.
    pub kind: String,
}

/// Why a subscriber could not work on an event.
#[derive(Debug, Clone, Copy)]
pub struct EventError<'a> {
    /// For a program.
    pub code: ErrorCode,
    /// For a person.
    pub message: &'a str,
    /// Whether the same may go well later.
    pub may_pass: bool,
}

/// The rows of one library. Each method is one transaction; what it acknowledged survives a crash.
///
/// Every method fails with a [`LibraryError`]: `Busy` when another process holds the database for
/// too long, `Corrupt` when it is damaged, `NoSpace` and `Io` for the disk, and as said below.
#[expect(clippy::missing_errors_doc, reason = "said once for all above")]
pub trait LibraryStore: Send + Sync {
    /// Id and name of the library.
    fn info(&self) -> Result<LibraryInfo>;

    /// Looks for damage in the database as a whole; reads all of it.
    fn check(&self) -> Result<()>;

    /// Makes an entry and its event, or returns the one at this path; `true` when it is new.
    fn create_entry(&self, new: &NewEntry, place: Place<'_>) -> Result<(Entry, bool)>;

    /// Makes the entry of a file of the user, or gives it new content, and the event of that.
    /// `Denied` when the entry at this path is not an imported file.
    fn put_file(
        &self,
        new: &NewEntry,
        place: Place<'_>,
    ) -> Result<Replaced<(Entry, ImportOutcome)>>;

    /// An entry; `NotFound` when there is none.
    fn entry(&self, id: Uuid) -> Result<Entry>;

    /// The entry at a path.
    fn entry_at(&self, path: &str) -> Result<Option<Entry>>;

    /// Entries in the order of their making.
    fn list(&self, input: &ListEntriesInput) -> Result<ListEntriesOutput>;

    /// Applies a merge patch; `NotFound`, or `TooLarge` when the result is over the limit.
    fn patch_metadata(&self, id: Uuid, patch: Map<String, Value>) -> Result<Map<String, Value>>;

    /// Removes an entry with its sidecars and events; `None` when there is none, `Denied` when it
    /// is not the caller's.
    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<Option<Removed>>;

    /// Writes a sidecar; `NotFound` without its entry, `Denied` when the older one is not the
    /// writer's, `Name` when its name differs from another's by case only, `Quota` when the writer
    /// would have too much.
    fn put_sidecar(&self, new: &NewSidecar, place: Place<'_>) -> Result<Replaced<SidecarInfo>>;

    /// A sidecar; `NotFound` when there is no such entry or sidecar.
    fn sidecar(&self, entry: Uuid, name: &str) -> Result<SidecarInfo>;

    /// The sidecars of an entry, by name; `NotFound` when there is no such entry.
    fn sidecars(&self, entry: Uuid) -> Result<Vec<SidecarInfo>>;

    /// Removes a sidecar and returns its hash; `None` when there is none, `NotFound` without its
    /// entry, `Denied` when it is not the caller's.
    fn delete_sidecar(
        &self,
        caller: Option<&str>,
        entry: Uuid,
        name: &str,
    ) -> Result<Option<String>>;

    /// Full-text search.
    fn search(&self, input: &SearchInput) -> Result<SearchOutput>;

    /// Entries without a vector of `model`, newest first, and how many there are.
    fn without_vector(&self, model: &str, limit: u32) -> Result<(Vec<EntryText>, u64)>;

    /// Keeps vectors of texts that are still the same.
    fn put_vectors(&self, model: &str, vectors: &[(EntryText, Vec<f32>)]) -> Result<()>;

    /// Entries with the nearest vectors.
    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        least: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>>;

    /// Calls `action` with the hashes in use that start with `prefix`, and lets nobody change them
    /// meanwhile.
    fn with_references(
        &self,
        kind: BlobKind,
        prefix: &str,
        action: &mut dyn FnMut(&HashSet<String>) -> Result<()>,
    ) -> Result<()>;

    /// The next event for a subscriber; see `Library::next_event`.
    fn next_event(&self, subscriber: &str, kinds: &[&str]) -> Result<Option<Event>>;

    /// How many events wait for a subscriber.
    fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64>;

    /// The subscriber has worked on an event.
    fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<()>;

    /// The subscriber could not work on an event; whether it will be tried again by itself.
    fn fail(&self, subscriber: &str, event_id: u64, error: &EventError<'_>) -> Result<bool>;

    /// When the next failed event of a subscriber is to be tried again.
    fn next_retry(&self, subscriber: &str) -> Result<Option<String>>;

    /// Lets a dead letter, or all of a subscriber, be delivered again; returns how many.
    fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64>;

    /// Writes down an event that an extension publishes; `NotFound` without its entry.
    fn publish(&self, extension: &str, kind: &str, entry: Uuid, data: Option<&str>) -> Result<u64>;

    /// Adds a kind to those that a subscriber chose; whether it is new, `None` at the limit.
    fn subscribe(&self, subscriber: &str, kind: &str, limit: u64) -> Result<Option<bool>>;

    /// Takes a kind back; whether it was there.
    fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool>;

    /// The kinds that a subscriber chose.
    fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>>;

    /// Events that a subscriber could not work on, oldest first.
    fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>>;

    /// Lets the failed events of these entries be delivered again; returns how many.
    fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64>;

    /// Writes a job down, unless one with its key is open, or `limit` jobs of its extension are.
    fn add_job(&self, new: &NewJob, limit: u64) -> Result<Dispatched>;

    /// A job.
    fn job(&self, id: Uuid) -> Result<Option<Job>>;

    /// Jobs, the newest first.
    fn jobs(
        &self,
        extension: Option<&str>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>>;

    /// See `Library::cancel_job`.
    fn cancel_job(&self, id: Uuid) -> Result<bool>;

    /// See `Library::checkpoint_job`.
    fn checkpoint_job(
        &self,
        id: Uuid,
        checkpoint: Option<&str>,
        progress: Option<&str>,
    ) -> Result<Option<Wanted>>;

    /// See `Library::recover_jobs`.
    fn recover_jobs(&self) -> Result<()>;

    /// See `Library::claim_job`.
    fn claim_job(&self, full: &[&str]) -> Result<Option<Claimed>>;

    /// See `Library::end_job`.
    fn end_job(&self, id: Uuid, end: &JobEnd) -> Result<()>;

    /// See `Library::next_job_at`.
    fn next_job_at(&self) -> Result<Option<String>>;
}
