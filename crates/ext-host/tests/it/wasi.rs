//! Guests that import WASI.
#![cfg(feature = "wasi")]

use std::time::{Duration, Instant};

use crate::common::{Recorder, limits, start_with};
use ext_host::{
    ErrorCode, Fault, Instance, InstanceLimits, InterruptHandle, LogLevel, Module, ModuleError,
    WasiWorld, Watchdog,
};
use proptest::prelude::*;

/// Everything a guest may import, with the types of the description.
const IMPORTS: &[(&str, &str)] = &[
    ("args_get", "(param i32 i32) (result i32)"),
    ("args_sizes_get", "(param i32 i32) (result i32)"),
    ("clock_res_get", "(param i32 i32) (result i32)"),
    ("clock_time_get", "(param i32 i64 i32) (result i32)"),
    ("environ_get", "(param i32 i32) (result i32)"),
    ("environ_sizes_get", "(param i32 i32) (result i32)"),
    ("fd_close", "(param i32) (result i32)"),
    ("fd_fdstat_get", "(param i32 i32) (result i32)"),
    ("fd_fdstat_set_flags", "(param i32 i32) (result i32)"),
    ("fd_prestat_dir_name", "(param i32 i32 i32) (result i32)"),
    ("fd_prestat_get", "(param i32 i32) (result i32)"),
    ("fd_read", "(param i32 i32 i32 i32) (result i32)"),
    ("fd_seek", "(param i32 i64 i32 i32) (result i32)"),
    ("fd_write", "(param i32 i32 i32 i32) (result i32)"),
    ("poll_oneoff", "(param i32 i32 i32 i32) (result i32)"),
    ("proc_exit", "(param i32)"),
    ("random_get", "(param i32 i32) (result i32)"),
    ("sched_yield", "(result i32)"),
];

fn wasi() -> InstanceLimits {
    InstanceLimits { wasi: WasiWorld::Minimal, ..limits() }
}

fn import(name: &str, ty: &str) -> String {
    format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} {ty}))")
}

/// A guest with these imports, and exports besides the ones that each has.
fn guest_with(imports: &str, body: &str) -> Vec<u8> {
    let init = match body.contains("\"plugin_init\"") {
        true => "",
        false => r#"(func (export "plugin_init") (result i32) i32.const 0)"#,
    };
    let text = format!(
        r#"(module
            (import "spacedrive" "spacedrive_call" (func $call (param i32 i32 i32 i32 i32) (result i32)))
            {imports}
            (memory (export "memory") 2)
            (func (export "wasm_alloc") (param i32) (result i32) i32.const 32768)
            {init} {body}
            (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A guest with all imports.
fn guest(body: &str) -> Vec<u8> {
    let imports: String = IMPORTS.iter().map(|(name, ty)| import(name, ty)).collect();
    guest_with(&imports, body)
}

/// A guest that computes a number for each event.
fn on_event(body: &str) -> Vec<u8> {
    guest(&format!(
        r#"(func (export "plugin_on_event") (param $p i32) (param $len i32) (result i32) {body})"#
    ))
}

fn start(wasm: &[u8], host: &Recorder) -> Instance {
    start_with(wasm, wasi(), host.clone()).expect("the instance starts")
}

fn run(body: &str) -> Result<i32, Fault> {
    start(&on_event(body), &Recorder::default()).on_event(b"{}")
}

fn logs(host: &Recorder) -> Vec<(LogLevel, String)> {
    std::mem::take(&mut host.record.lock().logs)
}

#[test]
fn abi_35_without_the_field_wasi_is_refused_and_the_field_is_named() {
    for (name, ty) in IMPORTS {
        let wasm = guest_with(&import(name, ty), "");
        let error = Module::compile(&wasm, &limits()).err().expect("WASI is off");
        assert_eq!(error.code(), ErrorCode::ImportUnknown);
        let text = error.to_string();
        assert!(text.contains(&format!("`wasi_snapshot_preview1.{name}`")), "{text}");
        assert!(text.contains("`\"wasi\": true` in the manifest"), "{text}");
    }
    Module::compile(&guest(""), &wasi()).expect("the same with WASI on");
    let caps = InstanceLimits { wasi: WasiWorld::None, ..InstanceLimits::MAX };
    assert_eq!(wasi().capped(&caps).wasi, WasiWorld::None, "a host may have none");
}

#[test]
fn abi_35_what_is_not_in_this_wasi_is_refused_by_name() {
    let foreign = ["path_open", "fd_pread", "fd_filestat_get", "sock_accept", "proc_raise", "x"];
    for name in foreign {
        let wasm = guest_with(&import(name, "(param i32) (result i32)"), "");
        let error = Module::compile(&wasm, &wasi()).err().expect(name);
        assert!(matches!(&error, ModuleError::Wasi { name: refused, .. } if refused == name));
        assert!(error.to_string().contains("no files"), "{error}");
    }
    for (name, ty) in
        [("fd_write", "(param i32) (result i32)"), ("proc_exit", "(param i32) (result i32)")]
    {
        let error = Module::compile(&guest_with(&import(name, ty), ""), &wasi()).err().expect(name);
        assert!(error.to_string().contains("its type is wrong"), "{error}");
    }
    let older =
        r#"(import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))"#;
    let error = Module::compile(&guest_with(older, ""), &wasi()).err().expect("another WASI");
    assert_eq!(error.code(), ErrorCode::ImportUnknown);
    assert!(error.to_string().contains("`wasi_unstable.fd_write`"), "{error}");
}

#[test]
fn every_function_answers() {
    let call = |call: &str| run(call).expect(call);
    assert_eq!(call("(call $args_sizes_get (i32.const 0) (i32.const 4))"), 0);
    assert_eq!(call("(call $args_get (i32.const 0) (i32.const 4))"), 0);
    assert_eq!(call("(call $environ_sizes_get (i32.const 0) (i32.const 4))"), 0);
    assert_eq!(call("(call $environ_get (i32.const 0) (i32.const 4))"), 0);
    assert_eq!(call("(call $clock_res_get (i32.const 0) (i32.const 8))"), 0);
    assert_eq!(call("(call $clock_time_get (i32.const 1) (i64.const -1) (i32.const 8))"), 0);
    assert_eq!(call("(call $fd_close (i32.const 2))"), 0);
    assert_eq!(call("(call $fd_fdstat_get (i32.const 1) (i32.const 8))"), 0);
    assert_eq!(call("(call $fd_fdstat_set_flags (i32.const 1) (i32.const 0))"), 0);
    assert_eq!(call("(call $fd_prestat_get (i32.const 3) (i32.const 8))"), 8);
    assert_eq!(call("(call $fd_prestat_dir_name (i32.const 3) (i32.const 8) (i32.const 8))"), 8);
    let four = "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)";
    assert_eq!(call(&format!("(call $fd_read {four})")), 0);
    assert_eq!(call(&format!("(call $fd_write {four})")), 8);
    assert_eq!(call(&format!("(call $poll_oneoff {four})")), 28);
    assert_eq!(
        call("(call $fd_seek (i32.const 1) (i64.const -1) (i32.const 0) (i32.const 8))"),
        70
    );
    assert_eq!(call("(call $random_get (i32.const 0) (i32.const 100))"), 0);
    assert_eq!(call("(call $random_get (i32.const -1) (i32.const 100))"), 21);
    assert_eq!(call("(call $sched_yield)"), 0);
}

#[test]
fn an_exit_is_a_fault_that_says_so() {
    let fault = run("(call $proc_exit (i32.const 7)) i32.const 0").unwrap_err();
    assert_eq!(fault.code, ErrorCode::Trap);
    assert_eq!(fault.message, "the guest ended itself: `proc_exit(7)`");
}

/// Prints `hello`, an end of line, `wor`; then the host is called.
const PRINTS: &str = r#"
    (data (i32.const 64) "hello\nwor")
    (data (i32.const 16) "\40\00\00\00\09\00\00\00")
    (func $print (param $fd i32)
        (drop (call $fd_write (local.get $fd) (i32.const 16) (i32.const 1) (i32.const 32))))"#;

#[test]
fn output_is_logged_by_line_and_the_rest_when_the_call_ends() {
    let host = Recorder::default();
    let body = r#"(func (export "plugin_on_event") (param i32 i32) (result i32)
        (call $print (i32.const 1)) (call $print (i32.const 2)) (i32.load (i32.const 32)))
        (func (export "plugin_cleanup") (result i32) (call $print (i32.const 1)) unreachable)"#;
    let mut instance = start(&guest(&format!("{PRINTS}{body}")), &host);
    instance.init().unwrap();
    assert_eq!(instance.on_event(b"{}"), Ok(9));
    assert_eq!(
        logs(&host),
        [
            (LogLevel::Info, "hello".to_owned()),
            (LogLevel::Warn, "hello".to_owned()),
            (LogLevel::Info, "wor".to_owned()),
            (LogLevel::Warn, "wor".to_owned()),
        ]
    );
    assert_eq!(instance.cleanup().unwrap_err().code, ErrorCode::Trap);
    let last = logs(&host);
    assert_eq!(last, [(LogLevel::Info, "hello".to_owned()), (LogLevel::Info, "wor".to_owned())]);
}

#[test]
fn initialize_runs_once_before_init_and_may_use_wasi() {
    let host = Recorder::default();
    let body = r#"(global $n (mut i32) (i32.const 0))
        (func (export "_initialize") (call $print (i32.const 1))
            (global.set $n (i32.add (global.get $n) (i32.const 1))))
        (func (export "plugin_init") (result i32) (i32.sub (global.get $n) (i32.const 1)))
        (func (export "plugin_on_event") (param i32 i32) (result i32) (global.get $n))"#;
    let mut instance = start(&guest(&format!("{PRINTS}{body}")), &host);
    assert_eq!(logs(&host), [], "not before");
    instance.init().unwrap();
    assert_eq!(logs(&host).len(), 2);
    assert_eq!(instance.on_event(b"{}"), Ok(1));
    let wrong = guest(r#"(func (export "_initialize") (param i32))"#);
    let error = Module::compile(&wrong, &wasi()).err().expect("it takes nothing");
    assert_eq!(error.code(), ErrorCode::AbiExport);
}

#[test]
fn initialize_has_the_limits_of_a_call() {
    let body = r#"(func (export "_initialize") (loop $l br $l))"#;
    let mut instance = start(&guest(body), &Recorder::default());
    assert_eq!(instance.init().unwrap_err().code, ErrorCode::Cpu);
    let body = r#"(func (export "_initialize") unreachable)"#;
    let mut instance = start(&guest(body), &Recorder::default());
    assert_eq!(instance.init().unwrap_err().code, ErrorCode::Trap);
    assert_eq!(instance.init().unwrap_err().code, ErrorCode::Stopped, "the instance is spent");
}

/// Sleeps for so many milliseconds.
fn sleeps(ms: u64) -> Vec<u8> {
    on_event(&format!(
        "(i32.store (i32.const 16) (i32.const 1)) (i64.store (i32.const 24) (i64.const {}))
         (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))",
        ms * 1_000_000
    ))
}

#[test]
fn a_sleep_is_no_computing() {
    // Longer than the guest may compute, shorter than a call may take.
    let mut instance = start(&sleeps(200), &Recorder::default());
    let began = Instant::now();
    assert_eq!(instance.on_event(b"{}"), Ok(0));
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert_eq!(instance.on_event(b"{}"), Ok(0), "each call has its own time");
}

#[test]
fn res_17_a_sleep_ends_with_the_call() {
    let mut instance = start(&sleeps(1_000_000), &Recorder::default());
    let began = Instant::now();
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Deadline);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn res_17_a_sleep_ends_when_the_guest_is_stopped() {
    let limits = InstanceLimits { call_timeout: Duration::from_secs(600), ..wasi() };
    let module = Module::compile(&sleeps(500_000), &limits).unwrap();
    let host = Box::<Recorder>::default();
    let mut instance = Instance::start(&module, limits, host, &Watchdog::start()).unwrap();
    let handle: InterruptHandle = instance.interrupt_handle();
    let stopping = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        handle.interrupt();
    });
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Stopped);
    stopping.join().unwrap();
}

#[test]
fn res_09_a_loop_of_calls_is_stopped() {
    for call in [
        "(drop (call $sched_yield))",
        "(drop (call $random_get (i32.const 0) (i32.const 100000)))",
        "(drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 100) (i32.const 70000)))",
        "(drop (call $poll_oneoff (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))",
    ] {
        let began = Instant::now();
        let fault = run(&format!("(loop $l {call} br $l) unreachable")).unwrap_err();
        assert!(matches!(fault.code, ErrorCode::Cpu | ErrorCode::Deadline), "{call}: {fault}");
        assert!(began.elapsed() < Duration::from_secs(5), "{call}: {:?}", began.elapsed());
    }
}

#[test]
fn a_start_function_has_no_wasi() {
    let body = "(func $s (drop (call $sched_yield))) (start $s)";
    let fault = start_with(&guest(body), wasi(), Recorder::default()).err().unwrap();
    assert_eq!(fault.code, ErrorCode::Trap);
}

/// The calls of the standard library of Rust when a program prints, hashes and measures time.
#[test]
fn a_guest_starts_as_those_of_rust_do() {
    let host = Recorder::default();
    let body = r#"
        (func $must (param i32) (if (local.get 0) (then (call $proc_exit (i32.const 71)))))
        (func (export "_initialize")
            (call $must (call $environ_sizes_get (i32.const 0) (i32.const 4)))
            (call $must (i32.load (i32.const 0)))
            (call $must (call $args_sizes_get (i32.const 0) (i32.const 4)))
            (call $must (i32.load (i32.const 4))))
        (func (export "plugin_init") (result i32)
            (call $must (call $random_get (i32.const 0) (i32.const 16)))
            (call $must (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 0)))
            (call $must (i64.eqz (i64.load (i32.const 0))))
            (call $print (i32.const 1))
            i32.const 0)"#;
    let mut instance = start(&guest(&format!("{PRINTS}{body}")), &host);
    instance.init().unwrap();
    assert_eq!(logs(&host).len(), 2);
}

#[test]
fn wasi_guests_come_from_the_cache_and_are_judged_again() {
    let dir = tempfile::tempdir().unwrap();
    let cache = ext_host::Cache::open(dir.path()).unwrap();
    let wasm = guest("");
    Module::load(&wasm, &wasi(), Some(&cache)).unwrap();
    Module::load(&wasm, &wasi(), Some(&cache)).unwrap();
    let error = Module::load(&wasm, &limits(), Some(&cache)).err().expect("WASI is off");
    assert_eq!(error.code(), ErrorCode::ImportUnknown);
}

/// Calls the function of the number at the event's start with the four arguments behind it.
fn dispatcher() -> Vec<u8> {
    let arm = |(index, (name, ty)): (usize, &(&str, &str))| {
        let types = ty.split(')').next().unwrap_or_default();
        let types = types.split_whitespace().skip(1);
        let load = |(at, ty): (usize, &str)| match ty {
            "i64" => format!("(i64.load32_s offset={} (local.get $p))", 4 + 4 * at),
            _ => format!("(i32.load offset={} (local.get $p))", 4 + 4 * at),
        };
        let args: String = match ty.starts_with("(param") {
            true => types.enumerate().map(load).collect(),
            false => String::new(),
        };
        let call = match *name {
            "proc_exit" => format!("(call ${name} {args}) i32.const 0"),
            _ => format!("(call ${name} {args})"),
        };
        format!("(if (i32.eq (i32.load (local.get $p)) (i32.const {index})) (then {call} return))")
    };
    let arms: String = IMPORTS.iter().enumerate().map(arm).collect();
    on_event(&format!("{arms} i32.const -1"))
}

#[test]
fn abi_02_abi_03_arbitrary_calls_are_answered_or_fault() {
    let limits = InstanceLimits { call_timeout: Duration::from_millis(50), ..wasi() };
    let module = Module::compile(&dispatcher(), &limits).unwrap();
    let watchdog = Watchdog::start();
    let argument = prop_oneof![
        0_u32..8,
        0_u32..200_000,
        131_000_u32..131_100,
        any::<u32>(),
        u32::MAX - 8..=u32::MAX
    ];
    let calls = prop::collection::vec(
        (0..u32::try_from(IMPORTS.len()).unwrap(), prop::array::uniform4(argument)),
        1..20,
    );
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&calls, |calls| {
        let host = Box::<Recorder>::default();
        let mut instance = Instance::start(&module, limits.clone(), host, &watchdog).unwrap();
        for (function, args) in calls {
            let [a, b, c, d] = args;
            let event = [function, a, b, c, d].map(u32::to_le_bytes).concat();
            match instance.on_event(&event) {
                Ok(errno) => prop_assert!((0..=76).contains(&errno), "{errno}"),
                Err(fault) => prop_assert!(
                    matches!(
                        fault.code,
                        ErrorCode::Trap | ErrorCode::Deadline | ErrorCode::Stopped
                    ),
                    "{fault}"
                ),
            }
        }
        Ok(())
    });
    run.unwrap();
}
