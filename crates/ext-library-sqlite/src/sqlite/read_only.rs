//! Databases that this program may read and not write.
//!
//! In WAL mode the last changes may stand in a file `-wal`, and programs share an index of it in a file
//! `-shm`, which each of them makes when it is missing. That cannot be done here, so what is there
//! decides how the database is read:
//!
//! | `-wal` | `-shm` | way |
//! |---|---|---|
//! | yes | yes | as always: SQLite keeps apart from those that write |
//! | yes | no | alone, with an index in memory: it was copied while in use |
//! | no | | as a file that nobody changes, since whoever writes makes `-wal` first |
//!
//! The last two take no lock, so the files must be the same after a read as before; else somebody has
//! begun to write, and the read is made again on what is there then.

use std::{
    fmt::Write,
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    time::SystemTime,
};

use ext_services::library::LibraryError;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, backup::Backup};

use super::{patience, schema, store};
use crate::fault::Outcome;

/// The way to open files without locks: nobody can be told of them.
const NO_LOCKS: &str = "unix-none";

/// Returns whether a database, or a file that belongs to it, or the folder of these, cannot be written.
pub(super) fn is_read_only(database: &Path) -> bool {
    let folder = database.parent().unwrap_or(database);
    let files = [folder.to_owned(), database.to_owned(), beside(database, "-wal")];
    files.iter().any(|path| ext_fs::is_read_only(path))
}

/// A database that is only read, over one connection.
#[derive(Debug)]
pub(super) struct ReadOnly {
    path: PathBuf,
    view: Mutex<View>,
}

/// A connection, and the files that it relies on; nothing where SQLite's locks keep it apart from others.
#[derive(Debug)]
struct View {
    db: Connection,
    relies_on: Option<Files>,
}

impl ReadOnly {
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        Ok(Self { path: path.to_owned(), view: Mutex::new(View::open(path)?) })
    }

    /// Runs `action` on one consistent state of the database; `Busy` when somebody changed it meanwhile.
    pub(super) fn read<T>(
        &self,
        action: impl FnOnce(&Transaction<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut view = patience::lock(&self.view).ok_or(LibraryError::Deadline)?;
        if !view.is_valid(&self.path)? {
            *view = View::open(&self.path)?;
        }
        let result = store::in_transaction(&mut view.db, TransactionBehavior::Deferred, action);
        match view.is_valid(&self.path)? {
            true => result,
            false => Err(LibraryError::Busy.into()),
        }
    }
}

impl View {
    fn open(path: &Path) -> Outcome<Self> {
        let files = Files::of(path)?;
        let (mut db, mut relies_on) = connect(path)?;
        if !schema::is_current(&db)? {
            // What an older program made is read in the present form, which it can get in a copy only.
            db = upgraded_copy(&db)?;
            relies_on = Some(files);
        }
        patience::interrupt(&mut db)?;
        Ok(Self { db, relies_on })
    }

    fn is_valid(&self, path: &Path) -> Outcome<bool> {
        match &self.relies_on {
            Some(files) => Ok(*files == Files::of(path)?),
            None => Ok(true),
        }
    }
}

/// Connects to a database for reading.
pub(super) fn connection(path: &Path) -> Outcome<Connection> {
    Ok(connect(path)?.0)
}

fn connect(path: &Path) -> Outcome<(Connection, Option<Files>)> {
    schema::ensure_files(path)?;
    let files = Files::of(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let has_wal = files.wal.is_some();
    let is_shared = has_wal && beside(path, "-shm").exists();
    let mut db = match (has_wal, is_shared) {
        (true, true) => Connection::open_with_flags(path, flags)?,
        (true, false) => Connection::open_with_flags_and_vfs(path, flags, NO_LOCKS)?,
        _ => Connection::open_with_flags(unchanging(path), flags | OpenFlags::SQLITE_OPEN_URI)?,
    };
    if !is_shared {
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    schema::prepare(&mut db)?;
    Ok((db, (!is_shared).then_some(files)))
}

/// Copies a database into a file without a name, which goes with the connection, and brings it to the
/// present form.
fn upgraded_copy(db: &Connection) -> Outcome<Connection> {
    let mut copy = Connection::open("")?;
    Backup::new(db, &mut copy)?.step(-1)?;
    schema::prepare(&mut copy)?;
    schema::upgrade(&mut copy)?;
    Ok(copy)
}

/// Returns the address of a database that SQLite takes as a file that nobody changes.
fn unchanging(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri + "?immutable=1"
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The state of a database and of its `-wal`.
#[derive(Debug, PartialEq, Eq)]
struct Files {
    database: Option<File>,
    wal: Option<File>,
}

#[derive(Debug, PartialEq, Eq)]
struct File {
    length: u64,
    changed: SystemTime,
}

impl Files {
    fn of(database: &Path) -> Outcome<Self> {
        Ok(Self { database: File::at(database)?, wal: File::at(&beside(database, "-wal"))? })
    }
}

impl File {
    fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(Self { length: found.len(), changed: found.modified()? })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::SqliteStore;

    #[test]
    fn a_path_is_an_address_whatever_stands_in_it() {
        let uri = unchanging(Path::new("/a b?c#d%41/é/library.db"));
        assert_eq!(uri, "file:/a%20b%3fc%23d%2541/%c3%a9/library.db?immutable=1");
    }

    fn name(db: &Transaction<'_>) -> Outcome<String> {
        Ok(db.query_row("SELECT name FROM library", [], |row| row.get(0))?)
    }

    fn rename(store: &SqliteStore, name: &str) {
        store.write(|db| Ok(db.execute("UPDATE library SET name = ?", [name])?)).unwrap();
    }

    #[test]
    fn what_others_write_later_is_read_and_never_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        fs::write(&path, "").unwrap();
        schema::create(&path, uuid::Uuid::from_u128(1), "One").unwrap();
        drop(SqliteStore::open(&path).unwrap());

        let read_only = ReadOnly::open(&path).unwrap();
        assert_eq!(read_only.read(name).unwrap(), "One");
        let writer = SqliteStore::open(&path).unwrap();
        rename(&writer, "Two");
        assert_eq!(read_only.read(name).unwrap(), "Two");
        rename(&writer, "Three");
        assert_eq!(read_only.read(name).unwrap(), "Three");
        drop((read_only, writer));

        let read_only = ReadOnly::open(&path).unwrap();
        let torn = read_only.read(|db| {
            rename(&SqliteStore::open(&path).unwrap(), "Four");
            name(db)
        });
        assert!(matches!(LibraryError::from(torn.unwrap_err()), LibraryError::Busy));
        assert_eq!(read_only.read(name).unwrap(), "Four");
    }
}
