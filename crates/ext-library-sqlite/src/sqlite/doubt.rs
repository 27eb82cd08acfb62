//! Damage that SQLite tells of and that may be none: a read that the system failed is damage to it as
//! well. So the database is looked at again, before anybody is told that it is damaged.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::File,
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
};

use ext_services::library::LibraryError;
use parking_lot::Mutex;
use rusqlite::TransactionBehavior;

use super::{read_only, schema, store};
use crate::fault::{Fault, Outcome};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// Databases that were looked at, by device and number. They stay open: the system lets go of SQLite's
/// locks on a file as soon as this program closes the file once.
static LOOKED_AT: Mutex<BTreeMap<(u64, u64), File>> = Mutex::new(BTreeMap::new());

/// Converts a fault of a database; damage stays damage only where a second look finds some.
pub(super) fn confirm(fault: Fault, database: &Path) -> LibraryError {
    if !fault.is_doubtful() {
        return fault.into();
    }
    match look(database).map_err(LibraryError::from) {
        Ok(()) => LibraryError::Io(format!("a read failed, and works again: {fault}")),
        Err(failure @ LibraryError::Io(_)) => failure,
        Err(_) => fault.into(),
    }
}

fn look(database: &Path) -> Outcome<()> {
    read_database(database)?;
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    match ext_fs::open(Path::new(&log)).map_err(io::Error::from) {
        Ok(log) => read_all(&log)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut db = match read_only::is_read_only(database) {
        true => read_only::connection(database)?,
        false => schema::open_reader(database)?,
    };
    store::in_transaction(&mut db, TransactionBehavior::Deferred, schema::check_all)
}

fn read_database(database: &Path) -> io::Result<()> {
    let found = std::fs::metadata(database)?;
    let id = (found.dev(), found.ino());
    let mut looked_at = LOOKED_AT.lock();
    let file = match looked_at.entry(id) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(ext_fs::open(database)?),
    };
    read_all(file)
}

fn read_all(file: &File) -> io::Result<()> {
    let (mut chunk, mut offset) = (vec![0; CHUNK], 0);
    loop {
        match file.read_at(&mut chunk, offset) {
            Ok(0) => return Ok(()),
            Ok(read) => offset += read as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
