//! Resident memory of instances that wait: `cargo xtask bench memory`.
//!
//! Starts and initialises more and more instances of one module, and prints what the process grew by
//! for each. Linux only: it reads `/proc/self/statm`.
#![allow(missing_docs, reason = "not a library")]

mod common;

use std::{fs, time::Instant};

use common::{Gate, METHOD, caller};
use ext_host::{Instance, InstanceLimits, MemoryBudget, Module, Watchdog};

const COUNTS: [usize; 4] = [1, 100, 1_000, 10_000];

fn main() {
    let Some(before) = resident_kib() else {
        println!("memory: only where /proc/self/statm is");
        return;
    };
    let limits = InstanceLimits::default();
    let budget = MemoryBudget::new(1 << 50);
    let gate = Gate::new();
    let module = Module::load_within(&caller(METHOD), &limits, None, &budget).unwrap();
    let watchdog = Watchdog::start();
    let mut instances: Vec<Instance> = Vec::new();
    println!("{:>9}  {:>12}  {:>12}", "instances", "KiB for each", "start");
    for count in COUNTS {
        let started = Instant::now();
        let more = count - instances.len();
        for _ in 0..more {
            let host = Box::new(gate.clone());
            let mut instance = Instance::start(&module, limits.clone(), host, &watchdog).unwrap();
            instance.init().unwrap();
            instances.push(instance);
        }
        let each = started.elapsed() / u32::try_from(more.max(1)).unwrap();
        let grown = resident_kib().unwrap().saturating_sub(before);
        println!("{count:>9}  {:>12.1}  {each:>12.1?}", grown as f64 / count as f64);
    }
}

/// Resident set of this process.
fn resident_kib() -> Option<u64> {
    let pages: u64 =
        fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4)
}
