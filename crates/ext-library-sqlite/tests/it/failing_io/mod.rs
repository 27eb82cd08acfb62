//! A disk that fails: each call to the system may, once or from then on.
//!
//! This program is started again with a library in C before those of the system (`shim.c`), in which
//! the calls fail. Rust needs a compiler of C for linking, so there is one.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{Entries, LibraryDirectory, LibraryError, Sidecars};
use ext_wire::{
    ErrorCode,
    ops::vdfs::{ListEntriesInput, ReadContentInput, UpdateMetadataInput, WriteSidecarInput},
};
use serde_json::{Map, json};
use tempfile::TempDir;

/// Variable by which this program is the one whose calls fail: the folder of the case.
const CASE: &str = "EXT_LIBRARY_TEST_FAILING_IO";
/// The test that is started again.
const TEST: &str = "failing_io::crsh_05_a_call_that_fails_leaves_nothing_half";
/// Files that are imported.
const FILES: u32 = 3;
/// Numbers of errors: input or output failed, interrupted, try again.
const EIO: i32 = 5;
const EINTR: i32 = 4;
const EAGAIN: i32 = 11;
/// In place of a number: half of the bytes.
const SHORT: i32 = 0;

/// A call that fails: the first of them, and how many.
#[derive(Debug, Clone, Copy)]
struct Failure {
    call: &'static str,
    how: i32,
    at: u32,
    times: i32,
}

/// What the program whose calls fail told of.
#[derive(Debug, Default)]
struct Told {
    /// The sidecars that were acknowledged, by the path of their entry.
    done: BTreeMap<String, Option<String>>,
    codes: Vec<String>,
    /// Files in the library on another disk, which is sound.
    others: usize,
    /// Whether a call failed at all, or there were fewer of them.
    was_hit: bool,
    /// Whether a file passed for synced of which something may be lost.
    was_lost: bool,
}

/// A data folder with a library, and the files that it is to import.
struct Case {
    folder: TempDir,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["data", "files", "other"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for number in 0..FILES {
            let file = folder.path().join(format!("files/{number}.txt"));
            fs::write(file, content(number)).unwrap();
        }
        for name in ["data", "other"] {
            Libraries::new(&folder.path().join(name)).unwrap().create("Papers").unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Works on the library in a program whose calls fail.
    fn run(&self, failure: Failure) -> Told {
        let Failure { call, how, at, times } = failure;
        let program = env::current_exe().unwrap();
        let mut failing = Command::new(program);
        failing.args([TEST, "--exact", "--nocapture", "--test-threads=1"]);
        failing.env(CASE, self.folder.path()).env("LD_PRELOAD", shim());
        failing.env("FAIL_UNDER", self.path("data")).env("FAIL_CALL", call);
        failing.env("FAIL_TOLD", self.path("told")).env("FAIL_LOST", self.path("lost"));
        for (name, value) in [("FAIL_HOW", how), ("FAIL_TIMES", times)] {
            failing.env(name, value.to_string());
        }
        let ran = failing.env("FAIL_AT", at.to_string()).output().unwrap();
        let (out, err) =
            (String::from_utf8(ran.stdout).unwrap(), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{failure:?}: {out}\n{err}");
        let mut told = Told {
            was_hit: self.path("told").exists(),
            was_lost: self.path("lost").exists(),
            ..Told::default()
        };
        for line in out.lines() {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["IMPORTED", path] => drop(told.done.insert(path.to_owned(), None)),
                ["WROTE", path, text] => {
                    told.done.insert(path.to_owned(), Some(text.to_owned()));
                }
                ["OTHER"] => told.others += 1,
                ["FAILED", code, ..] => {
                    told.codes.push(code.to_owned());
                    println!("{failure:?}: {line}");
                }
                _ => {}
            }
        }
        told
    }

    /// Checks, on a disk that is sound again, that all is there that was acknowledged, and nothing is
    /// half; and that the rest can be done.
    fn check(&self, told: &Told, failure: Failure) {
        let library = open(&self.path("data")).unwrap();
        let sound = self.libraries().check(library.info().unwrap().id).unwrap();
        assert!(sound.missing.is_empty(), "{failure:?}: {sound:?}");
        let files = library.check_files(&mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
        assert!(files.damaged.is_empty(), "{failure:?}: {files:?}");
        for (path, sidecar) in &told.done {
            let entry = find(&library, path).unwrap_or_else(|| panic!("{failure:?}: {path}"));
            let read = ReadContentInput { entry_id: entry, offset: 0, length: None };
            let number = path.trim_start_matches("in/").trim_end_matches(".txt").parse().unwrap();
            let data = library.read_content(read).unwrap().data;
            assert_eq!(data.as_bytes(), content(number).as_bytes(), "{failure:?}");
            if let Some(text) = sidecar {
                let kept = library.read_sidecar(entry, "note.txt").unwrap();
                assert_eq!(kept, text.as_bytes(), "{failure:?}");
            }
        }
        for number in 0..FILES {
            work(&library, self.folder.path(), number).unwrap();
        }
        let entries = library.list_entries(ListEntriesInput::default()).unwrap().entries;
        assert_eq!(entries.len(), FILES as usize, "{failure:?}");
    }

    fn libraries(&self) -> Libraries {
        Libraries::new(&self.path("data")).unwrap()
    }
}

/// Compiles the library in C, once, to where builds put their files: what a `static` holds is never dropped.
fn shim() -> &'static Path {
    static SHIM: LazyLock<PathBuf> = LazyLock::new(|| {
        let builds = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (folder, path) = (tempfile::tempdir_in(builds).unwrap(), builds.join("failing-io.so"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/failing_io/shim.c");
        let compiled = folder.path().join("shim.so");
        let mut cc = Command::new("cc");
        cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&compiled).arg(source).arg("-ldl");
        assert!(cc.status().unwrap().success());
        // At once: another run may use it.
        fs::rename(compiled, &path).unwrap();
        path
    });
    &SHIM
}

/// Several blocks of a disk, and not the same ones for two files.
fn content(number: u32) -> String {
    format!("file {number}, ").repeat(2000)
}

fn open(data: &Path) -> Result<std::sync::Arc<SqliteLibrary>, LibraryError> {
    let libraries = Libraries::new(data)?;
    let all = libraries.list()?;
    match all.libraries.first() {
        Some(library) => libraries.open(library.id),
        // One that cannot be read has its reason here.
        None => libraries.open(all.unreadable[0].id),
    }
}

fn find(library: &SqliteLibrary, path: &str) -> Option<uuid::Uuid> {
    let all = library.list_entries(ListEntriesInput::default()).unwrap().entries;
    all.into_iter().find(|entry| entry.path == path).map(|entry| entry.id)
}

/// Imports a file, and writes to its entry; tells of each step that is acknowledged.
fn work(library: &SqliteLibrary, folder: &Path, number: u32) -> Result<(), LibraryError> {
    let (file, path) = (folder.join(format!("files/{number}.txt")), format!("in/{number}.txt"));
    let entry_id = library.import_file(&file, &path)?.entry.id;
    println!("IMPORTED {path}");
    let data = format!("sidecar-{number}");
    let input = WriteSidecarInput {
        entry_id,
        name: "note.txt".into(),
        data: data.clone().into_bytes().into(),
        ..Default::default()
    };
    library.write_sidecar(None, input)?;
    println!("WROTE {path} {data}");
    let metadata = Map::from_iter([("number".to_owned(), json!(number))]);
    let input = UpdateMetadataInput { entry_id, metadata, ..Default::default() };
    library.update_metadata(None, input)?;
    Ok(())
}

/// Does all the work as far as it goes, and tells of what failed.
fn work_all(folder: &Path) {
    for number in 0..FILES {
        let done = open(&folder.join("data")).and_then(|library| work(&library, folder, number));
        if let Err(error) = done {
            println!("FAILED {} {error}", error.code().name());
        }
        let other = open(&folder.join("other")).unwrap();
        let file = folder.join(format!("files/{number}.txt"));
        other.import_file(&file, &format!("in/{number}.txt")).unwrap();
        println!("OTHER");
    }
}

/// Lets a call fail at every so many of its places, until there are no more of them. Returns how many
/// were tried, and all codes.
fn at_each(call: &'static str, how: i32, times: i32, step: usize) -> (usize, Vec<String>) {
    let (mut tried, mut codes) = (0, Vec::new());
    for at in (1..).step_by(step) {
        let case = Case::new();
        let failure = Failure { call, how, at, times };
        let told = case.run(failure);
        if !told.was_hit {
            break;
        }
        assert!(!told.was_lost, "{failure:?}: a failed sync passes for a good one");
        assert_eq!(told.others, FILES as usize, "{failure:?}: a library elsewhere goes on");
        case.check(&told, failure);
        tried += 1;
        codes.extend(told.codes);
    }
    (tried, codes)
}

#[test]
fn crsh_05_a_call_that_fails_leaves_nothing_half() {
    if let Ok(folder) = env::var(CASE) {
        return work_all(folder.as_ref());
    }
    for (call, times, step) in
        [("read", 1, 13), ("read", -1, 23), ("write", 1, 11), ("write", -1, 23)]
    {
        let (tried, codes) = at_each(call, EIO, times, step);
        assert!(tried > 3, "{call}: {tried}");
        assert!(codes.iter().all(|code| code == ErrorCode::Io.name()), "{call} {times}: {codes:?}");
    }
}

#[test]
fn crsh_07_short_and_interrupted_calls_are_repeated_or_fail_whole() {
    for (call, how, step) in
        [("read", SHORT, 17), ("write", SHORT, 9), ("read", EINTR, 17), ("write", EINTR, 9)]
    {
        let (tried, codes) = at_each(call, how, 1, step);
        assert!(tried > 2 && codes.is_empty(), "{call} {how}: {tried} {codes:?}");
    }
    let (tried, codes) = at_each("write", EAGAIN, 1, 13);
    assert!(tried > 2 && codes.iter().all(|code| code == ErrorCode::Io.name()), "{codes:?}");
}

#[test]
fn crsh_08_a_sync_that_failed_is_not_taken_for_a_good_one_later() {
    let (tried, codes) = at_each("sync", EIO, 1, 1);
    assert!(tried > 5, "{tried}");
    assert!(codes.iter().all(|code| code == ErrorCode::Io.name()), "{codes:?}");
}

#[test]
fn crsh_13_a_disk_that_goes_away_is_an_error_and_other_libraries_go_on() {
    let (tried, codes) = at_each("all", EIO, -1, 29);
    assert!(tried > 3, "{tried}");
    assert!(
        !codes.is_empty() && codes.iter().all(|code| code == ErrorCode::Io.name()),
        "{codes:?}"
    );
}
