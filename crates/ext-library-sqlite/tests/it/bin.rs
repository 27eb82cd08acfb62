//! Entries that the user deletes or moves, and the files that they were imported from.

use std::fs;

use ext_library_sqlite::{ImportOutcome, Libraries, Limits};
use ext_services::library::{Bin, Entries, LibraryDirectory, Versions};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{BinnedEntry, Entry, ListBinInput, ListEntriesInput, ReadContentInput},
};
use proptest::prelude::*;

use crate::common::World;

impl World {
    fn bring(&self, name: &str, text: &str) -> (Entry, ImportOutcome) {
        let file = self.data.path().join(name);
        fs::write(&file, text).unwrap();
        let imported = self.library.import_file(&file, &format!("in/{name}")).unwrap();
        (imported.entry, imported.outcome)
    }

    fn paths(&self) -> Vec<String> {
        let all = self.library.list_entries(ListEntriesInput::default()).unwrap().entries;
        all.into_iter().map(|entry| entry.path).collect()
    }

    fn last_binned(&self) -> Option<BinnedEntry> {
        let input = ListBinInput { limit: 1, ..Default::default() };
        self.library.list_bin(&input).unwrap().entries.pop()
    }

    fn read(&self, entry: &Entry) -> String {
        let input = ReadContentInput { entry_id: entry.id, offset: 0, length: None };
        let read = self.library.read_content(input).unwrap();
        String::from_utf8(read.data.as_bytes().to_vec()).unwrap()
    }
}

#[test]
fn what_is_kept_for_longer_than_there_are_times_is_kept() {
    let world = World::new();
    let libraries = Libraries::new(world.data.path()).unwrap();
    let ever = Limits { bin_days: u32::MAX, keep_days: u32::MAX, ..Limits::default() };
    libraries.set_limits(ever);
    let library = libraries.open(world.library.info().unwrap().id).unwrap();
    let entries = ["a.txt", "b.txt"].map(|name| world.bring(name, name).0);
    for entry in &entries {
        library.delete_entry(None, entry.id).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let input = ListBinInput { limit: 10, ..Default::default() };
    assert_eq!(library.list_bin(&input).unwrap().entries.len(), 2);
}

#[test]
fn a_deleted_file_stays_away_until_it_changes() {
    let world = World::new();
    let (entry, _) = world.bring("a.txt", "one");
    world.bring("a.txt", "two");
    assert!(world.library.delete_entry(None, entry.id).unwrap());
    let (binned, outcome) = world.bring("a.txt", "two");
    assert_eq!((binned.id, outcome), (entry.id, ImportOutcome::InBin));
    assert!(world.paths().is_empty());
    let back = world.library.restore_entry(entry.id, None).unwrap();
    assert_eq!(world.read(&back), "two");
    assert_eq!(world.library.list_versions(entry.id).unwrap().len(), 1, "with its history");
    assert_eq!(world.bring("a.txt", "two").1, ImportOutcome::Unchanged);
    world.library.delete_entry(None, entry.id).unwrap();
    let (new, outcome) = world.bring("a.txt", "three");
    assert_eq!(outcome, ImportOutcome::Created, "another file is another entry");
    assert_ne!(new.id, entry.id);
    let taken = world.library.restore_entry(entry.id, None).unwrap_err();
    assert_eq!(taken.code(), ErrorCode::Conflict);
}

#[test]
fn another_file_at_the_path_of_a_deleted_one_is_imported() {
    let world = World::new();
    let (entry, _) = world.bring("a.txt", "same");
    world.library.delete_entry(None, entry.id).unwrap();
    let other = world.data.path().join("other.txt");
    fs::write(&other, "same").unwrap();
    let imported = world.library.import_file(&other, "in/a.txt").unwrap();
    assert_eq!(imported.outcome, ImportOutcome::Created);
}

#[test]
fn a_moved_file_is_found_where_it_is() {
    let world = World::new();
    let (entry, _) = world.bring("a.txt", "one");
    let to = |path: &str| path.parse().unwrap();
    let moved = world.library.move_entry(entry.id, &to("done/b.txt")).unwrap();
    assert_eq!((moved.name.as_str(), moved.path.as_str()), ("b.txt", "done/b.txt"));
    assert_eq!(world.bring("a.txt", "one").1, ImportOutcome::Unchanged);
    let (changed, outcome) = world.bring("a.txt", "two");
    assert_eq!((changed.id, outcome), (entry.id, ImportOutcome::Updated));
    assert_eq!(world.paths(), ["done/b.txt"]);
    // From the bin it comes back to where it was, and further.
    world.library.delete_entry(None, entry.id).unwrap();
    assert_eq!(world.bring("a.txt", "two").1, ImportOutcome::InBin);
    let back = world.library.restore_entry(entry.id, Some(&to("c.txt"))).unwrap();
    assert_eq!(back.path, "c.txt");
    assert_eq!(world.bring("a.txt", "two").1, ImportOutcome::Unchanged);
    // Back at its first path it is as if it had never been away.
    world.library.move_entry(entry.id, &to("in/a.txt")).unwrap();
    assert_eq!(world.bring("a.txt", "two").1, ImportOutcome::Unchanged);
    assert_eq!(world.paths(), ["in/a.txt"]);
}

#[test]
fn a_name_that_an_entry_was_moved_to_is_no_other_file() {
    let world = World::new();
    let to = |path: &str| path.parse().unwrap();
    let (x, _) = world.bring("x.txt", "x");
    world.library.move_entry(x.id, &to("in/y.txt")).unwrap();
    let file = world.data.path().join("y.txt");
    fs::write(&file, "another").unwrap();
    for x_is_there in [true, false] {
        if !x_is_there {
            fs::remove_file(world.data.path().join("x.txt")).unwrap();
        }
        let refused = world.library.import_file(&file, "in/y.txt").unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Conflict);
        assert_eq!(world.read(&x), "x", "{x_is_there}");
    }
}

#[test]
fn entries_that_took_each_others_places_stay_with_their_files() {
    let world = World::new();
    let to = |path: &str| path.parse().unwrap();
    let (a, b) = (world.bring("a.txt", "a").0, world.bring("b.txt", "b").0);
    world.library.move_entry(a.id, &to("in/c.txt")).unwrap();
    world.library.move_entry(b.id, &to("in/a.txt")).unwrap();
    for (name, id) in [("a", a.id), ("b", b.id)] {
        let (entry, outcome) = world.bring(&format!("{name}.txt"), name);
        assert_eq!((entry.id, outcome), (id, ImportOutcome::Unchanged), "{name}");
        let (entry, outcome) = world.bring(&format!("{name}.txt"), &format!("{name} changed"));
        assert_eq!((entry.id, outcome), (id, ImportOutcome::Updated), "{name}");
    }
    assert_eq!(world.read(&a), "a changed");
    assert_eq!(world.read(&b), "b changed");
}

#[test]
fn files_that_were_moved_on_the_disk_are_known_again() {
    let world = World::new();
    let (moved, deleted) = (world.bring("a.txt", "a").0, world.bring("b.txt", "b").0);
    world.library.move_entry(moved.id, &"else/a.txt".parse().unwrap()).unwrap();
    world.library.delete_entry(None, deleted.id).unwrap();
    let elsewhere = world.data.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for name in ["a.txt", "b.txt"] {
        fs::rename(world.data.path().join(name), elsewhere.join(name)).unwrap();
    }
    let import = |name: &str| {
        world.library.import_file(&elsewhere.join(name), &format!("in/{name}")).unwrap()
    };
    let again = import("a.txt");
    assert_eq!((again.entry.id, again.outcome), (moved.id, ImportOutcome::Unchanged));
    assert_eq!(import("b.txt").outcome, ImportOutcome::InBin);
    fs::write(elsewhere.join("a.txt"), "changed").unwrap();
    assert_eq!(import("a.txt").outcome, ImportOutcome::Updated, "it is its own file now");
}

#[test]
fn what_is_in_the_bin_for_too_long_goes_with_its_files() {
    let data = tempfile::tempdir().unwrap();
    let limits = Limits { bin_days: 0, ..Default::default() };
    let libraries = Libraries::new(data.path()).unwrap().with_limits(limits);
    let library = libraries.open(libraries.create("Home").unwrap().id).unwrap();
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let file = data.path().join(name);
        fs::write(&file, name).unwrap();
        ids.push(library.import_file(&file, name).unwrap().entry.id);
    }
    for id in &ids {
        library.delete_entry(None, *id).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let left: Vec<_> = library
        .list_bin(&ListBinInput::default())
        .unwrap()
        .entries
        .iter()
        .map(|it| it.entry.id)
        .collect();
    assert_eq!(left, ids[1..], "the first went when the second came in");
    assert!(library.check().unwrap().missing.is_empty());
}

#[derive(Debug, Clone)]
enum Step {
    Bring(usize, u8),
    Delete(usize),
    Restore,
    Move(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3_usize, 0..3_u8).prop_map(|(file, text)| Step::Bring(file, text)),
        (0..3_usize).prop_map(Step::Delete),
        Just(Step::Restore),
        (0..3_usize, 0..4_usize).prop_map(|(entry, path)| Step::Move(entry, path)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done: no path names two entries, a file that is imported again makes nothing new, and
    /// no content is lost that somebody brought.
    #[test]
    fn nothing_is_lost_or_doubled(steps in prop::collection::vec(step(), 1..20)) {
        let world = World::new();
        let mut brought = std::collections::BTreeSet::new();
        for step in steps {
            let entries = world.library.list_entries(ListEntriesInput::default()).unwrap().entries;
            match step {
                Step::Bring(file, text) => {
                    let (name, text) = (format!("{file}.txt"), format!("text {file} {text}"));
                    let path = world.data.path().join(&name);
                    fs::write(&path, &text).unwrap();
                    let home = format!("in/{name}");
                    // Another entry may have been moved there: then nothing happens.
                    let Ok(imported) = world.library.import_file(&path, &home) else { continue };
                    brought.insert(text.clone());
                    let again = world.library.import_file(&path, &home).unwrap();
                    prop_assert!(matches!(again.outcome, ImportOutcome::Unchanged | ImportOutcome::InBin));
                    prop_assert_eq!(again.entry.id, imported.entry.id);
                }
                Step::Delete(at) => {
                    if let Some(entry) = entries.get(at) {
                        world.library.delete_entry(None, entry.id).unwrap();
                    }
                }
                Step::Restore => {
                    if let Some(binned) = world.last_binned() {
                        let _ = world.library.restore_entry(binned.entry.id, None);
                    }
                }
                Step::Move(at, to) => {
                    if let Some(entry) = entries.get(at) {
                        let path = format!("in/{to}.txt").parse().unwrap();
                        let _ = world.library.move_entry(entry.id, &path);
                    }
                }
            }
            let paths = world.paths();
            let unique: std::collections::BTreeSet<_> = paths.iter().collect();
            prop_assert_eq!(unique.len(), paths.len());
        }
        // Everything is in an entry, in a version of one, or in the bin.
        let mut kept = std::collections::BTreeSet::new();
        while let Some(binned) = world.last_binned() {
            let path = format!("back/{}", binned.entry.id).parse().unwrap();
            world.library.restore_entry(binned.entry.id, Some(&path)).unwrap();
        }
        for entry in world.library.list_entries(ListEntriesInput::default()).unwrap().entries {
            kept.extend(entry.content_hash);
            let versions = world.library.list_versions(entry.id).unwrap();
            kept.extend(versions.into_iter().map(|version| version.content_hash));
        }
        for text in brought {
            let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
            prop_assert!(kept.contains(&hash), "{text}");
        }
        prop_assert!(world.library.check().unwrap().missing.is_empty());
    }
}
