//! Importing files of this machine, which is no role of a store.

use std::fs;

use ext_library_sqlite::{ImportOutcome, Libraries};
use ext_services::library::{Entries, Events, LibraryDirectory, Sidecars};
use ext_wire::{
    ErrorCode, VettedEntry,
    event::{ENTRY_CREATED, ENTRY_UPDATED},
    ops::vdfs::{NewEntry, WriteSidecarInput},
};

#[test]
fn new_content_keeps_the_entry_and_makes_an_event() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
    let file = data.path().join("note.txt");
    let import = |text: &str| {
        fs::write(&file, text).unwrap();
        library.import_file(&file, "inbox/note.txt").unwrap()
    };
    let first = import("one");
    let input = WriteSidecarInput {
        entry_id: first.entry.id,
        name: "a.txt".into(),
        data: b"kept".to_vec().into(),
    };
    library.write_sidecar(Some("demo"), input).unwrap();
    assert_eq!(import("one").outcome, ImportOutcome::Unchanged);
    let second = import("two");
    assert_eq!((first.outcome, second.outcome), (ImportOutcome::Created, ImportOutcome::Updated));
    assert_eq!(first.entry.id, second.entry.id);
    assert_ne!(first.entry.content_hash, second.entry.content_hash);
    assert_eq!(library.read_sidecar(first.entry.id, "a.txt").unwrap(), b"kept");
    let mut kinds = Vec::new();
    while let Some(event) = library.next_event("reader", &[ENTRY_CREATED, ENTRY_UPDATED]).unwrap() {
        library.acknowledge("reader", event.id).unwrap();
        kinds.push(event.kind);
    }
    assert_eq!(kinds, [ENTRY_CREATED, ENTRY_UPDATED]);
}

#[test]
fn an_import_leaves_the_entries_of_extensions_alone() {
    let data = tempfile::tempdir().unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
    let file = data.path().join("note.txt");
    fs::write(&file, "one").unwrap();
    let input = NewEntry {
        name: "note".into(),
        path: "note.txt".into(),
        entry_type: "file".into(),
        metadata: serde_json::Map::new(),
        media_type: None,
        content: None,
    };
    library.create_entry(Some("demo"), VettedEntry::vet(input).unwrap()).unwrap();
    let error = library.import_file(&file, "note.txt").unwrap_err();
    assert_eq!(error.code(), ErrorCode::DeniedArg);
}
