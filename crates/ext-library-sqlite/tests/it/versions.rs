//! The contents that imported files had before.

use std::fs;

use ext_library_sqlite::{ImportOutcome, Libraries, Limits};
use ext_services::library::{Bin, Entries, LibraryDirectory, Versions};
use ext_wire::{
    ErrorCode, VettedEntry,
    ops::vdfs::{Entry, NewEntry, ReadContentInput},
};

use crate::common::World;

impl World {
    fn import(&self, name: &str, text: &str) -> (Entry, ImportOutcome) {
        let file = self.data.path().join(name);
        fs::write(&file, text).unwrap();
        let imported = self.library.import_file(&file, &format!("in/{name}")).unwrap();
        (imported.entry, imported.outcome)
    }

    fn text(&self, entry: &Entry) -> String {
        let input = ReadContentInput { entry_id: entry.id, offset: 0, length: None };
        let read = self.library.read_content(input).unwrap();
        String::from_utf8(read.data.as_bytes().to_vec()).unwrap()
    }

    fn numbers(&self, entry: &Entry) -> Vec<u64> {
        self.library
            .list_versions(entry.id)
            .unwrap()
            .iter()
            .map(|version| version.version)
            .collect()
    }

    /// Counts the files that hold contents.
    fn contents(&self) -> usize {
        let folder = self.library.info().unwrap().path;
        let folders = fs::read_dir(format!("{folder}/content")).unwrap();
        folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
    }
}

#[test]
fn a_changed_file_keeps_what_it_was() {
    let world = World::new();
    let (entry, _) = world.import("a.txt", "one");
    assert!(world.numbers(&entry).is_empty());
    assert_eq!(world.import("a.txt", "two").1, ImportOutcome::Updated);
    assert_eq!(world.import("a.txt", "two").1, ImportOutcome::Unchanged);
    world.import("a.txt", "three");
    let versions = world.library.list_versions(entry.id).unwrap();
    assert_eq!(
        versions.iter().map(|it| (it.version, it.size)).collect::<Vec<_>>(),
        [(2, 3), (1, 3)]
    );
    assert_eq!(versions[1].content_hash, blake3::hash(b"one").to_hex().as_str());

    let restored = world.library.restore_version(entry.id, 1).unwrap();
    assert_eq!((restored.id, world.text(&entry).as_str()), (entry.id, "one"));
    assert_eq!(world.numbers(&entry), [3, 2, 1], "what was there last is a version now");
    world.library.restore_version(entry.id, 3).unwrap();
    assert_eq!(world.text(&entry), "three");
    let same = world.library.restore_version(entry.id, 3).unwrap();
    assert_eq!((same.size, world.numbers(&entry).len()), (Some(5), 4), "it has this content");
    let report = world.library.check().unwrap();
    assert_eq!((report.quarantined, report.missing.len()), (0, 0), "versions are in use");
}

#[test]
fn what_the_user_restored_stays_until_the_file_changes() {
    let world = World::new();
    let (entry, _) = world.import("a.txt", "one");
    world.import("a.txt", "two");
    world.library.restore_version(entry.id, 1).unwrap();
    assert_eq!(world.import("a.txt", "two").1, ImportOutcome::Unchanged, "the file is as it was");
    assert_eq!(world.text(&entry), "one");
    assert_eq!(world.import("a.txt", "three").1, ImportOutcome::Updated);
    assert_eq!(world.import("a.txt", "two").1, ImportOutcome::Updated, "it went back by itself");
    assert_eq!(world.text(&entry), "two");
}

#[test]
fn versions_that_are_too_many_go_with_their_files() {
    let world = World::new();
    let (entry, _) = world.import("a.txt", "0");
    let kept = u64::from(Limits::default().keep_versions);
    for number in 1..=kept + 5 {
        world.import("a.txt", &number.to_string());
    }
    assert_eq!(world.numbers(&entry), (6..=kept + 5).rev().collect::<Vec<_>>());
    assert_eq!(world.contents() as u64, kept + 1);
    assert!(world.library.delete_entry(None, entry.id).unwrap());
    assert_eq!(world.contents() as u64, kept + 1, "the bin has them");
    assert_eq!(world.library.empty_bin(None).unwrap(), 1);
    assert_eq!(world.contents(), 0);
}

#[test]
fn the_number_of_versions_is_a_limit_of_the_folder() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("a.txt");
    let import = |keep_versions, texts: &[&str]| {
        let limits = Limits { keep_versions, ..Default::default() };
        let libraries = Libraries::new(data.path()).unwrap().with_limits(limits);
        let id = match libraries.list().unwrap().libraries.first() {
            Some(library) => library.id,
            None => libraries.create("Home").unwrap().id,
        };
        let library = libraries.open(id).unwrap();
        let mut entry = None;
        for text in texts {
            fs::write(&file, text).unwrap();
            entry = Some(library.import_file(&file, "in/a.txt").unwrap().entry.id);
        }
        library.list_versions(entry.unwrap()).unwrap().len()
    };
    assert_eq!(import(3, &["1", "2", "3", "4", "5", "6"]), 3);
    assert_eq!(import(1, &["7"]), 1, "a lower limit takes away with the next version");
    assert_eq!(import(0, &["8"]), 1, "the newest stays until another one comes");
}

#[test]
fn a_content_stays_as_long_as_somebody_has_it() {
    let world = World::new();
    let (a, _) = world.import("a.txt", "shared");
    let (b, _) = world.import("b.txt", "shared");
    world.import("a.txt", "new");
    assert!(world.library.delete_entry(None, b.id).unwrap());
    world.library.restore_version(a.id, 1).unwrap();
    assert_eq!(world.text(&a), "shared");
}

#[test]
fn what_cannot_be_restored_is_told() {
    let world = World::new();
    let (entry, _) = world.import("a.txt", "one");
    let refused = |id, number| world.library.restore_version(id, number).unwrap_err();
    let error = refused(entry.id, 7);
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (ErrorCode::NotFound, "there is no version 7")
    );
    assert_eq!(refused(entry.id, u64::MAX).code(), ErrorCode::NotFound);
    assert_eq!(refused(uuid::Uuid::nil(), 1).code(), ErrorCode::NotFound);
    let input = NewEntry {
        name: "note".into(),
        path: "note".into(),
        entry_type: "note".into(),
        metadata: serde_json::Map::new(),
        media_type: None,
        content: None,
    };
    let note = world.library.create_entry(Some("demo"), VettedEntry::vet(input).unwrap()).unwrap();
    assert_eq!(refused(note.entry.id, 1).code(), ErrorCode::DeniedArg);
}
