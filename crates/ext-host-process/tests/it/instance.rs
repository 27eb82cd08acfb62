//! A guest in another process does what one in this process does.

use std::time::{Duration, Instant};

use crate::common::{
    Recorder, code, event, guest, is_there, limits, of, processes, start, start_of, start_with,
};
use ext_abi::{AbiError, ErrorCode, LogLevel};
use ext_host::{
    Artifact, Fault, Instance, InstanceLimits, MemoryBudget, Module, WasiWorld, Watchdog,
};
use ext_host_process::{GuestProgram, Processes};
use uuid::Uuid;

const ECHO: &str = "(drop (call $echo (local.get $ptr) (local.get $len))) (i32.const 0)";

/// Answers a call with the frame that the host's answer is.
const PASS_ON: &str = r#"(func (export "plugin_call") (param i32 i32) (param $ptr i32) (param $len i32)
    (result i32) (call $echo (local.get $ptr) (local.get $len)))"#;

#[test]
fn calls_of_the_guest_reach_the_host_with_all_that_is_in_them() {
    let host = Recorder::echo();
    let mut instance = start_with(&guest(ECHO, ""), limits(), &host);
    for payload in [&b"{}"[..], b"", &[b'1'; 100_000], &[b'2'; 1 << 20]] {
        assert_eq!(instance.on_event(payload), Ok(0));
        let (method, library, seen) = host.record().calls.pop().unwrap();
        assert_eq!(method, "query:test.echo.v1");
        assert_eq!((library, seen == payload), (Some(Uuid::from_bytes([7; 16])), true));
    }
}

#[test]
fn answers_come_back_as_they_are() {
    let host = Recorder::echo();
    let mut instance = start_with(&guest(ECHO, PASS_ON), limits(), &host);
    for payload in [&b"\n\0\xff{}"[..], &[7; 70_000]] {
        let reply = instance.call("query:guest.run.v1", payload).unwrap();
        assert_eq!((reply.status, reply.body == payload), (ErrorCode::OK, true));
    }
    assert_eq!(instance.cleanup(), Ok(0), "there is no such export");
    assert_eq!((instance.save(), instance.restore(b"x")), (Ok(None), Ok(None)));
}

#[test]
fn memory_stays_from_call_to_call() {
    let count = "(i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
        (i32.load (i32.const 512))";
    let mut instance = start(&guest(count, ""));
    for expected in 1..=5 {
        assert_eq!(instance.on_event(b"{}"), Ok(expected));
    }
}

#[test]
fn state_goes_over() {
    let more = r#"(func (export "plugin_save") (result i32)
            (i32.store (i32.const 700) (i32.const 4)) (i32.store (i32.const 704) (i32.const 0))
            (i32.store (i32.const 708) (i32.const 42)) (i32.const 700))
        (func (export "plugin_restore") (param $ptr i32) (param $len i32) (result i32)
            (i32.load (local.get $ptr)))"#;
    let wasm = guest("(i32.const 0)", more);
    let saved = start(&wasm).save().unwrap().unwrap();
    assert_eq!(saved.body, 42_u32.to_le_bytes());
    assert_eq!(start(&wasm).restore(&saved.body), Ok(Some(42)));
}

#[test]
fn what_a_guest_logs_and_gets_wrong_is_told() {
    let host = Recorder::echo();
    let body = "(call $log (i32.const 2) (i32.const 96) (i32.const 10))
        (drop (call $call (i32.const -4) (i32.const 18) (i32.const 0) (i32.const 0) (i32.const 0)))
        (drop (call $call (i32.const 16) (i32.const 300) (i32.const 0) (i32.const 0) (i32.const 0)))
        (drop (call $echo (i32.const 0) (i32.const 0x200000))) (i32.const 0)";
    start_with(&guest(body, ""), limits(), &host).on_event(b"{}").unwrap();
    let record = host.record();
    assert_eq!(record.logs, [(LogLevel::Warn, "the reason".to_owned())]);
    let [range, method, payload] = record.refusals.as_slice() else { panic!("{record:?}") };
    assert_eq!(range, &AbiError::Range { ptr: u32::MAX - 3, len: 18, memory: 131_072 });
    let too_large = |what, got, limit| AbiError::TooLarge { what, got, limit };
    assert_eq!(method, &too_large("method", 300, 256));
    assert_eq!(payload, &too_large("payload", 0x20_0000, 1 << 20));
}

/// The fault of this event in an instance of this process.
fn here(wasm: &[u8]) -> Fault {
    let module = Module::compile(wasm, &limits()).unwrap();
    let host = Box::new(Recorder::echo());
    let mut instance = Instance::start(&module, limits(), host, &Watchdog::start()).unwrap();
    instance.init().unwrap();
    instance.on_event(b"{}").unwrap_err()
}

#[test]
fn faults_are_those_of_an_instance_in_this_process() {
    for (body, expected) in [
        ("unreachable", ErrorCode::Trap),
        ("(i32.load (i32.const -4))", ErrorCode::Trap),
        ("(i32.div_u (i32.const 1) (i32.const 0))", ErrorCode::Trap),
        ("(loop $again (br $again)) (i32.const 0)", ErrorCode::Cpu),
        ("(call $deep)", ErrorCode::Stack),
        ("(drop (memory.grow (i32.const 61))) (i32.load (i32.const -4))", ErrorCode::Memory),
    ] {
        let deep = "(func $deep (result i32) (i32.add (call $deep) (i32.const 1)))";
        let wasm = guest(body, deep);
        let mut instance = start(&wasm);
        let fault = instance.on_event(b"{}").unwrap_err();
        assert_eq!((fault.code, &fault), (expected, &here(&wasm)), "{body}");
        assert_eq!(code(instance.on_event(b"{}")), ErrorCode::Stopped, "it is spent");
        assert!(!is_there(instance.id()), "{body}: the process is gone");
    }
}

#[test]
fn an_extension_that_refuses_to_start_says_so() {
    let wasm = guest("(i32.const 0)", "");
    let text = wat::parse_str(
        r#"(module (memory (export "memory") 1)
        (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
        (func (export "plugin_init") (result i32) i32.const 3)
        (@custom "spacedrive.abi" "\01\00\00\00"))"#,
    );
    let host = Recorder::echo();
    let mut refusing = start_of(&processes(), &text.unwrap(), limits(), &host).unwrap();
    assert_eq!(refusing.init().unwrap_err().code, ErrorCode::Init);
    assert!(start_of(&processes(), &wasm, limits(), &host).unwrap().init().is_ok());
}

#[test]
fn time_in_the_host_is_not_the_guests() {
    let host = Recorder { delay: Duration::from_millis(500), ..Recorder::echo() };
    assert_eq!(start_with(&guest(ECHO, ""), limits(), &host).on_event(b"{}"), Ok(0));
    let host = Recorder { delay: Duration::from_millis(1200), ..Recorder::echo() };
    let began = Instant::now();
    let late = start_with(&guest(ECHO, ""), limits(), &host).on_event(b"{}");
    assert_eq!(code(late), ErrorCode::Deadline, "but that of the whole call is");
    assert!(began.elapsed() < Duration::from_secs(20));
}

/// It sleeps for longer than the parent would wait for one that computes.
#[test]
fn a_guest_that_sleeps_is_not_taken_for_one_that_hangs() {
    let text = r#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "wasm_alloc") (param i32) (result i32) (i32.const 1024))
        (func (export "plugin_init") (result i32) (i32.const 0))
        (func (export "plugin_on_event") (param i32 i32) (result i32)
            (i32.store offset=16 (i32.const 64) (i32.const 1))
            (i64.store offset=24 (i32.const 64) (i64.const 2600000000))
            (call $poll (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 512)))
        (@custom "spacedrive.abi" "\01\00\00\00"))"#;
    let limits = InstanceLimits {
        wasi: WasiWorld::Minimal,
        call_timeout: Duration::from_secs(20),
        ..limits()
    };
    let began = Instant::now();
    let mut instance = start_with(&wat::parse_str(text).unwrap(), limits, &Recorder::echo());
    assert_eq!(instance.on_event(b"{}"), Ok(0));
    assert!(began.elapsed() >= Duration::from_millis(2600));
}

#[test]
fn a_host_operation_that_panics_costs_the_call() {
    let body =
        "(call $call (i32.const 128) (i32.const 5) (i32.const 0) (i32.const 0) (i32.const 0))";
    assert_eq!(code(event(body)), ErrorCode::Internal);
}

#[test]
fn res_21_the_memory_of_guests_is_the_hosts_to_give() {
    let grow = "(memory.grow (i32.const 10))";
    let limits = limits();
    let artifact = Artifact::load(&guest(grow, ""), &limits, None).unwrap();
    let budget = MemoryBudget::new(13 * 65_536);
    let (processes, host) = (processes(), Recorder::echo());
    let start = || processes.start(&artifact, limits.clone(), Box::new(host.clone()), &budget);
    let mut instance = start().unwrap();
    assert_eq!((instance.memory_bytes(), budget.used()), (2 * 65_536, 2 * 65_536));
    assert_eq!(instance.on_event(b"{}"), Ok(2), "it had two pages");
    assert_eq!(budget.used(), 12 * 65_536);
    assert_eq!(instance.on_event(b"{}"), Ok(-1), "there is one page left");
    assert_eq!(start().err().unwrap().code, ErrorCode::Busy);
    drop(instance);
    assert_eq!(budget.used(), 0);
    assert!(start().is_ok());
}

#[test]
fn res_03_tables_of_a_process_are_paid_from_the_budget_too() {
    let limits = limits();
    let tables = "(table 1000 funcref) (table 2000 2000 externref)";
    let artifact = Artifact::load(&guest(ECHO, tables), &limits, None).unwrap();
    let (processes, host) = (processes(), Recorder::echo());
    let start = |bytes| {
        let budget = MemoryBudget::new(bytes);
        processes.start(&artifact, limits.clone(), Box::new(host.clone()), &budget)
    };
    let needed = 2 * 65_536 + u64::from(limits.table_elements) * 16;
    let instance = start(needed).unwrap();
    assert_eq!(instance.memory_bytes(), needed);
    assert_eq!(start(needed - 1).err().unwrap().code, ErrorCode::Busy);
}

#[test]
fn a_program_that_is_none_is_told_by_name() {
    let missing = Processes::new(GuestProgram::new("no-such-program-here", ["guest"]));
    let host = Recorder::echo();
    let fault = start_of(&missing, &guest(ECHO, ""), limits(), &host).err().unwrap();
    assert_eq!(fault.code, ErrorCode::Io);
    assert!(fault.message.contains("no-such-program-here"), "{fault}");
    let stranger = start_of(&of("stranger"), &guest(ECHO, ""), limits(), &host).err().unwrap();
    assert_eq!(stranger.code, ErrorCode::Trap);
}

/// An artifact must be for this very program, and whole.
#[test]
fn code_that_was_damaged_on_its_way_is_not_run() {
    let artifact = Artifact::load(&guest(ECHO, ""), &InstanceLimits::default(), None).unwrap();
    let (head, code) = (artifact.head(), artifact.code().clone());
    assert!(Artifact::from_parent(&head, code.clone()).is_ok());
    for place in [0, 32, 63] {
        let mut damaged = head;
        damaged[place] ^= 1;
        assert!(Artifact::from_parent(&damaged, code.clone()).is_err(), "{place}");
    }
    assert!(Artifact::from_parent(&head, code.slice(1..)).is_err());
}

/// The fixture runs no such guests, and says so once it has loaded the code.
#[cfg(target_os = "linux")]
#[test]
fn the_code_of_a_guest_with_files_is_shared_with_its_processes() {
    let limits = InstanceLimits { wasi: WasiWorld::Files, ..limits() };
    let artifact = Artifact::load(&guest(ECHO, ""), &limits, None).unwrap();
    let shared = artifact.sealed().expect("it is shared");
    assert_eq!(artifact.code(), shared.bytes());
    let host = Recorder::echo();
    let fault = start_of(&processes(), &guest(ECHO, ""), limits, &host).err().unwrap();
    assert!(fault.message.contains("no guests with files"), "{fault}");
}
