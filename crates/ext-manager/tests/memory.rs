//! Memory over many loads, unloads and faults; alone in its program, because it looks at all of it.

#[path = "it/common/mod.rs"]
mod common;

use std::{
    fs,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use common::{MANIFEST, NULL, folder, run, with_config, working};
use ext_manager::{FaultPolicy, ManagerConfig};
use ext_wire::ErrorCode;

/// Resident memory of this process, in KiB; `None` where the system does not tell.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The tests look at the whole program, so one runs after the other.
static ALONE: Mutex<()> = Mutex::new(());

/// A fresh instance for each of 10,000 traps, none of which stays.
#[test]
fn res_23_memory_does_not_grow_with_traps() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let faults = FaultPolicy {
        first_pause: Duration::ZERO,
        in_a_row: u32::MAX,
        in_window: usize::MAX,
        ..Default::default()
    };
    let manager = with_config(ManagerConfig { faults, ..Default::default() });
    manager.load(folder(MANIFEST, &working("unreachable", "(i32.const 0)")).path()).unwrap();
    let trap = || assert_eq!(run(&manager, "1").unwrap_err().code, ErrorCode::Trap);
    (0..200).for_each(|_| trap());
    let Some(before) = resident_kib() else {
        eprintln!("SKIPPED: this system does not tell the memory of a process");
        return;
    };
    (0..10_000).for_each(|_| trap());
    let grown = resident_kib().unwrap().saturating_sub(before);
    eprintln!("10000 traps: {grown} KiB more");
    assert!(grown < 8 << 10, "{grown} KiB more");
    assert_eq!(manager.list()[0].health.faults, 10_200);
}

/// `SPACEDRIVE_TEST_LOAD_CYCLES=10000` runs it in full; by default it is a sample.
#[test]
fn rel_memory_does_not_grow_with_loads_and_unloads() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let cycles: u64 = std::env::var("SPACEDRIVE_TEST_LOAD_CYCLES")
        .ok()
        .and_then(|cycles| cycles.parse().ok())
        .unwrap_or(300);
    let manager = with_config(ManagerConfig::default());
    let extension = folder(MANIFEST, &working(NULL, "(i32.const 0)"));
    let cycle = || {
        manager.load(extension.path()).unwrap();
        assert!(run(&manager, "1").is_ok());
        manager.unload("guest").unwrap();
    };
    (0..50).for_each(|_| cycle()); // what is allocated once, and pools that fill
    let Some(before) = resident_kib() else {
        eprintln!("SKIPPED: this system does not tell the memory of a process");
        return;
    };
    (0..cycles).for_each(|_| cycle());
    let grown = resident_kib().unwrap().saturating_sub(before);
    eprintln!("{cycles} cycles: {grown} KiB more");
    // The limit is 10 MiB for 10,000 cycles; fewer may wobble by what other tests here use.
    let limit = (10 << 10) * cycles.max(8000) / 10_000;
    assert!(grown < limit, "{grown} KiB more after {cycles} cycles, the limit is {limit}");
}
