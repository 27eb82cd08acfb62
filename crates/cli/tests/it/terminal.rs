//! Stored bytes at a terminal, and in a file.

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::common::Spacedrive;

/// Clears the screen, in seven bits and in eight, and turns the direction of writing.
const NASTY: &str = "a\u{1b}[2Jb\u{9b}31mc\u{202e}d\n";

/// Runs a command at a terminal of its own; `None` where there is no program that makes one.
fn at_terminal(spacedrive: &Spacedrive, args: &str) -> Option<(Option<i32>, String)> {
    let data = spacedrive.data.path().display();
    let program = env!("CARGO_BIN_EXE_spacedrive");
    let command = format!("{program} --data-dir {data} --no-pager {args}");
    let ran = Command::new("script").args(["-qec", &command, "/dev/null"]).output();
    let Ok(ran) = ran else {
        eprintln!("SKIPPED: the program script is not installed");
        return None;
    };
    Some((ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned()))
}

/// A library with an entry `in/a.txt`, whose content and sidecars would steer a terminal.
fn library() -> (Spacedrive, Value) {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), NASTY).unwrap();
    let path = folder.path().display().to_string();
    let ran = spacedrive.run(["import", &path, "--into", "in", "--no-index"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let id = spacedrive.json(["entry", "show", "in/a.txt"])["entry"]["id"].clone();
    for (name, data) in [("text.txt", NASTY.as_bytes()), ("picture.png", b"\x89PNG\0\x1b[2J")] {
        let input = json!({ "entry_id": id, "name": name, "data": blob(data) }).to_string();
        spacedrive.json(["op", "call", "action:vdfs.write_sidecar.input.v1", "--input", &input]);
    }
    (spacedrive, id)
}

fn blob(data: &[u8]) -> Value {
    serde_json::to_value(ext_wire::Blob::from(data.to_vec())).unwrap()
}

fn is_harmless(shown: &str) -> bool {
    shown.chars().all(|c| matches!(c, '\n' | '\r') || !ext_wire::text::is_hidden(c))
}

#[test]
fn log_02_what_is_stored_steers_no_terminal() {
    let (spacedrive, id) = library();
    let metadata = json!({ "entry_id": id, "metadata": { "note": NASTY } }).to_string();
    spacedrive.json(["op", "call", "action:vdfs.update_metadata.input.v1", "--input", &metadata]);
    let get = format!("op call query:vdfs.get_entry.v1 --input '{}'", json!({ "entry_id": id }));
    for args in [
        "sidecar get in/a.txt text.txt",
        "sidecar get in/a.txt text.txt --output json",
        "entry show in/a.txt",
        "entry show in/a.txt --output json",
        "event tail --since 0 --no-follow",
        "event tail --since 0 --no-follow --output json",
        get.as_str(),
        &format!("{get} --output json"),
    ] {
        // The progress is the program's own.
        let quiet = format!("{args} 2>/dev/null");
        let Some((code, shown)) = at_terminal(&spacedrive, &quiet) else { return };
        assert!(code == Some(0) && is_harmless(&shown), "{args}: {shown:?}");
        if args.ends_with("json") {
            shown.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).unwrap()));
        }
    }
    for args in ["entry show 'a\u{9b}31m'", "entry list --a\u{202e}b"] {
        let args = format!("{args} --output json");
        let (code, told) = at_terminal(&spacedrive, &args).unwrap();
        assert!(code.is_some_and(|code| code > 0) && is_harmless(&told), "{args}: {told:?}");
        serde_json::from_str::<Value>(&told).unwrap();
    }
    for args in ["sidecar get in/a.txt picture.png", "entry get in/a.txt --to -"] {
        let (code, shown) = at_terminal(&spacedrive, args).unwrap();
        assert!(code == Some(1) && is_harmless(&shown), "{args}: {shown:?}");
        assert!(shown.contains("FILE"), "it says what to do: {shown}");
    }
}

#[test]
fn what_is_stored_reaches_a_file_byte_by_byte() {
    let (spacedrive, _) = library();
    for (args, data) in [
        (["sidecar", "get", "in/a.txt", "text.txt"], NASTY.as_bytes()),
        (["sidecar", "get", "in/a.txt", "picture.png"], b"\x89PNG\0\x1b[2J"),
    ] {
        assert_eq!(spacedrive.run(args).stdout, data, "{args:?}");
    }
    assert_eq!(spacedrive.run(["entry", "get", "in/a.txt", "--to", "-"]).stdout, NASTY.as_bytes());
}
