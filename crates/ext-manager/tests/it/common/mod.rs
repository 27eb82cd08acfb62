//! Extensions in WebAssembly text, in a folder of their own, and operations for them to call.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

pub mod log;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use ext_manager::{
    GuestIsolation, GuestProgram, Isolations, LoadError, Loaded, Manager, ManagerConfig,
};
use ext_perm::Engine;
use ext_registry::{Context, LibraryQuery, OpError, Registry, Services};
use ext_wire::{ErrorBody, Event, ops::vdfs::Entry};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

#[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Echo {
    pub library_id: Option<Uuid>,
    pub input: serde_json::Value,
}

ext_wire::wire! {
    /// Echoes.
    ///
    /// Says who called it, and what came in.
    pub LibraryQuery EchoQuery = "query:test.echo.v1", Echo => EchoOutput;
}

#[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EchoOutput {
    pub caller: Option<String>,
    pub library: Uuid,
    pub echo: serde_json::Value,
}

impl LibraryQuery for EchoQuery {
    async fn execute(input: Echo, context: Context<'_>) -> Result<EchoOutput, OpError> {
        Ok(EchoOutput {
            caller: context.extension().map(str::to_owned),
            library: context.library()?,
            echo: input.input,
        })
    }
}
ext_registry::register!(LibraryQuery for EchoQuery);

ext_wire::wire! {
    /// Never answers.
    pub LibraryQuery WaitQuery = "query:test.wait.v1", serde_json::Value => ();
}

impl LibraryQuery for WaitQuery {
    async fn execute(_: serde_json::Value, _: Context<'_>) -> Result<(), OpError> {
        std::future::pending().await
    }
}
ext_registry::register!(LibraryQuery for WaitQuery);

/// The manager that [`ReenterQuery`] calls.
pub type Loop = std::sync::OnceLock<std::sync::Weak<Manager>>;

ext_wire::wire! {
    /// Comes back.
    ///
    /// Calls the guest from which it was called.
    pub LibraryQuery ReenterQuery = "query:test.loop.v1", serde_json::Value => String;
}

impl LibraryQuery for ReenterQuery {
    async fn execute(_: serde_json::Value, context: Context<'_>) -> Result<String, OpError> {
        let manager = context.service::<Loop>()?.get().and_then(std::sync::Weak::upgrade);
        let answer = manager.map(|manager| run(&manager, "1"));
        Ok(match answer {
            Some(Err(error)) => error.code.name().to_owned(),
            other => format!("{other:?}"),
        })
    }
}
ext_registry::register!(LibraryQuery for ReenterQuery);

/// The flag that [`LeaveQuery`] sets.
pub struct CallerGone(pub Arc<AtomicBool>);

ext_wire::wire! {
    /// Leaves.
    ///
    /// Says that nobody waits for the guest any more.
    pub LibraryQuery LeaveQuery = "query:test.leave.v1", serde_json::Value => ();
}

impl LibraryQuery for LeaveQuery {
    async fn execute(_: serde_json::Value, context: Context<'_>) -> Result<(), OpError> {
        context.service::<CallerGone>()?.0.store(true, Ordering::SeqCst);
        Ok(())
    }
}
ext_registry::register!(LibraryQuery for LeaveQuery);

/// The library that guests name in their calls: 16 bytes of 7.
pub const LIBRARY: Uuid = Uuid::from_bytes([7; 16]);

/// A guest with an allocator, `$echo` (calls `query:test.echo.v1` with a payload) and `$log`.
pub fn guest(body: &str) -> Vec<u8> {
    ext_testing::small_guest(&format!("{ITEMS} {body}"))
}

/// The items of each guest.
const ITEMS: &str = r#"(data (i32.const 16) "query:test.echo.v1")
    (data (i32.const 64) "\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07")
    (data (i32.const 96) "the reason")
    (data (i32.const 128) "\04\00\00\00\00\00\00\00null")
    (data (i32.const 160) "\2e\00\00\00\51\00\00\00{\22error\22:\22no such month\22,\22code\22:\22E_BAD_INPUT\22}")
    (data (i32.const 224) "query:test.wait.v1")
    (data (i32.const 256) "query:test.loop.v1")
    (data (i32.const 328) "query:test.leave.v1")
    (data (i32.const 288) "action:jobs.dispatch.input.v1")
    (func (export "wasm_free") (param i32 i32) (global.set $heap (i32.const 32768)))
    (func $echo (param $ptr i32) (param $len i32) (result i32)
        (call $call (i32.const 16) (i32.const 18) (i32.const 64) (local.get $ptr) (local.get $len)))
    (func $ask (param $method i32) (param $len i32) (result i32)
        (call $call (local.get $method) (local.get $len) (i32.const 64) (i32.const 136) (i32.const 4)))"#;

/// A guest whose `plugin_init` works, with these bodies of `plugin_call` and `plugin_on_event`.
pub fn working(call: &str, on_event: &str) -> Vec<u8> {
    guest(&format!(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param $m i32) (param $ml i32) (param $ptr i32) (param $len i32)
            (result i32) {call})
        (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32) {on_event})"#
    ))
}

/// Answers with what `query:test.echo.v1` answers.
pub const ECHO: &str = "(call $echo (local.get $ptr) (local.get $len))";

/// Asks for what never comes.
pub const WAIT: &str = "(call $ask (i32.const 224) (i32.const 18))";

/// Asks for what calls it again.
pub const LOOP_BACK: &str = "(call $ask (i32.const 256) (i32.const 18))";

/// Has its caller go, and answers as [`ECHO`].
pub const LEAVE: &str = "(drop (call $ask (i32.const 328) (i32.const 19)))
    (call $echo (local.get $ptr) (local.get $len))";

/// Counts its calls in memory, and answers with the number of this one: one digit.
pub const COUNT: &str = r"(i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
    (i32.store (i32.const 520) (i32.const 1)) (i32.store (i32.const 524) (i32.const 0))
    (i32.store8 (i32.const 528) (i32.add (i32.const 48) (i32.load (i32.const 512))))
    (i32.const 520)";

/// Answers `null`.
pub const NULL: &str = "(i32.const 128)";

/// A manifest that asks for what the tests need.
pub const MANIFEST: &str = r#"{
    "id": "guest", "name": "Guest", "version": "0.1.0", "wasm_file": "guest.wasm",
    "permissions": { "methods": ["query:test.echo", "query:test.wait", "query:test.loop", "query:test.leave"], "libraries": ["*"] },
    "events": ["entry.created"],
    "operations": [{ "method": "query:guest.run.v1" }],
    "limits": { "call_timeout_ms": 2000, "compute_timeout_ms": 200, "memory_mb": 4 }
}"#;

/// A folder with an extension.
pub fn folder(manifest: &str, wasm: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), manifest, wasm);
    folder
}

pub fn write(folder: &Path, manifest: &str, wasm: &[u8]) {
    fs::write(folder.join("manifest.json"), manifest).unwrap();
    fs::write(folder.join("guest.wasm"), wasm).unwrap();
}

pub fn manager() -> Manager {
    with_config(ManagerConfig::default())
}

pub fn with_config(config: ManagerConfig) -> Manager {
    with_services(Services::default(), config)
}

pub fn with_services(services: Services, config: ManagerConfig) -> Manager {
    let config = ManagerConfig { isolations: isolations(), ..config };
    Manager::with_config(Arc::new(Registry::collect().unwrap()), services, config).unwrap()
}

/// The program of tests that runs with instances in processes of their own.
const IN_PROCESSES: &str = "in_processes";

/// The isolation in this program's tests.
pub fn isolations() -> Isolations {
    match module_path!().contains(IN_PROCESSES) {
        true => in_processes("guest"),
        false => Isolations::default(),
    }
}

/// All instances in processes; `mark` stands on their command lines.
pub fn in_processes(mark: &str) -> Isolations {
    let fixture = env!("CARGO_BIN_EXE_ext-manager-fixture");
    Isolations {
        others: GuestIsolation::Process,
        program: Some(GuestProgram::new(fixture, [mark])),
        ..Isolations::default()
    }
}

pub fn load(manifest: &str, wasm: &[u8]) -> Result<(Manager, Loaded), LoadError> {
    let manager = manager();
    let loaded = manager.load(folder(manifest, wasm).path())?;
    Ok((manager, loaded))
}

/// Calls the guest's operation with a payload, as the user.
pub fn run(manager: &Manager, payload: &'static str) -> Result<String, ErrorBody> {
    let payload = Bytes::from_static(payload.as_bytes());
    let user = Engine::for_user();
    let reply = manager.call(&user, "query:guest.run.v1", Some(LIBRARY), payload)?;
    Ok(String::from_utf8(reply).unwrap())
}

pub fn event() -> Event {
    let entry = Entry {
        id: Uuid::max(),
        name: "a.txt".into(),
        path: "a.txt".into(),
        entry_type: "file".into(),
        media_type: None,
        size: None,
        content_hash: None,
        created_by: None,
        metadata: serde_json::Map::new(),
        created_at: "2026-01-01T00:00:00Z".into(),
        updated_at: "2026-01-01T00:00:00Z".into(),
    };
    Event { id: 1, kind: "entry.created".into(), library_id: LIBRARY, entry, data: None }
}
