//! Writers that are killed at random times: what they acknowledged is there, and nothing is half written.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use ext_library_sqlite::{Libraries, SqliteLibrary};
use ext_services::library::{Entries, LibraryDirectory, Sidecars};
use ext_wire::{
    VettedEntry,
    ops::vdfs::{NewEntry, ReadContentInput, UpdateMetadataInput, WriteSidecarInput},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Variable by which this program is the writer: the data folder that it writes into.
const WRITER: &str = "EXT_LIBRARY_TEST_WRITER";
/// Bytes of the sidecar, so that its file is not written at once.
const SIDECAR_BYTES: usize = 1 << 18;

fn open(data: &Path) -> Arc<SqliteLibrary> {
    let libraries = Libraries::new(data).unwrap();
    let id = match libraries.list().unwrap().libraries.first() {
        Some(library) => library.id,
        None => libraries.create("Papers").unwrap().id,
    };
    libraries.open(id).unwrap()
}

/// Makes the entry of this number; returns its id.
fn note(library: &SqliteLibrary, number: u64) -> Uuid {
    let name = format!("note {number}");
    let new = NewEntry {
        path: name.clone(),
        name,
        entry_type: "note".into(),
        metadata: serde_json::Map::new(),
        media_type: None,
        content: Some(number.to_string().into_bytes().into()),
    };
    library.create_entry(None, VettedEntry::vet(new).unwrap()).unwrap().entry.id
}

/// Writes the next numbers until it is killed: as metadata and sidecar of one entry, and as entries.
/// Prints each number when all of it is acknowledged.
fn write_for_ever(data: &Path, first: u64) -> ! {
    let library = open(data);
    let state = note(&library, 0);
    for number in first.. {
        let Value::Object(patch) = json!({ "number": number }) else { unreachable!() };
        library.update_metadata(None, UpdateMetadataInput::new(state, patch)).unwrap();
        let data = vec![digit(number); SIDECAR_BYTES];
        let sidecar = WriteSidecarInput::new(state, "state.txt", data);
        library.write_sidecar(None, sidecar).unwrap();
        note(&library, number);
        println!("acknowledged {number}");
        std::io::stdout().flush().unwrap();
    }
    unreachable!()
}

fn digit(number: u64) -> u8 {
    u8::try_from(number % 251).unwrap()
}

/// Starts the writer, kills it after a while, and returns the last number that it acknowledged.
fn run_and_kill(test: &str, data: &Path, first: u64, pause: Duration) -> Option<u64> {
    let mut writer = Command::new(env::current_exe().unwrap());
    writer.args([test, "--exact", "--nocapture", "--include-ignored"]);
    writer.env(WRITER, data).env("FIRST", first.to_string());
    let mut writer = writer.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
    let reader = thread::spawn(move || {
        let numbers = lines.filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse().ok());
        numbers.last()
    });
    thread::sleep(pause);
    writer.kill().unwrap();
    writer.wait().unwrap();
    reader.join().unwrap()
}

/// Checks what a killed writer has left; returns the number that comes next.
fn inspect(data: &Path, first: u64, acknowledged: Option<u64>) -> u64 {
    let library = open(data);
    let report = library.check().unwrap();
    assert!(report.missing.is_empty(), "each row has its file");
    let state = note(&library, 0);
    let next = acknowledged.map_or(first, |number| number + 1);
    let metadata = library.get_entry(state).unwrap().entry.metadata;
    let sidecar = library.read_sidecar(state, "state.txt").unwrap_or_default();
    let value = sidecar.first().copied();
    assert!(sidecar.iter().all(|byte| Some(*byte) == value), "old or new, never both");
    assert!([0, SIDECAR_BYTES].contains(&sidecar.len()), "whole");
    if let Some(last) = acknowledged {
        let number = metadata.get("number").and_then(Value::as_u64);
        assert!([Some(last), Some(last + 1)].contains(&number), "{number:?} after {last}");
        assert!([Some(digit(last)), Some(digit(last + 1))].contains(&value), "{value:?}");
        let input = ReadContentInput { entry_id: note(&library, last), offset: 0, length: None };
        let content = library.read_content(input).unwrap().data;
        assert_eq!(content.as_bytes(), last.to_string().as_bytes());
    }
    next
}

fn rounds(test: &str, pauses: impl Iterator<Item = u64>) {
    if let Some(data) = env::var_os(WRITER) {
        let first = env::var("FIRST").unwrap().parse().unwrap();
        write_for_ever(data.as_ref(), first);
    }
    let data = tempfile::tempdir().unwrap();
    drop(open(data.path()));
    let mut first = 1;
    let mut written = 0;
    for pause in pauses {
        let last = run_and_kill(test, data.path(), first, Duration::from_millis(pause));
        written += usize::from(last.is_some());
        // The last number is not written twice: what was begun counts as written.
        first = inspect(data.path(), first, last) + 1;
    }
    assert!(written > 0, "a writer that is killed later gets on");
}

#[test]
fn path_14_crsh_02_a_writer_that_is_killed_leaves_old_or_new() {
    let test = "killed::path_14_crsh_02_a_writer_that_is_killed_leaves_old_or_new";
    rounds(test, [30, 120, 250, 400, 900, 2500].into_iter());
}

#[test]
#[ignore = "takes minutes; `cargo xtask ci --full` runs it"]
fn crsh_02_a_writer_that_is_killed_hundreds_of_times_leaves_old_or_new() {
    let test = "killed::crsh_02_a_writer_that_is_killed_hundreds_of_times_leaves_old_or_new";
    rounds(test, (0..300).map(|round| 100 + round * 37 % 900));
}
