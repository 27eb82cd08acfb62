//! Databases that are damaged, of another time, or copied while they are written: told, never a panic.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{
    Entries, Events, Jobs, LibraryDirectory, LibraryError, NewJob, Result, Search, Sidecars,
    Visibility,
};
use ext_wire::{
    ErrorCode, VettedEntry,
    event::ENTRY_CREATED,
    ops::{
        search::SearchInput,
        vdfs::{ListEntriesInput, NewEntry, WriteSidecarInput},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A data folder with one library that has a bit of everything.
struct World {
    data: tempfile::TempDir,
    id: Uuid,
}

impl World {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let id = Libraries::new(data.path()).unwrap().create("Papers").unwrap().id;
        let world = Self { data, id };
        let library = world.open().unwrap();
        library.subscribe("demo", ENTRY_CREATED).unwrap();
        for number in 0..20 {
            note(&library, number).unwrap();
        }
        library.add_job(&job(Duration::ZERO)).unwrap();
        drop(library);
        world
    }

    fn open(&self) -> Result<std::sync::Arc<SqliteLibrary>> {
        Libraries::new(self.data.path()).unwrap().open(self.id)
    }

    fn database(&self) -> PathBuf {
        self.data.path().join("libraries").join(self.id.to_string()).join("library.db")
    }

    /// Uses the library with this database, and the files of the copy `sound` of its folder.
    fn with(
        &self,
        sound: &Path,
        database: &[u8],
        action: impl FnOnce(&SqliteLibrary) -> Result<()>,
    ) -> Option<LibraryError> {
        let folder = self.database().parent().unwrap().to_owned();
        fs::remove_dir_all(&folder).unwrap();
        copy_folder(sound, &folder);
        fs::write(self.database(), database).unwrap();
        self.open().and_then(|library| action(&library)).err()
    }

    /// Copies the folder of the library, which nobody has opened.
    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(self.database().parent().unwrap(), copy.path());
        copy
    }
}

fn note(library: &SqliteLibrary, number: u32) -> Result<Uuid> {
    let name = format!("note {number}");
    let Value::Object(metadata) = json!({ "number": number }) else { unreachable!() };
    let new = NewEntry {
        path: name.clone(),
        name,
        entry_type: "note".into(),
        metadata,
        media_type: None,
        content: Some(format!("content of {number}").into_bytes().into()),
    };
    let entry_id = library.create_entry(None, VettedEntry::vet(new).unwrap())?.entry.id;
    let data = format!("tea and harbour {number}").into_bytes();
    let sidecar = WriteSidecarInput::new(entry_id, "a.txt", data);
    library.write_sidecar(Some("demo"), sidecar)?;
    Ok(entry_id)
}

fn job(delay: Duration) -> NewJob {
    NewJob {
        extension: "demo".into(),
        method: "action:demo.run.input.v1".into(),
        input: json!({}),
        key: None,
        version: "1.0.0".into(),
        delay,
        priority: Default::default(),
    }
}

/// Reads and writes; stops at the first error.
fn use_all(library: &SqliteLibrary) -> Result<()> {
    library.info()?;
    let entries = library.list_entries(ListEntriesInput::default())?.entries;
    for entry in entries.iter().take(5) {
        library.get_entry(entry.id)?;
        library.read_sidecar(entry.id, "a.txt")?;
    }
    library.search(SearchInput::new("harbour"), Visibility::All)?;
    library.list_jobs(None, None, 10)?;
    library.next_event("demo", &[ENTRY_CREATED])?;
    note(library, 1000)?;
    library.claim_job(&[])?;
    Ok(())
}

/// Numbers that look random and are the same in every run.
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        usize::try_from(state >> 33).unwrap()
    })
}

/// Flips two bytes of the database, `times` times; each time the damage is told or does not matter.
fn flip(times: usize) {
    let world = World::new();
    let (copy, sound) = (world.copy(), fs::read(world.database()).unwrap());
    let undamaged = world.with(copy.path(), &sound, use_all);
    assert!(undamaged.is_none(), "{undamaged:?}");
    let mut told = 0;
    for number in numbers(17).take(times) {
        let (at, bit) = (number % sound.len(), number % 8);
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << bit;
        damaged[(at * 7) % sound.len()] ^= 0xff;
        let error = world.with(copy.path(), &damaged, use_all);
        told += usize::from(error.is_some());
        assert!(is_told(error.as_ref()), "byte {at}, bit {bit}: {error:?}");
    }
    assert!(told > 0, "some of it matters");
    let put_back = world.with(copy.path(), &sound, use_all);
    assert!(put_back.is_none(), "{put_back:?}");
}

/// Returns true for what may be said about a damaged database. A byte of an id, or of the name of an
/// entry's file, makes one that is not there.
fn is_told(error: Option<&LibraryError>) -> bool {
    let codes = [ErrorCode::Corrupt, ErrorCode::Schema, ErrorCode::NotFound];
    error.is_none_or(|error| codes.contains(&error.code()))
}

#[test]
fn crsh_10_a_flipped_byte_is_told_or_does_not_matter() {
    flip(100);
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn crsh_10_any_of_ten_thousand_flipped_bytes_is_told_or_does_not_matter() {
    flip(10_000);
}

/// SQLite says of such a column that the database is damaged, and finds nothing when it checks it.
#[test]
fn crsh_10_a_damaged_name_of_a_column_behind_the_search_is_told() {
    let world = World::new();
    let db = rusqlite::Connection::open(world.database()).unwrap();
    db.execute_batch(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace(sql, '(id ', '(ad ') WHERE name = 'texts_content';",
    )
    .unwrap();
    drop(db);
    let error = world.open().and_then(|library| use_all(&library)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Corrupt, "{error:?}");
}

#[test]
fn crsh_10_a_database_that_was_cut_is_told() {
    let world = World::new();
    let (copy, sound) = (world.copy(), fs::read(world.database()).unwrap());
    let check = |library: &SqliteLibrary| library.check().map(drop);
    let pages = (0..sound.len()).step_by(4096);
    for length in pages.zip([0, 1, 100, 4095].into_iter().cycle()).map(|(page, more)| page + more) {
        let (cut, lost) = sound.split_at(length);
        let used = world.with(copy.path(), cut, use_all);
        assert!(is_told(used.as_ref()), "{length} of {} bytes: {used:?}", sound.len());
        // What is not read is not missed, but by the check, unless nothing was there.
        if lost.iter().any(|byte| *byte != 0) {
            let checked = world.with(copy.path(), cut, check);
            let code = checked.map(|error| error.code());
            assert_eq!(code, Some(ErrorCode::Corrupt), "{length} of {} bytes", sound.len());
        }
    }
    let put_back = world.with(copy.path(), &sound, check);
    assert!(put_back.is_none(), "{put_back:?}");
}

/// Sets all times of the database.
fn set_times(database: &Path, time: &str) {
    let db = rusqlite::Connection::open(database).unwrap();
    db.execute_batch(&format!(
        "UPDATE library SET created_at = '{time}';
         UPDATE entries SET created_at = '{time}', updated_at = '{time}';
         UPDATE sidecars SET updated_at = '{time}';
         UPDATE jobs SET run_at = '{time}', created_at = '{time}', updated_at = '{time}';"
    ))
    .unwrap();
}

#[test]
fn crsh_19_nothing_is_lost_of_what_a_wrong_clock_wrote() {
    for time in ["1970-01-01T00:00:00.000Z", "2106-02-07T06:28:16.000Z", "9999-12-30T22:00:00.000Z"]
    {
        let world = World::new();
        set_times(&world.database(), time);
        for _ in 0..2 {
            let library = world.open().unwrap();
            assert_eq!(library.info().unwrap().created_at, time);
            let entries = library.list_entries(ListEntriesInput::default()).unwrap().entries;
            assert_eq!(entries.len(), 20, "{time}");
            assert_eq!(library.read_sidecar(entries[0].id, "a.txt").unwrap().len(), 17);
            assert_eq!(library.list_jobs(None, None, 10).unwrap().len(), 1, "{time}");
            library.recover_jobs().unwrap();
        }
        let library = world.open().unwrap();
        assert!(library.claim_job(&[]).unwrap().is_some(), "{time}");
        // What is written now is found beside it, and gets ids of its own.
        let new = note(&library, 1000).unwrap();
        assert_eq!(library.get_entry(new).unwrap().entry.path, "note 1000");
        library.add_job(&job(Duration::ZERO)).unwrap();
        assert!(library.claim_job(&[]).unwrap().is_some());
    }
}

#[test]
fn crsh_26_a_copy_that_is_taken_while_others_write_is_whole() {
    let world = World::new();
    let library = world.open().unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| (100..200).try_for_each(|n| note(&library, n).map(drop)));
        while !writer.is_finished() {
            let copy = tempfile::tempdir().unwrap();
            copy_library(&world, copy.path());
            let copied = Libraries::new(copy.path()).unwrap().open(world.id).unwrap();
            use_all(&copied).unwrap();
            let check = copied.check().unwrap();
            assert_eq!(check.missing.len(), 0, "each row has its file");
        }
        writer.join().unwrap().unwrap();
    });
}

/// Copies a library as a backup does: the database by SQLite, then the files, which are never changed.
fn copy_library(world: &World, to: &Path) {
    let (from, id) = (world.database(), world.id.to_string());
    let target = to.join("libraries").join(id);
    fs::create_dir_all(&target).unwrap();
    let db = rusqlite::Connection::open(&from).unwrap();
    let copy = target.join("library.db").display().to_string();
    db.execute("VACUUM INTO ?1", [copy]).unwrap();
    for kind in ["content", "sidecars"] {
        copy_folder(&from.with_file_name(kind), &target.join(kind));
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(std::result::Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => fs::copy(entry.path(), target).map(drop).unwrap(),
        }
    }
}

#[test]
fn path_10_an_id_that_is_forged_deleted_or_of_another_library_is_not_found() {
    let world = World::new();
    let library = world.open().unwrap();
    let libraries = Libraries::new(world.data.path()).unwrap();
    let other = libraries.open(libraries.create("Other").unwrap().id).unwrap();
    let deleted = note(&library, 50).unwrap();
    assert!(library.delete_entry(None, deleted).unwrap());
    let foreign = note(&other, 51).unwrap();
    for id in [Uuid::nil(), Uuid::max(), Uuid::from_u128(7), world.id, deleted, foreign] {
        let name = || "a.txt".to_owned();
        let sidecar = WriteSidecarInput::new(id, name(), Vec::new());
        let codes = [
            library.get_entry(id).map(drop),
            library.read_sidecar(id, "a.txt").map(drop),
            library.write_sidecar(Some("demo"), sidecar).map(drop),
        ]
        .map(|result| result.map_err(|error| error.code()));
        assert_eq!(codes, [Err(ErrorCode::NotFound); 3], "{id}");
        assert!(!library.delete_entry(None, id).unwrap_or_default(), "{id}");
    }
    assert_eq!(other.read_sidecar(foreign, "a.txt").unwrap().len(), 18, "its own is there");
}

#[test]
fn crsh_10_what_others_write_between_two_checks_is_not_taken_for_damage() {
    let world = World::new();
    let library = world.open().unwrap();
    for number in 100..103 {
        library.check().unwrap();
        note(&library, number).unwrap();
    }
    library.check().unwrap();
}
