//! The workload of host and peers: documents, operations, and the gate in front of them.
#![allow(dead_code, unreachable_pub, reason = "each benchmark uses a part of it")]

use std::sync::Arc;

use bytes::Bytes;
use ext_host::{AbiError, ErrorCode, Host, HostCall, LogLevel, Reply};
use ext_manifest::Manifest;
use ext_perm::{Engine, Principal};
use ext_registry::{
    Call, Context, CoreQuery, Deadline, OpError, Progress, Registry, Services,
    execute_json_operation_blocking,
};
use ext_wire::{Blob, body, body::BlobStyle};
use serde::{Deserialize, Serialize};

pub const METHOD: &str = "query:bench.echo.v1";
pub const NOTHING_METHOD: &str = "query:bench.nothing.v1";
pub const BLOB_METHOD: &str = "query:bench.blob.v1";
/// Calls of the host in one call into the guest.
pub const CALLS: u32 = 16;
/// Bytes of JSON.
pub const SIZES: [usize; 4] = [64, 1 << 10, 64 << 10, 1 << 20];
/// Bytes of attachments.
pub const BLOBS: [usize; 2] = [1 << 20, 16 << 20];

/// A document as operations take them: names, numbers and text.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    id: u64,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    name: String,
    amount: i64,
    done: bool,
}

ext_wire::wire! {
    /// Does nothing.
    CoreQuery Nothing = "query:bench.nothing.v1", () => ();
}

impl CoreQuery for Nothing {
    async fn execute((): (), _: Context<'_>) -> Result<(), OpError> {
        Ok(())
    }
}
ext_registry::register!(CoreQuery for Nothing);

ext_wire::wire! {
    /// Gives back what it gets.
    CoreQuery Echo = "query:bench.echo.v1", Document => Document;
}

impl CoreQuery for Echo {
    async fn execute(input: Document, _: Context<'_>) -> Result<Document, OpError> {
        Ok(input)
    }
}
ext_registry::register!(CoreQuery for Echo);

#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithBlob {
    data: Blob,
}

ext_wire::wire! {
    /// Gives back the bytes that it gets.
    CoreQuery EchoBlob = "query:bench.blob.v1", WithBlob => WithBlob;
}

impl CoreQuery for EchoBlob {
    async fn execute(input: WithBlob, _: Context<'_>) -> Result<WithBlob, OpError> {
        Ok(input)
    }
}
ext_registry::register!(CoreQuery for EchoBlob);

pub fn json(bytes: usize) -> Vec<u8> {
    let item = || Item { name: "a line of some text".to_owned(), amount: 1234, done: true };
    let one = serde_json::to_vec(&item()).unwrap().len() + 1;
    let items = (0..(bytes.saturating_sub(20) / one)).map(|_| item()).collect();
    serde_json::to_vec(&Document { id: 1, items }).unwrap()
}

pub fn with_blob(bytes: usize) -> Vec<u8> {
    body::encode(&WithBlob { data: vec![7; bytes].into() }, BlobStyle::Attachment).unwrap()
}

/// The operations behind the permission check of an extension, as the manager composes them.
#[derive(Clone)]
pub struct Gate {
    registry: Arc<Registry>,
    services: Arc<Services>,
    engine: Arc<Engine>,
}

impl Gate {
    pub fn new() -> Self {
        let manifest = Manifest::parse(
            br#"{"id": "bench", "name": "Bench", "version": "0.1.0", "wasm_file": "bench.wasm",
                 "permissions": {"methods": ["bench.*"]}}"#,
        );
        let backend = Box::new(ext_perm::ManifestBackend::new(&manifest.unwrap()));
        // As an extension's engine, with a rate that a benchmark does not reach.
        let rate = ext_perm::Rate::per_minute(u32::MAX.try_into().unwrap());
        let engine = Engine::new(Principal::Extension("bench"), backend, Some(rate));
        let registry = Arc::new(Registry::collect().unwrap());
        Self { registry, services: Arc::default(), engine: Arc::new(engine) }
    }

    pub fn run(&self, method: &str, payload: Bytes, out: &mut Vec<u8>) -> Result<(), OpError> {
        let call = Call {
            method,
            library: None,
            payload,
            blobs: BlobStyle::Attachment,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        execute_json_operation_blocking(&self.registry, &self.services, &self.engine, call, out)
    }
}

impl Host for Gate {
    fn call(&mut self, call: HostCall<'_>) -> Reply {
        let mut body = Vec::new();
        let status = self.call_into(call, &mut body);
        Reply { status, body }
    }

    fn call_into(&mut self, call: HostCall<'_>, out: &mut Vec<u8>) -> ErrorCode {
        self.run(call.method, call.payload, out)
            .map_or_else(|error| error.code(), |()| ErrorCode::OK)
    }

    fn log(&mut self, _: LogLevel, _: &str) {}

    fn refuse(&mut self, error: &AbiError) -> Reply {
        Reply { status: error.code(), body: Vec::new() }
    }
}

/// A guest that calls `method` [`CALLS`] times with the bytes of its event.
pub fn caller(method: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "spacedrive" "spacedrive_call" (func $call (param i32 i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1100)
            (global (export "spacedrive_reply_ptr") i32 (i32.const 1048576))
            (global (export "spacedrive_reply_cap") i32 (i32.const 1024))
            (data (i32.const 1024) "\00\00\00\02")
            (data (i32.const 64) "{method}")
            (func (export "wasm_alloc") (param i32) (result i32) (i32.const 36700160))
            (func (export "plugin_init") (result i32) (i32.const 0))
            (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
              (local $n i32) (local $status i32)
              (loop
                (local.set $status (i32.or (local.get $status) (i32.load offset=4
                  (call $call (i32.const 64) (i32.const {len}) (i32.const 0) (local.get $ptr) (local.get $len)))))
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if 0 (i32.lt_u (local.get $n) (i32.const {CALLS}))))
              (local.get $status))
            (@custom "spacedrive.abi" "\01\00\00\00"))"#,
        len = method.len()
    );
    wat::parse_str(&text).unwrap()
}
