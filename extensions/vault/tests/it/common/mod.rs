//! A vault on the fake host.

use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;
use vault::extension::Extension;

/// The master password of all tests.
pub(crate) const MASTER: &str = "master-canary-7d1f";

/// Calls an operation of the extension.
pub(crate) fn call(host: &FakeHost, method: &str, input: Value) -> Result<Value> {
    host.call::<Extension, _, Value>(method, &input)
}

/// Makes a host with an unlocked vault.
pub(crate) fn unlocked() -> FakeHost {
    let host = FakeHost::new();
    call(&host, "action:vault.create.input.v1", json!({ "new_password": MASTER })).unwrap();
    unlock(&host, MASTER).unwrap();
    host
}

/// Unlocks the vault.
pub(crate) fn unlock(host: &FakeHost, password: &str) -> Result<Value> {
    call(host, "action:vault.unlock.input.v1", json!({ "master_password": password }))
}

/// Locks the vault.
pub(crate) fn lock(host: &FakeHost) {
    call(host, "action:vault.lock.input.v1", json!({})).unwrap();
}

/// Adds a login, and returns its id.
pub(crate) fn add_login(host: &FakeHost, title: &str, password: &str) -> Uuid {
    let input = json!({
        "kind": "login", "title": title, "password": password,
        "values": { "username": "user-canary-33", "url": "https://url-canary-41.example" },
    });
    let row = call(host, "action:vault.add.input.v1", input).unwrap();
    serde_json::from_value(row["id"].clone()).unwrap()
}

/// Returns a field of an item.
pub(crate) fn get(host: &FakeHost, item: impl ToString, field: &str) -> Result<String> {
    let input = json!({ "item": item.to_string(), "field": field });
    Ok(call(host, "query:vault.get.v1", input)?.as_str().unwrap().to_owned())
}

/// Returns all bytes that the library holds.
pub(crate) fn all_bytes(host: &FakeHost) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in host.entries() {
        all.extend(serde_json::to_vec(&entry).unwrap());
        for sidecar in host.client().vdfs().list_sidecars(entry.id).unwrap() {
            all.extend(sidecar.name.as_bytes());
            all.extend(host.sidecar(entry.id, &sidecar.name).unwrap());
        }
    }
    all
}

/// Tells whether bytes hold a text.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
