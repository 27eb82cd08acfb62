//! The connections of a library's database, and its transactions.
//!
//! The database runs in WAL mode, so that readers and one writer do not wait for each other, also
//! between processes, and with `synchronous = FULL`: each commit reaches the disk before it is
//! acknowledged, so an acknowledged change is durable across `kill -9` and a power cut. That costs one
//! `fsync` per change; `NORMAL` would lose the last changes in a power cut, after they were
//! acknowledged to an extension.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use ext_services::library::{LibraryError, Result};
use ext_wire::{ErrorCode, ops::libraries::LibraryInfo};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use uuid::Uuid;

use super::{
    changes, doubt, entries, jobs, patience,
    read_only::{self, ReadOnly},
    schema::{self, Access},
    writer::Writer,
};
use crate::{
    commits::Commits,
    fault::{LIBRARY, Outcome},
    rows::BlobKind,
    session,
};

/// The number of readers that are kept open between two reads; more may exist for a while.
const IDLE_READERS: usize = 8;

/// Who is in the way when this program is the only one known to use a library.
const THIS_OR_UNKNOWN: &str = "another part of this program, or a program that is not known";

/// A database file.
#[derive(Debug)]
pub(crate) struct SqliteStore {
    path: PathBuf,
    database: Database,
    commits: Option<(Uuid, Commits)>,
}

#[derive(Debug)]
enum Database {
    Writable(Connections),
    ReadOnly(ReadOnly),
}

/// The connections of a database. One writes, any number read. A panic inside a transaction rolls it
/// back, so the connections stay sound.
#[derive(Debug)]
struct Connections {
    path: PathBuf,
    /// When false, the writer is the only connection that there can be: it reads as well. Once true, it
    /// stays so.
    is_shared: AtomicBool,
    writer: Mutex<Writer>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens an existing database: for reading only, where it cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let database = match read_only::is_read_only(path) {
            true => {
                let opened = ReadOnly::open(path).map_err(|fault| doubt::confirm(fault, path));
                Database::ReadOnly(opened?)
            }
            false => {
                let connections = Connections::open(path).map_err(|error| with_users(error, path));
                Database::Writable(connections?)
            }
        };
        Ok(Self { path: path.to_owned(), database, commits: None })
    }

    /// Tells of each commit from now on, as those of a library.
    pub(crate) fn observe_commits(&mut self, library: Uuid, commits: Commits) {
        self.commits = Some((library, commits));
    }

    /// Returns whether nothing can be written.
    pub(crate) const fn is_read_only(&self) -> bool {
        matches!(self.database, Database::ReadOnly(_))
    }

    /// Returns whether no other connection can read it, for want of room on the disk.
    pub(crate) fn is_alone(&self) -> bool {
        matches!(&self.database, Database::Writable(connections) if !connections.is_shared())
    }

    /// Runs `action` on one consistent state of the database.
    pub(crate) fn read<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
        match &self.database {
            Database::Writable(connections) => connections.read(action),
            Database::ReadOnly(database) => {
                database.read(action).map_err(|fault| doubt::confirm(fault, &self.path))
            }
        }
    }

    /// Runs `action` exclusively and commits, or rolls back.
    pub(crate) fn write<T>(
        &self,
        action: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
    ) -> Result<T> {
        match &self.database {
            Database::Writable(connections) => {
                let written = connections.write(action);
                let (written, changed) = written.map_err(|error| with_users(error, &self.path))?;
                if let (true, Some((library, commits))) = (changed, &self.commits) {
                    commits.tell(*library);
                }
                Ok(written)
            }
            Database::ReadOnly(_) => Err(LibraryError::ReadOnly(LIBRARY)),
        }
    }

    /// Returns id, name and folder of the library.
    pub(crate) fn info(&self) -> Result<LibraryInfo> {
        let info = self.read(|db| schema::info(db, &self.path))?;
        Ok(LibraryInfo { read_only: self.is_read_only(), ..info })
    }

    /// Checks the database for damage; reads all of it, over a connection of its own: one that has read
    /// the full text before compares what it remembers with what others wrote since, and finds damage
    /// that is not there.
    pub(crate) fn check(&self) -> Result<()> {
        if !matches!(&self.database, Database::Writable(it) if it.is_shared()) {
            return self.read(schema::check);
        }
        let mut fresh = schema::open_reader(&self.path)?;
        let checked = in_transaction(&mut fresh, TransactionBehavior::Deferred, schema::check);
        checked.map_err(|fault| doubt::confirm(fault, &self.path))
    }

    /// Copies the database into a file, as it is at one moment.
    pub(crate) fn snapshot(&self, to: &Path) -> Result<()> {
        self.read(|db| schema::snapshot(db, to))
    }

    /// Calls `action` with the hashes in use that start with `prefix`, which do not change meanwhile.
    pub(crate) fn with_references(
        &self,
        kind: BlobKind,
        prefix: &str,
        action: &mut dyn FnMut(&HashSet<String>) -> Result<()>,
    ) -> Result<()> {
        let mut run = |db: &Transaction<'_>| Ok(action(&entries::references(db, kind, prefix)?)?);
        if self.is_read_only() { self.read(&mut run) } else { self.write(&mut run) }
    }
}

impl Connections {
    fn open(path: &Path) -> Result<Self> {
        let opened = Writer::open(path).map_err(|fault| doubt::confirm(fault, path));
        let writer = opened?;
        let is_shared = AtomicBool::new(writer.access() == Access::Shared);
        let (path, writer) = (path.to_owned(), Mutex::new(writer));
        Ok(Self { path, is_shared, writer, readers: Mutex::default() })
    }

    fn is_shared(&self) -> bool {
        self.is_shared.load(Ordering::Relaxed)
    }

    fn read<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<T> {
        if !self.is_shared() {
            return self
                .with_writer(|db| in_transaction(db, TransactionBehavior::Deferred, action));
        }
        let idle = self.readers.lock().pop();
        let opened = idle.map_or_else(|| schema::open_reader(&self.path), Ok);
        let mut reader = opened.map_err(|fault| doubt::confirm(fault, &self.path))?;
        let result = in_transaction(&mut reader, TransactionBehavior::Deferred, action);
        let mut readers = self.readers.lock();
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        result.map_err(|fault| doubt::confirm(fault, &self.path))
    }

    /// Runs a transaction, and says whether it changed anything: whoever waits for news and then looks
    /// for work in one would otherwise hear of itself for ever.
    fn write<T>(&self, action: impl FnOnce(&Transaction<'_>) -> Outcome<T>) -> Result<(T, bool)> {
        self.with_writer(|db| {
            let before = db.total_changes();
            let done = in_transaction(db, TransactionBehavior::Immediate, action)?;
            Ok((done, db.total_changes() != before))
        })
    }

    fn with_writer<T>(&self, action: impl FnOnce(&mut Connection) -> Outcome<T>) -> Result<T> {
        let mut writer = self.lock_writer()?;
        let result = writer.connection().and_then(action);
        let access = writer.access();
        self.is_shared.store(access == Access::Shared, Ordering::Relaxed);
        result.map_err(|fault| match doubt::confirm(fault, &self.path) {
            // What an old database lacks is no damage: there is no room to add it.
            LibraryError::Corrupt(_) if access == Access::AloneAndOld => LibraryError::NoSpace,
            error => error,
        })
    }

    fn lock_writer(&self) -> Result<MutexGuard<'_, Writer>> {
        patience::lock(&self.writer).ok_or(LibraryError::Deadline)
    }
}

/// Says who is in the way, as far as that is known.
pub(super) fn with_users(error: LibraryError, database: &Path) -> LibraryError {
    if !matches!(error, LibraryError::Busy) {
        return error;
    }
    let own = std::process::id().to_string();
    let folder = database.parent().unwrap_or(database);
    let Ok(mut users) = session::users(folder) else { return error };
    let is_here = users.contains(&own);
    users.retain(|user| *user != own);
    match users.is_empty() {
        true if is_here => LibraryError::InUse(THIS_OR_UNKNOWN.to_owned()),
        true => error,
        false => LibraryError::InUse(session::describe(&users)),
    }
}

/// Lists the blobs that a database names.
pub(crate) fn all_references(database: &Path) -> Outcome<Vec<(BlobKind, String)>> {
    let mut db = schema::open_reader(database)?;
    in_transaction(&mut db, TransactionBehavior::Deferred, entries::all_references)
}

/// Cancels the jobs of a database that was restored and that no library has yet: the library that it
/// is a copy of may have run them since. Likewise it may have numbered changes since.
pub(crate) fn cancel_jobs_of_copy(database: &Path) -> Outcome<()> {
    let why = "the library was restored from a backup, and the job may have run since";
    let mut db = schema::connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    in_transaction(&mut db, TransactionBehavior::Immediate, |db| {
        if db.table_exists(None, "change_numbering")? {
            changes::number_anew(db)?;
        }
        // A backup of an old program has no jobs.
        match db.table_exists(None, "jobs")? {
            true => jobs::cancel_open(db, ErrorCode::Stopped, why),
            false => Ok(()),
        }
    })
}

pub(super) fn in_transaction<T>(
    db: &mut Connection,
    behavior: TransactionBehavior,
    action: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let transaction = db.transaction_with_behavior(behavior)?;
    let value = action(&transaction)?;
    transaction.commit()?;
    Ok(value)
}
