//! Libraries that can be read and not written.

use std::{env, fs, ops::ControlFlow, path::Path, process::Command};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{
    Entries, Jobs, LibraryDirectory, LibraryError, Search, Sidecars, Visibility,
};
use ext_testing::ReadOnly;
use ext_wire::{
    ErrorCode,
    ops::{
        search::SearchInput,
        vdfs::{ListEntriesInput, ReadContentInput, UpdateMetadataInput, WriteSidecarInput},
    },
};
use serde_json::Map;
use uuid::Uuid;

use crate::common::World;

/// Variable by which this program is one that cannot write: the data folder that it reads.
const DATA: &str = "EXT_LIBRARY_TEST_READ_ONLY";

/// Reads a library in every way, and fails to write it in every way.
fn reads_and_does_not_write(data: &Path) {
    let libraries = Libraries::new(data).unwrap();
    let listed = libraries.list().unwrap();
    assert!(listed.unreadable.is_empty(), "{listed:?}");
    let info = &listed.libraries[0];
    assert!(info.read_only && info.name == "Papers", "{info:?}");

    let library = libraries.open(info.id).unwrap();
    assert!(library.info().unwrap().read_only);
    let entries = library.list_entries(ListEntriesInput::default()).unwrap().entries;
    assert_eq!(entries.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["in/a.txt"]);
    let id = entries[0].id;
    let content =
        library.read_content(ReadContentInput { entry_id: id, offset: 0, length: None }).unwrap();
    assert_eq!(content.data.as_bytes(), b"jasmine");
    assert_eq!(library.read_sidecar(id, "note.txt").unwrap(), b"oolong");
    assert_eq!(library.search(SearchInput::new("a.txt"), Visibility::All).unwrap().hits.len(), 1);
    assert!(library.list_jobs(None, None, 9).unwrap().is_empty());
    assert!(libraries.check(info.id).unwrap().missing.is_empty());
    refuses(&libraries, &library, id);

    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("backup");
    assert!(
        libraries
            .back_up(info.id, &backup, &mut |_, _| ControlFlow::Continue(()))
            .unwrap()
            .missing
            .is_empty()
    );
    let copies = Libraries::new(&elsewhere.path().join("data")).unwrap();
    let copy = copies.restore_backup(&backup, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(!copy.read_only);
    let copy = copies.open(copy.id).unwrap();
    copy.update_metadata(None, UpdateMetadataInput::new(id, Map::new())).unwrap();
}

fn refuses(libraries: &Libraries, library: &SqliteLibrary, entry: Uuid) {
    let note = WriteSidecarInput::new(entry, "b.txt", b"b".to_vec());
    let library_id = library.info().unwrap().id;
    let refused: [Result<(), LibraryError>; 9] = [
        library.ensure_writable(),
        library.update_metadata(None, UpdateMetadataInput::new(entry, Map::new())).map(drop),
        library.write_sidecar(None, note).map(drop),
        library.delete_entry(None, entry).map(drop),
        library.import_file(&env::current_exe().unwrap(), "in/b").map(drop),
        library.forget_extension("demo"),
        libraries.create("Other").map(drop),
        libraries.rename(library_id, "Other").map(drop),
        libraries.delete(library_id),
    ];
    for (number, refused) in refused.into_iter().enumerate() {
        let error = refused.unwrap_err();
        assert_eq!(error.code(), ErrorCode::ReadOnly, "{number}: {error}");
    }
}

/// Runs one test of this program again, where the data folder cannot be written.
fn again(way: ReadOnly, data: &Path, test: &str) {
    let mut command = way.command(data, env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture"]).env(DATA, data);
    let ran = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && out.contains("1 passed"), "{way:?}: {out}{err}");
}

/// Makes a data folder with a library.
fn world() -> World {
    let world = World::new();
    let file = world.data.path().join("a.txt");
    fs::write(&file, "jasmine").unwrap();
    let entry = world.library.import_file(&file, "in/a.txt").unwrap().entry.id;
    let name = "note.txt";
    let note = WriteSidecarInput::new(entry, name, b"oolong".to_vec());
    world.library.write_sidecar(None, note).unwrap();
    world
}

#[test]
fn a_library_that_was_closed_is_read_where_it_cannot_be_written() {
    if let Some(data) = env::var_os(DATA) {
        return reads_and_does_not_write(Path::new(&data));
    }
    let World { data, library } = world();
    drop(library);
    for way in ReadOnly::all() {
        let test = "a_library_that_was_closed_is_read_where_it_cannot_be_written";
        again(way, data.path(), &format!("read_only::{test}"));
    }
}

#[test]
fn a_library_in_use_by_its_owner_is_read_with_the_last_changes() {
    if let Some(data) = env::var_os(DATA) {
        return reads_and_does_not_write(Path::new(&data));
    }
    let World { data, library: _open } = world();
    for way in ReadOnly::all() {
        let test = "a_library_in_use_by_its_owner_is_read_with_the_last_changes";
        again(way, data.path(), &format!("read_only::{test}"));
    }
}

/// Copies a folder with all that is in it, but for the index that programs share.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
    for entry in fs::read_dir(to.join("libraries")).unwrap() {
        let _ = fs::remove_file(entry.unwrap().path().join("library.db-shm"));
    }
}

#[test]
fn a_copy_that_was_made_while_the_library_was_in_use_is_read_with_the_last_changes() {
    if let Some(data) = env::var_os(DATA) {
        return reads_and_does_not_write(Path::new(&data));
    }
    let World { data, library: _open } = world();
    let copies = tempfile::tempdir().unwrap();
    for (number, way) in ReadOnly::all().into_iter().enumerate() {
        let copied = copies.path().join(number.to_string());
        copy(data.path(), &copied);
        assert!(fs::read_dir(copied.join("libraries")).unwrap().any(|library| {
            library.unwrap().path().join("library.db-wal").metadata().is_ok_and(|wal| wal.len() > 0)
        }));
        let test =
            "a_copy_that_was_made_while_the_library_was_in_use_is_read_with_the_last_changes";
        let mut parents = Command::new("chmod");
        parents.arg("755").arg(copies.path()).status().unwrap();
        again(way, &copied, &format!("read_only::{test}"));
    }
}
