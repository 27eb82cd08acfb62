//! Guests in WebAssembly text, in processes of the fixture.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::time::{Duration, Instant};

use ext_abi::ErrorCode;
pub use ext_host::testing::Recorder;
use ext_host::{Artifact, Fault, InstanceLimits, MemoryBudget};
use ext_host_process::{GuestProgram, ProcessInstance, Processes};

const FIXTURE: &str = env!("CARGO_BIN_EXE_ext-host-process-fixture");

/// InstanceLimits small enough for fast tests.
pub fn limits() -> InstanceLimits {
    InstanceLimits {
        memory_bytes: 4 << 20,
        compute_timeout: Duration::from_millis(300),
        call_timeout: Duration::from_millis(900),
        ..InstanceLimits::default()
    }
}

/// InstanceLimits of a guest that is to be killed before they hold.
pub fn long() -> InstanceLimits {
    let (compute_timeout, call_timeout) = (Duration::from_secs(50), Duration::from_secs(60));
    InstanceLimits { compute_timeout, call_timeout, ..limits() }
}

/// A guest whose `plugin_on_event` is this, given pointer and length of the event. `$echo` sends the
/// event to the host.
pub fn guest(on_event: &str, more: &str) -> Vec<u8> {
    ext_testing::small_guest(&format!(
        r#"(data (i32.const 16) "query:test.echo.v1")
            (data (i32.const 64) "\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07\07")
            (data (i32.const 96) "the reason")
            (data (i32.const 128) "panic")
            (func $alloc (export "wasm_alloc") (param i32) (result i32)
                (global.get $heap)
                (global.set $heap (i32.add (global.get $heap)
                    (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8))))
                (if (i32.gt_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536)))
                    (then (drop (memory.grow (i32.add (i32.const 1)
                        (i32.shr_u (local.get 0) (i32.const 16))))))))
            (func (export "wasm_free") (param i32 i32) (global.set $heap (i32.const 32768)))
            (func $echo (param $ptr i32) (param $len i32) (result i32)
                (call $call (i32.const 16) (i32.const 18) (i32.const 64) (local.get $ptr) (local.get $len)))
            (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
                {on_event})
            {more}"#
    ))
}

/// Processes that do what they should.
pub fn processes() -> Processes {
    of("guest")
}

/// Processes of the fixture in this mode.
pub fn of(mode: &str) -> Processes {
    Processes::new(GuestProgram::new(FIXTURE, [mode]))
}

pub fn start_of(
    processes: &Processes,
    wasm: &[u8],
    limits: InstanceLimits,
    host: &Recorder,
) -> Result<ProcessInstance, Fault> {
    let artifact = Artifact::load(wasm, &limits, None).expect("the module is accepted");
    processes.start(&artifact, limits, Box::new(host.clone()), &MemoryBudget::unlimited())
}

pub fn start_with(wasm: &[u8], limits: InstanceLimits, host: &Recorder) -> ProcessInstance {
    let mut instance = start_of(&processes(), wasm, limits, host).expect("the instance starts");
    instance.init().expect("the guest starts");
    instance
}

pub fn start(wasm: &[u8]) -> ProcessInstance {
    start_with(wasm, limits(), &Recorder::echo())
}

/// The first event of a fresh guest with this `plugin_on_event`.
pub fn event(on_event: &str) -> Result<i32, Fault> {
    start(&guest(on_event, "")).on_event(b"{}")
}

pub fn code(result: Result<i32, Fault>) -> ErrorCode {
    result.expect_err("it fails").code
}

/// True if there is a process with this number, be it a zombie.
pub fn is_there(id: u32) -> bool {
    std::path::Path::new(&format!("/proc/{id}")).exists()
}

/// True if it is there and not a zombie.
pub fn runs(id: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"));
    status.is_ok_and(|status| !status.contains("State:\tZ"))
}

/// Waits until it holds.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(unix)]
pub fn send(id: u32, signal: rustix::process::Signal) {
    let process = rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    // It may be gone already.
    let _ = rustix::process::kill_process(process, signal);
}
