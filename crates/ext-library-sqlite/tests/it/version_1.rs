//! Libraries of schema version 1, which had one row of full text for an entry with all its sidecars.

use std::{fs, path::Path, sync::Arc};

use ext_library_sqlite::{Libraries, Limits, SqliteLibrary};
use ext_services::library::{
    Contents, Entries, Events, HandlerError, LibraryDirectory, Search, Sidecars, Vectors,
    Visibility,
};
use ext_wire::{
    ErrorCode, VettedEntry,
    ops::{
        search::SearchInput,
        vdfs::{ListSidecarsInput, MAX_SIDECAR_PAGE, NewEntry, WriteSidecarInput},
    },
};
use uuid::Uuid;

const LIBRARY: Uuid = Uuid::from_u128(1);
const ENTRY: Uuid = Uuid::from_u128(7);

/// Makes a data folder with the old library; returns its folder.
fn old(data: &Path) -> std::path::PathBuf {
    let folder = data.join("libraries").join(LIBRARY.to_string());
    fs::create_dir_all(&folder).unwrap();
    let db = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    db.execute_batch(include_str!("../fixtures/version-1.sql")).unwrap();
    folder
}

fn open(data: &Path) -> Arc<SqliteLibrary> {
    open_with(data, 1000)
}

fn open_with(data: &Path, extension_bytes: u64) -> Arc<SqliteLibrary> {
    let limits = Limits { extension_bytes, ..Default::default() };
    Libraries::new(data).unwrap().with_limits(limits).open(LIBRARY).unwrap()
}

fn found(library: &SqliteLibrary, text: &str) -> usize {
    library.search(SearchInput::new(text), Visibility::All).unwrap().hits.len()
}

fn write(library: &SqliteLibrary, name: &str, data: &[u8]) -> Result<(), ErrorCode> {
    let input = WriteSidecarInput::new(ENTRY, name, data.to_vec());
    library.write_sidecar(Some("demo"), input).map(drop).map_err(|error| error.code())
}

#[test]
fn what_was_found_is_found_and_the_change_is_made_once() {
    let data = tempfile::tempdir().unwrap();
    old(data.path());
    for _ in 0..2 {
        let library = open(data.path());
        assert_eq!(library.info().unwrap().name, "Papers");
        for (text, hits) in [("tea harbour word1 word250", 1), ("word1 jasmine", 0), ("photo", 0)] {
            assert_eq!(found(&library, text), hits, "{text}");
        }
        let (texts, missing) = library.texts_missing_embedding("model", 9).unwrap();
        assert_eq!(missing, 1);
        assert!(texts[0].text.starts_with("Tea\nHarbour\nword1\nword2\n"), "{}", texts[0].text);
    }
}

#[test]
fn an_entry_over_the_present_limits_is_listed_read_and_made_smaller() {
    let data = tempfile::tempdir().unwrap();
    old(data.path());
    let library = open(data.path());
    let details = library.get_entry(ENTRY).unwrap();
    assert_eq!(details.sidecars.len(), MAX_SIDECAR_PAGE);
    let rest = ListSidecarsInput { entry_id: ENTRY, after: details.next_sidecar };
    let rest = library.list_sidecars(&rest).unwrap();
    assert_eq!((rest.sidecars.len(), rest.next), (251 - MAX_SIDECAR_PAGE, None));
    assert_eq!(write(&library, "more.txt", b"x"), Err(ErrorCode::NoSpace));
    write(&library, "001.txt", b"jasmine").unwrap();
    assert_eq!((found(&library, "word1"), found(&library, "word2 jasmine")), (0, 1));
    for number in 2..=152 {
        assert!(library.delete_sidecar(Some("demo"), ENTRY, &format!("{number:03}.txt")).unwrap());
    }
    write(&library, "more.txt", b"x").unwrap();
}

#[test]
fn res_32_content_and_metadata_of_before_count_as_well() {
    let data = tempfile::tempdir().unwrap();
    old(data.path());
    let library = open_with(data.path(), 549);
    let make = |path: &str| {
        let input = NewEntry {
            name: path.into(),
            path: path.into(),
            entry_type: "note".into(),
            metadata: serde_json::Map::new(),
            media_type: None,
            content: Some(vec![b'x'].into()),
        };
        library
            .create_entry(Some("demo"), VettedEntry::vet(input).unwrap())
            .map(drop)
            .map_err(|error| error.code())
    };
    // 250 sidecars of 2 bytes, a content of 30, and metadata of 18.
    make("one").unwrap();
    assert_eq!(make("two"), Err(ErrorCode::NoSpace));
}

#[test]
fn its_events_are_delivered_by_the_indexes_of_now() {
    let data = tempfile::tempdir().unwrap();
    let folder = old(data.path());
    let library = open(data.path());
    let next = || library.next_event("reader", &["entry.created"]).unwrap();
    let event = next().unwrap();
    assert_eq!(event.entry.id, ENTRY);
    let error = HandlerError { code: ErrorCode::DocMalformed, message: "torn", may_pass: false };
    library.fail("reader", event.id, &error).unwrap();
    assert_eq!(library.replay("reader", None).unwrap(), 1);
    assert_eq!(next().unwrap().id, event.id);
    library.acknowledge("reader", event.id).unwrap();
    assert!(next().is_none());
    let db = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    for index in ["failures_retrying", "failures_due", "removal_failures_due", "events_published"] {
        assert!(db.prepare(&format!("DROP INDEX {index}")).is_ok(), "{index}");
    }
}

#[test]
fn many_programs_may_open_it_at_once() {
    let data = tempfile::tempdir().unwrap();
    old(data.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(found(&open(data.path()), "word250"), 1));
        }
    });
}

#[test]
fn a_newer_library_is_refused_by_name_of_its_version() {
    let data = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(old(data.path()).join("library.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    let error = Libraries::new(data.path()).unwrap().open(LIBRARY).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Schema);
    assert!(error.to_string().contains("99"), "{error}");
}

#[test]
fn an_older_library_has_all_contents_to_be_read_and_loses_vectors_of_bare_names() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let id = libraries.create("Papers").unwrap().id;
    let make = |path: &str, metadata: serde_json::Value, content: Option<Vec<u8>>| {
        let input = NewEntry {
            name: path.into(),
            path: path.into(),
            entry_type: "note".into(),
            metadata: metadata.as_object().cloned().unwrap(),
            media_type: None,
            content: content.map(Into::into),
        };
        let library = libraries.open(id).unwrap();
        library.create_entry(None, VettedEntry::vet(input).unwrap()).unwrap();
    };
    make("bare", serde_json::json!({ "count": 1 }), Some(b"x".to_vec()));
    make("known", serde_json::json!({ "vendor": "Tea" }), None);
    drop(libraries);
    let folder = data.path().join("libraries").join(id.to_string());
    let db = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    // As the program before left it.
    db.execute_batch(
        "DROP TABLE contents; DROP TABLE passage_vectors; \
         INSERT INTO vectors SELECT seq, 'model', x'00000000' FROM entries",
    )
    .unwrap();
    for _ in 0..2 {
        let libraries = Libraries::new(data.path()).unwrap();
        let library = libraries.open(id).unwrap();
        assert_eq!(library.unread_contents(1, None, 9).unwrap().1, 1);
        let names: Vec<String> = db
            .prepare("SELECT name FROM vectors v JOIN entries e ON e.seq = v.entry")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(names, ["known"]);
    }
}

#[test]
fn res_32_metadata_that_an_older_program_kept_are_counted_once() {
    let data = tempfile::tempdir().unwrap();
    let limits = Limits { extension_bytes: 100, ..Default::default() };
    let open = || Libraries::new(data.path()).unwrap().with_limits(limits);
    let id = open().create("Papers").unwrap().id;
    let make = |path: &str, bytes: usize| {
        let metadata = serde_json::json!({ "k": "x".repeat(bytes - 6) });
        let input = NewEntry {
            name: path.into(),
            path: path.into(),
            entry_type: "note".into(),
            metadata: metadata.as_object().cloned().unwrap(),
            media_type: None,
            content: None,
        };
        let new = VettedEntry::vet(input).unwrap();
        let made = open().open(id).unwrap().create_entry(Some("demo"), new);
        made.map(drop).map_err(|error| error.code())
    };
    make("one", 60).unwrap();
    let folder = data.path().join("libraries").join(id.to_string());
    let db = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    // As the program before left it.
    db.execute_batch(
        "DROP TRIGGER metadata_of_new; DROP TRIGGER metadata_of_changed; DROP TABLE metadata_bytes; \
         DELETE FROM extension_bytes",
    )
    .unwrap();
    assert_eq!(make("two", 41), Err(ErrorCode::NoSpace));
    make("two", 40).unwrap();
    assert_eq!(make("three", 7), Err(ErrorCode::NoSpace));
}

#[test]
fn it_is_read_where_it_cannot_be_changed_to_the_new_version() {
    const DATA: &str = "EXT_LIBRARY_TEST_OLD_READ_ONLY";
    if let Some(data) = std::env::var_os(DATA) {
        let library = open(Path::new(&data));
        assert_eq!(
            (library.info().unwrap().name.as_str(), found(&library, "harbour")),
            ("Papers", 1)
        );
        assert_eq!(write(&library, "new.txt", b"new"), Err(ErrorCode::ReadOnly));
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let database = old(data.path()).join("library.db");
    let before = fs::read(&database).unwrap();
    for way in ext_testing::ReadOnly::all() {
        let mut command = way.command(data.path(), std::env::current_exe().unwrap());
        let test = "version_1::it_is_read_where_it_cannot_be_changed_to_the_new_version";
        let ran = command.args([test, "--exact"]).env(DATA, data.path()).output().unwrap();
        assert!(ran.status.success(), "{way:?}: {}", String::from_utf8_lossy(&ran.stdout));
    }
    assert_eq!(fs::read(&database).unwrap(), before);
}
