//! Libraries that the user deletes.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use ext_library_sqlite::Libraries;
use ext_services::{
    deadline,
    library::{Bin, Entries, LibraryDirectory},
};
use ext_wire::{
    EntryPath, ErrorCode, VettedEntry,
    ops::vdfs::{ListEntriesInput, NewEntry},
};
use serde_json::Map;
use tempfile::TempDir;
use uuid::Uuid;

use crate::common::World;

#[test]
fn a_library_in_use_is_not_deleted() {
    let data = tempfile::tempdir().unwrap();
    let (mine, others) =
        (Libraries::new(data.path()).unwrap(), Libraries::new(data.path()).unwrap());
    let id = mine.create("Home").unwrap().id;
    let held = others.open(id).unwrap();
    assert_eq!(mine.delete(id).unwrap_err().code(), ErrorCode::Busy, "another program has it");
    assert_eq!(others.delete(id).unwrap_err().code(), ErrorCode::Busy, "this one has it");
    assert_eq!(mine.list().unwrap().libraries.len(), 1);
    drop((held, others));
    mine.delete(id).unwrap();
    assert_eq!(mine.open(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(mine.delete(id).unwrap_err().code(), ErrorCode::NotFound);
    mine.restore(id, None).unwrap();
    assert_eq!(mine.restore(id, None).unwrap_err().code(), ErrorCode::NotFound);
    let library = mine.open(id).unwrap();
    assert!(library.list_entries(ListEntriesInput::default()).unwrap().entries.is_empty());
}

#[test]
fn what_is_no_folder_of_a_library_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let precious = data.path().join("precious");
    fs::create_dir(&precious).unwrap();
    fs::write(precious.join("file"), "x").unwrap();
    let id = ext_services::new_id();
    for name in [id.to_string(), format!(".deleted-{id}.1")] {
        symlink(&precious, data.path().join("libraries").join(name)).unwrap();
    }
    assert_eq!(libraries.delete(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(libraries.restore(id, None).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(libraries.purge(id).unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(fs::read(precious.join("file")).unwrap(), b"x");
}

/// Makes a library that lies in the bin, and stands beside it as a backup had it.
fn deleted_and_restored() -> (TempDir, Libraries, Uuid) {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Home").unwrap().id;
    let to = data.path().join("backup");
    libraries.back_up(id, &to, &mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    libraries.delete(id).unwrap();
    libraries.restore_backup(&to, &mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    (data, libraries, id)
}

#[test]
fn one_that_came_back_from_a_backup_is_deleted_again() {
    let (_data, libraries, id) = deleted_and_restored();
    libraries.delete(id).unwrap();
    assert_eq!(libraries.list_deleted().unwrap().libraries.len(), 2);
    libraries.restore(id, None).unwrap();
    assert_eq!(
        libraries.restore(id, None).unwrap_err().code(),
        ErrorCode::Conflict,
        "its name is taken"
    );
    libraries.delete(id).unwrap();
    libraries.purge(id).unwrap();
    libraries.purge(id).unwrap();
    assert!(libraries.list_deleted().unwrap().libraries.is_empty());
}

#[test]
fn crsh_26_no_folder_is_moved_away_below_one_that_opens_the_library() {
    let data = tempfile::tempdir().unwrap();
    let mine = Libraries::new(data.path()).unwrap();
    let id = mine.create("Home").unwrap().id;
    let folder = data.path().join("libraries").join(id.to_string());
    let done = AtomicBool::new(false);
    let opens = || {
        let (mut opened, mut round) = (0, 0);
        while !done.load(Ordering::Relaxed) {
            round += 1;
            // Each time anew, as another program does.
            let others = Libraries::new(data.path()).unwrap();
            match others.open(id) {
                Ok(library) => {
                    let entry = Path::new(&library.info().unwrap().path).join("library.db");
                    let path = format!("in/{round}.txt").parse().unwrap();
                    assert!(folder.is_dir() && entry.is_file(), "moved away while it is open");
                    library.create_entry(None, note(path)).unwrap();
                    opened += 1;
                }
                Err(error) => assert_eq!(error.code(), ErrorCode::NotFound, "{error}"),
            }
        }
        opened
    };
    thread::scope(|scope| {
        let opener = scope.spawn(opens);
        let mut deleted = 0;
        for _ in 0..40 {
            match mine.delete(id) {
                Ok(()) => {
                    deleted += 1;
                    assert!(!folder.exists(), "half a library is left behind");
                    mine.restore(id, None).unwrap();
                }
                Err(error) => assert_eq!(error.code(), ErrorCode::Busy, "{error}"),
            }
        }
        done.store(true, Ordering::Relaxed);
        assert!(opener.join().unwrap() > 0 && deleted > 0);
    });
    assert_eq!(mine.list().unwrap().libraries.len(), 1);
}

fn note(path: EntryPath) -> VettedEntry {
    let name = path.as_str().rsplit('/').next().unwrap().to_owned();
    let new = NewEntry {
        name,
        path: path.to_string(),
        entry_type: "note".into(),
        media_type: None,
        metadata: Map::new(),
        content: None,
    };
    VettedEntry::vet(new).unwrap()
}

#[test]
fn who_has_a_library_open_is_said() {
    let data = tempfile::tempdir().unwrap();
    let (mine, others) =
        (Libraries::new(data.path()).unwrap(), Libraries::new(data.path()).unwrap());
    let id = mine.create("Home").unwrap().id;
    let _held = others.open(id).unwrap();
    let message = mine.delete(id).unwrap_err().to_string();
    assert_eq!(message, format!("the library is in use by process {}", std::process::id()));
    let message = others.delete(id).unwrap_err().to_string();
    assert_eq!(message, "the library is in use by this program");
}

#[test]
fn who_writes_to_a_library_for_too_long_is_said() {
    let World { data: _data, library } = World::new();
    let folder = PathBuf::from(library.info().unwrap().path);
    let mut writer = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    let writing = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate);
    let _writing = writing.unwrap();
    let soon = || Some(Instant::now() + Duration::from_millis(50));
    let write = || library.empty_bin(None).unwrap_err().to_string();
    let unknown = deadline::within(soon(), write);
    let who = "another part of this program, or a program that is not known";
    assert_eq!(unknown, format!("the library is in use by {who}"));
    // The session of another process, as it looks from here.
    let session = folder.join("sessions/other");
    fs::create_dir(&session).unwrap();
    fs::write(session.join("lock"), "7").unwrap();
    let _held = ext_fs::Lock::acquire(&session.join("lock")).unwrap();
    let known = deadline::within(soon(), write);
    assert_eq!(known, "the library is in use by process 7");
}

#[test]
fn of_several_that_were_deleted_with_one_id_each_can_be_brought_back() {
    let (_data, libraries, id) = deleted_and_restored();
    libraries.rename(id, "Second").unwrap();
    libraries.delete(id).unwrap();

    let deleted = libraries.list_deleted().unwrap().libraries;
    let older = deleted.iter().find(|library| library.name == "Home").unwrap();
    let folder = std::path::Path::new(&older.path).file_name().unwrap().to_str().unwrap();
    libraries.restore(id, Some(folder)).unwrap();
    assert_eq!(libraries.list().unwrap().libraries[0].name, "Home");
    let there = libraries.restore(id, None).unwrap_err();
    assert_eq!(there.code(), ErrorCode::Conflict);
    assert!(there.to_string().contains("with the id"), "{there}");
    libraries.delete(id).unwrap();
    let unknown = libraries.restore(id, Some("elsewhere")).unwrap_err();
    assert_eq!(unknown.code(), ErrorCode::NotFound);
}
