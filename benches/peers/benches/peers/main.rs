//! The same calls through this host, through extism, and through wasmtime with the same ABI by hand.
//!
//! Every column does the same work behind the boundary: the permission check and the operation that
//! [`common::Gate`] runs, on the same payload, [`common::CALLS`] times for each call into the guest.
//! `native` is that work without a boundary.
#![allow(missing_docs, reason = "divan's functions are named after what they measure")]

// The workload and its gate are those of the benchmarks of `ext-host`, which owns them.
#[path = "../../../../crates/ext-host/benches/common/mod.rs"]
mod common;
mod extism_host;
mod wasmtime_host;

use std::{cell::RefCell, fmt};

use bytes::Bytes;
use common::{BLOB_METHOD, CALLS, Gate, METHOD, NOTHING_METHOD, caller, json, with_blob};
use divan::{Bencher, counter::ItemsCount};
use ext_host::{Instance, InstanceLimits, Module, Watchdog};

fn main() {
    divan::main();
}

/// Payload of a call.
#[derive(Clone, Copy)]
enum Payload {
    Nothing,
    Json(usize),
    Blob(usize),
}

const PAYLOADS: [Payload; 7] = [
    Payload::Nothing,
    Payload::Json(64),
    Payload::Json(1 << 10),
    Payload::Json(64 << 10),
    Payload::Json(1 << 20),
    Payload::Blob(1 << 20),
    Payload::Blob(16 << 20),
];

impl Payload {
    fn method(self) -> &'static str {
        match self {
            Self::Nothing => NOTHING_METHOD,
            Self::Json(_) => METHOD,
            Self::Blob(_) => BLOB_METHOD,
        }
    }

    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Nothing => b"null".to_vec(),
            Self::Json(bytes) => json(bytes),
            Self::Blob(bytes) => with_blob(bytes),
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Json(bytes) => write!(f, "json {bytes}"),
            Self::Blob(bytes) => write!(f, "attachment {bytes}"),
        }
    }
}

/// Runs rounds of [`CALLS`] calls.
fn rounds(bencher: Bencher<'_, '_>, mut round: impl FnMut()) {
    let round = RefCell::new(&mut round);
    bencher.counter(ItemsCount::new(CALLS)).bench_local(|| round.borrow_mut()());
}

#[divan::bench(args = PAYLOADS)]
fn a_native(bencher: Bencher<'_, '_>, payload: Payload) {
    let (gate, bytes, mut out) = (Gate::new(), Bytes::from(payload.bytes()), Vec::new());
    rounds(bencher, || {
        for _ in 0..CALLS {
            gate.run(payload.method(), divan::black_box(bytes.clone()), &mut out).unwrap();
        }
    });
}

#[divan::bench(args = PAYLOADS)]
fn b_this_host(bencher: Bencher<'_, '_>, payload: Payload) {
    let limits = InstanceLimits { json_bytes: 4 << 20, ..InstanceLimits::default() };
    let module = Module::compile(&caller(payload.method()), &limits).unwrap();
    let host = Box::new(Gate::new());
    let mut instance = Instance::start(&module, limits, host, &Watchdog::start()).unwrap();
    let bytes = payload.bytes();
    rounds(bencher, || assert_eq!(instance.on_event(&bytes).unwrap(), 0));
}

#[divan::bench(args = PAYLOADS)]
fn c_wasmtime(bencher: Bencher<'_, '_>, payload: Payload) {
    let mut guest = wasmtime_host::Guest::start(&caller(payload.method()));
    let bytes = payload.bytes();
    rounds(bencher, || assert_eq!(guest.on_event(&bytes), 0));
}

#[divan::bench(args = PAYLOADS)]
fn d_extism(bencher: Bencher<'_, '_>, payload: Payload) {
    let mut guest = extism_host::Guest::start(payload.method());
    let bytes = payload.bytes();
    rounds(bencher, || guest.run(&bytes));
}
