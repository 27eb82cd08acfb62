//! Jobs that are killed, extensions that fail, and `ext dev`, from the outside.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{common::Spacedrive, daemon::Daemon};
use serde_json::{Value, json};

const MANIFEST: &str = r#"{
    "id": "worker", "name": "Worker", "version": "1.0.0", "wasm_file": "worker.wasm",
    "permissions": { "methods": ["jobs.*"], "libraries": ["*"] },
    "operations": [{ "method": "action:worker.scan.input.v1" }],
    "limits": { "compute_timeout_ms": 60000 }
}"#;
const NULL: &str = "(i32.const 16)";
const LOOP: &str = "(loop $again (br $again)) (i32.const 16)";

/// Writes an extension whose operation is this, and which logs `v<digit>` when it starts.
fn write(folder: &Path, call: &str, digit: char) {
    let text = format!(
        r#"(module
        (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "\04\00\00\00\00\00\00\00null")
        (data (i32.const 64) "v{digit}")
        (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
        (func (export "wasm_free") (param i32 i32))
        (func (export "plugin_init") (result i32)
            (call $log (i32.const 1) (i32.const 64) (i32.const 2)) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) {call})
        (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    fs::write(folder.join("manifest.json"), MANIFEST).unwrap();
    fs::write(folder.join("worker.wasm"), wat::parse_str(text).unwrap()).unwrap();
}

fn install(spacedrive: &Spacedrive, call: &str) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), call, '1');
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

fn dispatch(spacedrive: &Spacedrive, library: &str) -> String {
    let input = json!({ "method": "action:worker.scan.input.v1" }).to_string();
    let method = "action:jobs.dispatch.input.v1";
    let made = spacedrive.json(["op", "call", method, "--library", library, "--input", &input]);
    made["job_id"].as_str().unwrap().to_owned()
}

fn status(spacedrive: &Spacedrive, library: &str, id: &str) -> Value {
    spacedrive.json(["job", "status", id, "--library", library])
}

#[test]
fn evt_11_a_job_whose_program_is_killed_runs_again() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    install(&spacedrive, LOOP);
    let id = dispatch(&spacedrive, &library);
    let mut running = spacedrive
        .command(["job", "run", "--library", &library])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(120);
    while status(&spacedrive, &library, &id)["state"] != "running" {
        assert!(Instant::now() < until, "the job does not start");
        thread::sleep(Duration::from_millis(50));
    }
    running.kill().unwrap();
    running.wait().unwrap();
    install(&spacedrive, NULL);
    let report = spacedrive.json(["job", "run", "--library", &library]);
    assert_eq!((&report["done"], &report["failed"]), (&json!(1), &json!(0)));
    let job = status(&spacedrive, &library, &id);
    assert_eq!((&job["state"], &job["attempts"]), (&json!("done"), &json!(2)));
    let all = spacedrive.json(["job", "list", "--library", &library, "--state", "done"]);
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(spacedrive.json(["job", "cancel", &id, "--library", &library])["cancelled"], false);
}

#[test]
fn rel_20_faults_are_shown_and_quarantine_is_for_the_user_to_end() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    install(&spacedrive, "unreachable");
    let call = ["op", "call", "action:worker.scan.input.v1", "--library", &library];
    assert!(spacedrive.run(call).stderr.contains("trapped"));
    let shown = spacedrive.json(["ext", "list"])[0].clone();
    assert_eq!((&shown["state"], &shown["health"]["faults"]), (&json!("ready"), &json!(1)));
    assert_eq!(shown["health"]["last_fault"]["code"], "E_TRAP");
    let table = spacedrive.run(["ext", "list"]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("E_TRAP"));
    spacedrive.json(["ext", "quarantine", "worker", "--reason", "too loud"]);
    let refused = spacedrive.run(call);
    assert!(refused.stderr.contains("ext release worker"), "{}", refused.stderr);
    assert_eq!(spacedrive.json(["ext", "list"])[0]["state"], "quarantined");
    assert_eq!(spacedrive.json(["ext", "release", "worker"])["released"], true);
    assert!(spacedrive.run(call).stderr.contains("trapped"));
}

/// A running `ext dev`, and the lines that it writes to stderr, as they come.
struct Dev {
    child: Child,
    lines: Receiver<String>,
}

impl Dev {
    fn start(spacedrive: &Spacedrive, folder: &Path, more: &[&str]) -> Self {
        let mut child = spacedrive
            .command(["ext", "dev", folder.to_str().unwrap(), "--yes"])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (send, lines) = channel();
        thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        Self { child, lines }
    }

    /// Waits for a line with this text; returns it.
    fn wait_for(&self, text: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("no `{text}`: {error}: {seen:#?}"),
            }
        }
    }

    /// Ends it as Ctrl-C does.
    #[cfg(unix)]
    fn interrupt(mut self) {
        let pid = self.child.id().to_string();
        let ended = std::process::Command::new("kill").args(["-INT", &pid]).status();
        assert!(ended.unwrap().success());
        self.wait_for("ended");
        assert!(self.child.wait().unwrap().success());
    }
}

#[cfg(unix)]
#[test]
fn rel_02_rel_03_dev_reloads_what_is_whole_and_keeps_what_works() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::Builder::new().prefix("dev").tempdir().unwrap();
    write(folder.path(), NULL, '1');
    let dev = Dev::start(&spacedrive, folder.path(), &[]);
    dev.wait_for("v1");
    dev.wait_for("watching");
    fs::write(folder.path().join("worker.wasm"), b"\0asm\x01\0\0\0 half").unwrap();
    assert!(dev.wait_for("NOT LOADED").contains("the old version goes on"));
    write(folder.path(), NULL, '2');
    dev.wait_for("v2");
    dev.wait_for("reloaded");
    assert_eq!(spacedrive.json(["ext", "list"])[0]["id"], "worker");
    dev.interrupt();
}

#[cfg(unix)]
#[test]
fn dev_beside_a_daemon_reloads_in_the_daemon_and_shows_what_the_extension_says_there() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let _daemon = Daemon::start(&spacedrive, &[]);
    let folder = tempfile::Builder::new().prefix("dev").tempdir().unwrap();
    write(folder.path(), NULL, '1');
    let dev = Dev::start(&spacedrive, folder.path(), &["--library", &library]);
    dev.wait_for("watching");
    dev.wait_for("v1");
    fs::write(folder.path().join("worker.wasm"), b"\0asm\x01\0\0\0 half").unwrap();
    assert!(dev.wait_for("NOT LOADED").contains("the old version goes on"));
    write(folder.path(), NULL, '2');
    dev.wait_for("reloaded");
    dev.wait_for("v2");
    let call = ["op", "call", "action:worker.scan.input.v1", "--input", "null"];
    spacedrive.json(call);
    dev.wait_for("runs action:worker.scan.input.v1");
    dev.interrupt();
}

#[cfg(unix)]
#[test]
fn dev_shows_the_calls_of_other_processes_without_what_is_in_them() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let folder = tempfile::Builder::new().prefix("dev").tempdir().unwrap();
    write(folder.path(), NULL, '1');
    let call = ["op", "call", "action:worker.scan.input.v1", "--input", "\"in confidence\""];
    install(&spacedrive, NULL);
    spacedrive.json(call);
    let calls = spacedrive.data.path().join("calls");
    assert!(!calls.exists(), "nobody watches");

    let mut dev = Dev::start(&spacedrive, folder.path(), &["--library", &library]);
    dev.wait_for("watching");
    spacedrive.json(call);
    let shown = dev.wait_for("runs action:worker.scan.input.v1");
    assert!(shown.contains(": OK in ") && !shown.contains("confidence"), "{shown}");
    let written = fs::read_to_string(calls.join("calls.jsonl")).unwrap();
    assert!(written.contains("action:worker.scan.input.v1"), "{written}");
    assert!(!written.contains("confidence"), "{written}");
    dev.child.kill().unwrap();
    dev.child.wait().unwrap();
}

#[test]
fn nobody_is_asked_where_there_is_no_terminal() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::Builder::new().prefix("dev").tempdir().unwrap();
    let ran = spacedrive.run(["ext", "dev", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("`--yes` agrees"), "{ran:?}");
}
