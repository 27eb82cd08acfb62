//! The guests that the page about the ABI shows, in C, built by a real compiler, and in the text format.

use std::{env, fs, path::Path, process::Command};

use serde_json::{Value, json};
use spacedrive_core::permissions::Consent;

use crate::common::World;

/// Set to 1, a compiler that is not there is a failure.
const REQUIRE: &str = "SPACEDRIVE_REQUIRE_C";

const MANIFEST: &str = r#"{
    "id": "tiny", "name": "Tiny", "version": "0.1.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["query:core.status"] },
    "operations": [{ "method": "query:tiny.echo.v1", "description": "Answers with its payload" }]
}"#;

/// Compilers, with their first arguments.
const COMPILERS: [&[&str]; 3] = [
    &["clang", "--target=wasm32"],
    &["zig", "cc", "--target=wasm32-freestanding"],
    &["python3", "-m", "ziglang", "cc", "--target=wasm32-freestanding"],
];

/// Returns the code of `docs/abi.md`, where readers copy it from.
fn source(language: &str) -> String {
    let page = include_str!("../../../../docs/abi.md");
    let open = format!("```{language}\n");
    let blocks = page.split(&open).skip(1);
    let blocks: Vec<_> = blocks.filter_map(|rest| rest.split("```\n").next()).collect();
    assert!(!blocks.is_empty(), "{language}");
    blocks.concat()
}

fn build(folder: &Path) -> Option<Vec<u8>> {
    let (source_file, wasm) = (folder.join("tiny.c"), folder.join("tiny.wasm"));
    fs::write(&source_file, source("c")).unwrap();
    let is_built = |compiler: &&[&str]| {
        let built = Command::new(compiler[0])
            .args(&compiler[1..])
            .args(["-O2", "-nostdlib", "-Wl,--no-entry", "-o"])
            .args([&wasm, &source_file])
            .env("ZIG_GLOBAL_CACHE_DIR", folder.join("cache"))
            .output();
        built.is_ok_and(|output| output.status.success())
    };
    if COMPILERS.iter().any(is_built) {
        return Some(fs::read(wasm).unwrap());
    }
    assert!(env::var_os(REQUIRE).is_none(), "no compiler of C builds the guest");
    eprintln!("SKIPPED: no compiler of C for wasm: clang with wasm-ld, or zig");
    None
}

#[test]
fn the_guest_in_c_of_the_page_runs() {
    let built = tempfile::tempdir().unwrap();
    if let Some(wasm) = build(built.path()) {
        answers(&wasm);
    }
}

#[test]
fn the_guest_in_the_text_format_of_the_page_runs() {
    answers(&wat::parse_str(source("wat")).unwrap());
}

/// Installs the guest and asks it.
fn answers(wasm: &[u8]) {
    let (world, folder) = (World::new(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("manifest.json"), MANIFEST).unwrap();
    fs::write(folder.path().join("guest.wasm"), wasm).unwrap();
    let extensions = world.core.extensions();
    let candidate = extensions.candidate(folder.path()).unwrap();
    extensions.install(candidate, Consent::All).unwrap();
    let reply = world.core.call("query:tiny.echo.v1", None, r#"{"a": 1}"#.as_bytes().into());
    let echoed: Value = serde_json::from_slice(&reply.unwrap()).unwrap();
    assert_eq!(echoed, json!({ "library_id": null, "input": { "a": 1 } }));
}
