//! Entries whose files are gone from the disk.

use std::{fs, path::PathBuf};

use ext_library_sqlite::ImportOutcome;
use ext_services::library::{Bin, Entries};
use ext_wire::ops::vdfs::{Entry, ListBinInput, ListEntriesInput};
use uuid::Uuid;

use crate::common::World;

impl World {
    fn file(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    fn put(&self, name: &str, text: &str) -> (Entry, ImportOutcome) {
        fs::write(self.file(name), text).unwrap();
        let imported = self.library.import_file(&self.file(name), &format!("in/{name}")).unwrap();
        (imported.entry, imported.outcome)
    }

    fn lose(&self, entry: &Entry) -> (Uuid, PathBuf) {
        fs::remove_file(self.file(&entry.name)).unwrap();
        (entry.id, self.file(&entry.name))
    }

    fn counts(&self) -> (usize, usize) {
        let listed = self.library.list_entries(ListEntriesInput::default()).unwrap().entries;
        let input = ListBinInput { limit: 100, ..Default::default() };
        (listed.len(), self.library.list_bin(&input).unwrap().entries.len())
    }
}

#[test]
fn an_entry_goes_with_its_file_and_comes_back_with_it() {
    let world = World::new();
    let (same, _) = world.put("same.txt", "one");
    let (changed, _) = world.put("changed.txt", "two");
    let gone = [world.lose(&same), world.lose(&changed)];
    assert_eq!(world.library.bin_gone_files(&gone).unwrap(), 2);
    assert_eq!(world.library.bin_gone_files(&gone).unwrap(), 0, "once");
    assert_eq!(world.counts(), (0, 2));
    let (back, outcome) = world.put("same.txt", "one");
    assert_eq!((back.id, outcome), (same.id, ImportOutcome::Updated));
    let (back, outcome) = world.put("changed.txt", "three");
    assert_eq!((back.id, outcome), (changed.id, ImportOutcome::Updated));
    assert_eq!(back.size, Some(5), "with the content that the file has now");
    assert_eq!(world.counts(), (2, 0));
    assert_eq!(world.put("same.txt", "one").1, ImportOutcome::Unchanged);
}

#[test]
fn an_entry_stays_whose_file_is_there_or_is_another_one() {
    let world = World::new();
    let (entry, _) = world.put("a.txt", "one");
    let there = [(entry.id, world.file("a.txt")), (entry.id, world.file("b.txt"))];
    assert_eq!(world.library.bin_gone_files(&there).unwrap(), 0);
    assert_eq!(world.library.bin_gone_files(&[(Uuid::nil(), world.file("b.txt"))]).unwrap(), 0);
    assert_eq!(world.counts(), (1, 0));
}

#[test]
fn what_the_user_takes_out_of_the_bin_or_keeps_does_not_go_again() {
    let world = World::new();
    let (restored, _) = world.put("restored.txt", "one");
    let (kept, _) = world.put("kept.txt", "two");
    let gone = [world.lose(&restored), world.lose(&kept)];
    world.library.bin_gone_files(&gone[..1]).unwrap();
    world.library.restore_entry(restored.id, None).unwrap();
    world.library.forget_gone_files(&gone[1..]).unwrap();
    assert_eq!(world.library.bin_gone_files(&gone).unwrap(), 0);
    assert_eq!(world.library.entries_of_files(world.data.path()).unwrap(), []);
    // A file that comes again at the place is theirs.
    assert_eq!(world.put("kept.txt", "two").1, ImportOutcome::Unchanged);
    assert_eq!(world.put("restored.txt", "other").0.id, restored.id);
    assert_eq!(world.counts(), (2, 0));
}

#[test]
fn what_the_user_deleted_stays_deleted_when_its_file_comes_again() {
    let world = World::new();
    let (entry, _) = world.put("a.txt", "one");
    world.library.delete_entry(None, entry.id).unwrap();
    assert_eq!(world.library.bin_gone_files(&[world.lose(&entry)]).unwrap(), 0);
    assert_eq!(world.put("a.txt", "one").1, ImportOutcome::InBin);
}

#[test]
fn a_place_that_is_taken_by_now_is_not_given_back() {
    let world = World::new();
    let (entry, _) = world.put("a.txt", "one");
    world.library.bin_gone_files(&[world.lose(&entry)]).unwrap();
    let (other, _) = world.put("b.txt", "two");
    world.library.move_entry(other.id, &"in/a.txt".parse().unwrap()).unwrap();
    fs::write(world.file("a.txt"), "one").unwrap();
    let refused = world.library.import_file(&world.file("a.txt"), "in/a.txt").unwrap_err();
    assert!(refused.to_string().contains("another entry was moved"), "{refused}");
    assert_eq!(world.counts(), (1, 1));
}

#[test]
fn a_file_in_whose_place_is_something_else_is_gone() {
    let world = World::new();
    for (name, put) in [
        ("folder", (|at| fs::create_dir(at)) as fn(&PathBuf) -> std::io::Result<()>),
        ("link", |at| std::os::unix::fs::symlink("/etc/hostname", at)),
    ] {
        let (entry, _) = world.put(name, name);
        let gone = [world.lose(&entry)];
        put(&gone[0].1).unwrap();
        assert_eq!(world.library.bin_gone_files(&gone).unwrap(), 1, "{name}");
    }
    let (entry, _) = world.put("file", "one");
    assert_eq!(world.library.bin_gone_files(&[(entry.id, world.file("file"))]).unwrap(), 0);
}
