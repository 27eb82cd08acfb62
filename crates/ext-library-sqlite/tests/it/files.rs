//! Files of a library that somebody exchanged, and programs that open and close it at the same time.

use std::{
    fs,
    os::unix::fs::{MetadataExt, symlink},
    path::PathBuf,
    sync::Arc,
    thread,
};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{Entries, LibraryDirectory, Sidecars};
use ext_wire::{
    ErrorCode, VettedEntry,
    ops::vdfs::{NewEntry, ReadContentInput, WriteSidecarInput},
};
use uuid::Uuid;

struct World {
    data: tempfile::TempDir,
    library: Arc<SqliteLibrary>,
    entry: Uuid,
}

impl World {
    /// A library with one entry, its content, and one sidecar.
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let libraries = Libraries::new(data.path()).unwrap();
        let library = libraries.open(libraries.create("Papers").unwrap().id).unwrap();
        let input = NewEntry {
            name: "tea".into(),
            path: "tea".into(),
            entry_type: "note".into(),
            metadata: serde_json::Map::new(),
            media_type: None,
            content: Some(b"content".to_vec().into()),
        };
        let entry = library.create_entry(None, VettedEntry::vet(input).unwrap()).unwrap().entry.id;
        let world = Self { data, library, entry };
        world.write("a.txt", b"sidecar").unwrap();
        world
    }

    fn folder(&self) -> PathBuf {
        self.library.info().unwrap().path.into()
    }

    fn blob(&self, kind: &str, bytes: &[u8]) -> PathBuf {
        let hash = blake3::hash(bytes).to_hex().to_string();
        self.folder().join(kind).join(&hash[..2]).join(hash)
    }

    fn write(&self, name: &str, data: &[u8]) -> Result<(), ErrorCode> {
        let (entry_id, data) = (self.entry, data.to_vec());
        let input = WriteSidecarInput::new(entry_id, name, data);
        self.library.write_sidecar(None, input).map(drop).map_err(|error| error.code())
    }

    fn sidecar(&self) -> Result<Vec<u8>, ErrorCode> {
        self.library.read_sidecar(self.entry, "a.txt").map_err(|error| error.code())
    }

    fn content(&self, length: Option<u64>) -> Result<Vec<u8>, ErrorCode> {
        let input = ReadContentInput { entry_id: self.entry, offset: 0, length };
        let read = self.library.read_content(input).map_err(|error| error.code())?;
        Ok(read.data.as_bytes().to_vec())
    }

    /// Reads content and sidecar, whole and in part.
    fn codes(&self) -> [ErrorCode; 3] {
        let reads = [self.sidecar(), self.content(None), self.content(Some(3))];
        reads.map(|read| read.unwrap_err())
    }
}

#[test]
fn path_06_a_link_in_the_place_of_a_folder_or_file_is_an_error() {
    let elsewhere = tempfile::tempdir().unwrap();
    for part in 0..3 {
        let world = World::new();
        for (kind, bytes) in [("sidecars", &b"sidecar"[..]), ("content", b"content")] {
            let path = world.blob(kind, bytes);
            let path = path.ancestors().nth(part).unwrap();
            let target = elsewhere.path().join(format!("{kind}{part}"));
            fs::rename(path, &target).unwrap();
            symlink(&target, path).unwrap();
        }
        assert_eq!(world.codes(), [ErrorCode::Path; 3], "{part}");
        let before = walk(elsewhere.path());
        let written = world.write("b.txt", b"sidecar");
        // A link in the place of the file itself is replaced, as any file would be.
        assert_eq!(written, if part == 0 { Ok(()) } else { Err(ErrorCode::Path) });
        assert_eq!(walk(elsewhere.path()), before, "nothing is written elsewhere");
    }
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn path_09_what_is_not_a_file_is_an_error_at_once() {
    let world = World::new();
    for (kind, bytes) in [("sidecars", &b"sidecar"[..]), ("content", b"content")] {
        let path = world.blob(kind, bytes);
        fs::remove_file(&path).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
    }
    assert_eq!(world.codes(), [ErrorCode::Corrupt; 3]);
    assert_eq!(world.library.check().unwrap().missing.len(), 2);
    // Written anew, it is whole again.
    world.write("a.txt", b"sidecar").unwrap();
    assert_eq!(world.sidecar().unwrap(), b"sidecar");
}

#[test]
fn path_23_a_file_that_was_exchanged_for_a_huge_one_is_not_read() {
    let world = World::new();
    for (kind, bytes) in [("sidecars", &b"sidecar"[..]), ("content", b"content")] {
        let file = fs::File::options().write(true).open(world.blob(kind, bytes)).unwrap();
        file.set_len(10 << 30).unwrap();
    }
    assert_eq!(world.codes(), [ErrorCode::Corrupt; 3]);
}

#[test]
fn path_07_a_write_leaves_a_hard_link_to_a_file_of_the_user_alone() {
    let world = World::new();
    let (mine, place) = (world.data.path().join("mine"), world.blob("sidecars", b"new"));
    fs::write(&mine, "mine").unwrap();
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::hard_link(&mine, &place).unwrap();
    world.write("a.txt", b"new").unwrap();
    assert_eq!(world.sidecar().unwrap(), b"new");
    assert_eq!(fs::read(&mine).unwrap(), b"mine");
    assert_eq!(fs::metadata(&mine).unwrap().nlink(), 1);
}

#[test]
fn path_22_files_that_are_being_written_have_names_that_nobody_foresees() {
    let world = World::new();
    let sessions = world.folder().join("sessions");
    let own = fs::read_dir(&sessions).unwrap().flatten().find(|it| it.path().is_dir()).unwrap();
    let stray = own.path().join("stray");
    fs::write(&stray, "half").unwrap();
    assert_eq!(walk(&own.path()).len(), 2, "the lock and the stray file: nothing is left over");
    let folder = world.folder();
    drop(world.library);
    assert!(walk(&folder.join("sessions")).iter().all(|path| path.ends_with("lock")), "swept");
}

#[test]
fn crsh_16_a_file_without_row_is_kept_aside_and_a_row_without_file_is_told() {
    let world = World::new();
    let stray = world.blob("sidecars", b"stray");
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, "stray").unwrap();
    fs::remove_file(world.blob("content", b"content")).unwrap();
    // A session that was killed: the next program that opens the library looks.
    let dead = world.folder().join("sessions/dead");
    fs::create_dir(&dead).unwrap();
    fs::write(dead.join("lock"), "").unwrap();
    fs::write(dead.join("half"), "half").unwrap();
    let again = Libraries::new(world.data.path()).unwrap();
    let again = again.open(world.library.info().unwrap().id).unwrap();
    assert!(!dead.exists() && !stray.exists());
    let quarantined = world.folder().join("quarantine").join(stray.file_name().unwrap());
    assert_eq!(fs::read(quarantined).unwrap(), b"stray", "it is never deleted unread");
    let missing = again.check().unwrap().missing;
    assert_eq!(missing, [blake3::hash(b"content").to_hex().to_string()]);
    assert_eq!(world.content(None), Err(ErrorCode::Corrupt));
    assert_eq!(world.sidecar().unwrap(), b"sidecar", "the rest is there");
}

#[test]
fn crsh_04_programs_may_open_a_library_while_others_close_it() {
    let world = World::new();
    let (data, id) = (world.data.path(), world.library.info().unwrap().id);
    let open_and_close = || {
        for _ in 0..40 {
            let library = Libraries::new(data).unwrap().open(id).unwrap();
            assert_eq!(library.read_sidecar(world.entry, "a.txt").unwrap(), b"sidecar");
        }
    };
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(open_and_close))));
}
