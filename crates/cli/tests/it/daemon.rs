//! A daemon beside the commands of a test, and what tests wait for.

use std::{
    fs,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::common::Spacedrive;

/// A daemon, which is killed when the test ends.
pub(crate) struct Daemon(Child);

impl Daemon {
    pub(crate) fn start(spacedrive: &Spacedrive, more: &[&str]) -> Self {
        Self::spawn(spacedrive, spacedrive.command(["serve"]).args(more))
    }

    /// Starts a daemon by this command.
    pub(crate) fn spawn(spacedrive: &Spacedrive, command: &mut Command) -> Self {
        let daemon = Self(command.stdout(Stdio::null()).spawn().unwrap());
        wait_for("the daemon", || UnixStream::connect(socket(spacedrive)).is_ok());
        daemon
    }

    /// Returns a number of a file of `/proc` about the daemon.
    pub(crate) fn number(&self, file: &str, name: &str) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap().trim().trim_end_matches(" kB").parse().unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits until the daemon has ended, and returns whether it did so by itself and without a fault.
    pub(crate) fn ends_well(&mut self) -> bool {
        self.0.wait().unwrap().success()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn socket(spacedrive: &Spacedrive) -> std::path::PathBuf {
    spacedrive.data.path().join("daemon.sock")
}

pub(crate) fn wait_for(what: &str, is_there: impl FnMut() -> bool) {
    wait_within(60, what, is_there);
}

pub(crate) fn wait_within(seconds: u64, what: &str, mut is_there: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(seconds);
    while !is_there() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn paths(spacedrive: &Spacedrive) -> Vec<String> {
    let entries = spacedrive.json(["entry", "list"]);
    let path = |entry: &Value| entry["path"].as_str().unwrap().to_owned();
    entries.as_array().unwrap().iter().map(path).collect()
}

pub(crate) fn follow(spacedrive: &Spacedrive, folder: &Path) -> Value {
    spacedrive.json(["location", "add", folder.to_str().unwrap()])
}
