//! Files that got another name or folder between two imports.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ext_library_sqlite::{ImportOutcome, ImportedFile, SqliteLibrary};
use ext_services::library::{Entries, Events, Versions};
use ext_wire::event::{ENTRY_CREATED, ENTRY_MOVED};

use crate::common::World;

/// A library, and a folder `in` on the disk that is imported into it.
struct Disk {
    world: World,
    folder: PathBuf,
}

impl Disk {
    fn new(files: &[(&str, &str)]) -> Self {
        let world = World::new();
        let folder = world.data.path().join("disk/in");
        fs::create_dir_all(&folder).unwrap();
        world.library.set_import_root(&folder, "in").unwrap();
        let disk = Self { world, folder };
        for (name, text) in files {
            disk.write(name, text);
            disk.import(name);
        }
        disk
    }

    fn library(&self) -> &SqliteLibrary {
        &self.world.library
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.file(name).parent().unwrap()).unwrap();
        fs::write(self.file(name), text).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.file(to).parent().unwrap()).unwrap();
        fs::rename(self.file(from), self.file(to)).unwrap();
    }

    fn import(&self, name: &str) -> ImportedFile {
        self.library().import_file(&self.file(name), &format!("in/{name}")).unwrap()
    }

    fn events(&self) -> usize {
        let mut count = 0;
        while let Some(event) =
            self.library().next_event("reader", &[ENTRY_CREATED, ENTRY_MOVED]).unwrap()
        {
            self.library().acknowledge("reader", event.id).unwrap();
            count += 1;
        }
        count
    }
}

#[test]
fn an_entry_follows_its_file_to_another_name_and_folder() {
    let disk = Disk::new(&[("a.txt", "one"), ("b.txt", "two")]);
    let id = disk.import("a.txt").entry.id;
    for (from, to) in [("a.txt", "c.txt"), ("c.txt", "sub/c.txt"), ("sub/c.txt", "d.txt")] {
        disk.rename(from, to);
        let moved = disk.import(to);
        assert_eq!((moved.entry.id, moved.outcome), (id, ImportOutcome::Followed));
        assert_eq!(
            (moved.before, &*moved.entry.path),
            (vec![format!("in/{from}")], &*format!("in/{to}"))
        );
        assert_eq!(moved.entry.name, Path::new(to).file_name().unwrap().to_str().unwrap());
        assert_eq!(disk.import(to).outcome, ImportOutcome::Unchanged);
    }
    assert_eq!(disk.events(), 2 + 3, "two are new, one moved three times");
    disk.write("d.txt", "three");
    assert_eq!(disk.import("d.txt").outcome, ImportOutcome::Updated, "it is the file's own");
}

#[test]
fn an_entry_follows_its_file_into_a_folder_of_its_old_name_and_out_of_it() {
    let disk = Disk::new(&[("x", "one")]);
    let id = disk.import("x").entry.id;
    for (from, to) in [("x", "x/x"), ("x/x", "x")] {
        fs::rename(disk.file(from), disk.file("between")).unwrap();
        let _ = fs::remove_dir(disk.file("x"));
        disk.rename("between", to);
        let moved = disk.import(to);
        assert_eq!((moved.entry.id, moved.outcome), (id, ImportOutcome::Followed), "{to}");
        assert_eq!(moved.entry.path, format!("in/{to}"));
    }
}

#[test]
fn another_file_may_have_the_path_of_one_in_whose_place_a_folder_stands() {
    let disk = Disk::new(&[("x", "one")]);
    let id = disk.import("x").entry.id;
    fs::remove_file(disk.file("x")).unwrap();
    disk.write("x/else", "two");
    let new = disk.library().import_file(&disk.file("x/else"), "in/x").unwrap();
    assert_eq!((new.entry.id, new.outcome), (id, ImportOutcome::Updated));
}

#[test]
fn the_entries_below_a_folder_are_not_those_of_files_whose_names_begin_alike() {
    let files = ["a/x", "a/y/z", "a!", "a.txt", "a0", "ab/x", "b"].map(|name| (name, name));
    let disk = Disk::new(&files);
    let below = |name: &str| {
        let found = disk.library().entries_of_files(&disk.file(name)).unwrap().into_iter();
        let below = |(_, file): (_, PathBuf)| file.strip_prefix(&disk.folder).unwrap().to_owned();
        let mut names: Vec<_> = found.map(below).collect();
        names.sort();
        names
    };
    assert_eq!(below("a"), [Path::new("a/x"), Path::new("a/y/z")]);
    assert_eq!(below("a/y"), [Path::new("a/y/z")]);
    assert_eq!(below("a0"), [Path::new("a0")]);
    assert!(below("c").is_empty());
}

#[test]
fn an_entry_whose_older_version_was_brought_back_follows_its_file() {
    let disk = Disk::new(&[("a.txt", "one"), ("b.txt", "two")]);
    disk.write("a.txt", "three");
    let entry = disk.import("a.txt").entry;
    let restored = disk.library().restore_version(entry.id, 1).unwrap();
    disk.rename("a.txt", "c.txt");
    let moved = disk.import("c.txt");
    assert_eq!((moved.entry.id, moved.outcome), (entry.id, ImportOutcome::Followed));
    assert_eq!(
        (&*moved.entry.path, &moved.entry.content_hash),
        ("in/c.txt", &restored.content_hash)
    );
    assert_eq!(
        disk.import("c.txt").outcome,
        ImportOutcome::Unchanged,
        "it stays as the user wants"
    );
    disk.write("c.txt", "four");
    assert_eq!(disk.import("c.txt").outcome, ImportOutcome::Updated, "until the file changes");
}

#[test]
fn a_file_with_an_older_content_under_another_name_is_that_entry() {
    let disk = Disk::new(&[("a.txt", "one"), ("b.txt", "two")]);
    let old = disk.import("a.txt").entry;
    disk.write("a.txt", "three");
    let new = disk.import("a.txt").entry;
    fs::remove_file(disk.file("a.txt")).unwrap();
    disk.write("old.txt", "one");
    let back = disk.import("old.txt");
    assert_eq!((back.entry.id, back.outcome), (old.id, ImportOutcome::Followed));
    assert_eq!((&*back.entry.path, &back.entry.content_hash), ("in/old.txt", &old.content_hash));
    let versions = disk.library().list_versions(old.id).unwrap();
    assert!(versions.iter().any(|it| Some(&it.content_hash) == new.content_hash.as_ref()));
    // Whose own file is there keeps it, whatever another one holds.
    disk.write("b.txt", "four");
    disk.import("b.txt");
    disk.write("copy.txt", "two");
    assert_eq!(disk.import("copy.txt").outcome, ImportOutcome::Created);
}

#[test]
fn what_cannot_be_told_is_a_new_entry_that_names_the_others() {
    let disk = Disk::new(&[("a.txt", "one"), ("b.txt", "one")]);
    disk.rename("a.txt", "c.txt");
    fs::remove_file(disk.file("b.txt")).unwrap();
    let new = disk.import("c.txt");
    assert_eq!(new.outcome, ImportOutcome::Created);
    assert_eq!(new.before, ["in/a.txt", "in/b.txt"]);
    assert_eq!(disk.events(), 3);
}

#[test]
fn a_copy_is_a_new_entry_and_other_content_is_another_file() {
    let disk = Disk::new(&[("a.txt", "one"), ("empty.txt", "")]);
    disk.write("copy.txt", "one");
    disk.write("same-size.txt", "two");
    disk.rename("empty.txt", "void.txt");
    for name in ["copy.txt", "same-size.txt", "void.txt"] {
        let new = disk.import(name);
        assert_eq!((new.outcome, new.before.len()), (ImportOutcome::Created, 0), "{name}");
    }
}

#[test]
fn a_file_on_a_disk_that_is_not_there_now_is_not_gone() {
    let disk = Disk::new(&[("a.txt", "one")]);
    let disks = disk.folder.parent().unwrap();
    let other = disk.world.data.path().join("other.txt");
    fs::write(&other, "one").unwrap();
    fs::rename(disks, disk.world.data.path().join("unplugged")).unwrap();
    let copy = disk.library().import_file(&other, "other.txt").unwrap();
    assert_eq!(copy.outcome, ImportOutcome::Created);
}

#[test]
fn an_entry_that_the_user_moved_stays_where_it_is() {
    let disk = Disk::new(&[("a.txt", "one")]);
    let id = disk.import("a.txt").entry.id;
    disk.library().move_entry(id, &"papers/a.txt".parse().unwrap()).unwrap();
    disk.rename("a.txt", "b.txt");
    let moved = disk.import("b.txt");
    assert_eq!((&*moved.entry.path, moved.outcome), ("papers/a.txt", ImportOutcome::Followed));
    assert_eq!(disk.import("b.txt").outcome, ImportOutcome::Unchanged);
}

#[test]
fn an_entry_in_the_bin_follows_no_file() {
    let disk = Disk::new(&[("a.txt", "one")]);
    let id = disk.import("a.txt").entry.id;
    disk.library().delete_entry(None, id).unwrap();
    disk.rename("a.txt", "b.txt");
    let new = disk.import("b.txt");
    assert_eq!((new.outcome, new.before.len()), (ImportOutcome::Created, 0));
    assert_ne!(new.entry.id, id);
}

#[test]
fn a_file_that_is_renamed_over_another_one_is_that_one_with_new_content() {
    for follows in [true, false] {
        let disk = Disk::new(&[("x.txt", "new"), ("y.txt", "old")]);
        let [x, y] = ["x.txt", "y.txt"].map(|name| disk.import(name).entry.id);
        disk.rename("x.txt", "y.txt");
        if follows {
            assert!(!disk.library().follow_file(x, &disk.file("y.txt"), "in/y.txt").unwrap());
        }
        let imported = disk.import("y.txt");
        assert_eq!((imported.entry.id, imported.outcome), (y, ImportOutcome::Updated));
        assert_eq!(imported.entry.size, Some(3));
        assert_eq!(disk.library().bin_gone_files(&[(x, disk.file("x.txt"))]).unwrap(), 1);
        assert_eq!(disk.import("y.txt").outcome, ImportOutcome::Unchanged);
    }
}

#[test]
fn files_whose_names_are_exchanged_keep_their_entries() {
    let disk = Disk::new(&[("a.txt", "one"), ("b.txt", "two")]);
    let [a, b] = ["a.txt", "b.txt"].map(|name| disk.import(name).entry.id);
    for (entry, from, to) in [(a, "a.txt", "t.txt"), (b, "b.txt", "a.txt"), (a, "t.txt", "b.txt")] {
        disk.rename(from, to);
        assert!(disk.library().follow_file(entry, &disk.file(to), &format!("in/{to}")).unwrap());
    }
    assert_eq!(disk.import("b.txt").entry.id, a);
    assert_eq!(disk.import("a.txt").entry.id, b);
}
