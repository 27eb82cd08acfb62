//! [`LibraryStore`] on SQLite.
//!
//! The database runs in WAL mode, so that readers and one writer do not wait for each other, also
//! between processes, and with `synchronous = FULL`: each commit reaches the disk before it is
//! acknowledged, so an acknowledged change survives not only `kill -9` but also a power cut. That
//! costs one `fsync` per change; `NORMAL` would lose the last changes in a power cut, after an
//! extension had been told that they are safe.

mod entries;
mod events;
mod filter;
mod jobs;
mod schema;
mod search;
mod sidecars;
mod vectors;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use ext_services::library::{EntryText, LibraryError};
use ext_wire::{
    Event,
    ops::{
        jobs::{Job, JobState},
        libraries::Library as LibraryInfo,
        search::{SearchHit, SearchInput, SearchOutput},
        vdfs::{Entry, ListEntriesInput, ListEntriesOutput, SidecarInfo},
    },
};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    fault::{Fault, Outcome},
    jobs::{Claimed, Dispatched, JobEnd, NewJob, Wanted},
    store::{
        BlobKind, EventError, EventFailure, ImportOutcome, LibraryStore, NewEntry, NewSidecar,
        Place, Removed, Replaced, Result,
    },
};

pub(super) use entries::{FILE, may_import_over};
pub(super) use schema::{create, read_info};

/// Readers that are kept open between two reads; more may exist for a while.
const IDLE_READERS: usize = 8;

/// A database file. One connection writes, any number read.
#[derive(Debug)]
pub(super) struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens an existing database.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let writer = Mutex::new(schema::open(path)?);
        Ok(Self { path: path.to_owned(), writer, readers: Mutex::default() })
    }

    /// Runs `action` on one consistent state of the database.
    fn read<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
        let idle = lock(&self.readers).pop();
        let mut reader = idle.map_or_else(|| schema::open_reader(&self.path), Ok)?;
        let result = in_transaction(&mut reader, TransactionBehavior::Deferred, action);
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        Ok(result?)
    }

    /// Runs `action` alone and commits, or leaves all as it was.
    fn write<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
        let mut writer = lock(&self.writer);
        Ok(in_transaction(&mut writer, TransactionBehavior::Immediate, action)?)
    }
}

fn in_transaction<T>(
    db: &mut Connection,
    behavior: TransactionBehavior,
    action: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let transaction = db.transaction_with_behavior(behavior)?;
    let value = action(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// A panic inside a transaction rolls it back, so the connection behind a poisoned lock is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LibraryStore for SqliteStore {
    fn info(&self) -> Result<LibraryInfo> {
        self.read(|db| schema::info(db, &self.path))
    }

    fn check(&self) -> Result<()> {
        self.read(schema::check)
    }

    fn create_entry(&self, new: &NewEntry, place: Place<'_>) -> Result<(Entry, bool)> {
        self.write(|db| entries::create(db, new, place))
    }

    fn put_file(
        &self,
        new: &NewEntry,
        place: Place<'_>,
    ) -> Result<Replaced<(Entry, ImportOutcome)>> {
        self.write(|db| entries::put_file(db, new, place))
    }

    fn entry(&self, id: Uuid) -> Result<Entry> {
        self.read(|db| entries::by_id(db, id))
    }

    fn entry_at(&self, path: &str) -> Result<Option<Entry>> {
        self.read(|db| Ok(entries::by_path(db, path)?.map(|row| row.entry)))
    }

    fn list(&self, input: &ListEntriesInput) -> Result<ListEntriesOutput> {
        self.read(|db| entries::list(db, input))
    }

    fn patch_metadata(&self, id: Uuid, patch: Map<String, Value>) -> Result<Map<String, Value>> {
        self.write(|db| entries::patch_metadata(db, id, patch))
    }

    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<Option<Removed>> {
        self.write(|db| entries::delete(db, caller, id))
    }

    fn put_sidecar(&self, new: &NewSidecar, place: Place<'_>) -> Result<Replaced<SidecarInfo>> {
        self.write(|db| sidecars::put(db, new, place))
    }

    fn sidecar(&self, entry: Uuid, name: &str) -> Result<SidecarInfo> {
        self.read(|db| sidecars::get(db, entry, name))
    }

    fn sidecars(&self, entry: Uuid) -> Result<Vec<SidecarInfo>> {
        self.read(|db| sidecars::list(db, entry))
    }

    fn delete_sidecar(
        &self,
        caller: Option<&str>,
        entry: Uuid,
        name: &str,
    ) -> Result<Option<String>> {
        self.write(|db| sidecars::delete(db, caller, entry, name))
    }

    fn search(&self, input: &SearchInput) -> Result<SearchOutput> {
        self.read(|db| search::search(db, input))
    }

    fn without_vector(&self, model: &str, limit: u32) -> Result<(Vec<EntryText>, u64)> {
        self.read(|db| vectors::missing(db, model, limit))
    }

    fn put_vectors(&self, model: &str, vectors: &[(EntryText, Vec<f32>)]) -> Result<()> {
        if vectors.is_empty() {
            return Ok(());
        }
        self.write(|db| vectors::put(db, model, vectors))
    }

    fn nearest(
        &self,
        model: &str,
        vector: &[f32],
        least: f32,
        input: &SearchInput,
    ) -> Result<Vec<SearchHit>> {
        self.read(|db| vectors::nearest(db, model, vector, least, input))
    }

    fn with_references(
        &self,
        kind: BlobKind,
        prefix: &str,
        action: &mut dyn FnMut(&HashSet<String>) -> Result<()>,
    ) -> Result<()> {
        self.write(|db| Ok(action(&entries::references(db, kind, prefix)?)?))
    }

    fn next_event(&self, subscriber: &str, kinds: &[&str]) -> Result<Option<Event>> {
        self.read(|db| events::next(db, subscriber, kinds))
    }

    fn pending(&self, subscriber: &str, kinds: &[&str]) -> Result<u64> {
        self.read(|db| events::pending(db, subscriber, kinds))
    }

    fn acknowledge(&self, subscriber: &str, event_id: u64) -> Result<()> {
        self.write(|db| events::acknowledge(db, subscriber, event_id))
    }

    fn fail(&self, subscriber: &str, event_id: u64, error: &EventError<'_>) -> Result<bool> {
        self.write(|db| events::fail(db, subscriber, event_id, error))
    }

    fn next_retry(&self, subscriber: &str) -> Result<Option<String>> {
        self.read(|db| events::next_retry(db, subscriber))
    }

    fn replay(&self, subscriber: &str, event: Option<u64>) -> Result<u64> {
        self.write(|db| events::replay(db, subscriber, event))
    }

    fn publish(&self, extension: &str, kind: &str, entry: Uuid, data: Option<&str>) -> Result<u64> {
        self.write(|db| events::publish(db, extension, kind, entry, data))
    }

    fn subscribe(&self, subscriber: &str, kind: &str, limit: u64) -> Result<Option<bool>> {
        self.write(|db| events::subscribe(db, subscriber, kind, limit))
    }

    fn unsubscribe(&self, subscriber: &str, kind: &str) -> Result<bool> {
        self.write(|db| events::unsubscribe(db, subscriber, kind))
    }

    fn subscriptions(&self, subscriber: &str) -> Result<Vec<String>> {
        self.read(|db| events::subscriptions(db, subscriber))
    }

    fn failures(&self, subscriber: &str) -> Result<Vec<EventFailure>> {
        self.read(|db| events::failures(db, subscriber))
    }

    fn retry(&self, subscriber: &str, entries: &[Uuid]) -> Result<u64> {
        self.write(|db| events::retry(db, subscriber, entries))
    }

    fn add_job(&self, new: &NewJob, limit: u64) -> Result<Dispatched> {
        self.write(|db| jobs::add(db, new, limit))
    }

    fn job(&self, id: Uuid) -> Result<Option<Job>> {
        self.read(|db| jobs::get(db, id))
    }

    fn jobs(
        &self,
        extension: Option<&str>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>> {
        self.read(|db| jobs::list(db, extension, state, limit))
    }

    fn cancel_job(&self, id: Uuid) -> Result<bool> {
        self.write(|db| jobs::cancel(db, id))
    }

    fn checkpoint_job(
        &self,
        id: Uuid,
        checkpoint: Option<&str>,
        progress: Option<&str>,
    ) -> Result<Option<Wanted>> {
        self.write(|db| jobs::checkpoint(db, id, checkpoint, progress))
    }

    fn recover_jobs(&self) -> Result<()> {
        self.write(jobs::recover)
    }

    fn claim_job(&self, full: &[&str]) -> Result<Option<Claimed>> {
        self.write(|db| jobs::claim(db, full))
    }

    fn end_job(&self, id: Uuid, end: &JobEnd) -> Result<()> {
        self.write(|db| jobs::end(db, id, end))
    }

    fn next_job_at(&self) -> Result<Option<String>> {
        self.read(jobs::next_run)
    }
}

/// The time now, RFC 3339, UTC, in milliseconds: texts of one length, which sort by time.
fn now() -> String {
    time_text(jiff::Timestamp::now())
}

/// A time as the library writes it.
pub(crate) fn time_text(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// A number of SQLite's as it crosses; none of ours is negative in a sound database.
fn unsigned(number: i64) -> Outcome<u64> {
    u64::try_from(number).map_err(|_| corrupt(format!("the number {number} is negative")))
}

/// A number as SQLite stores it.
fn signed(number: u64) -> Outcome<i64> {
    i64::try_from(number)
        .map_err(|_| LibraryError::Invalid(format!("{number} is too large")).into())
}

fn corrupt(what: impl std::fmt::Display) -> Fault {
    LibraryError::Corrupt(format!("library.db: {what}")).into()
}
