//! Limits of time and of what one writer may cost others.

use std::time::{Duration, Instant};

use ext_services::{
    deadline,
    library::{Bin, Entries, Search, Sidecars, Visibility},
};
use ext_wire::{
    ErrorCode, VettedEntry,
    ops::{
        search::SearchInput,
        vdfs::{Entry, ListEntriesInput, NewEntry, UpdateMetadataInput, WriteSidecarInput},
    },
};
use serde_json::{Map, Value, json};

use crate::common::World;

impl World {
    fn note(&self, path: &str, metadata: Map<String, Value>) -> Entry {
        let input = NewEntry {
            name: path.into(),
            path: path.into(),
            entry_type: "note".into(),
            metadata,
            media_type: None,
            content: None,
        };
        self.library.create_entry(None, VettedEntry::vet(input).unwrap()).unwrap().entry
    }

    fn write(&self, entry: &Entry, name: &str, text: &str) {
        let data = text.as_bytes().to_vec();
        let input = WriteSidecarInput::new(entry.id, name, data);
        self.library.write_sidecar(Some("demo"), input).unwrap();
    }
}

#[test]
fn time_07_a_query_ends_with_the_deadline_of_its_caller() {
    let world = World::new();
    for number in 0..400 {
        let metadata: Map<String, Value> =
            (0..100).map(|key| (format!("key {key}"), json!(number))).collect();
        world.note(&number.to_string(), metadata);
    }
    // Reads all keys of all entries, for each key of the filter.
    let metadata: Map<String, Value> =
        (0..400).map(|key| (format!("key {key}"), json!(-1))).collect();
    let mut input = ListEntriesInput { metadata, ..Default::default() };
    let list = |input: &ListEntriesInput| world.library.list_entries(input.clone());
    let began = Instant::now();
    let over = deadline::within(Some(Instant::now()), || list(&input)).unwrap_err();
    assert_eq!(over.code(), ErrorCode::Deadline);
    assert!(began.elapsed() < Duration::from_secs(1));
    let later = Instant::now() + Duration::from_secs(60);
    assert!(deadline::within(Some(later), || list(&input)).unwrap().entries.is_empty());
    input.metadata.clear();
    assert_eq!(list(&input).unwrap().entries.len(), 100, "the connection is of use afterwards");
}

#[test]
fn a_page_of_entries_with_much_metadata_ends_early_and_leaves_none_out() {
    let world = World::new();
    for number in 0..30 {
        world.note(&number.to_string(), Map::from_iter([("k".into(), "x".repeat(60_000).into())]));
    }
    let mut input = ListEntriesInput { limit: 1000, ..Default::default() };
    let mut counts = Vec::new();
    loop {
        let page = world.library.list_entries(input.clone()).unwrap();
        // An extension would get a larger answer as an error.
        assert!(serde_json::to_vec(&page).unwrap().len() < 1 << 20);
        counts.push(page.entries.len());
        match page.next {
            Some(next) => input.after = Some(next),
            None => break,
        }
    }
    assert_eq!((counts.iter().sum::<usize>(), counts.len()), (30, 4), "{counts:?}");
}

#[test]
fn crsh_11_a_library_that_another_program_writes_to_is_busy_within_five_seconds() {
    let world = World::new();
    let entry = world.note("a", Map::new());
    let path = std::fs::read_dir(world.data.path().join("libraries")).unwrap();
    let folder = path.flatten().find(|entry| entry.path().is_dir()).unwrap().path();
    let mut other = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let patch =
        || world.library.update_metadata(None, UpdateMetadataInput::new(entry.id, Map::new()));
    let began = Instant::now();
    assert_eq!(patch().unwrap_err().code(), ErrorCode::Busy);
    assert!(began.elapsed() < Duration::from_secs(6));
    let began = Instant::now();
    let soon = Some(Instant::now() + Duration::from_millis(100));
    assert_eq!(deadline::within(soon, patch).unwrap_err().code(), ErrorCode::Busy);
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(world.library.get_entry(entry.id).unwrap().entry.path, "a", "it is read meanwhile");
    drop(lock);
    patch().unwrap();
}

#[test]
fn res_32_a_write_costs_what_it_writes_and_not_what_others_wrote() {
    let world = World::new();
    let entry = world.note("a", Map::new());
    let text = "jasmine oolong rooibos ".repeat(90_000);
    let write = |number: usize| {
        let began = Instant::now();
        world.write(&entry, &format!("{number}.txt"), &format!("word{number} {text}"));
        began.elapsed()
    };
    let first = write(0);
    let later: Vec<_> = (1..12).map(write).collect();
    let last = later[10];
    assert!(last < first * 3 + Duration::from_millis(100), "{first:?}, and then {last:?}");
    // What is beyond the room of the writer in the full text is kept, but not found.
    let found = |word: &str| {
        world.library.search(SearchInput::new(word), Visibility::All).unwrap().hits.len()
    };
    assert_eq!((found("word0"), found("word0 word3"), found("word11")), (1, 1, 0));
    assert!(world.library.read_sidecar(entry.id, "11.txt").unwrap().starts_with(b"word11 "));
    let input = WriteSidecarInput::new(entry.id, "other.txt", b"hibiscus".to_vec());
    world.library.write_sidecar(Some("other"), input).unwrap();
    assert_eq!(found("hibiscus"), 1, "another writer has room of its own");
    assert!(world.library.delete_entry(None, entry.id).unwrap());
    assert_eq!((found("word0"), found("hibiscus")), (0, 0));
}

#[test]
fn res_32_what_comes_back_from_the_bin_counts_for_whoever_wrote_it() {
    let world = World::new();
    let make = |caller, path: &str| {
        let input = NewEntry {
            name: path.into(),
            path: path.into(),
            entry_type: "note".into(),
            metadata: Map::new(),
            media_type: None,
            content: None,
        };
        world.library.create_entry(caller, VettedEntry::vet(input).unwrap()).unwrap().entry
    };
    let (mine, of_demo) = (make(None, "mine"), make(Some("demo"), "of demo"));
    for (caller, entry, bytes) in [
        (Some("demo"), &mine, 100),
        (Some("other"), &mine, 300),
        (Some("other"), &of_demo, 500),
        (None, &of_demo, 900),
    ] {
        let value = Map::from_iter([(format!("{caller:?}"), "x".repeat(bytes).into())]);
        let input = UpdateMetadataInput::new(entry.id, value);
        world.library.update_metadata(caller, input).unwrap();
    }
    let path = std::path::PathBuf::from(world.library.info().unwrap().path).join("library.db");
    let counts = || -> Vec<(String, i64)> {
        let db = rusqlite::Connection::open(&path).unwrap();
        let mut query = db.prepare("SELECT * FROM extension_bytes ORDER BY extension").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let before = counts();
    for entry in [&mine, &of_demo] {
        world.library.delete_entry(None, entry.id).unwrap();
    }
    assert!(counts().iter().all(|(_, bytes)| *bytes == 0), "{:?}", counts());
    for entry in [&mine, &of_demo] {
        world.library.restore_entry(entry.id, None).unwrap();
    }
    assert_eq!(counts(), before);
}

#[test]
fn a_greek_word_is_found_with_and_without_its_accent() {
    let world = World::new();
    let entry = world.note("a", Map::new());
    world.write(&entry, "a.txt", "Αρ. Τιμολόγιο 7, σύνολο με ΦΠΑ, ΕΚΠΤΩΣΗ");
    let found = |text: &str| {
        world.library.search(SearchInput::new(text), Visibility::All).unwrap().hits.len()
    };
    for text in ["τιμολόγιο", "τιμολογιο", "ΤΙΜΟΛΟΓΙΟ", "τιμολογ*", "έκπτωση συνολο", "φπα"]
    {
        assert_eq!(found(text), 1, "{text}");
    }
    assert_eq!(found("τιμολογια"), 0);
    let many = ["αεηιουωαεηιουωαεηιουωαεηιουω"; 64].join(" ");
    assert_eq!(found(&many), 0, "a search of many words is one");
}
