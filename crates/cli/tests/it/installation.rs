//! Installations that are killed, downgrades, and files that changed, as a user sees them.

use std::{fs, path::Path, thread, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::Spacedrive;

fn source(version: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "demo.wasm",
        "operations": [{ "method": "query:demo.run.v1" }],
    });
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("demo.wasm"), wasm(version)).unwrap();
    folder
}

fn install<'a>(source: &'a TempDir, more: &[&'a str]) -> Vec<&'a str> {
    let path = source.path().to_str().unwrap();
    [&["ext", "install", path, "--yes"], more].concat()
}

fn wasm(version: &str) -> Vec<u8> {
    ext_testing::small_guest(&format!(
        r#"(@custom "version" "{version}")
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 0))"#
    ))
}

/// Names in a folder that only an unfinished installation leaves there.
fn leftovers(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.starts_with(".new-") || name.starts_with(".tmp")).collect()
}

#[test]
fn pkg_25_a_kill_at_any_point_leaves_the_old_version_or_the_new() {
    let spacedrive = Spacedrive::new();
    let (one, two) = (source("1.0.0"), source("2.0.0"));
    let commands =
        [install(&one, &["--allow-downgrade"]), install(&two, &[]), vec!["ext", "remove", "demo"]];
    for round in 0_u64..18 {
        let command = &commands[round as usize % 3];
        let mut child = spacedrive.command(command).spawn().unwrap();
        thread::sleep(Duration::from_millis(round * 37 % 400));
        let _ = child.kill(); // it may have ended
        child.wait().unwrap();
        let listed = spacedrive.json(["ext", "list"]);
        let listed = listed.as_array().unwrap();
        assert!(listed.len() <= 1, "{listed:?}");
        for shown in listed {
            assert_eq!(shown["state"], "ready", "{shown}");
            assert!(["1.0.0", "2.0.0"].contains(&shown["version"].as_str().unwrap()), "{shown}");
        }
    }
    let ran = spacedrive.run(install(&two, &[]));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for folder in ["extensions", "grants"] {
        assert_eq!(leftovers(&spacedrive.data.path().join(folder)), [""; 0], "{folder}");
    }
    assert_eq!(spacedrive.run(["ext", "remove", "demo"]).code, Some(0));
    assert!(!spacedrive.data.path().join("grants/demo.json").exists());
}

#[test]
fn pkg_19_a_downgrade_is_refused_with_the_option_that_allows_it() {
    let spacedrive = Spacedrive::new();
    let (one, two) = (source("1.0.0"), source("2.0.0"));
    assert_eq!(spacedrive.run(install(&two, &[])).code, Some(0));
    let refused = spacedrive.run(install(&one, &[]));
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for part in ["`demo` 1.0.0 is older than 2.0.0", "--allow-downgrade"] {
        assert!(refused.stderr.contains(part), "{part} is missing in {}", refused.stderr);
    }
    let wanted = spacedrive.run(install(&one, &["--allow-downgrade"]));
    assert_eq!(wanted.code, Some(0), "{wanted:?}");
    assert!(wanted.stderr.contains("older than 2.0.0"), "{}", wanted.stderr);
}

#[test]
fn pkg_28_a_changed_file_is_told_wherever_extensions_are_shown() {
    let spacedrive = Spacedrive::new();
    assert_eq!(spacedrive.run(install(&source("1.0.0"), &[])).code, Some(0));
    let home = spacedrive.data.path().join("extensions/demo");
    let file = home.join(fs::read_to_string(home.join("current")).unwrap()).join("demo.wasm");
    fs::write(&file, wasm("another")).unwrap();
    let state = |shown: &Value| (shown["state"].clone(), shown["changed"].clone());
    let expected = (json!("changed"), json!("demo.wasm"));
    assert_eq!(state(&spacedrive.json(["ext", "list"])[0]), expected);
    assert_eq!(state(&spacedrive.json(["ext", "info", "demo"])), expected);
    let shown = spacedrive.run(["ext", "list"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("E_PKG_HASH"), "{shown:?}");
    let library = spacedrive.library();
    let ran = spacedrive.run(["op", "call", "query:demo.run.v1", "--library", &library]);
    assert!(ran.stderr.contains("E_PKG_HASH") && ran.stderr.contains("ext install"), "{ran:?}");
    assert_eq!(spacedrive.run(["ext", "remove", "demo"]).code, Some(0));
}

#[test]
fn a_damaged_extension_is_listed_and_mended_as_doctor_says() {
    let spacedrive = Spacedrive::new();
    let one = source("1.0.0");
    spacedrive.json(install(&one, &[]));
    let home = spacedrive.data.path().join("extensions/demo");
    let current = home.join("current");
    fs::write(&current, "").unwrap();
    assert_eq!(spacedrive.json(["ext", "list"])[0]["state"], "damaged");
    let said = String::from_utf8(spacedrive.run(["doctor"]).stdout).unwrap();
    assert!(said.contains("bad   extensions"), "{said}");
    assert!(said.contains("`spacedrive ext remove demo` removes it"), "{said}");
    let unknown = spacedrive.run(["demo", "list"]).stderr;
    assert!(unknown.contains("the extension `demo` is damaged"), "{unknown}");
    spacedrive.json(["ext", "remove", "demo"]);
    assert_eq!(spacedrive.json(["ext", "list"]), json!([]));
    spacedrive.json(install(&one, &[]));
    assert_eq!(spacedrive.json(["ext", "list"])[0]["state"], "ready");
}
