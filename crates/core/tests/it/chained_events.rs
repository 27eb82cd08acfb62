//! Events that extensions cause for each other while they are delivered.

use std::fmt::Write as _;

use ext_perm::{Effect, Rule};
use serde_json::json;
use spacedrive_core::permissions::Consent;
use uuid::Uuid;

use crate::common::World;

/// A guest that makes an entry `from/ID` for each event, after `rounds` of work.
fn guest(library: Uuid, id: &str, rounds: u64) -> Vec<u8> {
    let bytes = library.as_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    });
    let entry = json!({ "name": id, "path": format!("from/{id}"), "entry_type": "note" });
    let entry = entry.to_string();
    let (length, entry) = (entry.len(), entry.replace('"', "\\22"));
    ext_testing::guest(&format!(
        r#"(data (i32.const 16) "action:vdfs.create_entry.input.v1")
        (data (i32.const 128) "{bytes}")
        (data (i32.const 160) "{entry}")
        (func (export "plugin_on_event") (param i32 i32) (result i32) (local $left i64)
            (local.set $left (i64.const {rounds}))
            (loop $work
                (local.set $left (i64.sub (local.get $left) (i64.const 1)))
                (br_if $work (i64.gt_s (local.get $left) (i64.const 0))))
            (i32.load offset=4
                (call $call (i32.const 16) (i32.const 33) (i32.const 128) (i32.const 160)
                    (i32.const {length}))))"#
    ))
}

fn install(world: &World, id: &str, rounds: u64) {
    let manifest = json!({
        "id": id, "name": id, "version": "1.0.0", "wasm_file": "guest.wasm",
        "permissions": { "methods": ["vdfs.*"], "libraries": ["*"] },
        "events": ["entry.created"], "limits": { "compute_timeout_ms": 30_000 },
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    std::fs::write(folder.path().join("guest.wasm"), guest(world.library, id, rounds)).unwrap();
    let candidate = world.core.extensions().candidate(folder.path()).unwrap();
    world.core.extensions().install(candidate, Consent::All).unwrap();
}

/// `first` works on the file for a while, and makes an entry, at which `second` makes one for `first`:
/// by then `first` had left.
#[test]
fn what_the_last_event_of_one_extension_causes_in_another_one_comes_back_to_it() {
    let world = World::new();
    install(&world, "first", 500_000_000);
    install(&world, "second", 1);
    let elsewhere = Some(vec!["in/**".parse().unwrap()]);
    let rule = Rule { entries: elsewhere, ..Rule::new(Effect::Deny) };
    world.core.permissions().deny("second", rule).unwrap();
    let folder = world.file("a.txt", "a").parent().unwrap().to_owned();
    let library = world.library();
    let report = library.import_into("in", &[folder], &mut |_| {}).unwrap();
    assert!(report.failures.is_empty(), "{:?}", report.failures);
    let processed = ["first", "second"].map(|id| report.processed.get(id).copied());
    assert_eq!(processed, [Some(2), Some(1)]);
    for id in ["first", "second"] {
        assert_eq!(library.waiting_events(id).unwrap(), 0, "{id}");
    }
}
