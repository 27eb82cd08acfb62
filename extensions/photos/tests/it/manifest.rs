//! The manifest beside the code.

use ext_manifest::Manifest;
use photos::extension::Extension;
use serde_json::Value;
use spacedrive_sdk::Extension as _;

const TEXT: &str = include_str!("../../manifest.json");

#[test]
fn the_manifest_is_one_that_a_host_takes() {
    assert_eq!(Manifest::parse(TEXT.as_bytes()).unwrap().id(), "photos");
}

#[test]
fn the_manifest_names_the_same_operations() {
    let manifest: Value = serde_json::from_str(TEXT).unwrap();
    let operations = manifest["operations"].as_array().unwrap().iter();
    let mut named: Vec<&str> = operations.filter_map(|it| it["method"].as_str()).collect();
    let mut offered = Extension::METHODS.to_vec();
    named.sort_unstable();
    offered.sort_unstable();
    assert_eq!(named, offered);
}

/// Each permission has its reason in the README.
#[test]
fn each_permission_has_a_reason() {
    let manifest: Value = serde_json::from_str(TEXT).unwrap();
    let readme = include_str!("../../README.md");
    for method in manifest["permissions"]["methods"].as_array().unwrap() {
        let (_, name) = method.as_str().unwrap().split_once(':').unwrap();
        let operation = name.split_once('.').unwrap().1;
        assert!(readme.contains(operation), "{name} has no reason");
    }
}
