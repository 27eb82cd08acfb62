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
