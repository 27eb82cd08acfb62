//! The commands, their answers and their errors.

mod common;

use std::fs;

use common::{Spacedrive, ran};
use serde_json::{Value, json};

#[test]
fn a_library_is_made_and_listed() {
    let spacedrive = Spacedrive::new();
    let made = spacedrive.run(["library", "create", "Papers"]);
    let id = String::from_utf8(made.stdout).unwrap();
    let listed = spacedrive.json(["library", "list"]);
    assert_eq!(listed[0]["id"], id.trim());
    assert_eq!(listed[0]["name"], "Papers");
    let table = spacedrive.run(["library", "list"]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("Papers"));
}

#[test]
fn imported_files_are_entries_and_found() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    fs::create_dir(&notes).unwrap();
    fs::write(notes.join("coffee.txt"), "Coffee 3.20").unwrap();
    fs::write(notes.join("tea.txt"), "Tea 2.80").unwrap();
    let notes = notes.to_str().unwrap();
    let report = spacedrive.json(["import", notes, "--library", &library]);
    assert_eq!((&report["created"], &report["failures"]), (&json!(2), &json!([])));
    // The library may be named by its name as well.
    let again = spacedrive.json(["import", notes, "--library", "Test"]);
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(2)));

    let entries = spacedrive.json(["entry", "list", "--library", &library]);
    assert_eq!(entries.as_array().unwrap().len(), 2);
    let shown = spacedrive.json(["entry", "show", "notes/tea.txt", "--library", &library]);
    assert_eq!(shown["entry"]["name"], "tea.txt");
    assert_eq!(shown["entry"]["size"], 8);
    let hits = spacedrive.json(["search", "coff*", "--library", &library]);
    assert_eq!(hits[0]["entry"]["path"], "notes/coffee.txt");
    let one = spacedrive.json(["entry", "list", "--library", &library, "--limit", "1"]);
    assert_eq!(one.as_array().unwrap().len(), 1);
}

#[test]
fn operations_are_listed_with_schemas_and_called() {
    let spacedrive = Spacedrive::new();
    let operations = spacedrive.json(["op", "list"]);
    let all = operations.as_array().unwrap();
    let ocr = all.iter().find(|op| op["method"] == "query:ai.ocr.v1").unwrap();
    assert_eq!(ocr["input"]["type"], "object");
    let status = spacedrive.json(["op", "call", "query:core.status.v1"]);
    assert_eq!(status["methods"], all.len());

    let library = spacedrive.library();
    let file = spacedrive.data.path().join("input.json");
    fs::write(&file, r#"{"text":"Total 3.20 EUR","prompt":"total","schema":{"type":"object","properties":{"amount":{"type":"number","description":"total to pay"}}}}"#).unwrap();
    let input = format!("@{}", file.display());
    let call =
        ["op", "call", "query:ai.classify_text.v1", "--library", &library, "--input", &input];
    assert_eq!(spacedrive.json(call)["answer"]["amount"], 3.2);
}

#[test]
fn sidecars_are_written_listed_and_read() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let file = spacedrive.data.path().join("a.txt");
    fs::write(&file, "a").unwrap();
    spacedrive.json(["import", file.to_str().unwrap(), "--library", &library]);
    let entry = spacedrive.json(["entry", "list", "--library", &library])[0]["id"].clone();
    let input = json!({ "entry_id": entry, "name": "note.txt", "data": "aGVsbG8=" }).to_string();
    let method = "action:vdfs.write_sidecar.input.v1";
    spacedrive.json(["op", "call", method, "--library", &library, "--input", &input]);
    let entry = entry.as_str().unwrap();
    let sidecars = spacedrive.json(["sidecar", "list", entry, "--library", &library]);
    assert_eq!(sidecars[0]["name"], "note.txt");
    let bytes = spacedrive.run(["sidecar", "get", entry, "note.txt", "--library", &library]);
    assert_eq!(bytes.stdout, b"hello");
}

#[test]
fn errors_say_what_to_do_and_have_codes() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["library", "create", ""], 1, "library name"),
        (&["entry", "list", "--library", "nope"], 1, "spacedrive library list"),
        (&["entry", "show", "nope", "--library", &library], 1, "spacedrive entry list"),
        (&["op", "call", "query:core.statos.v1"], 1, "there is no method"),
        (&["op", "call", "nonsense"], 1, "nonsense"),
        (&["op", "call", "query:core.status.v1", "--input", "{"], 1, "not JSON"),
        (&["op", "call", "query:core.status.v1", "--input", "@/no/file"], 1, "/no/file"),
        (&["op", "call", "query:vdfs.list_entries.v1"], 1, "needs a library"),
        (&["ext", "info", "nope"], 1, "spacedrive ext list"),
        (&["ext", "remove", "nope"], 1, "spacedrive ext list"),
        (&["frobnicate"], 2, "unrecognized subcommand"),
        (&["import", "--library", &library], 2, "required"),
    ];
    for (args, code, says) in cases {
        let ran = spacedrive.run(*args);
        assert_eq!(ran.code, Some(*code), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(says), "{args:?} should say {says:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{args:?}");
    }
    let json = ["--output", "json", "op", "call", "query:no.such.v1"];
    let error: Value = serde_json::from_str(&spacedrive.run(json).stderr).unwrap();
    assert_eq!(error["code"], "E_UNKNOWN_METHOD");
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let spacedrive = Spacedrive::new();
    let mut child = spacedrive
        .command(["--output", "json", "op", "list"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = ran(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}
