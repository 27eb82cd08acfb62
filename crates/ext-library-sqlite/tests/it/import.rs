//! Importing files of this machine, which is no role of a store.

use std::{fs, path::Path};

use ext_library_sqlite::{ImportOutcome, SqliteLibrary};
use ext_services::library::{Entries, Events, HandlerError, LibraryError, Sidecars};
use ext_wire::{
    ErrorCode, VettedEntry,
    event::{ENTRY_CREATED, ENTRY_UPDATED, ImportData},
    ops::vdfs::{NewEntry, UpdateMetadataInput, WriteSidecarInput},
};
use serde_json::json;
use uuid::Uuid;

use crate::common::World;

#[test]
fn new_content_keeps_the_entry_and_makes_an_event() {
    let World { data, library } = World::new();
    let file = data.path().join("note.txt");
    let import = |text: &str| {
        fs::write(&file, text).unwrap();
        library.import_file(&file, "inbox/note.txt").unwrap()
    };
    let first = import("one");
    let input = WriteSidecarInput::new(first.entry.id, "a.txt", b"kept".to_vec());
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
    let World { data, library } = World::new();
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

/// Both spellings of a name, composed first.
const TWINS: [&str; 2] = ["caf\u{e9}.txt", "cafe\u{301}.txt"];

/// Writes a file and imports it to the path that an import of its folder gives it.
fn import(
    library: &SqliteLibrary,
    folder: &Path,
    name: &str,
    text: &str,
) -> Result<ImportOutcome, LibraryError> {
    fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    fs::write(folder.join(name), text).unwrap();
    Ok(library.import_file(&folder.join(name), &format!("in/{name}"))?.outcome)
}

// Some file systems of macOS find one file by both names.
#[test]
#[cfg(not(target_os = "macos"))]
fn path_05_a_file_never_replaces_another_whose_name_differs_in_unicode_form_only() {
    let World { data, library } = World::new();
    let folder = data.path().join("in");
    for [a, b] in [TWINS, ["B\u{fc}ro/a.txt", "Bu\u{308}ro/a.txt"], ["\u{212b}.txt", "\u{c5}.txt"]]
    {
        assert_eq!(import(&library, &folder, a, "one").unwrap(), ImportOutcome::Created);
        for _ in 0..2 {
            let error = import(&library, &folder, b, "two").unwrap_err();
            assert_eq!(error.code(), ErrorCode::Conflict, "{a}");
            let message = error.to_string();
            assert!(message.contains(&folder.join(a).display().to_string()), "{message}");
            assert!(message.contains("rename one of them"), "{message}");
            assert_eq!(import(&library, &folder, a, "one").unwrap(), ImportOutcome::Unchanged);
        }
        assert_eq!(import(&library, &folder, a, "three").unwrap(), ImportOutcome::Updated);
    }
    assert_eq!(
        import(&library, &folder, "\u{fb01}le.txt", "a ligature").unwrap(),
        ImportOutcome::Created
    );
    assert_eq!(import(&library, &folder, "file.txt", "letters").unwrap(), ImportOutcome::Created);
}

// Some file systems of macOS find one file by both names.
#[test]
#[cfg(not(target_os = "macos"))]
fn path_05_a_file_whose_name_was_spelled_anew_keeps_its_entry() {
    let World { data, library } = World::new();
    let folder = data.path().join("in");
    let [a, b] = TWINS;
    import(&library, &folder, a, "one").unwrap();
    fs::rename(folder.join(a), folder.join(b)).unwrap();
    assert_eq!(import(&library, &folder, b, "one").unwrap(), ImportOutcome::Unchanged);
    assert_eq!(import(&library, &folder, b, "two").unwrap(), ImportOutcome::Updated);
    let again = import(&library, &folder, a, "three").unwrap_err();
    assert_eq!(again.code(), ErrorCode::Conflict, "the entry belongs to the file of the new name");
    // A folder that was moved keeps its entries, too.
    fs::create_dir(data.path().join("moved")).unwrap();
    let moved = data.path().join("moved/in");
    fs::rename(&folder, &moved).unwrap();
    assert_eq!(import(&library, &moved, b, "two").unwrap(), ImportOutcome::Unchanged);
    assert_eq!(import(&library, &moved, b, "four").unwrap(), ImportOutcome::Updated);
}

#[test]
fn path_03_a_file_is_not_left_out_for_what_is_invisible_in_its_name() {
    let World { data, library } = World::new();
    let file = data.path().join("zero\u{200b}width.eml");
    fs::write(&file, "mail").unwrap();
    let imported = library.import_file(&file, "in/zero\u{200b}width.eml").unwrap();
    assert_eq!(imported.outcome, ImportOutcome::Created);
    assert_eq!(imported.entry.path, "in/zero\u{200b}width.eml");
}

#[test]
fn the_content_of_a_file_tells_its_media_type() {
    let World { data, library } = World::new();
    let file = data.path().join("photo.pdf");
    fs::write(&file, b"\xff\xd8\xff\xe0\0\x10JFIF\0").unwrap();
    let imported = library.import_file(&file, "in/photo.pdf").unwrap();
    assert_eq!(imported.entry.media_type.as_deref(), Some("image/jpeg"));
}

#[test]
fn a_failure_says_what_a_file_is_and_leaves_its_name_to_the_caller() {
    let World { data, library } = World::new();
    let link = data.path().join("link");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    for (path, what) in [(link.as_path(), "a symbolic link"), (data.path(), "a folder")] {
        let error = library.import_file(path, "in/x").unwrap_err().to_string();
        assert_eq!(error, format!("it is {what}, not a file"));
    }
}

#[test]
fn a_failure_goes_when_new_content_of_its_entry_was_worked_on() {
    let World { data, library } = World::new();
    let folder = data.path().join("in");
    let next = || library.next_event("reader", &[ENTRY_CREATED, ENTRY_UPDATED]).unwrap();
    let why = HandlerError { code: ErrorCode::DocMalformed, message: "torn", may_pass: false };
    for name in ["a.txt", "b.txt"] {
        import(&library, &folder, name, "torn").unwrap();
        library.fail("reader", next().unwrap().id, &why).unwrap();
    }
    assert_eq!(library.failures("reader").unwrap().len(), 2);
    import(&library, &folder, "a.txt", "whole").unwrap();
    library.acknowledge("reader", next().unwrap().id).unwrap();
    let left = library.failures("reader").unwrap();
    assert_eq!(left.iter().map(|it| it.entry_name.as_str()).collect::<Vec<_>>(), ["b.txt"]);
}

#[test]
fn events_name_their_import_and_a_file_that_is_wanted_again_makes_one() {
    let World { data, library } = World::new();
    let file = data.path().join("note.txt");
    let import = |number: u128, text: &str| {
        fs::write(&file, text).unwrap();
        library.import_file_of(Some(Uuid::from_u128(number)), &file, "inbox/note.txt").unwrap()
    };
    let next = || {
        let event = library.next_event("reader", &[ENTRY_CREATED, ENTRY_UPDATED]).unwrap()?;
        library.acknowledge("reader", event.id).unwrap();
        let data: ImportData = serde_json::from_value(event.data.unwrap()).unwrap();
        Some((event.kind, data.import.as_u128()))
    };
    let entry = import(1, "one").entry.id;
    assert_eq!(next(), Some((ENTRY_CREATED.to_owned(), 1)));
    import(2, "two");
    assert_eq!(next(), Some((ENTRY_UPDATED.to_owned(), 2)));
    import(3, "two");
    assert_eq!(next(), None);

    for (wants, expected) in [(true, Some((ENTRY_UPDATED.to_owned(), 4))), (false, None)] {
        let own = json!({ "demo": { "import_again": wants } });
        let input = UpdateMetadataInput::new(entry, own.as_object().cloned().unwrap());
        library.update_metadata(Some("demo"), input).unwrap();
        assert_eq!(import(4, "two").outcome, ImportOutcome::Unchanged);
        assert_eq!(next(), expected, "{wants}");
    }
}

#[test]
fn failures_with_a_code_are_delivered_again_when_that_is_asked_for() {
    let World { data, library } = World::new();
    for (name, code) in [("a", ErrorCode::DocEncrypted), ("b", ErrorCode::DocMalformed)] {
        let file = data.path().join(name);
        fs::write(&file, name).unwrap();
        library.import_file(&file, name).unwrap();
        let event = library.next_event("reader", &[ENTRY_CREATED]).unwrap().unwrap();
        let why = HandlerError { code, message: "no", may_pass: false };
        library.fail("reader", event.id, &why).unwrap();
    }
    assert_eq!(library.next_event("reader", &[ENTRY_CREATED]).unwrap(), None);
    assert_eq!(library.retry_failed_with("other", ErrorCode::DocEncrypted).unwrap(), 0);
    assert_eq!(library.retry_failed_with("reader", ErrorCode::DocEncrypted).unwrap(), 1);
    let again = library.next_event("reader", &[ENTRY_CREATED]).unwrap().unwrap();
    assert_eq!(again.entry.path, "a");
}
