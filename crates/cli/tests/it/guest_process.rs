//! Extensions in processes of their own, as `config.toml` asks for.
#![cfg(unix)]

use std::{
    collections::BTreeSet,
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Spacedrive, samples, without_ids};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

fn configure(spacedrive: &Spacedrive, text: &str) {
    fs::write(spacedrive.data.path().join("config.toml"), text).unwrap();
}

const ALL: &str = "[extensions]\nisolation = \"process\"\n";

/// An extension of this repository, installed and to run in processes.
fn isolated(id: &str) -> Option<(Spacedrive, String)> {
    let folder = crate::common::extension(id)?;
    let spacedrive = Spacedrive::new();
    configure(&spacedrive, ALL);
    let ran = spacedrive.run(["ext", "install", folder.to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let library = spacedrive.library();
    Some((spacedrive, library))
}

/// Mails whose text says it all: no picture has to be read.
const TEXTS: &[&str] = &[
    "06-us-html-receipt",
    "08-au-microdata-invoice",
    "10-pl-plain-text",
    "12-ca-plain-text-ride",
    "13-es-invoice-forwarded-as-attachment",
    "not-newsletter",
];

/// Lists what is booked, without the ids of this library.
fn booked(spacedrive: &Spacedrive, library: &str) -> BTreeSet<String> {
    // The name of the folder is part of what is booked.
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    fs::create_dir(&mails).unwrap();
    for name in TEXTS.iter().map(|name| format!("{name}.eml")) {
        fs::copy(samples().join(&name), mails.join(&name)).unwrap();
    }
    let report = spacedrive.json(["import", mails.to_str().unwrap(), "--library", library]);
    assert_eq!(report["failures"], json!([]));
    let rows = spacedrive.json(["op", "call", "query:finance.export.v1", "--library", library]);
    let row = |row: &Value| {
        let mut row = row.clone();
        without_ids(&mut row);
        row.to_string()
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

#[test]
fn time_10_finance_books_the_same_in_a_process_of_its_own() {
    let Some((apart, apart_library)) = isolated("finance") else { return };
    let Some((here, here_library)) = Spacedrive::with_extension("finance") else { return };
    let rows = booked(&apart, &apart_library);
    assert!(rows.len() >= 5, "{rows:?}");
    assert_eq!(rows, booked(&here, &here_library));
}

#[test]
fn the_program_says_where_extensions_run() {
    let Some((spacedrive, _)) = isolated("hello") else { return };
    assert_eq!(spacedrive.json(["ext", "info", "hello"])["isolation"], "process");
    assert_eq!(spacedrive.json(["ext", "list"])[0]["isolation"], "process");
    configure(&spacedrive, "[extensions]\nisolation_of = { other = \"process\" }\n");
    let info = spacedrive.run(["ext", "info", "hello"]);
    assert!(String::from_utf8_lossy(&info.stdout).contains("in-process"), "{info:?}");
    assert!(info.stderr.contains("other"), "a name that nobody has is warned of: {info:?}");
    configure(&spacedrive, "[extensions]\nisolation = \"proces\"\n");
    assert_eq!(
        spacedrive.run(["ext", "info", "hello"]).code,
        Some(1),
        "it is not a wish to guess at"
    );
}

#[test]
fn without_workers_an_extension_that_is_to_be_apart_does_not_run() {
    use ext_models::ModelStore;
    use spacedrive_core::{Core, Isolation, permissions::Consent};
    let Some(folder) = crate::common::extension("hello") else { return };
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("config.toml"), ALL).unwrap();
    for (isolation, told) in [
        (Isolation::InProcess, "no worker program"),
        (Isolation::Worker("/no/such/spacedrive".into()), "/no/such/spacedrive"),
    ] {
        let models = ModelStore::new(data.path().join("models"));
        let core = Core::builder(data.path()).models(models).isolation(isolation).build().unwrap();
        let candidate = core.extensions().candidate(&folder).unwrap();
        let error = core.extensions().install(candidate, Consent::All).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

/// Processes of guests that this process has started.
fn guests_of(parent: u32) -> Vec<i32> {
    let line = format!("PPid:\t{parent}\n");
    let is_guest = |id: &i32| {
        let read = |name| fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
        let args = read("cmdline");
        args.split(|byte| *byte == 0).any(|arg| arg == b"--ext-worker=guest")
            && String::from_utf8_lossy(&read("status")).contains(&line)
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(is_guest).collect()
}

fn kill_guest_of(import: &mut Child, signal: Signal) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until && import.try_wait().unwrap().is_none() {
        if let Some(id) = guests_of(import.id()).pop() {
            // It has to be at work, not starting.
            thread::sleep(Duration::from_millis(150));
            let _ = kill_process(Pid::from_raw(id).unwrap(), signal);
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

/// Events whose handler died with its process are kept, the others go on; played again, each file is
/// counted once.
#[cfg(target_os = "linux")]
#[test]
fn res_27_a_kill_in_an_import_loses_nothing() {
    let Some((spacedrive, library)) = isolated("hello") else { return };
    let files = tempfile::tempdir().unwrap();
    for n in 0..400 {
        fs::write(files.path().join(format!("{n}.txt")), format!("file number {n}")).unwrap();
    }
    let args = ["import", files.path().to_str().unwrap(), "--library", &library];
    let mut import = spacedrive.command(args).stdout(Stdio::null()).spawn().unwrap();
    let killed = kill_guest_of(&mut import, Signal::KILL);
    let ended = import.wait().unwrap();
    assert!(killed, "there was a process to kill: {ended}");
    let dead = spacedrive.json(["event", "dead-letters", "--library", &library]);
    let failed = dead.as_array().unwrap().len();
    eprintln!("{failed} of 400 events were under way");
    assert!(failed <= 1, "one was under way: {dead}");
    assert_eq!(ended.code(), Some(if failed == 0 { 0 } else { 3 }));
    let health = &spacedrive.json(["ext", "info", "hello"])["health"];
    assert!(health["faults"] == json!(1) || failed == 0, "{health}");
    spacedrive.json(["event", "replay", "--library", &library]);
    let total =
        spacedrive.json(["op", "call", "query:hello.total_words.v1", "--library", &library]);
    assert_eq!(total, json!({ "files": 400, "words": 1200 }));
}
