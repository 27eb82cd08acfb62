//! Commands that take long, through a daemon.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    common::{Spacedrive, samples},
    daemon::{Daemon, wait_for},
};

/// The report of an import of the samples, without what differs from run to run.
fn imported(spacedrive: &Spacedrive) -> (Option<i32>, Value) {
    let parent = samples().parent().unwrap().to_owned();
    let folder = samples().file_name().unwrap().to_str().unwrap().to_owned();
    let mut command = spacedrive.command(["import", &folder, "no-such-file", "--output", "json"]);
    let ran = command.current_dir(parent).output().unwrap();
    let mut report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    for field in ["duration_ms", "index", "embedded"] {
        report.as_object_mut().unwrap().remove(field);
    }
    let entries = report.pointer_mut("/parts/finance/entries").and_then(Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        // Each library has its own.
        entry.as_object_mut().unwrap().remove("entry_id");
    }
    (ran.status.code(), report)
}

#[test]
fn an_import_through_a_daemon_says_what_it_says_without_one() {
    let Some((alone, _)) = Spacedrive::with_extension("finance") else { return };
    let Some((served, _)) = Spacedrive::with_extension("finance") else { return };
    let _daemon = Daemon::start(&served, &[]);
    let (code, report) = imported(&alone);
    assert_eq!(report["failures"][0]["path"], "no-such-file", "{report}");
    assert_eq!(imported(&served), (code, report));
    for command in [["event", "dead-letters"], ["ext", "failures"]] {
        let (one, other) = (alone.run(command), served.run(command));
        assert_eq!((one.code, &one.stdout), (other.code, &other.stdout), "{command:?}");
    }
}

#[test]
fn a_client_of_the_daemon_opens_no_library() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let files = many_files(400);
    let _daemon = Daemon::start(&spacedrive, &[]);
    let import = begin_import(&spacedrive, files.path());
    let open = format!("/proc/{}/fd", import.id());
    let mut seen = 0;
    wait_for("the import", || {
        let descriptors = fs::read_dir(&open).into_iter().flatten().flatten();
        let targets = descriptors.filter_map(|fd| fs::read_link(fd.path()).ok());
        let in_libraries =
            targets.filter(|target| target.to_string_lossy().contains("/libraries/")).count();
        assert_eq!(in_libraries, 0);
        seen += 1;
        count(&spacedrive) > 0
    });
    assert!(seen > 0);
    let ended = import.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(count(&spacedrive), 400);
}

#[test]
fn copies_through_a_daemon_are_those_without_one() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let files = many_files(3);
    let imported = begin_import(&spacedrive, files.path()).wait_with_output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let copies = |folder: &Path| {
        let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let backup = spacedrive.json(["library", "backup", "--to", &at("backup")]);
        let export = spacedrive.json(["library", "export", &at("export")]);
        let taken = spacedrive.run(["library", "restore", "--from", &at("backup")]);
        assert!(taken.code == Some(1) && taken.stderr.contains("E_CONFLICT"), "{taken:?}");
        (backup["files"].clone(), backup["name"].clone(), export["files"].clone())
    };
    let (alone, served) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let without = copies(alone.path());
    let _daemon = Daemon::start(&spacedrive, &[]);
    assert_eq!(copies(served.path()), without);
    let other = Spacedrive::new();
    let _other = Daemon::start(&other, &[]);
    let from = served.path().join("backup");
    let back = other.run(["library", "restore", "--from", from.to_str().unwrap()]);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert_eq!(count(&other), 3);
}

#[test]
fn ctrl_c_ends_an_import_in_the_daemon_and_the_daemon_goes_on() {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let files = many_files(3000);
    let _daemon = Daemon::start(&spacedrive, &[]);
    let import = begin_import(&spacedrive, files.path());
    wait_for("the first file", || count(&spacedrive) > 0);
    let pid = import.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ended = import.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((ended.status.code(), &report["stopped"]), (Some(3), &true.into()), "{report}");
    let (created, left) = (report["created"].as_u64().unwrap(), report["left"].as_u64().unwrap());
    assert!(created > 0 && created + left == 3000, "{report}");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(count(&spacedrive), created, "nothing goes on after the last word");
    let rest = begin_import(&spacedrive, files.path()).wait_with_output().unwrap();
    assert!(rest.status.success());
    assert_eq!(count(&spacedrive), 3000);
}

fn many_files(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..count {
        fs::write(folder.path().join(format!("{number}.txt")), number.to_string()).unwrap();
    }
    folder
}

fn begin_import(spacedrive: &Spacedrive, folder: &Path) -> Child {
    let folder = folder.to_str().unwrap();
    let mut command = spacedrive.command(["import", folder, "--no-index", "--output", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn count(spacedrive: &Spacedrive) -> u64 {
    spacedrive.json(["entry", "list"]).as_array().unwrap().len() as u64
}
