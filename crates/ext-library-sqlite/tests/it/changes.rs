//! The changes of entries since a cursor.

use std::{collections::BTreeMap, fs, sync::Arc};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{Bin, Entries, EntryChanges, LibraryDirectory, LibraryError, Sidecars};
use ext_wire::{
    VettedEntry,
    ops::vdfs::{
        Entry, ListChangesInput, ListEntriesInput, NewEntry, UpdateMetadataInput, WriteSidecarInput,
    },
};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::{Map, json};
use tempfile::TempDir;
use uuid::Uuid;

struct World {
    data: TempDir,
    library: Arc<SqliteLibrary>,
}

impl World {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let id = libraries.create("Papers").unwrap().id;
        Self { library: libraries.open(id).unwrap(), data }
    }

    fn note(&self, path: &str) -> Uuid {
        let new = NewEntry::new("n", path, "note");
        let made = self.library.create_entry(Some("demo"), VettedEntry::vet(new).unwrap());
        made.unwrap().entry.id
    }

    fn tag(&self, id: Uuid, tag: u32) {
        let patch = Map::from_iter([("tag".to_owned(), json!(tag))]);
        self.library.update_metadata(None, UpdateMetadataInput::new(id, patch)).unwrap();
    }

    fn changes(&self, below: &str, after: Option<&str>) -> EntryChanges {
        self.library.list_changes(input(below, after, 1000)).unwrap()
    }

    /// Returns the paths that changed, the number of entries that are gone, and the cursor.
    fn news(&self, after: &str) -> (Vec<String>, usize, String) {
        let changes = self.changes("in", Some(after));
        assert!(!changes.anew && !changes.more);
        (paths(&changes.entries), changes.removed.len(), changes.next)
    }
}

fn input(below: &str, after: Option<&str>, limit: u32) -> ListChangesInput {
    let path_prefix = (!below.is_empty()).then(|| below.to_owned());
    ListChangesInput { path_prefix, after: after.map(str::to_owned), limit }
}

fn paths(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.path.clone()).collect()
}

#[test]
fn each_kind_of_change_is_listed_once() {
    let world = World::new();
    let (one, two) = (world.note("in/1"), world.note("in/2"));
    world.note("elsewhere/3");
    let all = world.changes("in", None);
    assert!(all.anew && all.removed.is_empty());
    assert_eq!(paths(&all.entries), ["in/1", "in/2"]);
    let (none, gone, next) = world.news(&all.next);
    assert_eq!((none.len(), gone), (0, 0));

    world.tag(one, 1);
    world.tag(one, 2);
    let (changed, _, next) = world.news(&next);
    assert_eq!(changed, ["in/1"], "two changes are one");

    let write = WriteSidecarInput {
        entry_id: two,
        name: "a.txt".into(),
        data: b"text".to_vec().into(),
        only_if: None,
    };
    world.library.write_sidecar(Some("demo"), write).unwrap();
    let (changed, _, next) = world.news(&next);
    assert_eq!(changed, ["in/2"]);

    world.library.move_entry(one, &"in/deep/1".parse().unwrap()).unwrap();
    let (changed, gone, next) = world.news(&next);
    assert_eq!((changed, gone), (vec!["in/deep/1".to_owned()], 0), "a move inside");
    world.library.move_entry(one, &"out/1".parse().unwrap()).unwrap();
    let (changed, gone, next) = world.news(&next);
    assert_eq!((changed.len(), gone), (0, 1), "a move away");
    world.library.move_entry(one, &"in/1".parse().unwrap()).unwrap();
    let (changed, gone, next) = world.news(&next);
    assert_eq!((changed, gone), (vec!["in/1".to_owned()], 0), "and back");

    world.library.delete_entry(None, one).unwrap();
    world.library.delete_entry(Some("demo"), two).unwrap();
    let removed = world.changes("in", Some(&next));
    assert_eq!(removed.removed, [(one, "in/1".to_owned()), (two, "in/2".to_owned())]);
    world.library.restore_entry(one, None).unwrap();
    assert_eq!(world.news(&removed.next).0, ["in/1"]);
}

#[test]
fn files_that_are_imported_are_changes() {
    let world = World::new();
    let file = world.data.path().join("a.txt");
    fs::write(&file, "one").unwrap();
    world.library.import_file(&file, "in/a.txt").unwrap();
    let first = world.changes("in", None);
    assert_eq!(paths(&first.entries), ["in/a.txt"]);
    fs::write(&file, "two, and longer").unwrap();
    world.library.import_file(&file, "in/a.txt").unwrap();
    assert_eq!(world.news(&first.next).0, ["in/a.txt"]);
}

#[test]
fn bad_cursors_and_pages_are_refused() {
    let world = World::new();
    for (after, limit) in [(Some("x"), 10), (Some("0.1"), 10), (None, 0), (None, 1001)] {
        let listed = world.library.list_changes(input("", after, limit));
        assert!(matches!(listed, Err(LibraryError::Invalid(_))), "{after:?} {limit}");
    }
    world.note("a");
    let next = world.changes("", None).next;
    let negative = next.replace('.', ".-");
    assert!(world.library.list_changes(input("", Some(&negative), 10)).is_err());
}

#[test]
fn entries_of_an_older_program_are_numbered_when_it_is_opened() {
    let world = World::new();
    world.note("in/1");
    let id = world.library.info().unwrap().id;
    let database = std::path::PathBuf::from(world.library.info().unwrap().path).join("library.db");
    let World { data, library } = world;
    drop(library);
    let db = Connection::open(&database).unwrap();
    let triggers: Vec<String> = {
        let mut query = db
            .prepare(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'change%'",
            )
            .unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(triggers.len(), 6);
    for trigger in triggers {
        db.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    db.execute_batch("DROP TABLE entry_changes; DROP TABLE change_numbering").unwrap();
    drop(db);
    let libraries = Libraries::new(data.path()).unwrap();
    let world = World { library: libraries.open(id).unwrap(), data };
    let all = world.changes("in", None);
    assert_eq!(paths(&all.entries), ["in/1"]);
    world.note("in/2");
    assert_eq!(world.news(&all.next).0, ["in/2"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whoever follows the changes knows the entries, whatever the size of pages is.
    #[test]
    fn a_follower_has_what_a_list_has(
        steps in proptest::collection::vec((0..6_u8, 0..5_usize), 1..40),
        limit in 1..5_u32,
    ) {
        let world = World::new();
        let mut ids: Vec<Uuid> = Vec::new();
        let mut known: BTreeMap<Uuid, Entry> = BTreeMap::new();
        let mut cursor = None;
        for (number, (step, at)) in steps.into_iter().enumerate() {
            let id = ids.get(at).copied();
            match (step, id) {
                (0, Some(id)) => drop(world.library.delete_entry(None, id).unwrap()),
                (1, Some(id)) => drop(world.library.restore_entry(id, None)),
                (2, Some(id)) => {
                    let to = ["in/x", "out/x", "in/y"][number % 3];
                    drop(world.library.move_entry(id, &to.parse().unwrap()));
                }
                (3, Some(id)) if world.library.get_entry(id).is_ok() => {
                    world.tag(id, u32::try_from(number).unwrap());
                }
                (4, _) => follow(&world, &mut known, &mut cursor, limit),
                _ => ids.push(world.note(&format!("in/{number}"))),
            }
        }
        follow(&world, &mut known, &mut cursor, limit);
        let filter = ListEntriesInput { path_prefix: Some("in".into()), ..Default::default() };
        let listed = world.library.list_entries(filter).unwrap().entries;
        let listed: BTreeMap<Uuid, Entry> =
            listed.into_iter().map(|entry| (entry.id, entry)).collect();
        prop_assert_eq!(known, listed);
    }
}

fn follow(
    world: &World,
    known: &mut BTreeMap<Uuid, Entry>,
    cursor: &mut Option<String>,
    limit: u32,
) {
    loop {
        let changes = world.library.list_changes(input("in", cursor.as_deref(), limit)).unwrap();
        assert_eq!(changes.anew, cursor.is_none());
        known.extend(changes.entries.into_iter().map(|entry| (entry.id, entry)));
        for (id, _) in changes.removed {
            known.remove(&id);
        }
        *cursor = Some(changes.next);
        if !changes.more {
            return;
        }
    }
}
