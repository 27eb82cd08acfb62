//! Files on the disk before an extension is installed, as the system sees them flushed.

use std::{env, fs, path::Path, process::Command};

use crate::common::World;

/// With it set, the test is the program that is watched.
const WATCHED: &str = "SPACEDRIVE_TEST_WATCHED";

/// Copies an extension with files beside the installed ones.
fn make_a_candidate() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let manifest = r#"{ "id": "notes", "name": "Notes", "version": "0.1.0",
        "wasm_file": "guest.wasm", "wasi": "files" }"#;
    fs::create_dir_all(folder.path().join("files/sub")).unwrap();
    for (name, text) in
        [("manifest.json", manifest), ("files/a.txt", "a"), ("files/sub/b.txt", "b")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::write(folder.path().join("guest.wasm"), ext_testing::guest("")).unwrap();
    let candidate = world.core.extensions().candidate(folder.path()).unwrap();
    assert_eq!(candidate.manifest().id(), "notes");
}

/// A crash of the machine leaves the version that `current` names whole.
#[test]
fn every_file_of_a_package_is_flushed_with_its_folder() {
    if env::var_os(WATCHED).is_some() {
        return make_a_candidate();
    }
    let folder = tempfile::tempdir().unwrap();
    let calls = folder.path().join("calls");
    let mut watched = Command::new("strace");
    watched.args(["-f", "-y", "-e", "trace=fsync", "-o"]).arg(&calls);
    watched.arg(env::current_exe().unwrap()).args(["--exact", "--test-threads=1"]);
    watched.arg("flushed::every_file_of_a_package_is_flushed_with_its_folder");
    let ran = watched.env(WATCHED, "1").output();
    let Some(ran) = ran.ok().filter(|_| is_watched(&calls)) else {
        eprintln!("SKIPPED: strace is not there, or may not watch");
        return;
    };
    assert!(ran.status.success(), "{ran:?}");
    let calls = fs::read_to_string(&calls).unwrap();
    let is_flushed = |name: &str| {
        let is_of = |path: &str| path.contains("/.new-") && path.ends_with(&format!("{name}>"));
        calls.lines().any(|call| call.rsplit_once(')').is_some_and(|(call, _)| is_of(call)))
    };
    for name in [
        "/manifest.json",
        "/guest.wasm",
        "/files/a.txt",
        "/files/sub/b.txt",
        "/files/sub",
        "/files",
    ] {
        assert!(is_flushed(name), "{name}: {calls}");
    }
    let is_candidate = |call: &str| {
        call.split_once("/.new-").is_some_and(|(_, rest)| !rest.contains('/') && rest.contains('>'))
    };
    assert!(calls.lines().any(is_candidate), "{calls}");
}

fn is_watched(calls: &Path) -> bool {
    fs::read_to_string(calls).is_ok_and(|calls| calls.contains("fsync("))
}
