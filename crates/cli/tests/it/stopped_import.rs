//! An import that is stopped, or killed.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Spacedrive, extension, ran};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Files that take some seconds to import: each is flushed to the disk.
const FILES: usize = 600;

struct World {
    spacedrive: Spacedrive,
    library: String,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
        for number in 0..FILES {
            fs::write(folder.path().join(format!("{number}.txt")), number.to_string()).unwrap();
        }
        Self { library: spacedrive.library(), spacedrive, folder }
    }

    /// Starts the import, and returns when some entries are there.
    fn start(&self) -> Child {
        let mut command = self.spacedrive.command(["--output", "json", "import"]);
        command.arg(self.folder.path()).args(["--library", &self.library]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let before = self.entries();
        while self.entries() == before {
            thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn entries(&self) -> usize {
        let folder =
            self.spacedrive.data.path().join("libraries").join(&self.library).join("content");
        let shards = fs::read_dir(folder).into_iter().flatten().flatten();
        shards.map(|shard| fs::read_dir(shard.path()).unwrap().count()).sum()
    }

    fn import(&self) -> Value {
        let folder = self.folder.path().to_str().unwrap();
        self.spacedrive.json(["import", folder, "--library", &self.library])
    }
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.id().cast_signed()).unwrap(), signal).unwrap();
}

#[test]
fn crsh_24_an_import_that_is_asked_to_stop_ends_with_its_report() {
    for signal in [Signal::TERM, Signal::INT] {
        let world = World::new();
        let child = world.start();
        send(&child, signal);
        let began = Instant::now();
        let ran = ran(child.wait_with_output().unwrap());
        assert!(began.elapsed() < Duration::from_secs(10));
        assert_eq!(ran.code, Some(3), "{ran:?}");
        let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let (created, left) = (&report["created"], &report["left"]);
        let (created, left) = (created.as_u64().unwrap(), left.as_u64().unwrap());
        assert_eq!((&report["stopped"], created + left), (&true.into(), FILES as u64), "{report}");
        assert!(created > 0 && left > 0, "{report}");
        let rest = world.import();
        assert_eq!((&rest["created"], &rest["stopped"]), (&left.into(), &false.into()), "{rest}");
    }
}

#[test]
fn crsh_01_an_import_that_is_killed_at_any_time_goes_on() {
    let world = World::new();
    for pause in [0, 30, 110] {
        let mut child = world.start();
        thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let rest = world.import();
    let sum = rest["created"].as_u64().unwrap() + rest["unchanged"].as_u64().unwrap();
    assert_eq!((sum, rest["updated"].as_u64(), world.entries()), (FILES as u64, Some(0), FILES));
    let folder = world.spacedrive.data.path().join("libraries").join(&world.library);
    let sessions = fs::read_dir(folder.join("sessions")).unwrap().flatten();
    assert_eq!(sessions.filter(|entry| entry.path().is_dir()).count(), 0, "all are swept");
    assert_eq!(world.import()["unchanged"], FILES);
}

/// Texts that take some seconds to be read for search.
const LONG: usize = 800_000;

#[test]
fn reading_for_search_that_is_stopped_says_so_and_goes_on_with_the_next_run() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    for number in 0..20 {
        let words: String =
            (0..LONG / 8).map(|word| format!("w{:06} ", word * 61 + number)).collect();
        fs::write(folder.path().join(format!("{number}.txt")), words).unwrap();
    }
    spacedrive.library();
    // Without a model there are no vectors, which would take minutes.
    let models = tempfile::tempdir().unwrap();
    let models = models.path().to_str().unwrap();
    let mut command = spacedrive.command(["import", "--models-dir", models]);
    command.arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut report = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut report).unwrap();
    assert!(report.starts_with("20 new"), "the report comes first: {report}");
    send(&child, Signal::INT);
    stdout.read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "the import is done: {report}");
    assert!(report.contains("Stopped; ") && report.contains("`spacedrive job run`"), "{report}");
    assert_eq!(spacedrive.run(["job", "run", "--models-dir", models]).code, Some(0));
    let found = spacedrive.json(["search", "w000015", "--exact"]);
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
}

#[test]
fn a_command_that_is_stopped_has_a_last_word_and_leaves_nothing_half_done() {
    let Some(finance) = extension("finance") else { return };
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        for (output, word) in [("table", "Stopped. "), ("json", "\"code\":\"E_STOPPED\"")] {
            let spacedrive = Spacedrive::new();
            let mut command = spacedrive.command(["--output", output, "ext", "install", "--yes"]);
            command.arg(&finance).stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = command.spawn().unwrap();
            // It compiles for seconds.
            let extensions = spacedrive.data.path().join("extensions");
            while !extensions.exists() {
                thread::sleep(Duration::from_millis(5));
            }
            send(&child, signal);
            let ran = ran(child.wait_with_output().unwrap());
            assert_eq!(ran.code, Some(code), "{ran:?}");
            assert!(ran.stderr.contains(word), "{}", ran.stderr);
            assert_eq!(spacedrive.json(["ext", "list"]), Value::Array(Vec::new()));
            if output == "json" && code == 130 {
                let finance = finance.to_str().unwrap();
                assert_eq!(spacedrive.run(["ext", "install", finance, "--yes"]).code, Some(0));
            }
        }
    }
}

/// Installs an extension that says when it begins, and computes for so many steps.
fn install_slow(spacedrive: &Spacedrive, event: &str, call: &str) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"(module
        (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "\04\00\00\00\00\00\00\00null")
        (data (i32.const 64) "it begins")
        (func $work (param $steps i64)
            (call $log (i32.const 2) (i32.const 64) (i32.const 9))
            (loop $again
                (local.set $steps (i64.sub (local.get $steps) (i64.const 1)))
                (br_if $again (i64.gt_s (local.get $steps) (i64.const 0)))))
        (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
        (func (export "wasm_free") (param i32 i32))
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_on_event") (param i32 i32) (result i32) {event})
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) {call} i32.const 16)
        (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    let manifest = serde_json::json!({
        "id": "slow", "name": "Slow", "version": "1.0.0", "wasm_file": "slow.wasm",
        "permissions": { "methods": [], "libraries": ["*"] }, "events": ["entry.created"],
        "operations": [{ "method": "action:slow.go.input.v1" }],
        "limits": { "compute_timeout_ms": 60000, "call_timeout_ms": 60000 },
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("slow.wasm"), wat::parse_str(text).unwrap()).unwrap();
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

/// Runs a command, and stops it when the extension has begun; returns its code and what it printed.
fn stop_when_begun(spacedrive: &Spacedrive, args: &[&str]) -> (Option<i32>, String) {
    let mut command = spacedrive.command(args);
    command.env("SPACEDRIVE_LOG", "warn").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("it begins") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended before");
    }
    send(&child, Signal::INT);
    stderr.read_to_string(&mut line).unwrap();
    let ended = child.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
}

#[test]
fn a_replay_that_is_stopped_says_so_and_goes_on_with_the_next_one() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let library = spacedrive.library();
    install_slow(&spacedrive, "i32.const 1", "");
    for number in 0..6 {
        fs::write(folder.path().join(format!("{number}.txt")), number.to_string()).unwrap();
    }
    let imported = spacedrive.run(["import", folder.path().to_str().unwrap(), "--no-index"]);
    assert_eq!(imported.code, Some(3), "{imported:?}");
    let dead = || spacedrive.json(["event", "dead-letters"]).as_array().unwrap().len();
    assert_eq!(dead(), 6);
    install_slow(&spacedrive, "(call $work (i64.const 200000000)) i32.const 0", "");
    let (code, report) = stop_when_begun(&spacedrive, &["--output", "json", "event", "replay"]);
    assert_eq!(code, Some(3), "{report}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let done = report["processed"]["slow"].as_u64().unwrap();
    assert!(report["stopped"] == true && (1..6).contains(&done), "{report}");
    let rest = spacedrive.json(["event", "replay", "--library", &library]);
    assert_eq!((&rest["processed"]["slow"], &rest["stopped"]), (&(6 - done).into(), &false.into()));
    assert_eq!(dead(), 0);
}

#[test]
fn a_run_of_jobs_that_is_stopped_in_a_scheduled_call_ends_after_it() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    install_slow(&spacedrive, "i32.const 0", "(call $work (i64.const 1000000000))");
    let go = "action:slow.go.input.v1";
    spacedrive.json(["job", "schedule", go, "--every", "1h", "--library", &library]);
    let (code, said) = stop_when_begun(&spacedrive, &["job", "run"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("Stopped."), "{said}");
    let schedules = spacedrive.json(["job", "schedules"]);
    let (made, error) = (&schedules[0]["last_at"], schedules[0].get("last_error"));
    assert!(made.is_string() && error.is_none_or(Value::is_null), "{schedules}");
}
