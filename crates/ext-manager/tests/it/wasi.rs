//! Guests that real compilers built for WASI.
#![cfg(feature = "wasi")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{folder, load, log, manager};
use ext_manager::Manager;
use ext_wire::ErrorCode;
use serde_json::{Value, json};

/// Set to 1, a compiler that is not there is a failure.
const REQUIRE: &str = "SPACEDRIVE_REQUIRE_WASI";

const MANIFEST: &str = r#"{
    "id": "guest", "name": "Guest", "version": "0.1.0", "wasm_file": "guest.wasm", "wasi": true,
    "operations": [{ "method": "query:guest.run.v1" }],
    "limits": { "memory_mb": 64 }
}"#;

/// Says loudly that a test did nothing.
fn skip(reason: &str) -> Option<Vec<u8>> {
    assert!(env::var_os(REQUIRE).is_none(), "{reason}");
    eprintln!("SKIPPED: {reason}");
    None
}

fn guests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests")
}

/// A guest of the standard library of Rust.
fn rust(source: &str) -> Option<Vec<u8>> {
    let rustc = || Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let target = ["--target", "wasm32-wasip1"];
    let libraries = rustc().args(target).args(["--print", "target-libdir"]).output();
    let libraries = libraries.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    if !libraries.is_ok_and(|path| Path::new(path.trim()).is_dir()) {
        return skip("no Rust for wasm32-wasip1: run `rustup target add wasm32-wasip1`");
    }
    let folder = tempfile::tempdir().unwrap();
    let wasm = folder.path().join("guest.wasm");
    let built = rustc()
        .args(target)
        .args(["--edition", "2024", "-O", "-o"])
        .arg(&wasm)
        .arg(guests().join(source))
        .status();
    assert!(built.unwrap().success());
    Some(fs::read(wasm).unwrap())
}

/// A guest of Go. Its linker writes no custom sections, but one may be put behind the module.
fn go() -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let wasm = folder.path().join("guest.wasm");
    let built = Command::new("go")
        .args(["build", "-buildmode=c-shared", "-o"])
        .arg(&wasm)
        .arg(".")
        .current_dir(guests().join("go"))
        .envs([
            ("GOOS", "wasip1"),
            ("GOARCH", "wasm"),
            ("GOFLAGS", "-mod=mod"),
            ("GOTOOLCHAIN", "local"),
        ])
        .env("GOCACHE", folder.path().join("cache"))
        .env("GOPATH", folder.path().join("path"))
        .output();
    match built {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let reason = String::from_utf8_lossy(&output.stderr).into_owned();
            return skip(&format!("Go builds no guest (version 1.24 is needed): {reason}"));
        }
        Err(_) => return skip("no Go: install version 1.24 or later"),
    }
    let mut wasm = fs::read(wasm).unwrap();
    wasm.extend(b"\x00\x13\x0espacedrive.abi\x01\x00\x00\x00");
    Some(wasm)
}

fn start(wasm: &[u8], id: &str) -> (Manager, String) {
    log::remember();
    let manifest =
        MANIFEST.replace("guest\"", &format!("{id}\"")).replace("guest.", &format!("{id}."));
    let folder = folder(&manifest, wasm);
    fs::rename(folder.path().join("guest.wasm"), folder.path().join(format!("{id}.wasm"))).unwrap();
    let manager = manager();
    manager.load(folder.path()).unwrap();
    (manager, format!("query:{id}.run.v1"))
}

fn call(manager: &Manager, method: &str, payload: &'static str) -> Result<Value, ErrorCode> {
    let user = ext_perm::Engine::for_user();
    let reply = manager.call(&user, method, None, payload.as_bytes().into());
    reply.map(|reply| serde_json::from_slice(&reply).unwrap()).map_err(|error| error.code())
}

#[test]
fn a_guest_of_rust_runs_in_a_world_that_has_nothing() {
    let Some(wasm) = rust("world.rs") else { return };
    let (manager, method) = start(&wasm, "rusty");
    let mut world = call(&manager, &method, "null").unwrap();
    let year = world["year"].take().as_u64().unwrap();
    assert!(year >= 2026, "{year}");
    let nothing = json!({
        "args": 0, "vars": 0, "slept": true, "year": null, "hashed": 2, "read": 0
    });
    assert_eq!(world, nothing);
    assert_eq!(log::lines(&["INFO", "rusty", "from stdout"]).len(), 1);
    assert_eq!(log::lines(&["WARN", "rusty", "from stderr"]).len(), 1);
}

#[test]
fn a_panic_of_rust_is_logged_and_costs_one_call() {
    let Some(wasm) = rust("world.rs") else { return };
    let (manager, method) = start(&wasm, "panicky");
    assert_eq!(call(&manager, &method, "\"panic\"").unwrap_err(), ErrorCode::Trap);
    assert_eq!(log::lines(&["WARN", "panicky", "as asked for"]).len(), 1);
    assert!(call(&manager, &method, "null").is_ok());
}

#[test]
fn abi_35_a_guest_of_rust_that_wants_files_is_refused_by_name() {
    let Some(wasm) = rust("files.rs") else { return };
    let without_operations = MANIFEST.replace("[{ \"method\": \"query:guest.run.v1\" }]", "[]");
    let error = load(&without_operations, &wasm).err().expect("there are no files");
    assert_eq!(error.code(), ErrorCode::ImportUnknown);
    let message = error.to_string();
    assert!(message.contains("`wasi_snapshot_preview1."), "{message}");
    assert!(message.contains("no files"), "{message}");
}

#[test]
fn abi_35_the_manifest_has_to_ask_for_wasi() {
    let text = r#"(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
        (memory (export "memory") 1)
        (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) i32.const 0)
        (@custom "spacedrive.abi" "\01\00\00\00"))"#;
    let wasi = wat::parse_str(text).unwrap();
    for silent in [MANIFEST.replace("\"wasi\": true,", ""), MANIFEST.replace("true", "false")] {
        let error = load(&silent, &wasi).err().expect("it does not ask");
        assert_eq!(error.code(), ErrorCode::ImportUnknown);
        assert!(error.to_string().contains("`\"wasi\": true` in the manifest"), "{error}");
    }
    load(MANIFEST, &wasi).expect("it asks");
}

#[test]
fn a_guest_of_go_runs_in_a_world_that_has_nothing() {
    let Some(wasm) = go() else { return };
    let (manager, method) = start(&wasm, "gopher");
    let mut world = call(&manager, &method, "null").unwrap();
    let year = world["year"].take().as_u64().unwrap();
    assert!(year >= 2026, "{year}");
    assert_eq!(world, json!({ "args": 0, "vars": 0, "slept": true, "year": null }));
    assert_eq!(log::lines(&["INFO", "gopher", "from stdout"]).len(), 1);
    assert_eq!(log::lines(&["WARN", "gopher", "from stderr"]).len(), 1);
    for _ in 0..20 {
        call(&manager, &method, "null").unwrap();
    }
}
