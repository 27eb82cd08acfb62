//! Manifests in folders.

use std::fs;

use ext_manifest::{MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest, ManifestError};

const NEEDED: &str = "a folder with manifest.json and the .wasm is needed";

#[test]
fn a_folder_with_a_manifest_is_read() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(MANIFEST_FILE), crate::common::full().to_string()).unwrap();
    let manifest = Manifest::from_dir(dir.path()).unwrap();
    assert_eq!(manifest.wasm_path(dir.path()), dir.path().join("finance.wasm"));
}

#[test]
fn what_is_missing_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("finance.wasm");
    fs::write(&file, b"\0asm").unwrap();
    for (path, start) in [
        (dir.path().join("nowhere"), "there is no folder "),
        (file.clone(), ""),
        (dir.path().to_owned(), "there is no manifest.json in "),
    ] {
        let message = Manifest::from_dir(&path).unwrap_err().to_string();
        assert!(message.starts_with(start) && message.ends_with(NEEDED), "{message}");
    }
    assert!(matches!(Manifest::from_dir(&file), Err(ManifestError::NotFolder(_))));
}

#[test]
fn a_manifest_that_is_no_file_or_too_long_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(MANIFEST_FILE);
    fs::create_dir(&path).unwrap();
    assert!(matches!(Manifest::from_dir(dir.path()), Err(ManifestError::Read { .. })));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, vec![b' '; MAX_MANIFEST_BYTES + 100]).unwrap();
    assert!(matches!(Manifest::from_dir(dir.path()), Err(ManifestError::TooLarge)));
}
