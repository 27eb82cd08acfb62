//! What the boundary costs: `cargo xtask bench`. `docs/performance.md` explains the numbers.
//!
//! Each group does the same work natively and through a guest, so that ratios can be taken within
//! one run. A guest makes [`CALLS`] calls for each call into it.
#![allow(missing_docs, reason = "divan's functions are named after what they measure")]

use std::{cell::RefCell, time::Duration};

use bytes::Bytes;
use divan::{Bencher, counter::ItemsCount};
use ext_host::{
    AbiError, Cache, ErrorCode, Host, HostCall, Instance, Limits, LogLevel, MemoryBudget, Module,
    Reply, Watchdog,
};
use ext_manifest::Manifest;
use ext_perm::{Engine, Principal};
use ext_registry::{
    Call, Context, CoreQuery, OpError, Registry, Services, execute_json_operation_blocking,
};
use ext_wire::{Blob, body, body::BlobStyle};
use serde::{Deserialize, Serialize};

fn main() {
    divan::main();
}

const METHOD: &str = "query:bench.echo.v1";
const BLOB_METHOD: &str = "query:bench.blob.v1";
/// Calls of the host in one call into the guest.
const CALLS: u32 = 16;
/// Bytes of JSON.
const SIZES: [usize; 4] = [64, 1 << 10, 64 << 10, 1 << 20];
/// Bytes of attachments.
const BLOBS: [usize; 2] = [1 << 20, 16 << 20];

/// A document as operations take them: names, numbers and text.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Document {
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

struct Echo;

impl CoreQuery for Echo {
    type Input = Document;
    type Output = Document;
    async fn execute(input: Document, _: Context<'_>) -> Result<Document, OpError> {
        Ok(input)
    }
}
ext_registry::register_core_query!(Echo, "bench.echo", "Gives back what it gets");

#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithBlob {
    data: Blob,
}

struct EchoBlob;

impl CoreQuery for EchoBlob {
    type Input = WithBlob;
    type Output = WithBlob;
    async fn execute(input: WithBlob, _: Context<'_>) -> Result<WithBlob, OpError> {
        Ok(input)
    }
}
ext_registry::register_core_query!(EchoBlob, "bench.blob", "Gives back the bytes that it gets");

fn json(bytes: usize) -> Vec<u8> {
    let item = || Item { name: "a line of some text".to_owned(), amount: 1234, done: true };
    let one = serde_json::to_vec(&item()).unwrap().len() + 1;
    let items = (0..(bytes.saturating_sub(20) / one)).map(|_| item()).collect();
    serde_json::to_vec(&Document { id: 1, items }).unwrap()
}

fn with_blob(bytes: usize) -> Vec<u8> {
    body::encode(&WithBlob { data: vec![7; bytes].into() }, BlobStyle::Attachment).unwrap()
}

/// The operations behind the permission check of an extension, as the manager composes them.
struct Gate {
    registry: Registry,
    services: Services,
    engine: Engine,
}

impl Gate {
    fn new() -> Self {
        let manifest = Manifest::parse(
            br#"{"id": "bench", "name": "Bench", "version": "0.1.0", "wasm_file": "bench.wasm",
                 "permissions": {"methods": ["bench.*"]}}"#,
        );
        let backend = Box::new(ext_perm::ManifestBackend::new(&manifest.unwrap()));
        // As an extension's engine, with a rate that a benchmark does not reach.
        let rate = ext_perm::Rate::per_minute(u32::MAX.try_into().unwrap());
        let engine = Engine::new(Principal::Extension("bench"), backend, Some(rate));
        let registry = Registry::collect().unwrap();
        Self { registry, services: Services::default(), engine }
    }

    fn run(&self, method: &str, payload: Bytes, out: &mut Vec<u8>) -> Result<(), OpError> {
        let call = Call { method, library: None, payload, blobs: BlobStyle::Attachment };
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
fn caller(method: &str) -> Vec<u8> {
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

fn limits() -> Limits {
    Limits { json_bytes: 4 << 20, ..Limits::default() }
}

fn start(method: &str) -> Instance {
    let module = Module::compile(&caller(method), &limits()).unwrap();
    Instance::start(&module, limits(), Box::new(Gate::new()), &Watchdog::start()).unwrap()
}

#[divan::bench(args = SIZES)]
fn json_native(bencher: Bencher<'_, '_>, bytes: usize) {
    let (gate, payload) = (Gate::new(), Bytes::from(json(bytes)));
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        for _ in 0..CALLS {
            gate.run(METHOD, divan::black_box(payload.clone()), &mut out).unwrap();
        }
    });
}

#[divan::bench(args = SIZES)]
fn json_guest(bencher: Bencher<'_, '_>, bytes: usize) {
    let (instance, payload) = (RefCell::new(start(METHOD)), json(bytes));
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        assert_eq!(instance.borrow_mut().on_event(&payload).unwrap(), 0);
    });
}

#[divan::bench(args = BLOBS)]
fn blob_memcpy(bencher: Bencher<'_, '_>, bytes: usize) {
    let (from, mut to) = (vec![7_u8; bytes], vec![0_u8; bytes]);
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        for _ in 0..CALLS {
            divan::black_box(&mut to).copy_from_slice(divan::black_box(&from));
        }
    });
}

/// There and back: twice the bytes of `blob_memcpy`.
#[divan::bench(args = BLOBS)]
fn blob_guest_and_back(bencher: Bencher<'_, '_>, bytes: usize) {
    let (instance, payload) = (RefCell::new(start(BLOB_METHOD)), with_blob(bytes));
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        assert_eq!(instance.borrow_mut().on_event(&payload).unwrap(), 0);
    });
}

/// Work of the guest alone, `plugin_on_event(rounds)`: a sieve, a hash over memory, a scan of text.
const COMPUTE: &str = r#"(module
    (memory (export "memory") 16)
    (func (export "wasm_alloc") (param i32) (result i32) (i32.const 8))
    (func (export "plugin_init") (result i32) (i32.const 0))
    (func $sieve (result i32) (local $i i32) (local $j i32) (local $n i32)
      (memory.fill (i32.const 1024) (i32.const 1) (i32.const 100000))
      (local.set $i (i32.const 2))
      (loop $outer
        (if (i32.load8_u offset=1024 (local.get $i)) (then
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (local.set $j (i32.mul (local.get $i) (i32.const 2)))
          (block $done (loop $inner
            (br_if $done (i32.ge_u (local.get $j) (i32.const 100000)))
            (i32.store8 offset=1024 (local.get $j) (i32.const 0))
            (local.set $j (i32.add (local.get $j) (local.get $i)))
            (br $inner)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $outer (i32.lt_u (local.get $i) (i32.const 100000))))
      (local.get $n))
    (func $hash (result i32) (local $i i32) (local $h i64)
      (local.set $h (i64.const 0x9E3779B97F4A7C15))
      (loop $next
        (local.set $h (i64.mul (i64.rotl (i64.xor (local.get $h)
          (i64.load (local.get $i))) (i64.const 23)) (i64.const 0xC2B2AE3D27D4EB4F)))
        (local.set $h (i64.mul (i64.rotl (i64.xor (local.get $h)
          (i64.load offset=8 (local.get $i))) (i64.const 31)) (i64.const 0x9E3779B185EBCA87)))
        (local.set $i (i32.add (local.get $i) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $i) (i32.const 500000))))
      (i32.wrap_i64 (local.get $h)))
    (func $class (param $c i32) (result i32)
      (if (result i32) (i32.eq (local.get $c) (i32.const 34)) (then (i32.const 1))
        (else (if (result i32) (i32.eq (local.get $c) (i32.const 92)) (then (i32.const 2))
          (else (i32.const 0))))))
    (func $scan (result i32) (local $i i32) (local $n i32)
      (loop $next
        (local.set $n (i32.add (local.get $n) (call $class (i32.load8_u (local.get $i)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $i) (i32.const 200000))))
      (local.get $n))
    (func (export "run_sieve") (result i32) (call $sieve))
    (func (export "run_hash") (result i32) (call $hash))
    (func (export "run_scan") (result i32) (call $scan))
    (func (export "plugin_on_event") (param $ptr i32) (param i32) (result i32)
      (local $which i32)
      (local.set $which (i32.load8_u (local.get $ptr)))
      (if (result i32) (i32.eqz (local.get $which)) (then (call $sieve))
        (else (if (result i32) (i32.eq (local.get $which) (i32.const 1)) (then (call $hash))
          (else (call $scan))))))
    (@custom "spacedrive.abi" "\01\00\00\00"))"#;
const WORK: [&str; 3] = ["sieve", "hash", "scan"];

/// The engine without any limit.
#[divan::bench(args = WORK)]
fn compute_unlimited(bencher: Bencher<'_, '_>, work: &str) {
    let mut store = wasmer::Store::default();
    let module = wasmer::Module::new(&store, wat::parse_str(COMPUTE).unwrap()).unwrap();
    let instance = wasmer::Instance::new(&mut store, &module, &wasmer::imports! {}).unwrap();
    let run = instance.exports.get_typed_function::<(), i32>(&store, &format!("run_{work}"));
    let run = run.unwrap();
    bencher.bench_local(|| run.call(&mut store).unwrap());
}

#[divan::bench(args = WORK)]
fn compute_limited(bencher: Bencher<'_, '_>, work: &str) {
    compute(bencher, work, limits());
}

#[divan::bench(args = WORK)]
fn compute_counted(bencher: Bencher<'_, '_>, work: &str) {
    compute(bencher, work, Limits { steps: 1 << 60, ..limits() });
}

fn compute(bencher: Bencher<'_, '_>, work: &str, limits: Limits) {
    let module = Module::compile(&wat::parse_str(COMPUTE).unwrap(), &limits).unwrap();
    let host = Box::new(Gate::new());
    let mut instance = Instance::start(&module, limits, host, &Watchdog::start()).unwrap();
    let which = WORK.iter().position(|name| *name == work).unwrap() as u8;
    bencher.bench_local(|| instance.on_event(&[which]).unwrap());
}

/// A module with many functions, of about this many bytes.
fn large(bytes: usize) -> Vec<u8> {
    let function = r#"(func (param i32 i32) (result i32)
        (local.set 0 (i32.mul (i32.add (local.get 0) (i32.const 77)) (local.get 1)))
        (if (result i32) (i32.gt_u (local.get 0) (i32.const 12345))
          (then (i32.rotl (local.get 0) (i32.const 7)))
          (else (i32.load (i32.and (local.get 0) (i32.const 4095))))))"#;
    let module = |count: usize| {
        let text = String::from_utf8(Vec::new()).unwrap() + COMPUTE;
        let cut = text.rfind("(@custom").unwrap();
        let (head, tail) = text.split_at(cut);
        wat::parse_str(format!("{head}{}{tail}", function.repeat(count))).unwrap()
    };
    let each = (module(200).len() - module(100).len()) / 100;
    module(bytes / each)
}

#[divan::bench(args = [100 << 10, 2 << 20], sample_count = 1, sample_size = 1)]
fn load_cold(bencher: Bencher<'_, '_>, bytes: usize) {
    let wasm = large(bytes);
    bencher.bench_local(|| Module::compile(&wasm, &limits()).unwrap());
}

#[divan::bench(args = [100 << 10, 2 << 20], sample_count = 20, sample_size = 1)]
fn load_cached(bencher: Bencher<'_, '_>, bytes: usize) {
    let (dir, wasm) = (tempfile::tempdir().unwrap(), large(bytes));
    let cache = Cache::open(dir.path()).unwrap();
    Module::load(&wasm, &limits(), Some(&cache)).unwrap();
    bencher.bench_local(|| Module::load(&wasm, &limits(), Some(&cache)).unwrap());
}

#[divan::bench]
fn instantiate(bencher: Bencher<'_, '_>) {
    let budget = MemoryBudget::new(1 << 40);
    let module = Module::load_within(&caller(METHOD), &limits(), None, &budget).unwrap();
    let watchdog = Watchdog::start();
    bencher.bench_local(|| {
        Instance::start(&module, limits(), Box::new(Gate::new()), &watchdog).unwrap()
    });
}

#[divan::bench]
fn host_to_guest(bencher: Bencher<'_, '_>) {
    let limits = Limits { call_timeout: Duration::from_secs(600), ..limits() };
    let wasm = caller(METHOD);
    let module = Module::compile(&wasm, &limits).unwrap();
    let host = Box::new(Gate::new());
    let mut instance = Instance::start(&module, limits, host, &Watchdog::start()).unwrap();
    bencher.bench_local(|| instance.init().unwrap());
}
