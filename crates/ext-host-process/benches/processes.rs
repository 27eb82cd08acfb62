//! The costs of a process of its own for an extension: `cargo xtask bench processes`.
//!
//! Each line is the same work in an instance of this process and in one of another, in turns, and the
//! middle of many times. `docs/performance.md` explains the numbers.
#![allow(missing_docs, reason = "not a library")]

// The workload and its gate are those of the benchmarks of `ext-host`, which owns them.
#[path = "../../ext-host/benches/common/mod.rs"]
mod common;

use std::{
    fs,
    time::{Duration, Instant},
};

use common::{BLOB_METHOD, CALLS, Gate, METHOD, caller, json, with_blob};
use ext_host::{Artifact, Instance, InstanceLimits, MemoryBudget, Module, Watchdog};
use ext_host_process::{GuestProgram, ProcessInstance, Processes};

const FIXTURE: &str = env!("CARGO_BIN_EXE_ext-host-process-fixture");

/// Instances whose memory is added up.
const MANY: usize = 20;

/// The parts that instances are made of, in this process or in one of their own.
struct Parts {
    module: Module,
    artifact: Artifact,
    processes: Processes,
    watchdog: Watchdog,
}

impl Parts {
    fn new(wasm: &[u8]) -> Self {
        let artifact = Artifact::load(wasm, &limits(), None).unwrap();
        let module = artifact.deserialize(&limits(), &MemoryBudget::unlimited()).unwrap();
        let program = std::env::var_os("SPACEDRIVE_BENCH_PROGRAM");
        let program = match &program {
            Some(program) => GuestProgram::new(program, ["--ext-worker=guest"]),
            None => GuestProgram::new(FIXTURE, ["guest"]),
        };
        let processes = Processes::new(program);
        Self { module, artifact, processes, watchdog: Watchdog::start() }
    }

    fn here(&self) -> Instance {
        let host = Box::new(Gate::new());
        let mut instance = Instance::start(&self.module, limits(), host, &self.watchdog).unwrap();
        instance.init().unwrap();
        instance
    }

    fn out_of_process(&self) -> ProcessInstance {
        let (host, budget) = (Box::new(Gate::new()), MemoryBudget::unlimited());
        let mut instance = self.processes.start(&self.artifact, limits(), host, &budget).unwrap();
        instance.init().unwrap();
        instance
    }
}

fn limits() -> InstanceLimits {
    InstanceLimits { json_bytes: 4 << 20, ..InstanceLimits::default() }
}

/// The middle of the times of either work, in turns.
fn middles(times: usize, mut here: impl FnMut(), mut process: impl FnMut()) -> [Duration; 2] {
    let timed = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for round in 0..=times {
        let pair = [timed(&mut here), timed(&mut process)];
        if round > 0 {
            first.push(pair[0]);
            second.push(pair[1]);
        }
    }
    [first, second].map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

fn show(what: &str, [here, process]: [Duration; 2], each: u32) {
    let ratio = process.as_secs_f64() / here.as_secs_f64();
    println!("{what:<34} {:>10.2?} {:>10.2?} {ratio:>8.1}", here / each, process / each);
}

/// The same event in both, in which the guest calls the host `each` times.
fn event(what: &str, wasm: &[u8], event: &[u8], times: usize, each: u32) {
    let parts = Parts::new(wasm);
    let (mut here, mut process) = (parts.here(), parts.out_of_process());
    let middles = middles(
        times,
        || assert_eq!(here.on_event(event), Ok(0)),
        || assert_eq!(process.on_event(event), Ok(0)),
    );
    show(what, middles, each);
}

/// A guest that does nothing.
fn idle() -> Vec<u8> {
    let text = r#"(module
        (memory (export "memory") 17)
        (func (export "wasm_alloc") (param i32) (result i32) (i32.const 1024))
        (func (export "plugin_init") (result i32) (i32.const 0))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))
        (@custom "spacedrive.abi" "\01\00\00\00"))"#;
    wat::parse_str(text).unwrap()
}

fn main() {
    println!("{:<34} {:>10} {:>10} {:>8}", "", "in-process", "process", "ratio");
    event("call into a guest, 64 B", &idle(), &[7; 64], 5000, 1);
    event("call into a guest, 64 KiB", &idle(), &[7; 64 << 10], 2000, 1);
    for (name, bytes, times) in [
        ("64 B", 64, 2000),
        ("1 KiB", 1 << 10, 2000),
        ("64 KiB", 64 << 10, 200),
        ("1 MiB", 1 << 20, 20),
    ] {
        event(&format!("call of the host, {name}"), &caller(METHOD), &json(bytes), times, CALLS);
    }
    let blob = with_blob(1 << 20);
    event("call of the host, 1 MiB attached", &caller(BLOB_METHOD), &blob, 50, CALLS);
    let parts = Parts::new(&idle());
    show(
        "start of an instance",
        middles(50, || drop(parts.here()), || drop(parts.out_of_process())),
        1,
    );
    memory(&parts);
}

/// Memory of many instances that wait, in KiB for each.
fn memory(parts: &Parts) {
    let own = || kib("/proc/self/statm").unwrap_or(0);
    let before = own();
    let processes: Vec<_> = (0..MANY).map(|_| parts.out_of_process()).collect();
    let parent = own().saturating_sub(before) / MANY as u64;
    let sum = |field: &str| processes.iter().filter_map(|it| rollup(it.id(), field)).sum::<u64>();
    let [shared, private] = [sum("Pss:"), sum("Private_Dirty:")].map(|kib| kib / MANY as u64);
    println!(
        "memory of {MANY} processes, for each: {shared} KiB, {private} KiB of it its own; {parent} KiB in the parent"
    );
}

fn kib(path: &str) -> Option<u64> {
    let pages: u64 = fs::read_to_string(path).ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4)
}

fn rollup(id: u32, field: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
