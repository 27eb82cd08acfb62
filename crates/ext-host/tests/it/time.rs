//! The view that a guest has of time, and limits of time at their ends.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::common::{Recorder, limits};
use ext_host::{ErrorCode, Host, Instance, InstanceLimits, Module, ModuleError, Watchdog};

const REST: &str = r#"(func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
    (func (export "wasm_free") (param i32 i32))
    (func (export "plugin_init") (result i32) i32.const 0)
    (@custom "spacedrive.abi" "\01\00\00\00")"#;

fn compile(text: &str) -> Result<Module, ModuleError> {
    let module = wat::parse_str(format!("(module {text} {REST})")).unwrap();
    Module::compile(&module, &limits())
}

/// A guest that counts to a number, which takes some time, or never ends.
fn guest(ends: bool) -> Module {
    let go_on = if ends { "(i32.lt_u (local.get $i) (i32.const 1000))" } else { "(i32.const 1)" };
    compile(&format!(
        r#"(memory (export "memory") 1)
        (func (export "plugin_on_event") (param i32 i32) (result i32) (local $i i32)
            (loop (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if 0 {go_on}))
            i32.const 0)"#
    ))
    .unwrap()
}

fn run(module: &Module, limits: InstanceLimits) -> ErrorCode {
    let host: Box<dyn Host> = Box::new(Recorder::default());
    match Instance::start(module, limits, host, &Watchdog::start()) {
        Ok(mut instance) => {
            instance.on_event(b"").map_or_else(|fault| fault.code, |_| ErrorCode::OK)
        }
        Err(fault) => fault.code,
    }
}

#[test]
fn time_01_a_guest_has_no_clock_and_cannot_build_one() {
    let memory = r#"(memory (export "memory") 1)"#;
    assert!(compile(memory).is_ok());
    for (module, name) in [
        ("wasi_snapshot_preview1", "clock_time_get"),
        ("wasi_snapshot_preview1", "clock_res_get"),
        ("wasi_snapshot_preview1", "poll_oneoff"),
        ("wasi_unstable", "clock_time_get"),
        ("env", "performance_now"),
        ("spacedrive", "spacedrive_now"),
        ("wasi", "thread-spawn"),
    ] {
        let import = format!(r#"(import "{module}" "{name}" (func (result i32))) {memory}"#);
        assert_eq!(
            compile(&import).map(drop).unwrap_err().code(),
            ErrorCode::ImportUnknown,
            "{name}"
        );
    }
    // A second thread that counts would be a clock.
    let shared = r#"(memory (export "memory") 1 1 shared)"#;
    assert!(compile(shared).is_err());
    let atomic =
        format!("{memory} (func (result i32) (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))");
    assert!(compile(&atomic).is_err());
}

#[test]
fn time_07_limits_of_time_may_be_endless_or_nothing() {
    let (ending, endless) = (guest(true), guest(false));
    let times = [Duration::ZERO, Duration::from_nanos(1), Duration::MAX];
    for compute_timeout in times {
        for call_timeout in times {
            let limits = InstanceLimits { compute_timeout, call_timeout, ..limits() };
            let code = run(&ending, limits.clone());
            let known = [ErrorCode::OK, ErrorCode::Cpu, ErrorCode::Deadline, ErrorCode::Init];
            assert!(known.contains(&code), "{compute_timeout:?} {call_timeout:?}: {code:?}");
            if (compute_timeout, call_timeout) == (Duration::MAX, Duration::MAX) {
                assert_eq!(code, ErrorCode::OK);
            } else {
                assert_ne!(run(&endless, limits), ErrorCode::OK);
            }
        }
    }
}

#[test]
fn time_08_guests_are_stopped_in_time_while_every_core_is_busy() {
    let over = Arc::new(AtomicBool::new(false));
    let threads = 4 * thread::available_parallelism().map_or(2, usize::from);
    let busy: Vec<_> = (0..threads)
        .map(|_| {
            let over = Arc::clone(&over);
            thread::spawn(move || while !over.load(Relaxed) {})
        })
        .collect();
    let began = Instant::now();
    let code = run(&guest(false), limits());
    let took = began.elapsed();
    over.store(true, Relaxed);
    busy.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(code, ErrorCode::Cpu);
    assert!(took < Duration::from_secs(20), "{took:?}");
}
