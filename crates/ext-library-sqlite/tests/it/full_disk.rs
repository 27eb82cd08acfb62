//! A disk without room: what is there is read, and nothing passes for damage.

use std::{env, fs, path::PathBuf, process::Command};

use ext_library_sqlite::{ImportOutcome, Libraries};
use ext_services::library::{Entries, LibraryDirectory, Versions};
use ext_wire::{ErrorCode, ops::vdfs::ListEntriesInput};
use rusqlite::Connection;

use crate::common::World;

/// Variable by which this program is the one without room: the data folder that it reads.
const FULL: &str = "EXT_LIBRARY_TEST_FULL_DISK";

/// Takes away what the newest program added to the tables.
fn age(database: &PathBuf) {
    let db = Connection::open(database).unwrap();
    db.execute_batch(
        "DROP TABLE versions; DROP TABLE import_roots; ALTER TABLE entries DROP COLUMN source_hash;
         PRAGMA wal_checkpoint(TRUNCATE)",
    )
    .unwrap();
}

fn without_room(data: &str) {
    let libraries = Libraries::new(data.as_ref()).unwrap();
    let library = libraries.open(libraries.list().unwrap().libraries[0].id).unwrap();
    let entries = library.list_entries(ListEntriesInput::default()).unwrap().entries;
    assert_eq!(entries[0].path, "in/a.txt");
    let file = PathBuf::from(data).join("a.txt");
    for refused in [
        library.list_versions(entries[0].id).unwrap_err(),
        library.import_file(&file, "in/a.txt").unwrap_err(),
        library.import_roots().unwrap_err(),
    ] {
        assert_eq!(refused.code(), ErrorCode::NoSpace, "{refused}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn crsh_06_a_library_of_an_older_program_is_read_on_a_full_disk() {
    if let Ok(data) = env::var(FULL) {
        return without_room(&data);
    }
    let World { data, library } = World::new();
    let file = data.path().join("a.txt");
    fs::write(&file, "a").unwrap();
    library.import_file(&file, "in/a.txt").unwrap();
    let database = PathBuf::from(library.info().unwrap().path).join("library.db");
    drop(library);
    age(&database);

    let test = "full_disk::crsh_06_a_library_of_an_older_program_is_read_on_a_full_disk";
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    full.arg(env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    let ran = full.env(FULL, data.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("1 passed"));

    // There is room again.
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.list().unwrap().libraries[0].id).unwrap();
    fs::write(&file, "b").unwrap();
    let imported = library.import_file(&file, "in/a.txt").unwrap();
    assert_eq!(imported.outcome, ImportOutcome::Updated);
    assert_eq!(library.list_versions(imported.entry.id).unwrap().len(), 1);
}
