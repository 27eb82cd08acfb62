//! The cases of entries and their metadata.

use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        ListEntriesInput, MAX_METADATA_BYTES, MAX_PAGE, NewEntry, ReadContentInput,
        UpdateMetadataInput,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{World, code, create, note, object, paths};

const NOBODY: Uuid = Uuid::from_u128(7);

pub(crate) fn libraries_are_listed_by_name_and_found_by_id(world: &World<'_>) {
    let directory = world.directory();
    let zoo = directory.create("  Zoo ").unwrap();
    let attic = directory.create("Attic").unwrap();
    assert_eq!(code(directory.create("ATTIC ")), ErrorCode::Conflict, "the name is taken");
    let listed: Vec<String> =
        directory.list().unwrap().libraries.into_iter().map(|library| library.name).collect();
    assert_eq!(listed, ["Attic", "Papers", "Zoo"]);
    assert_eq!(directory.library(zoo.id).unwrap().info().unwrap().name, "Zoo");
    assert_ne!(attic.id, zoo.id);
    assert_eq!(code(directory.library(NOBODY).map(drop)), ErrorCode::NotFound);
    for name in ["", "  ", "a\tb"] {
        assert_eq!(code(directory.create(name)), ErrorCode::Path, "{name:?}");
    }
}

pub(crate) fn a_library_is_renamed_and_keeps_its_id(world: &World<'_>) {
    let directory = world.directory();
    let (one, two) = (directory.create("One").unwrap(), directory.create("Two").unwrap());
    let renamed = directory.rename(one.id, "  Attic ").unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (one.id, "Attic"));
    assert_eq!(directory.library(one.id).unwrap().info().unwrap().name, "Attic");
    assert_eq!(code(directory.rename(two.id, "ATTIC")), ErrorCode::Conflict);
    assert_eq!(
        directory.rename(one.id, "ATTIC").unwrap().name,
        "ATTIC",
        "its own in other letters"
    );
    assert_eq!(code(directory.rename(one.id, "")), ErrorCode::Path);
    assert_eq!(code(directory.rename(Uuid::nil(), "X")), ErrorCode::NotFound);
    assert_eq!(code(directory.check(Uuid::nil())), ErrorCode::NotFound);
    assert!(directory.check(two.id).unwrap().missing.is_empty());
    directory.create("One").unwrap();
}

pub(crate) fn a_path_is_made_once(world: &World<'_>) {
    let entries = world.entries();
    let first = create(entries, Some("demo"), note("a/b")).unwrap();
    assert!(first.created);
    let other = NewEntry { name: "other".into(), entry_type: "file".into(), ..note("a/b") };
    let second = create(entries, None, other).unwrap();
    assert!(!second.created);
    assert_eq!(second.entry, first.entry, "it stays as it was");
    assert_eq!(world.paths(&ListEntriesInput::default()), ["a/b"]);
}

pub(crate) fn an_entry_says_what_it_was_made_of(world: &World<'_>) {
    let metadata = object(json!({ "amount": 3.2, "tags": ["a", null], "deep": { "k": "ü" } }));
    let input = NewEntry {
        name: "Tea".into(),
        path: "receipts/tea.txt".into(),
        entry_type: "receipt".into(),
        metadata: metadata.clone(),
        media_type: Some("text/plain".into()),
        content: Some(b"tea".to_vec().into()),
    };
    let made = create(world.entries(), Some("demo"), input).unwrap().entry;
    let details = world.entries().get_entry(made.id).unwrap();
    assert_eq!(details.entry, made);
    assert!(details.sidecars.is_empty());
    assert_eq!((made.name.as_str(), made.path.as_str()), ("Tea", "receipts/tea.txt"));
    assert_eq!((made.entry_type.as_str(), made.size), ("receipt", Some(3)));
    assert_eq!(made.media_type.as_deref(), Some("text/plain"));
    assert_eq!(made.content_hash, Some(blake3::hash(b"tea").to_hex().to_string()));
    assert_eq!(made.created_by.as_deref(), Some("demo"));
    assert_eq!(made.metadata, metadata);
    let plain = world.note("plain");
    assert_eq!((plain.size, plain.content_hash, plain.created_by), (None, None, None));
}

pub(crate) fn illegal_names_and_paths_are_refused(world: &World<'_>) {
    let long = "a".repeat(256);
    for path in ["", "/a", "a//b", "a/", "../a", "a/..", ".", "C:/a", "a\\b", "a\0b", &long] {
        let input = NewEntry { path: path.into(), ..note("a") };
        assert_eq!(code(create(world.entries(), None, input)), ErrorCode::Path, "{path:?}");
    }
    for name in ["", "a/b", "a\nb", &long] {
        let input = NewEntry { name: name.into(), ..note("a") };
        assert_eq!(code(create(world.entries(), None, input)), ErrorCode::Path, "{name:?}");
    }
    assert!(world.paths(&ListEntriesInput::default()).is_empty());
}

pub(crate) fn path_03_new_names_show_all_their_characters(world: &World<'_>) {
    for hidden in ["a\u{200b}b", "\u{feff}a", "a\u{ad}b", "\u{115f}a", "a\u{3164}", "a\u{200d}b"] {
        let by_path = NewEntry { name: "a".into(), ..note(hidden) };
        let by_name = NewEntry { name: hidden.into(), ..note("a") };
        for input in [by_path, by_name] {
            assert_eq!(code(create(world.entries(), None, input)), ErrorCode::Path, "{hidden:?}");
        }
    }
    for shown in ["👩\u{200d}👩\u{200d}👧", "می\u{200c}خواهم", "❤\u{fe0f}"] {
        assert_eq!(world.note(shown).path, shown);
    }
}

pub(crate) fn both_spellings_of_a_path_are_one(world: &World<'_>) {
    let composed = world.note("caf\u{e9}/a");
    let decomposed = world.note("cafe\u{301}/a");
    assert_eq!(composed.id, decomposed.id);
    let input = ListEntriesInput { path_prefix: Some("cafe\u{301}/".into()), ..Default::default() };
    assert_eq!(world.paths(&input), ["caf\u{e9}/a"]);
}

pub(crate) fn types_and_media_types_are_checked(world: &World<'_>) {
    for entry_type in ["", "Reçu", "tax note"] {
        let input = NewEntry { entry_type: entry_type.into(), ..note("a") };
        assert_eq!(code(create(world.entries(), None, input)), ErrorCode::BadInput);
    }
    for (media_type, content) in [
        (Some("text"), Some(vec![1_u8])),
        (Some("a/b\nc"), Some(vec![1])),
        (Some("text/plain"), None),
    ] {
        let input = NewEntry {
            media_type: media_type.map(Into::into),
            content: content.map(Into::into),
            ..note("a")
        };
        assert_eq!(code(create(world.entries(), None, input)), ErrorCode::BadInput);
    }
}

pub(crate) fn pages_follow_the_order_of_making(world: &World<'_>) {
    let made = ["z", "a", "m", "b", "y"];
    let ids = made.map(|path| world.note(path).id);
    for limit in 1..=6 {
        let input = ListEntriesInput { limit, ..Default::default() };
        assert_eq!(world.paths(&input), made, "pages of {limit}");
    }
    // What is removed or made between two pages shifts nothing.
    let first = ListEntriesInput { limit: 2, ..Default::default() };
    let next = world.entries().list_entries(first.clone()).unwrap().next;
    world.entries().delete_entry(None, ids[0]).unwrap();
    world.note("new");
    assert_eq!(world.paths(&ListEntriesInput { after: next, ..first }), ["m", "b", "y", "new"]);
}

pub(crate) fn lists_are_narrowed(world: &World<'_>) {
    for (path, entry_type, metadata) in [
        ("a/1", "note", json!({ "n": 1, "open": true })),
        ("a/2", "file", json!({ "n": 1 })),
        ("a/2/x", "note", json!({ "n": 2, "open": null })),
        ("ab/1", "note", json!({ "tags": ["x"], "n": "1" })),
    ] {
        let metadata = object(metadata);
        world.add(NewEntry { entry_type: entry_type.into(), metadata, ..note(path) });
    }
    let by = |input: ListEntriesInput| world.paths(&ListEntriesInput { limit: 1, ..input });
    let prefix = |prefix: &str| {
        by(ListEntriesInput { path_prefix: Some(prefix.into()), ..Default::default() })
    };
    assert_eq!(prefix("a"), ["a/1", "a/2", "a/2/x"], "whole segments only");
    assert_eq!(prefix("a/2/"), ["a/2", "a/2/x"]);
    assert_eq!(prefix(""), ["a/1", "a/2", "a/2/x", "ab/1"]);
    assert!(prefix("a/%").is_empty(), "no wildcards");
    let notes = ListEntriesInput { entry_type: Some("note".into()), ..Default::default() };
    assert_eq!(by(notes.clone()), ["a/1", "a/2/x", "ab/1"]);
    let metadata = |value| ListEntriesInput { metadata: object(value), ..Default::default() };
    assert_eq!(by(metadata(json!({ "n": 1 }))), ["a/1", "a/2"]);
    assert_eq!(by(metadata(json!({ "n": "1" }))), ["ab/1"]);
    assert_eq!(by(metadata(json!({ "open": null }))), ["a/2/x"]);
    assert_eq!(by(metadata(json!({ "n": 1, "open": true }))), ["a/1"]);
    assert_eq!(by(metadata(json!({ "tags": ["x"] }))), ["ab/1"]);
    let both = ListEntriesInput { path_prefix: Some("a/2".into()), ..notes };
    assert_eq!(by(both), ["a/2/x"]);
}

pub(crate) fn a_page_has_a_size(world: &World<'_>) {
    for limit in [0, MAX_PAGE + 1] {
        let input = ListEntriesInput { limit, ..Default::default() };
        assert_eq!(code(world.entries().list_entries(input)), ErrorCode::BadInput);
    }
    let input = ListEntriesInput { limit: MAX_PAGE, ..Default::default() };
    assert!(world.entries().list_entries(input).unwrap().entries.is_empty());
}

pub(crate) fn metadata_is_patched(world: &World<'_>) {
    let metadata = object(json!({ "a": 1, "b": { "x": 1, "y": [1] }, "c": "d" }));
    let id = world.add(NewEntry { metadata, ..note("a") }).id;
    let patch =
        json!({ "a": null, "b": { "x": null, "z": { "deep": null } }, "c": [null], "e": 2 });
    let merged = world
        .entries()
        .update_metadata(Some("other"), UpdateMetadataInput::new(id, object(patch)))
        .unwrap();
    let expected = object(json!({ "b": { "y": [1], "z": {} }, "c": [null], "e": 2 }));
    assert_eq!(merged, expected);
    assert_eq!(world.entries().get_entry(id).unwrap().entry.metadata, expected);
}

pub(crate) fn metadata_change_only_from_what_was_read(world: &World<'_>) {
    let read = object(json!({ "a": 1, "b": { "x": [1, null] } }));
    let id = world.add(NewEntry { metadata: read.clone(), ..note("a") }).id;
    let change = |patch: Value, only_if: Value| {
        let (metadata, only_if) = (object(patch), object(only_if));
        let input = UpdateMetadataInput { entry_id: id, metadata, only_if };
        world.entries().update_metadata(Some("other"), input)
    };
    for other in [
        json!({ "a": 2 }),
        json!({ "a": null }),
        json!({ "b": { "x": [1] } }),
        json!({ "c": false }),
        json!({ "a": 1, "c": 1 }),
    ] {
        assert_eq!(code(change(json!({ "a": 3 }), other)), ErrorCode::Conflict);
        assert_eq!(world.entries().get_entry(id).unwrap().entry.metadata, read, "as it was");
    }
    let holds = json!({ "a": 1, "b": { "x": [1, null] }, "c": null });
    let changed = change(json!({ "a": null, "c": 2 }), holds).unwrap();
    assert_eq!(changed, object(json!({ "b": { "x": [1, null] }, "c": 2 })));
    assert_eq!(change(json!({}), json!({ "a": null })).unwrap(), changed);
}

pub(crate) fn metadata_has_a_limit(world: &World<'_>) {
    let of = |bytes: usize| object(json!({ "k": "x".repeat(bytes - 8) }));
    let too_much = NewEntry { metadata: of(MAX_METADATA_BYTES + 1), ..note("a") };
    let refused = create(world.entries(), None, too_much);
    assert_eq!(code(refused), ErrorCode::AbiTooLarge);
    let id = world.add(NewEntry { metadata: of(MAX_METADATA_BYTES), ..note("a") }).id;
    let refused = world
        .entries()
        .update_metadata(None, UpdateMetadataInput::new(id, object(json!({ "more": 1 }))));
    assert_eq!(code(refused), ErrorCode::AbiTooLarge);
    let kept = world.entries().get_entry(id).unwrap().entry.metadata;
    assert_eq!(kept, of(MAX_METADATA_BYTES), "nothing of it is kept");
}

pub(crate) fn an_extension_removes_its_own_entries_only(world: &World<'_>) {
    let entries = world.entries();
    let made = |caller| create(entries, caller, note("a")).unwrap().entry.id;
    let of_user = made(None);
    assert_eq!(code(entries.delete_entry(Some("demo"), of_user)), ErrorCode::DeniedArg);
    assert!(entries.delete_entry(None, of_user).unwrap());
    let of_demo = made(Some("demo"));
    assert_ne!(of_demo, of_user, "an id is never used twice");
    assert_eq!(code(entries.delete_entry(Some("other"), of_demo)), ErrorCode::DeniedArg);
    assert!(entries.delete_entry(Some("demo"), of_demo).unwrap());
    assert!(!entries.delete_entry(Some("demo"), of_demo).unwrap());
    let of_demo = made(Some("demo"));
    assert!(entries.delete_entry(None, of_demo).unwrap(), "the user may remove all");
    assert!(world.paths(&ListEntriesInput::default()).is_empty());
}

pub(crate) fn unknown_entries_are_not_found(world: &World<'_>) {
    let entries = world.entries();
    assert_eq!(code(entries.get_entry(NOBODY)), ErrorCode::NotFound);
    let read = ReadContentInput { entry_id: NOBODY, offset: 0, length: None };
    assert_eq!(code(entries.read_content(read)), ErrorCode::NotFound);
    let patched =
        entries.update_metadata(None, UpdateMetadataInput::new(NOBODY, object(json!({ "a": 1 }))));
    assert_eq!(code(patched), ErrorCode::NotFound);
    assert!(!entries.delete_entry(Some("demo"), NOBODY).unwrap());
}

pub(crate) fn entries_are_kept(world: &World<'_>) {
    let content = Some(b"kept".to_vec().into());
    let made = world.add(NewEntry { content, ..note("a") });
    let again = world.again();
    let entries = again.entries().expect("entries");
    assert_eq!(entries.get_entry(made.id).unwrap().entry, made);
    let read = ReadContentInput { entry_id: made.id, offset: 0, length: None };
    assert_eq!(entries.read_content(read).unwrap().data.as_bytes(), b"kept");
    assert_eq!(paths(entries, &ListEntriesInput::default()), ["a"]);
}

pub(crate) fn an_entry_moves_and_no_path_names_two(world: &World<'_>) {
    let (a, b) = (world.note("in/a"), world.note("in/b"));
    let to = |path: &str| path.parse().unwrap();
    let moved = world.entries().move_entry(a.id, &to("out/c")).unwrap();
    assert_eq!((moved.id, moved.path.as_str()), (a.id, "out/c"));
    assert_eq!(world.entries().get_entry(a.id).unwrap().entry, moved);
    assert_eq!(code(world.entries().move_entry(a.id, &to("in/b"))), ErrorCode::Conflict);
    assert_eq!(world.entries().move_entry(b.id, &to("in/b")).unwrap().path, "in/b", "where it is");
    assert_eq!(world.entries().move_entry(b.id, &to("in/a")).unwrap().path, "in/a", "it is free");
    assert_eq!(code(world.entries().move_entry(Uuid::nil(), &to("x"))), ErrorCode::NotFound);
}
