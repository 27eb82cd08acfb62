//! The tables, and how a database file is created and opened.

use std::path::Path;

use ext_fs::Dir;
use ext_services::library::LibraryError;
use ext_wire::ops::libraries::LibraryInfo;
use rusqlite::{
    Connection, OpenFlags, Transaction, TransactionBehavior,
    backup::{Backup, StepResult},
    params,
};
use uuid::Uuid;

use super::{
    bin, changes, contents, doubt, entries, events, jobs, patience, quota, read_only, removals,
    renamed, roots, seen, store, texts,
    values::{corrupt, now},
    versions,
};
use crate::{
    fault::{Fault, Outcome},
    library::DATABASE,
};

/// The mark of a library's database, also for `file(1)`: "SDLB" in ASCII.
const APPLICATION_ID: i64 = 0x5344_4C42;
/// The version of the tables, raised with every change of them that an older program would not know.
/// Version 1 had one row of full text for an entry with all its sidecars, and counted sidecars only.
const SCHEMA_VERSION: i64 = 2;

/// The first tables, in their present form. `seq` is the order of creation and the cursor of pages.
/// `AUTOINCREMENT` never uses a number twice, so the cursor of a page or of a subscriber stays valid
/// when rows are removed.
const TABLES: &str = r#"
CREATE TABLE library (
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    entry_type TEXT NOT NULL,
    media_type TEXT,
    size INTEGER,
    content_hash TEXT,
    created_by TEXT,
    metadata TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((size IS NULL) = (content_hash IS NULL))
) STRICT;
CREATE INDEX entries_by_content ON entries (content_hash) WHERE content_hash IS NOT NULL;
CREATE INDEX entries_by_type ON entries (entry_type);

CREATE TABLE sidecars (
    entry INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    size INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    written_by TEXT,
    updated_at TEXT NOT NULL,
    UNIQUE (entry, name)
) STRICT;
CREATE INDEX sidecars_by_content ON sidecars (content_hash);

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entries (seq) ON DELETE CASCADE,
    caused_by TEXT
) STRICT;
CREATE INDEX events_by_entry ON events (entry);

CREATE TABLE subscribers (
    name TEXT NOT NULL PRIMARY KEY,
    cursor INTEGER NOT NULL
) STRICT;

CREATE TABLE failures (
    subscriber TEXT NOT NULL,
    event INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at TEXT NOT NULL,
    retrying INTEGER NOT NULL,
    PRIMARY KEY (subscriber, event)
) STRICT;
CREATE INDEX failures_by_event ON failures (event);
"#;

/// Queries for each column of the tables behind `texts`: <https://www.sqlite.org/fts5.html>, section 9.
const TABLES_OF_FTS5: [&str; 5] = [
    "SELECT id, c0, c1, c2 FROM texts_content",
    "SELECT id, block FROM texts_data",
    "SELECT segid, term, pgno FROM texts_idx",
    "SELECT id, sz FROM texts_docsize",
    "SELECT k, v FROM texts_config",
];

/// The table that can be computed from the others; so it may be missing, and is not part of the
/// version. A vector is removed when the full text of its entry is rewritten.
const DERIVED: &str = r#"
CREATE TABLE IF NOT EXISTS vectors (
    entry INTEGER PRIMARY KEY REFERENCES entries (seq) ON DELETE CASCADE,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;
"#;

/// Creates the database of a new library; the file must not exist.
pub(crate) fn create(path: &Path, id: Uuid, name: &str) -> Outcome<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut db = connect(path, flags)?;
    let db = db.transaction()?;
    db.execute_batch(TABLES)?;
    extend(&db)?;
    db.execute_batch(texts::TABLES)?;
    db.execute_batch(quota::TABLE)?;
    quota::count_metadata(&db)?;
    db.execute("INSERT INTO library VALUES (?, ?, ?)", params![id.as_bytes(), name, now()])?;
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(db.commit()?)
}

/// The way in which a database could be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// As always: other connections read and write as well.
    Shared,
    /// For one connection, because the disk has no room for what connections share.
    Alone,
    /// Likewise, and it lacks what came since an older program used it, which cannot be added now.
    AloneAndOld,
}

/// Opens an existing database for writing.
pub(super) fn open(path: &Path) -> Outcome<(Connection, Access)> {
    match set_up(connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?) {
        Err(fault) if fault.is_no_space() => alone(path),
        db => Ok((db?, Access::Shared)),
    }
}

fn set_up(mut db: Connection) -> Outcome<Connection> {
    let version = check_header(&db)?;
    patience::until_free(|| Ok(db.pragma_update(None, "journal_mode", "WAL")?))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    if version < SCHEMA_VERSION || !is_extended(&db)? {
        upgrade(&mut db)?;
    }
    derive(&db)?;
    Ok(db)
}

/// Adds what can be computed from the other tables, where it is missing.
fn derive(db: &Connection) -> Outcome<()> {
    db.execute_batch(DERIVED)?;
    db.execute_batch(seen::TABLE)?;
    db.execute_batch(events::INDEX)?;
    Ok(db.execute_batch(renamed::INDEX)?)
}

/// Connects to a database on a full disk. A connection that excludes others needs no file that it
/// shares with them, so that all that is there can be read.
fn alone(path: &Path) -> Outcome<(Connection, Access)> {
    let db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "foreign_keys", true)?;
    match check_header(&db)? {
        SCHEMA_VERSION if is_extended(&db)? => Ok((db, Access::Alone)),
        SCHEMA_VERSION => Ok((db, Access::AloneAndOld)),
        _ => Err(LibraryError::NoSpace.into()), // it cannot be brought to this version now
    }
}

/// Brings a database of an older program to the present form, as a whole or not at all. Another program
/// may be faster.
pub(super) fn upgrade(db: &mut Connection) -> Outcome<()> {
    let db = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    extend(&db)?;
    if check_header(&db)? < SCHEMA_VERSION {
        migrate(&db)?;
    }
    quota::count_metadata(&db)?;
    derive(&db)?;
    texts::forget_bare_names(&db)?;
    Ok(db.commit()?)
}

/// Brings a database of version 1 to version 2.
fn migrate(db: &Transaction<'_>) -> Outcome<()> {
    db.execute_batch(
        "DROP TRIGGER IF EXISTS sidecar_bytes_new; DROP TRIGGER IF EXISTS sidecar_bytes_old; \
         DROP TRIGGER IF EXISTS sidecar_bytes_changed; DROP TABLE IF EXISTS sidecar_bytes",
    )?;
    texts::migrate(db)?;
    db.execute_batch(quota::TABLE)?;
    Ok(db.pragma_update(None, "user_version", SCHEMA_VERSION)?)
}

/// Adds the tables and nullable columns that newer programs have and older ones ignore. So both can use
/// one library, and its version stays.
fn extend(db: &Connection) -> Outcome<()> {
    db.execute_batch(jobs::TABLE)?;
    db.execute_batch(events::TABLES)?;
    db.execute_batch(removals::TABLES)?;
    db.execute_batch(roots::TABLE)?;
    db.execute_batch(versions::TABLE)?;
    db.execute_batch(bin::TABLES)?;
    db.execute_batch(contents::TABLES)?;
    changes::make_tables(db)?;
    db.execute_batch(quota::METADATA_TABLE)?;
    for (table, column, sql_type) in added_columns() {
        if !has_column(db, table, column)? {
            db.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {sql_type}"))?;
        }
    }
    db.execute_batch(entries::INDEX)?;
    changes::number_all(db)
}

fn added_columns() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let added = events::COLUMNS.into_iter().chain(entries::ADDED).chain(contents::COLUMNS);
    let single = [removals::COLUMN, jobs::COLUMN, changes::COLUMN, quota::METADATA_COLUMN];
    added.chain(single).chain([bin::COLUMN, bin::BYTES_COLUMN])
}

/// Returns whether a database has the present form, with all that can be computed.
pub(super) fn is_current(db: &Connection) -> Outcome<bool> {
    Ok(check_header(db)? == SCHEMA_VERSION
        && is_extended(db)?
        && has_column(db, "vectors", "entry")?)
}

/// Tells by the columns whether a database is extended; a new table comes with a new column.
fn is_extended(db: &Connection) -> Outcome<bool> {
    for (table, column, _) in added_columns() {
        if !has_column(db, table, column)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn has_column(db: &Connection, table: &str, column: &str) -> Outcome<bool> {
    let mut query = db.prepare("SELECT count(*) FROM pragma_table_info(?) WHERE name = ?")?;
    let count: i64 = query.query_row([table, column], |row| row.get(0))?;
    Ok(count > 0)
}

/// Opens a database that [`open`] has checked, for reading.
pub(super) fn open_reader(path: &Path) -> Outcome<Connection> {
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.pragma_update(None, "query_only", true)?;
    patience::interrupt(&mut db)?;
    Ok(db)
}

/// Copies a database into a file, page by page, and replaces what is there.
pub(super) fn snapshot(db: &Connection, to: &Path) -> Outcome<()> {
    let mut copy = Connection::open(to)?;
    let backup = Backup::new(db, &mut copy)?;
    match backup.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(LibraryError::Busy.into()),
    }
}

/// Reads id and name of the library in a database file, without opening more of it.
pub(crate) fn read_info(path: &Path) -> Result<LibraryInfo, LibraryError> {
    try_read_info(path).map_err(|fault| store::with_users(doubt::confirm(fault, path), path))
}

fn try_read_info(path: &Path) -> Outcome<LibraryInfo> {
    if read_only::is_read_only(path) {
        let info = read_info_of(read_only::connection(path)?, path)?;
        return Ok(LibraryInfo { read_only: true, ..info });
    }
    match read_info_of(connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?, path) {
        Err(fault) if fault.is_no_space() => read_info_of(alone(path)?.0, path),
        info => info,
    }
}

fn read_info_of(mut db: Connection, path: &Path) -> Outcome<LibraryInfo> {
    check_header(&db)?;
    info(&db.transaction()?, path)
}

/// Connects to a database file, and never follows a link: it is a file of the library's own folder.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Outcome<Connection> {
    ensure_files(path)?;
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut db = Connection::open_with_flags(path, flags)?;
    prepare(&mut db)?;
    Ok(db)
}

/// Sets what every connection has.
pub(super) fn prepare(db: &mut Connection) -> Outcome<()> {
    patience::wait(db)?;
    db.set_prepared_statement_cache_capacity(64);
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    Ok(())
}

/// Checks that the database and what belongs to it are files: SQLite would wait for a pipe.
pub(super) fn ensure_files(path: &Path) -> Outcome<()> {
    let folder = Dir::open(path.parent().unwrap_or(path))?;
    if !folder.has_file(DATABASE)? {
        return Err(LibraryError::Corrupt(format!("{DATABASE} is missing")).into());
    }
    for name in ["library.db-wal", "library.db-shm"] {
        folder.has_file(name)?;
    }
    Ok(())
}

/// Checks that this program reads the database; returns its version.
fn check_header(db: &Connection) -> Outcome<i64> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id")? != APPLICATION_ID {
        return Err(corrupt("the file is not a library database"));
    }
    match pragma("user_version")? {
        version @ 1..=SCHEMA_VERSION => Ok(version),
        found => Err(LibraryError::Schema { found, supported: SCHEMA_VERSION }.into()),
    }
}

/// Reads the row that describes the library; its folder is the one of the file.
pub(super) fn info(db: &Transaction<'_>, path: &Path) -> Outcome<LibraryInfo> {
    let folder = path.parent().unwrap_or(path).display().to_string();
    let row = db.query_row("SELECT id, name, created_at FROM library", [], |row| {
        Ok(LibraryInfo {
            id: Uuid::from_bytes(row.get(0)?),
            name: row.get(1)?,
            path: folder,
            created_at: row.get(2)?,
            read_only: false,
        })
    });
    row.map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => corrupt("the library's own row is missing"),
        other => Fault::from(other),
    })
}

/// Runs SQLite's own check of the file's structure.
pub(super) fn check(db: &Transaction<'_>) -> Outcome<()> {
    run_check(db, "PRAGMA quick_check(1)")
}

/// Runs the check that compares each index with its table as well, which takes longer, and looks for the columns
/// of the index for search. SQLite checks their names nowhere, and calls one that it misses damage.
pub(super) fn check_all(db: &Transaction<'_>) -> Outcome<()> {
    for query in TABLES_OF_FTS5 {
        db.prepare(query)?;
    }
    run_check(db, "PRAGMA integrity_check(1)")
}

fn run_check(db: &Transaction<'_>, check: &str) -> Outcome<()> {
    let verdict: String = db.query_row(check, [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(corrupt(verdict)) }
}
