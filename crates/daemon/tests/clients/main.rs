//! The typed clients in `sdk/`, generated from what `rpc.discover` answers.
//!
//! `cargo xtask bindgen` writes them; without it this test compares them.

mod model;
mod python;
mod typescript;

use std::{fs, path::Path};

use crate::model::Model;

/// With it set, the files are written instead of compared.
const WRITE: &str = "SPACEDRIVE_WRITE_CLIENTS";

#[test]
fn the_typed_clients_are_those_of_the_operations() {
    let data = tempfile::tempdir().unwrap();
    let core = spacedrive_core::Core::open(data.path()).unwrap();
    let model = Model::of(&spacedrive_daemon::openrpc_document(&core.operations()));
    assert!(model.operations.len() > 50 && model.types.len() > 100);
    check("sdk/typescript/src/operations.ts", &typescript::file(&model));
    check("sdk/python/spacedrive_client/operations.py", &python::file(&model));
}

fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is of other operations: run `cargo xtask bindgen`");
}
