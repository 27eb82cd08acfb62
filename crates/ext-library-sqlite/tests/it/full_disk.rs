//! A disk without room: what is there is read, and nothing passes for damage.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::Duration,
};

use ext_library_sqlite::{ImportOutcome, Libraries};
use ext_services::library::{Entries, LibraryDirectory, Versions};
use ext_wire::{ErrorCode, ops::vdfs::ListEntriesInput};
use rusqlite::Connection;
use rustix::process::{Resource, Rlimit};

use crate::common::World;

/// Variable by which this program is the one without room: the data folder that it reads.
const FULL: &str = "EXT_LIBRARY_TEST_FULL_DISK";
/// More than the time after which a library looks for room.
const A_LOOK: Duration = Duration::from_millis(1100);

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

/// Runs one test of this program again, where no file can grow until it raises its own limit.
fn again_on_full_disk(test: &str, data: &Path) {
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -S -f 0; exec \"$@\"", "sh"]);
    full.arg(env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    let ran = full.env(FULL, data).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("1 passed"));
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
    again_on_full_disk(test, data.path());

    // There is room again.
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.list().unwrap().libraries[0].id).unwrap();
    fs::write(&file, "b").unwrap();
    let imported = library.import_file(&file, "in/a.txt").unwrap();
    assert_eq!(imported.outcome, ImportOutcome::Updated);
    assert_eq!(library.list_versions(imported.entry.id).unwrap().len(), 1);
}

/// Uses a library from a full disk on, until somebody has made room.
fn until_there_is_room(data: &Path) {
    let libraries = Libraries::new(data).unwrap();
    let id = libraries.list().unwrap().libraries[0].id;
    let library = libraries.open(id).unwrap();
    let file = data.join("a.txt");
    for look in [Duration::ZERO, A_LOOK] {
        sleep(look);
        let listed = libraries.list().unwrap();
        assert!(listed.libraries.len() == 1 && listed.unreadable.is_empty(), "{listed:?}");
        assert_eq!(library.info().unwrap().name, "Papers");
        library.import_file(&file, "in/b").unwrap_err();
    }
    rustix::process::setrlimit(Resource::Fsize, Rlimit { current: None, maximum: None }).unwrap();
    sleep(A_LOOK);
    let imported = library.import_file(&file, "in/b").unwrap();
    assert_eq!(imported.outcome, ImportOutcome::Created);
    assert!(library.list_versions(imported.entry.id).unwrap().is_empty());
    // It keeps nobody out, as another program would find.
    let others = Libraries::new(data).unwrap();
    let other = others.open(others.list().unwrap().libraries[0].id).unwrap();
    assert!(other.delete_entry(None, imported.entry.id).is_ok());
    assert_eq!(libraries.list().unwrap().libraries.len(), 1);
    library.get_entry(imported.entry.id).unwrap_err();
}

#[test]
#[cfg(target_os = "linux")]
fn a_library_that_was_opened_on_a_full_disk_is_as_any_other_when_there_is_room() {
    if let Ok(data) = env::var(FULL) {
        return until_there_is_room(data.as_ref());
    }
    for is_old in [false, true] {
        let World { data, library } = World::new();
        fs::write(data.path().join("a.txt"), "a").unwrap();
        let database = PathBuf::from(library.info().unwrap().path).join("library.db");
        drop(library);
        if is_old {
            age(&database);
        }
        let test = "a_library_that_was_opened_on_a_full_disk_is_as_any_other_when_there_is_room";
        again_on_full_disk(&format!("full_disk::{test}"), data.path());
    }
}
