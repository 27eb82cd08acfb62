//! The commands, their answers and their errors.

use std::fs;

use crate::common::{Spacedrive, ran};
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
fn a_misspelt_method_of_an_extension_is_answered_with_those_that_are_written_like_it() {
    let Some((spacedrive, _)) = Spacedrive::with_extension("finance") else { return };
    for misspelt in ["query:finance.exprot.v1", "query:finanse.export.v1", "query:export.v1"] {
        for args in [vec!["op", "call"], vec!["job", "schedule", "--every", "1h"]] {
            let ran = spacedrive.run([args.as_slice(), &[misspelt]].concat());
            assert_eq!(ran.code, Some(1), "{ran:?}");
            let near = misspelt == "query:export.v1"
                || ran.stderr.contains("; there is query:finance.export.v1");
            assert!(near && ran.stderr.contains("spacedrive op list"), "{ran:?}");
        }
    }
}

#[test]
fn a_method_may_be_named_without_kind_and_version() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let status = spacedrive.json(["op", "call", "query:core.status.v1"]);
    assert_eq!(spacedrive.json(["op", "call", "core.status"])["version"], status["version"]);
    let started = spacedrive.run(["job", "start", "vdfs.check_contents", "--library", &library]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let scheduled = ["job", "schedule", "work.scan_locations", "--every", "1d", "-l", &library];
    assert_eq!(spacedrive.json(scheduled)["method"], "action:work.scan_locations.input.v1");
    assert_eq!(spacedrive.run(["job", "unschedule", "work.scan_locations"]).code, Some(0));
    let wrong = spacedrive.run(["job", "start", "vdfs.check_content", "--library", &library]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.stderr.contains("; there is query:vdfs.check_contents.v1"), "{wrong:?}");
}

#[test]
fn a_schedule_is_found_by_the_short_name_of_an_operation_that_is_gone() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let scheduled = ["job", "schedule", "work.scan_locations", "--every", "1d", "-l", &library];
    spacedrive.json(scheduled);
    // As it is when the extension of the operation was removed.
    let kept = spacedrive.data.path().join("schedules.json");
    let gone = fs::read_to_string(&kept).unwrap().replace("work.scan_locations", "gone.scan");
    fs::write(&kept, gone).unwrap();
    let removed = spacedrive.json(["job", "unschedule", "gone.scan"]);
    assert_eq!(removed["method"], "action:gone.scan.input.v1");
}

#[test]
fn one_of_two_schedules_of_an_operation_is_named_by_its_id() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let schedule = |every| {
        let method = "work.scan_locations";
        let args = ["job", "schedule", method, "--every", every, "-l", &library];
        spacedrive.json(args)["id"].as_str().unwrap().to_owned()
    };
    let (daily, hourly) = (schedule("1d"), schedule("1h"));
    for name in ["work.scan_locations", "action:work.scan_locations.input.v1"] {
        let several = spacedrive.run(["job", "unschedule", name]);
        assert_eq!(several.code, Some(1), "{several:?}");
        assert!(several.stderr.contains("2 schedules call"), "{several:?}");
    }
    assert_eq!(spacedrive.json(["job", "unschedule", &hourly])["id"], hourly.as_str());
    assert_eq!(spacedrive.json(["job", "unschedule", "work.scan_locations"])["id"], daily.as_str());
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
        (&["op", "call", "query:vdfs.get_entrie.v1"], 1, "; there is query:vdfs.get_entry.v1"),
        (&["op", "call", "query:core.quotas.v1"], 1, "; there is query:core.quota.v1"),
        (&["op", "call", "nonsense"], 1, "nonsense"),
        (&["ext", "call", "core.statos"], 1, "there is no method"),
        (&["op", "call", "query:core.status.v1", "--input", "{"], 1, "not JSON"),
        (&["op", "call", "query:core.status.v1", "--input", "@/no/file"], 1, "/no/file"),
        (&["op", "call", "query:core.status.v1", "-l", &library], 1, "takes no library"),
        (&["ext", "info", "nope"], 1, "spacedrive ext list"),
        (&["ext", "remove", "nope"], 1, "spacedrive ext list"),
        (&["runtime", "remove", "nope"], 1, "there is no runtime `nope`"),
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

#[test]
fn work_is_done_where_nobody_reads_what_is_told_of_it() {
    let spacedrive = Spacedrive::new();
    let demo = idle(r#"{"methods":["vdfs.read_contents"],"libraries":["*"]}"#, "1.0.0");
    let install = ["ext", "install", "--yes", demo.path().to_str().unwrap()];
    let mut child = spacedrive
        .command(install)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(spacedrive.json(["ext", "list"])[0]["id"], "demo");
}

/// An extension in WebAssembly text that does nothing, in a folder.
fn idle(permissions: &str, version: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        r#"{{"id":"demo","name":"Demo","version":"{version}","wasm_file":"demo.wasm","permissions":{permissions}}}"#
    );
    fs::write(folder.path().join("manifest.json"), manifest).unwrap();
    fs::write(folder.path().join("demo.wasm"), ext_testing::guest("")).unwrap();
    folder
}

#[test]
fn permissions_are_listed_granted_revoked_reset_and_explained() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let folder = idle(r#"{"methods":["vdfs.*"],"libraries":["*"]}"#, "1.0.0");
    let path = folder.path().to_str().unwrap();
    let nobody = spacedrive.run(["ext", "install", path]);
    assert!(nobody.code == Some(1) && nobody.stderr.contains("--yes"), "{nobody:?}");
    assert!(nobody.stderr.contains("read your files"), "{}", nobody.stderr);
    spacedrive.json(["ext", "install", path, "--yes"]);

    let method = "query:vdfs.get_entry.v1";
    let explain =
        || spacedrive.json(["permission", "explain", "demo", method, "--library", &library]);
    assert_eq!(explain()["allowed"], true);
    let denied = ["permission", "deny", "demo", "--method", "query:vdfs.get_entry"];
    let number = spacedrive.json(denied)["grant"].to_string();
    assert_eq!(explain()["denied_by"][0]["rule"], "denied");
    spacedrive.json(["permission", "revoke", "demo", &number]);
    assert_eq!(explain()["allowed"], true);
    spacedrive.json(["permission", "reset", "demo"]);
    let explained =
        spacedrive.run(["permission", "explain", "demo", method, "--library", &library]);
    let text = String::from_utf8(explained.stdout).unwrap();
    assert!(
        text.starts_with("denied") && text.contains("spacedrive permission grant demo"),
        "{text}"
    );

    let some = [
        "permission",
        "grant",
        "demo",
        "--entries",
        "mails/**",
        "--library",
        &library,
        "--for",
        "session",
    ];
    spacedrive.json(some);
    let with = |entry| {
        let args =
            ["permission", "explain", "demo", method, "--library", &library, "--entry", entry];
        spacedrive.json(args)["allowed"].clone()
    };
    assert_eq!((with("mails/a.eml"), with("taxes.pdf")), (json!(true), json!(false)));
    let listed = spacedrive.json(["permission", "list"]);
    assert_eq!(listed[0]["grants"][0]["rule"]["entries"], json!(["mails/**"]));

    let tail = spacedrive.json(["audit", "tail"]);
    let events: Vec<&Value> =
        tail.as_array().unwrap().iter().map(|record| &record["event"]).collect();
    for event in ["installed", "granted", "revoked"] {
        assert!(events.contains(&&json!(event)), "{event} is missing in {events:?}");
    }
    assert_eq!(spacedrive.json(["audit", "verify"])["broken"], Value::Null);
}

#[test]
fn perm_20_an_update_that_asks_for_more_is_agreed_to_or_deferred() {
    let spacedrive = Spacedrive::new();
    let (old, new) = (idle("{}", "1.0.0"), idle(r#"{"libraries":["*"]}"#, "1.1.0"));
    spacedrive.json(["ext", "install", old.path().to_str().unwrap(), "--yes"]);
    let path = new.path().to_str().unwrap();
    let deferred = spacedrive.json(["ext", "install", path, "--defer"]);
    assert_eq!(deferred["waiting"], "demo");
    assert_eq!(spacedrive.json(["ext", "info", "demo"])["version"], "1.0.0");
    let asked = spacedrive.run(["ext", "update", "demo", "--yes"]);
    assert!(asked.code == Some(0) && asked.stderr.contains("newly asks"), "{asked:?}");
    assert!(asked.stderr.contains("RISK: works in all libraries"), "{}", asked.stderr);
    assert_eq!(spacedrive.json(["ext", "info", "demo"])["version"], "1.1.0");
    let none = spacedrive.run(["ext", "update", "demo", "--yes"]);
    assert!(none.stderr.contains("`demo` has no pending update"), "{none:?}");
}

/// Runs a command with a former name, which must be wrong arguments and change nothing.
fn former(args: &[&str], successor: &str) {
    let spacedrive = Spacedrive::new();
    let folder = idle(r#"{"methods":["vdfs.*"],"libraries":["*"]}"#, "1.0.0");
    spacedrive.json(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    let before = spacedrive.json(["permission", "list"]);
    let ran = spacedrive.run(args);
    assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
    assert!(ran.stderr.contains(successor), "{args:?}: {}", ran.stderr);
    assert_eq!(spacedrive.json(["permission", "list"]), before, "{args:?}");
}

#[test]
fn wait_is_an_error_that_names_defer() {
    former(&["ext", "install", "demo", "--wait"], "`--wait` is now `--defer`");
}

#[test]
fn old_rights_is_an_error_that_names_keep_permissions() {
    for command in ["install", "update"] {
        let args = ["ext", command, "demo", "--old-rights"];
        former(&args, "`--old-rights` is now `--keep-permissions`");
    }
}

#[test]
fn a_revoke_that_would_deny_is_an_error_that_names_deny() {
    for rule in [
        ["--method", "vdfs.*"],
        ["--library", "*"],
        ["--domain", "https://example.com"],
        ["--entries", "private/**"],
        ["--sidecar", "*.json"],
        ["--for", "session"],
    ] {
        former(&[&["permission", "revoke", "demo"], &rule[..]].concat(), "`permission deny`");
        former(&[&["permission", "revoke", "demo", "1"], &rule[..]].concat(), "`permission deny`");
    }
    let all = ["permission", "revoke", "demo", "--all", "-l", "*"];
    former(&all, "`permission deny`");
    former(&["permission", "revoke", "demo"], "<NUMBER");
}

#[test]
fn grants_come_from_a_file() {
    let spacedrive = Spacedrive::new();
    let folder = idle(r#"{"methods":["vdfs.*"],"libraries":["*"]}"#, "1.0.0");
    let path = folder.path().to_str().unwrap();
    let file = spacedrive.data.path().join("grants-to-give.json");
    fs::write(&file, r#"{"grants":[{"effect":"allow","method":["vdfs.*"]}]}"#).unwrap();
    let wrong = spacedrive.run(["ext", "install", path, "--grant", file.to_str().unwrap()]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("unknown field `method`"), "{wrong:?}");
    fs::write(&file, r#"{"grants":[{"effect":"allow","methods":["query:vdfs.*"]}]}"#).unwrap();
    spacedrive.json(["ext", "install", path, "--grant", file.to_str().unwrap()]);
    let listed = spacedrive.json(["permission", "list", "demo"]);
    assert_eq!(listed[0]["grants"][0]["rule"]["methods"], json!(["query:vdfs.*"]));
}
