//! A daemon as a service of the system: its log, and its word to the service manager.

use std::{fs, os::unix::net::UnixDatagram, time::Duration};

use serde_json::Value;

use crate::{
    common::Spacedrive,
    daemon::{Daemon, wait_for},
};

#[test]
fn the_service_manager_is_told_when_calls_are_answered() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::tempdir().unwrap();
    let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = spacedrive.command(["serve"]);
    let _daemon =
        Daemon::spawn(&spacedrive, command.env("NOTIFY_SOCKET", folder.path().join("notify")));
    let mut message = [0; 100];
    let length = socket.recv(&mut message).unwrap();
    assert_eq!(String::from_utf8_lossy(&message[..length]).trim_end(), "READY=1");
    let unit = spacedrive.run(["serve", "--print-unit", "systemd"]);
    let unit = String::from_utf8(unit.stdout).unwrap();
    assert!(unit.contains("\nType=notify\n") && unit.contains("kill -HUP $MAINPID"), "{unit}");
}

#[test]
fn the_log_of_a_daemon_in_the_background_is_json_if_one_wants() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let started = spacedrive.run(["serve", "--detach", "--log-format", "json"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    fs::write(spacedrive.data.path().join("config.toml"), "[storag]\n").unwrap();
    assert_eq!(spacedrive.run(["serve", "--reload"]).code, Some(1));
    let log = spacedrive.data.path().join("daemon.log");
    wait_for("the mistake", || fs::read_to_string(&log).unwrap().contains("former settings"));
    assert_eq!(spacedrive.run(["serve", "--stop"]).code, Some(0));
    let text = fs::read_to_string(&log).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told: Vec<_> = lines.filter(|line| line["level"] == "warn").collect();
    assert_eq!(told.len(), 1, "{text}");
    assert!(told[0]["message"].as_str().unwrap().contains("line 1"), "{text}");
    assert!(told[0]["time"].as_str().unwrap().ends_with('Z'), "{text}");
}
