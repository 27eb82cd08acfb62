//! The manifest beside the code.

use ext_manifest::Manifest;
use serde_json::Value;
use spacedrive_sdk::Extension as _;
use vault::extension::Extension;

fn manifest() -> Value {
    serde_json::from_str(include_str!("../../manifest.json")).unwrap()
}

#[test]
fn the_manifest_is_one_that_a_host_takes() {
    let manifest = Manifest::parse(include_bytes!("../../manifest.json")).unwrap();
    assert_eq!(manifest.id(), "vault");
}

#[test]
fn the_manifest_names_the_same_operations() {
    let manifest = manifest();
    let operations = manifest["operations"].as_array().unwrap();
    let methods: Vec<_> =
        operations.iter().filter_map(|operation| operation["method"].as_str()).collect();
    let sorted = |mut methods: Vec<&'static str>| {
        methods.sort_unstable();
        methods
    };
    let mut named: Vec<&str> = methods;
    named.sort_unstable();
    assert_eq!(named, sorted(Extension::METHODS.to_vec()));
}

/// What takes the master password, or answers a view, is never a job, a schedule or a tool, and so its
/// answers are not kept either. The rest answers nothing of a vault.
#[test]
fn every_operation_that_opens_the_vault_is_marked_as_secret() {
    let open = [
        "action:vault.lock.input.v1",
        "action:vault.expire.input.v1",
        "query:vault.status.v1",
        "query:vault.generate.v1",
    ];
    let parsed = Manifest::parse(include_bytes!("../../manifest.json")).unwrap();
    for operation in manifest()["operations"].as_array().unwrap() {
        let method = operation["method"].as_str().unwrap();
        let secret = operation["input"]["properties"]
            .as_object()
            .is_some_and(|all| all.values().any(|property| property["writeOnly"] == true));
        let declared = parsed.operation(method).unwrap();
        assert_eq!(secret, declared.takes_secrets(), "{method}");
        assert_ne!(declared.is_kept_nowhere(), open.contains(&method), "{method}");
    }
}
