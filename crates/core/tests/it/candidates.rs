//! A version that is not accepted yet: it reads, and nothing of it stays when it is refused.

use std::fmt::Write as _;

use ext_wire::ErrorCode;
use serde_json::json;
use spacedrive_core::{CoreError, permissions::Consent};
use uuid::Uuid;

use crate::common::World;

/// Bodies of `plugin_init`: `$write` and `$read` give the code that the host answers.
const WRITES: &str = "call $write";
const WRITES_IF_IT_MAY: &str = "call $write drop i32.const 0";
const READS: &str = "call $read";

fn manifest(version: &str) -> String {
    json!({
        "id": "demo", "name": "Demo", "version": version, "wasm_file": "guest.wasm",
        "permissions": { "methods": ["vdfs.*"], "libraries": ["*"] },
        "operations": [{ "method": "query:demo.run.v1" }],
    })
    .to_string()
}

/// A guest with this body of `plugin_init`, and of `plugin_cleanup` and `plugin_restore`.
fn guest(library: Uuid, init: &str, later: &str) -> Vec<u8> {
    let bytes = library.as_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    });
    ext_testing::guest(&format!(
        r#"(data (i32.const 16) "action:vdfs.create_entry.input.v1")
        (data (i32.const 64) "query:vdfs.list_entries.v1")
        (data (i32.const 128) "{bytes}")
        (data (i32.const 160) "{{\22name\22:\22m\22,\22path\22:\22m\22,\22entry_type\22:\22note\22}}")
        (data (i32.const 256) "{{}}")
        (data (i32.const 320) "\04\00\00\00\00\00\00\00null")
        (func $write (result i32) (i32.load offset=4
            (call $call (i32.const 16) (i32.const 33) (i32.const 128) (i32.const 160) (i32.const 43))))
        (func $read (result i32) (i32.load offset=4
            (call $call (i32.const 64) (i32.const 26) (i32.const 128) (i32.const 256) (i32.const 2))))
        (func (export "plugin_init") (result i32) {init})
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 320))
        (func (export "plugin_save") (result i32) (i32.const 320))
        (func (export "plugin_restore") (param i32 i32) (result i32) {later})
        (func (export "plugin_cleanup") (result i32) {later})"#
    ))
}

fn candidate(world: &World, version: &str, init: &str, later: &str) -> spacedrive_core::Candidate {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.json"), manifest(version)).unwrap();
    let wasm = guest(world.library, init, later);
    std::fs::write(folder.path().join("guest.wasm"), wasm).unwrap();
    world.core.extensions().candidate(folder.path()).unwrap()
}

fn install(world: &World, init: &str, later: &str) -> Result<(), CoreError> {
    let candidate = candidate(world, "1.0.0", init, later);
    world.core.extensions().install(candidate, Consent::All).map(drop)
}

fn update(world: &World, init: &str, later: &str) -> Result<(), CoreError> {
    let candidate = candidate(world, "1.1.0", init, later);
    world.core.extensions().update(candidate, Consent::All).map(drop)
}

fn run(world: &World) {
    world.core.call("query:demo.run.v1", Some(world.library), b"null".as_slice().into()).unwrap();
}

#[test]
fn rel_04_nothing_of_a_failed_installation_stays() {
    let world = World::new();
    for failing in [WRITES, "call $write drop i32.const 144", "call $write drop unreachable"] {
        install(&world, failing, "i32.const 0").unwrap_err();
        assert!(world.entries().is_empty(), "{failing}");
        assert!(world.core.extensions().list().is_empty());
    }
    let text = install(&world, WRITES, "i32.const 0").unwrap_err().to_string();
    assert!(text.contains("38"), "it got E_STOPPED: {text}");
}

#[test]
fn rel_04_a_trial_reads_and_its_cleanup_leaves_nothing() {
    let world = World::new();
    install(&world, READS, WRITES).unwrap();
    install(&world, WRITES_IF_IT_MAY, WRITES).unwrap();
    assert!(world.entries().is_empty());
}

#[test]
fn rel_04_an_installed_version_writes_in_its_init() {
    let world = World::new();
    install(&world, WRITES_IF_IT_MAY, "i32.const 0").unwrap();
    run(&world);
    assert_eq!(world.entries().len(), 1);
}

#[test]
fn rel_04_an_update_that_fails_leaves_nothing() {
    let world = World::new();
    install(&world, "i32.const 0", "i32.const 0").unwrap();
    run(&world);
    for (init, restore) in [(WRITES, "i32.const 0"), ("i32.const 0", WRITES)] {
        let error = update(&world, init, restore).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Reload, "{init} {restore}: {error}");
        assert!(world.entries().is_empty(), "{init} {restore}");
    }
    // The old version goes on, and one that only reads takes over.
    run(&world);
    update(&world, READS, READS).unwrap();
    run(&world);
}
