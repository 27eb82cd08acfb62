//! Ownership: an extension does not take over the metadata or entries of another one.

use std::sync::Arc;

use ext_library_sqlite::Libraries;
use ext_manifest::Manifest;
use ext_perm::Engine;
use ext_services::extensions::ExtensionDirectory;
use ext_wire::{ErrorCode, ops::extensions::ExtensionInfo};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::library::Host;

const CREATE: &str = "action:vdfs.create_entry.input.v1";
const UPDATE: &str = "action:vdfs.update_metadata.input.v1";

/// A directory with the extension `own`.
struct Own;

impl ExtensionDirectory for Own {
    fn list(&self) -> Vec<ExtensionInfo> {
        let info = json!({ "id": "own", "name": "Own", "version": "1.0.0", "description": "",
            "wasm_hash": "", "methods": [], "libraries": [], "events": [], "operations": [] });
        vec![serde_json::from_value(info).unwrap()]
    }
}

fn host() -> (TempDir, Host) {
    let data = tempfile::tempdir().unwrap();
    let mut host = Host::new(Arc::new(Libraries::new(data.path()).unwrap()));
    host.services = host.services.with::<dyn ExtensionDirectory>(Arc::new(Own));
    (data, host)
}

fn extension(id: &str) -> Engine {
    let manifest = json!({ "id": id, "name": id, "version": "1.0.0", "wasm_file": "w.wasm",
        "permissions": { "methods": ["vdfs.*"], "libraries": ["*"] } });
    Engine::for_extension(&Manifest::parse(manifest.to_string().as_bytes()).unwrap())
}

fn create(host: &Host, by: &str, path: &str, metadata: Value) -> Result<Value, ErrorCode> {
    let input = json!({ "name": "x", "path": path, "entry_type": "receipt", "metadata": metadata });
    host.call(&extension(by), CREATE, &input).map_err(|error| error.code)
}

fn update(host: &Host, by: &Engine, id: &Value, metadata: Value) -> Result<Value, ErrorCode> {
    let input = json!({ "entry_id": id, "metadata": metadata });
    host.call(by, UPDATE, &input).map_err(|error| error.code)
}

#[test]
fn path_19_metadata_of_another_extension_are_not_changed() {
    let (_data, host) = host();
    let made = create(&host, "own", "receipts/1", json!({ "own": { "complete": true } })).unwrap();
    let id = &made["entry"]["id"];
    for forged in [
        json!({ "own": { "complete": false } }),
        json!({ "own": null }),
        json!({ "own.amount": 1 }),
        json!({ "note": "fine", "own": 1 }),
    ] {
        let denied = update(&host, &extension("att"), id, forged.clone());
        assert_eq!(denied, Err(ErrorCode::DeniedArg), "{forged}");
        let denied = create(&host, "att", "receipts/2", forged.clone());
        assert_eq!(denied, Err(ErrorCode::DeniedArg), "{forged}");
    }
    for fine in [json!({ "att": { "a": 1 } }), json!({ "note": "x" }), json!({ "exif.model": "x" })]
    {
        assert!(update(&host, &extension("att"), id, fine.clone()).is_ok(), "{fine}");
    }
    assert!(update(&host, &extension("own"), id, json!({ "own": { "amount": 2 } })).is_ok());
    assert!(update(&host, &Engine::for_user(), id, json!({ "own": null })).is_ok());
}

#[test]
fn path_19_metadata_of_the_maker_of_an_entry_are_its_own_when_it_is_removed() {
    let (_data, host) = host();
    let made = create(&host, "gone", "a", json!({ "gone": { "n": 1 } })).unwrap();
    let id = &made["entry"]["id"];
    assert_eq!(
        update(&host, &extension("att"), id, json!({ "gone": 2 })),
        Err(ErrorCode::DeniedArg)
    );
}

#[test]
fn path_20_an_entry_of_another_extension_is_not_taken_for_ones_own() {
    let (_data, host) = host();
    assert_eq!(create(&host, "att", "receipts/1", json!({})).unwrap()["created"], true);
    assert_eq!(create(&host, "own", "receipts/1", json!({})), Err(ErrorCode::DeniedArg));
    assert_eq!(create(&host, "att", "receipts/1", json!({})).unwrap()["created"], false);
    host.add("mails/1");
    let users = create(&host, "att", "mails/1", json!({})).unwrap();
    assert_eq!((&users["created"], users["entry"].get("created_by")), (&json!(false), None));
}
