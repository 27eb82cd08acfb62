//! An import that is stopped, or killed.

use std::{
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Spacedrive, ran};
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
