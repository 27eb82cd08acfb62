//! The database of a library. Each function of the modules works inside of one transaction, which
//! [`SqliteStore`] begins and ends.
//!
//! The database runs in WAL mode, so that readers and one writer do not wait for each other, also
//! between processes, and with `synchronous = FULL`: each commit reaches the disk before it is
//! acknowledged, so an acknowledged change survives not only `kill -9` but also a power cut. That
//! costs one `fsync` per change; `NORMAL` would lose the last changes in a power cut, after an
//! extension had been told that they are safe.

pub(super) mod entries;
pub(super) mod events;
mod filter;
pub(super) mod jobs;
mod schema;
pub(super) mod search;
pub(super) mod sidecars;
pub(super) mod vectors;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ext_services::library::{LibraryError, Result};
use ext_wire::ops::libraries::Library as LibraryInfo;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    fault::{Fault, Outcome},
    rows::BlobKind,
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
    pub(super) fn read<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
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
    pub(super) fn write<T>(
        &self,
        action: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
    ) -> Result<T> {
        let mut writer = lock(&self.writer);
        Ok(in_transaction(&mut writer, TransactionBehavior::Immediate, action)?)
    }

    /// Id and name of the library.
    pub(super) fn info(&self) -> Result<LibraryInfo> {
        self.read(|db| schema::info(db, &self.path))
    }

    /// Looks for damage in the database as a whole; reads all of it.
    pub(super) fn check(&self) -> Result<()> {
        self.read(schema::check)
    }

    /// Calls `action` with the hashes in use that start with `prefix`, and lets nobody change them
    /// meanwhile.
    pub(super) fn with_references(
        &self,
        kind: BlobKind,
        prefix: &str,
        action: &mut dyn FnMut(&HashSet<String>) -> Result<()>,
    ) -> Result<()> {
        self.write(|db| Ok(action(&entries::references(db, kind, prefix)?)?))
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

/// The time now, RFC 3339, UTC, in milliseconds: texts of one length, which sort by time.
fn now() -> String {
    time_text(jiff::Timestamp::now())
}

/// The time so much later than now.
fn after(delay: Duration) -> String {
    let now = jiff::Timestamp::now();
    let delay = jiff::SignedDuration::try_from(delay).unwrap_or_default();
    time_text(now.checked_add(delay).unwrap_or(now))
}

fn time_text(at: jiff::Timestamp) -> String {
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
