//! The costs of the boundary: `cargo xtask bench`. `docs/performance.md` explains the numbers.
//!
//! Each group does the same work natively and through a guest, so that ratios can be taken within
//! one run. A guest makes [`common::CALLS`] calls for each call into it.
#![allow(missing_docs, reason = "divan's functions are named after what they measure")]

mod common;

use std::{cell::RefCell, time::Duration};

use bytes::Bytes;
use common::{BLOB_METHOD, BLOBS, CALLS, Document, Gate, METHOD, SIZES, caller, json, with_blob};
use divan::{Bencher, counter::ItemsCount};
use ext_host::{Cache, Instance, InstanceLimits, MemoryBudget, Module, Watchdog};

fn main() {
    divan::main();
}

fn limits() -> InstanceLimits {
    InstanceLimits { json_bytes: 4 << 20, ..InstanceLimits::default() }
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

/// With serialising before and parsing after it, as a guest does.
#[divan::bench(args = SIZES)]
fn round_trip_native(bencher: Bencher<'_, '_>, bytes: usize) {
    let gate = Gate::new();
    let document: Document = serde_json::from_slice(&json(bytes)).unwrap();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        for _ in 0..CALLS {
            let payload = serde_json::to_vec(divan::black_box(&document)).unwrap();
            gate.run(METHOD, payload.into(), &mut out).unwrap();
            divan::black_box(serde_json::from_slice::<Document>(&out).unwrap());
        }
    });
}

/// The same in a guest that is written with the SDK; `cargo xtask bench` builds it.
#[divan::bench(args = SIZES)]
fn round_trip_guest(bencher: Bencher<'_, '_>, bytes: usize) {
    let Some(path) = std::env::var_os("SPACEDRIVE_BENCH_GUEST") else {
        eprintln!("SKIPPED: without SPACEDRIVE_BENCH_GUEST, which `cargo xtask bench` sets");
        return;
    };
    let module = Module::compile(&std::fs::read(path).unwrap(), &limits()).unwrap();
    let host = Box::new(Gate::new());
    let instance = Instance::start(&module, limits(), host, &Watchdog::start()).unwrap();
    let instance = RefCell::new(instance);
    let document = String::from_utf8(json(bytes)).unwrap();
    let call =
        format!(r#"{{"library_id":null,"input":{{"calls":{CALLS},"document":{document}}}}}"#);
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| {
        let reply = instance.borrow_mut().call("query:bench.round_trip.v1", call.as_bytes());
        assert_eq!(reply.unwrap().status, ext_host::ErrorCode::OK);
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
    compute(bencher, work, InstanceLimits { fuel: 1 << 60, ..limits() });
}

fn compute(bencher: Bencher<'_, '_>, work: &str, limits: InstanceLimits) {
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

#[divan::bench(args = [100 << 10, 2 << 20, 3 << 20], sample_count = 1, sample_size = 1)]
fn load_cold(bencher: Bencher<'_, '_>, bytes: usize) {
    let wasm = large(bytes);
    bencher.bench_local(|| Module::compile(&wasm, &limits()).unwrap());
}

#[divan::bench(args = [100 << 10, 2 << 20, 3 << 20], sample_count = 20, sample_size = 1)]
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
    let limits = InstanceLimits { call_timeout: Duration::from_secs(600), ..limits() };
    let wasm = caller(METHOD);
    let module = Module::compile(&wasm, &limits).unwrap();
    let host = Box::new(Gate::new());
    let mut instance = Instance::start(&module, limits, host, &Watchdog::start()).unwrap();
    bencher.bench_local(|| instance.init().unwrap());
}
