//! The cases of the bin.

use ext_services::library::LibraryError;
use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        Entry, ListBinInput, ListBinOutput, NewEntry, ReadContentInput, WriteSidecarInput,
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, code, create, note};

fn full(world: &World<'_>, path: &str) -> Entry {
    let content = Some(b"content".to_vec().into());
    let metadata = json!({ "tags": ["tea"] }).as_object().cloned().unwrap_or_default();
    let entry = world.add(NewEntry { content, metadata, ..note(path) });
    let data = b"sidecar".to_vec();
    let sidecar = WriteSidecarInput::new(entry.id, "a.txt", data);
    world.sidecars().write_sidecar(None, sidecar).unwrap();
    world.entries().get_entry(entry.id).unwrap().entry
}

fn delete(world: &World<'_>, id: Uuid) {
    assert!(world.entries().delete_entry(None, id).unwrap());
}

fn binned(world: &World<'_>) -> Vec<Entry> {
    page(world, None, 10).entries.into_iter().map(|binned| binned.entry).collect()
}

fn page(world: &World<'_>, after: Option<String>, limit: u32) -> ListBinOutput {
    world.bin().list_bin(&ListBinInput { after, limit, path: None }).unwrap()
}

fn content(world: &World<'_>, entry_id: Uuid) -> Vec<u8> {
    let input = ReadContentInput { entry_id, offset: 0, length: None };
    world.entries().read_content(input).unwrap().data.as_bytes().to_vec()
}

pub(crate) fn what_the_user_deletes_comes_back_whole(world: &World<'_>) {
    let entry = full(world, "in/a");
    delete(world, entry.id);
    assert_eq!(code(world.entries().get_entry(entry.id)), ErrorCode::NotFound);
    assert_eq!(binned(world), std::slice::from_ref(&entry));
    assert!(!world.entries().delete_entry(None, entry.id).unwrap(), "it is there no longer");
    assert_eq!(world.bin().restore_entry(entry.id, None).unwrap(), entry);
    assert!(binned(world).is_empty());
    assert_eq!(content(world, entry.id), b"content");
    assert_eq!(world.sidecars().read_sidecar(entry.id, "a.txt").unwrap(), b"sidecar");
    assert_eq!(code(world.bin().restore_entry(entry.id, None)), ErrorCode::NotFound);
    for limit in [0, 1001] {
        assert_eq!(
            code(world.bin().list_bin(&ListBinInput { limit, ..Default::default() })),
            ErrorCode::BadInput,
            "{limit}"
        );
    }
}

pub(crate) fn a_path_that_is_taken_meanwhile_needs_another_one(world: &World<'_>) {
    let old = full(world, "in/a");
    delete(world, old.id);
    let new = full(world, "in/a");
    assert_eq!(code(world.bin().restore_entry(old.id, None)), ErrorCode::Conflict);
    assert_eq!(binned(world), std::slice::from_ref(&old), "nothing was lost");
    let free = "in/b".parse().unwrap();
    let back = world.bin().restore_entry(old.id, Some(&free)).unwrap();
    assert_eq!((back.id, back.path.as_str()), (old.id, "in/b"));
    assert_eq!(content(world, new.id), content(world, old.id));
}

pub(crate) fn the_bin_is_emptied_for_good(world: &World<'_>) {
    let entries = ["a", "b", "c"].map(|path| full(world, path));
    entries.iter().for_each(|entry| delete(world, entry.id));
    let [a, b, c] = entries;
    assert_eq!(code(world.bin().empty_bin(Some(&[a.id, Uuid::nil()]))), ErrorCode::NotFound);
    assert_eq!(binned(world).len(), 3, "all or nothing");
    assert_eq!(world.bin().empty_bin(Some(&[a.id])).unwrap(), 1);
    assert_eq!(code(world.bin().restore_entry(a.id, None)), ErrorCode::NotFound);
    let back = world.bin().restore_entry(b.id, None).unwrap();
    assert_eq!(content(world, back.id), b"content", "others have the same content");
    assert_eq!(world.bin().empty_bin(None).unwrap(), 1);
    assert_eq!(code(world.bin().restore_entry(c.id, None)), ErrorCode::NotFound);
    assert_eq!(world.bin().empty_bin(None).unwrap(), 0);
    assert_eq!(content(world, b.id), b"content");
}

pub(crate) fn the_bin_is_listed_page_by_page(world: &World<'_>) {
    let paths = ["a", "b", "c", "d", "e"];
    let ids = paths.map(|path| world.note(path).id);
    ids.iter().for_each(|id| delete(world, *id));
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let next = page(world, after, 2);
        assert!((1..=2).contains(&next.entries.len()), "no page is empty");
        seen.extend(next.entries.into_iter().map(|binned| binned.entry.id));
        let Some(cursor) = next.next else { break };
        // The cursor holds although its entry is gone.
        world.bin().restore_entry(*seen.last().unwrap(), None).unwrap();
        after = Some(cursor);
    }
    assert_eq!(seen.len(), ids.len(), "each once: {seen:?}");
    assert!(ids.iter().all(|id| seen.contains(id)));
    for after in ["", "x", "1", "2026-01-01T00:00:00Z", "x 1"] {
        let input = ListBinInput { after: Some(after.into()), ..Default::default() };
        assert_eq!(code(world.bin().list_bin(&input)), ErrorCode::BadInput, "{after:?}");
    }
}

pub(crate) fn the_bin_is_searched_by_path(world: &World<'_>) {
    let first = world.note("in/caf\u{e9}").id;
    delete(world, first);
    let others = ["in", "in/caf", "in/caf\u{e9}/more"].map(|path| world.note(path).id);
    others.iter().for_each(|id| delete(world, *id));
    let at = |path: &str| {
        let input = ListBinInput { path: Some(path.into()), ..Default::default() };
        let found = world.bin().list_bin(&input).unwrap();
        found.entries.into_iter().map(|binned| binned.entry.id).collect::<Vec<_>>()
    };
    assert_eq!(at("in/cafe\u{301}"), [first], "both spellings are one");
    assert_eq!(at("in"), others[..1]);
    assert!(at("in/nothing").is_empty());
    let second = world.note("in/caf\u{e9}").id;
    delete(world, second);
    let mut both = at("in/caf\u{e9}");
    both.sort_unstable();
    assert_eq!(both, [first, second], "all that had the path");
}

pub(crate) fn what_an_extension_deletes_is_gone(world: &World<'_>) {
    let made = create(world.entries(), Some("maker"), note("a")).unwrap().entry;
    assert!(world.entries().delete_entry(Some("maker"), made.id).unwrap());
    assert!(binned(world).is_empty());
    let result: Result<Entry, LibraryError> = world.bin().restore_entry(made.id, None);
    assert_eq!(code(result), ErrorCode::NotFound);
}
