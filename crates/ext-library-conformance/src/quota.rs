//! The cases of the quota that an extension has in a library.

use ext_services::library::LibraryError;
use ext_wire::{
    ErrorCode,
    ops::vdfs::{NewEntry, UpdateMetadataInput},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::Map;
use uuid::Uuid;

use crate::{
    role::SIDECAR_QUOTA,
    world::{World, code, create, note},
};

struct Room<'a> {
    world: &'a World<'a>,
    entries: Vec<Uuid>,
}

impl<'a> Room<'a> {
    fn new(world: &'a World<'a>) -> Self {
        Self { world, entries: ["a", "b", "c"].map(|path| world.note(path).id).to_vec() }
    }

    fn write(
        &self,
        caller: Option<&str>,
        entry: usize,
        name: &str,
        bytes: usize,
    ) -> Result<(), LibraryError> {
        self.world.write(caller, self.entries[entry], name, &vec![b'x'; bytes])
    }

    fn bytes_of(&self, caller: &str) -> u64 {
        let of = |entry: &Uuid| self.world.listed(*entry).unwrap_or_default();
        let sidecars = self.entries.iter().flat_map(of);
        sidecars.filter(|s| s.written_by.as_deref() == Some(caller)).map(|s| s.size).sum()
    }
}

pub(crate) fn res_32_an_extension_without_room_is_refused_and_the_others_are_not(
    world: &World<'_>,
) {
    let room = Room::new(world);
    room.write(Some("demo"), 0, "a.txt", 60).unwrap();
    let error = room.write(Some("demo"), 1, "b.txt", 41).unwrap_err();
    assert_eq!(error.code(), ErrorCode::NoSpace);
    assert_eq!(error.to_string(), "demo would have 101 bytes in this library, the limit is 100");
    assert_eq!(room.bytes_of("demo"), 60, "nothing of it stays");
    room.write(Some("demo"), 1, "b.txt", 40).unwrap();
    room.write(Some("other"), 1, "c.txt", 100).unwrap();
    room.write(None, 1, "user.txt", 1000).unwrap();
    // What a sidecar replaces is not counted, and what is removed makes room.
    room.write(Some("demo"), 0, "a.txt", 60).unwrap();
    world.sidecars().delete_sidecar(Some("demo"), room.entries[1], "b.txt").unwrap();
    room.write(Some("demo"), 0, "a.txt", 100).unwrap();
    world.entries().delete_entry(None, room.entries[0]).unwrap();
    room.write(Some("demo"), 2, "d.txt", 100).unwrap();
}

/// Content and sidecars are one sum, whichever comes first.
pub(crate) fn res_32_content_and_sidecars_share_the_room(world: &World<'_>) {
    let room = Room::new(world);
    let make = |path: &str, bytes: usize| {
        let input = NewEntry { content: Some(vec![b'x'; bytes].into()), ..note(path) };
        create(world.entries(), Some("demo"), input)
    };
    let made = make("made", 60).unwrap().entry;
    assert_eq!(code(room.write(Some("demo"), 0, "a.txt", 41)), ErrorCode::NoSpace);
    room.write(Some("demo"), 0, "a.txt", 40).unwrap();
    assert_eq!(code(make("more", 1)), ErrorCode::NoSpace);
    assert!(
        world.paths(&Default::default()).iter().all(|path| path != "more"),
        "nothing of it stays"
    );
    assert!(!make("made", 99).unwrap().created, "what is there takes no more room");
    // The user, and others, have room; and what is removed makes room.
    room.write(Some("other"), 1, "b.txt", 100).unwrap();
    let input = NewEntry { content: Some(vec![b'x'; 999].into()), ..note("mine") };
    world.add(input);
    assert!(world.entries().delete_entry(Some("demo"), made.id).unwrap());
    assert!(make("more", 60).unwrap().created);
    assert_eq!(code(make("most", 1)), ErrorCode::NoSpace);
}

/// Metadata count for the one who wrote them, whoever made the entry.
pub(crate) fn res_32_metadata_share_the_room(world: &World<'_>) {
    let room = Room::new(world);
    // `{"k":"…"}` has 8 bytes more than the value, two of which are those of no metadata.
    let value = |bytes: usize| Map::from_iter([("k".into(), "x".repeat(bytes - 6).into())]);
    let make = |path: &str, bytes: usize| {
        create(world.entries(), Some("demo"), NewEntry { metadata: value(bytes), ..note(path) })
    };
    let patch = |caller, entry_id, metadata| {
        let input = UpdateMetadataInput::new(entry_id, metadata);
        world.entries().update_metadata(caller, input)
    };
    let made = make("made", 60).unwrap().entry.id;
    assert_eq!(code(make("more", 41)), ErrorCode::NoSpace);
    assert_eq!(code(room.write(Some("demo"), 0, "a.txt", 41)), ErrorCode::NoSpace);
    assert_eq!(code(patch(Some("demo"), room.entries[0], value(41))), ErrorCode::NoSpace);
    let entry = world.entries().get_entry(room.entries[0]).unwrap().entry;
    assert!(entry.metadata.is_empty(), "nothing of it stays");
    patch(Some("demo"), room.entries[0], value(40)).unwrap();
    assert_eq!(code(patch(Some("demo"), made, value(61))), ErrorCode::NoSpace);
    // What becomes shorter makes room, and the user and others have room.
    patch(Some("demo"), made, value(20)).unwrap();
    room.write(Some("demo"), 0, "a.txt", 40).unwrap();
    patch(None, room.entries[1], value(1000)).unwrap();
    patch(Some("other"), room.entries[2], value(100)).unwrap();
    assert!(world.entries().delete_entry(Some("demo"), made).unwrap());
    assert!(make("more", 20).unwrap().created);
    assert_eq!(code(make("most", 7)), ErrorCode::NoSpace);
}

#[derive(Debug, Clone)]
enum Step {
    Write { caller: Option<&'static str>, entry: usize, name: &'static str, bytes: usize },
    Delete { entry: usize, name: &'static str },
    DeleteEntry { entry: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let name = || prop::sample::select(vec!["x.txt", "y.txt"]);
    let caller = prop::sample::select(vec![None, Some("demo"), Some("other")]);
    prop_oneof![
        8 => (caller, 0..3_usize, name(), 0..120_usize)
            .prop_map(|(caller, entry, name, bytes)| Step::Write { caller, entry, name, bytes }),
        2 => (0..3_usize, name()).prop_map(|(entry, name)| Step::Delete { entry, name }),
        1 => (0..3_usize).prop_map(|entry| Step::DeleteEntry { entry }),
    ]
}

/// Checks that a write is refused exactly when it would exceed the quota, in random sequences.
pub(crate) fn res_32_the_count_is_that_of_the_rows(world: &World<'_>) {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let steps = prop::collection::vec(step(), 1..20);
    let ran = TestRunner::new(config).run(&steps, |steps| {
        let world = world.fresh();
        let room = Room::new(&world);
        steps.into_iter().try_for_each(|step| take(&room, step))
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}

fn take(room: &Room<'_>, step: Step) -> Result<(), TestCaseError> {
    match step {
        Step::Write { caller, entry, name, bytes } => {
            let id = room.entries[entry];
            let old = room.world.listed(id).unwrap_or_default();
            let old = old.into_iter().find(|s| s.name == name);
            let mine = old.filter(|s| s.written_by.as_deref() == caller);
            let replaced = mine.map_or(0, |s| s.size);
            let would = caller.map_or(0, |c| room.bytes_of(c) - replaced + bytes as u64);
            let refused = room.write(caller, entry, name, bytes);
            let full = matches!(refused, Err(LibraryError::Quota { .. }));
            let other =
                matches!(refused, Err(LibraryError::NotFound { .. } | LibraryError::Denied(_)));
            prop_assert!(other || full == (would > SIDECAR_QUOTA), "{}: {:?}", would, refused);
        }
        Step::Delete { entry, name } => {
            let _ = room.world.sidecars().delete_sidecar(None, room.entries[entry], name);
        }
        Step::DeleteEntry { entry } => {
            let _ = room.world.entries().delete_entry(None, room.entries[entry]);
        }
    }
    Ok(())
}
