//! The typed clients and SDKs in `sdk/`, generated from what `rpc.discover` answers.
//!
//! `cargo xtask bindgen` writes them; without it this test compares them.

mod assemblyscript;
mod c;
mod go;
mod guest;
mod model;
mod python;
mod typescript;
mod zig;

use std::{fs, path::Path};

use spacedrive_core::{OfferedOperation, USER_FAMILIES};

use crate::{guest::Guest, model::Model};

/// With it set, the files are written instead of compared.
const WRITE: &str = "SPACEDRIVE_WRITE_CLIENTS";

fn operations() -> Vec<OfferedOperation> {
    let data = tempfile::tempdir().unwrap();
    spacedrive_core::Core::open(data.path()).unwrap().operations()
}

fn model(operations: &[OfferedOperation]) -> Model {
    let model = Model::of(&spacedrive_daemon::openrpc_document(operations));
    assert!(model.operations.len() > 50 && model.types.len() > 100);
    model
}

#[test]
fn the_typed_clients_are_those_of_the_operations() {
    let model = model(&operations());
    check("sdk/typescript/src/operations.ts", &typescript::file(&model));
    check("sdk/python/spacedrive_client/operations.py", &python::file(&model));
}

#[test]
fn the_sdks_for_extensions_are_those_of_the_operations() {
    let operations = operations();
    let model = model(&operations);
    // Those that an extension may be granted.
    let guest = Guest::of(&model, |method| {
        let family = method.split([':', '.']).nth(1).unwrap();
        let is_offered = operations.iter().any(|it| it.method == method && !it.host_only);
        is_offered && !USER_FAMILIES.contains(&family)
    });
    assert!(guest.calls.len() > 30, "{} operations", guest.calls.len());
    check("sdk/c/spacedrive/operations.h", &c::header(&guest));
    check("sdk/c/spacedrive/operations.c", &c::source(&guest));
    check("sdk/zig/spacedrive/operations.zig", &zig::file(&guest));
    check("sdk/go/spacedrive/operations.go", &go::file(&guest));
    check("sdk/assemblyscript/spacedrive/operations.ts", &assemblyscript::file(&guest));
    check("sdk/assemblyscript/spacedrive/codes.ts", &assemblyscript::codes());
}

fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is of other operations: run `cargo xtask bindgen`");
}
