//! Files that are not read again because they are as they were.

use std::{
    fs::{self, File, FileTimes},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use ext_library_sqlite::{ImportOutcome, ImportedFile, Libraries, SeenFile, SqliteLibrary};
use ext_services::library::{Entries, LibraryDirectory};
use ext_wire::ops::vdfs::Entry;
use rusqlite::Connection;

use crate::common::World;

const PATH: &str = "in/a.txt";

/// The entry of a file after a look at it.
struct Looked {
    entry: Entry,
    outcome: ImportOutcome,
    seen: Option<SeenFile>,
    is_read: bool,
}

fn look(library: &SqliteLibrary, file: &Path, path: &str) -> Looked {
    let known = library.known_files(&[(file, path)]).unwrap();
    assert_eq!(known.len(), 1);
    if let Some(known) = known[0] {
        let entry = library.get_entry(known.entry).unwrap().entry;
        assert_eq!(entry.size, known.size);
        return Looked { entry, outcome: ImportOutcome::Unchanged, seen: None, is_read: false };
    }
    let ImportedFile { entry, outcome, seen, .. } = library.import_file(file, path).unwrap();
    Looked { entry, outcome, seen, is_read: true }
}

/// A library, and a file that it has seen.
struct Seen {
    world: World,
    file: PathBuf,
}

impl Seen {
    fn new() -> Self {
        let world = World::new();
        let file = world.data.path().join("a.txt");
        let seen = Self { world, file };
        seen.write("coffee");
        assert_eq!(seen.look().outcome, ImportOutcome::Created);
        seen.settle();
        seen
    }

    fn write(&self, text: &str) {
        fs::write(&self.file, text).unwrap();
    }

    /// Returns the time of the last write, which can be given back.
    fn written(&self) -> SystemTime {
        fs::metadata(&self.file).unwrap().modified().unwrap()
    }

    fn set_written(&self, time: SystemTime) {
        let file = File::options().write(true).open(&self.file).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }

    /// Reads the file, unless it is known; returns its entry.
    fn look(&self) -> Looked {
        let looked = look(&self.world.library, &self.file, PATH);
        self.world.library.remember_seen(looked.seen.as_slice()).unwrap();
        looked
    }

    /// Looks until the file is known as it is: not before its last change is some time ago.
    fn settle(&self) {
        let end = Instant::now() + Duration::from_secs(10);
        while !self.is_known() {
            assert!(Instant::now() < end, "it is read again and again");
            std::thread::sleep(Duration::from_millis(20));
            self.look();
        }
    }

    /// Returns whether a look does not read the file.
    fn is_known(&self) -> bool {
        let looked = look(&self.world.library, &self.file, PATH);
        // Whoever reads it can say how it was, unless it has just changed.
        let read = self.world.library.import_file(&self.file, PATH).unwrap();
        !looked.is_read && read.seen.is_some()
    }

    fn db(&self) -> Connection {
        let folder = PathBuf::from(self.world.library.info().unwrap().path);
        Connection::open(folder.join("library.db")).unwrap()
    }
}

#[test]
fn a_file_that_is_as_it_was_is_not_read_again() {
    let seen = Seen::new();
    let entry = seen.look().entry;
    assert_eq!((entry.path.as_str(), entry.size), (PATH, Some(6)));
    seen.write("cocoa!");
    assert_eq!(seen.look().outcome, ImportOutcome::Updated);
    seen.settle();
}

#[test]
fn a_change_of_the_same_size_whose_time_was_set_back_is_found() {
    let seen = Seen::new();
    let written = seen.written();
    seen.write("cocoa!");
    seen.set_written(written);
    assert_eq!(seen.written(), written);
    let looked = seen.look();
    assert_eq!((looked.outcome, looked.entry.size), (ImportOutcome::Updated, Some(6)));
}

#[test]
fn a_file_that_is_replaced_by_another_one_is_found() {
    let seen = Seen::new();
    let (written, other) = (seen.written(), seen.file.with_file_name("other"));
    fs::write(&other, "cocoa!").unwrap();
    let restored = File::options().write(true).open(&other).unwrap();
    restored.set_times(FileTimes::new().set_modified(written)).unwrap();
    fs::rename(&other, &seen.file).unwrap();
    assert_eq!(seen.look().outcome, ImportOutcome::Updated);
}

#[test]
fn a_file_that_has_just_changed_is_read_again() {
    let seen = Seen::new();
    for text in ["cocoa!", "coffee", "cocoa!", "coffee"] {
        seen.write(text);
        assert_eq!(seen.look().outcome, ImportOutcome::Updated, "{text}");
    }
    // A time in the future, as of a camera whose clock is wrong, is never some time ago.
    seen.set_written(SystemTime::now() + Duration::from_secs(3600));
    assert_eq!(seen.look().seen, None);
}

#[test]
fn what_was_seen_before_the_clock_was_put_back_is_read_again() {
    let seen = Seen::new();
    let hour = 3_600_000;
    let changed = seen.db().execute("UPDATE seen_files SET seen_at = seen_at + ?", [hour]).unwrap();
    assert_eq!(changed, 1);
    let looked = seen.look();
    assert!(looked.seen.is_some(), "it was read");
    assert!(seen.is_known(), "and is known by the clock of now");
}

#[test]
fn a_library_that_comes_back_from_a_backup_finds_what_changed_since() {
    let seen = Seen::new();
    let database = PathBuf::from(seen.world.library.info().unwrap().path).join("library.db");
    let saved = database.with_file_name("saved");
    seen.db().execute("VACUUM INTO ?", [saved.to_str().unwrap()]).unwrap();
    seen.write("cocoa!");
    seen.look();
    seen.settle();
    let Seen { world: World { data, library }, file } = seen;
    drop(library);
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(database.with_file_name(format!("library.db{end}")));
    }
    fs::rename(saved, &database).unwrap();
    let libraries = Libraries::new(data.path()).unwrap();
    let library = libraries.open(libraries.list().unwrap().libraries[0].id).unwrap();
    let looked = look(&library, &file, PATH);
    assert_eq!(looked.outcome, ImportOutcome::Updated);
}

#[test]
fn what_is_forgotten_is_read_again_and_so_is_what_another_program_imported() {
    let seen = Seen::new();
    let elsewhere = seen.file.with_file_name("elsewhere");
    seen.world.library.forget_seen(&elsewhere).unwrap();
    assert!(seen.is_known());
    seen.world.library.forget_seen(seen.file.parent().unwrap()).unwrap();
    assert!(seen.look().seen.is_some());
    assert!(seen.is_known());
    // An older program knows nothing of what was seen.
    seen.db().execute("UPDATE entries SET source_hash = 'another'", []).unwrap();
    assert!(seen.look().seen.is_some());
}

#[test]
fn an_entry_that_was_moved_is_known_where_its_file_is_and_no_other_file_is_taken_for_it() {
    let seen = Seen::new();
    let entry = seen.look().entry;
    let elsewhere = "elsewhere/b.txt".parse().unwrap();
    seen.world.library.move_entry(entry.id, &elsewhere).unwrap();
    let looked = seen.look();
    assert_eq!((looked.entry.path.as_str(), looked.seen), ("elsewhere/b.txt", None));
    // The same file by another name is another file.
    let linked = seen.file.with_file_name("linked.txt");
    fs::hard_link(&seen.file, &linked).unwrap();
    let other = look(&seen.world.library, &linked, "in/linked.txt");
    assert_eq!(other.outcome, ImportOutcome::Created);
}

#[test]
fn each_of_many_files_is_known_or_not_by_itself() {
    let seen = Seen::new();
    let library = &seen.world.library;
    let (missing, folder) = (seen.file.with_file_name("missing"), seen.file.parent().unwrap());
    let files = [
        (missing.as_path(), "in/missing"),
        (&*seen.file, PATH),
        (&*seen.file, "in/elsewhere.txt"),
        (&*seen.file, "in/../a.txt"),
        (folder, PATH),
        (&*seen.file, PATH),
    ];
    let known = library.known_files(&files).unwrap();
    let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
    assert_eq!(is_known, [false, true, false, false, false, true]);
    assert_eq!(known[1], known[5]);
    assert_eq!(library.known_files(&[]).unwrap(), []);
}
