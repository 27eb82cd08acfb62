//! Guests that misbehave cost one call and a clear error; their twins that behave are served.

use std::time::{Duration, Instant};

use crate::common::{Recorder, event, guest, limits, on_event, start, start_with};
use ext_host::{ErrorCode, Fault, InstanceLimits};

fn code(result: Result<i32, Fault>) -> ErrorCode {
    result.map_or_else(|fault| fault.code, |_| ErrorCode::OK)
}

/// Calls the host with these five arguments and returns the status of its reply.
fn call_with(arguments: &str) -> String {
    format!("(i32.load offset=4 (call $call {arguments}))")
}

const PING: &str = "(i32.store8 (i32.const 0) (i32.const 112))"; // method "p" at address 0

#[test]
fn res_09_a_loop_is_stopped_in_time() {
    let started = Instant::now();
    let fault = event("(loop (br 0)) (i32.const 0)").unwrap_err();
    assert_eq!(fault.code, ErrorCode::Cpu, "{fault}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(event("(i32.const 0)").unwrap(), 0);
}

#[test]
fn res_09_a_loop_is_stopped_wherever_it_runs() {
    let endless = "(loop (br 0)) (i32.const 0)";
    let init = guest(&format!(r#"(func (export "plugin_init") (result i32) {endless})"#));
    assert_eq!(start(&init).init().unwrap_err().code, ErrorCode::Cpu);

    let cleanup = guest(&format!(r#"(func (export "plugin_cleanup") (result i32) {endless})"#));
    assert_eq!(start(&cleanup).cleanup().unwrap_err().code, ErrorCode::Cpu);

    let alloc = on_event("(i32.const 0)");
    assert_eq!(start(&alloc).on_event(b"{}").unwrap(), 0);
    let alloc = guest(&format!(
        r#"(func (export "wasm_alloc") (param i32) (result i32) {endless})
           (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#
    ));
    assert_eq!(start(&alloc).on_event(b"{}").unwrap_err().code, ErrorCode::Cpu);
}

#[test]
fn abi_32_a_start_function_has_the_same_limits() {
    let endless = guest("(func $start (loop (br 0))) (start $start)");
    let fault = start_with(&endless, limits(), Recorder::default()).err().expect("it is stopped");
    assert_eq!(fault.code, ErrorCode::Cpu);
    let trap = guest("(func $start unreachable) (start $start)");
    let fault = start_with(&trap, limits(), Recorder::default()).err().expect("it traps");
    assert_eq!(fault.code, ErrorCode::Trap);
    start(&guest("(func $start) (start $start)"));
}

#[test]
fn res_11_res_12_bulk_operators_in_a_loop_are_stopped() {
    for body in [
        "(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 131072)) (br 0))",
        "(loop (memory.copy (i32.const 0) (i32.const 8) (i32.const 131064)) (br 0))",
        "(loop (drop (memory.grow (i32.const 0))) (br 0))",
    ] {
        assert_eq!(code(event(&format!("{body} (i32.const 0)"))), ErrorCode::Cpu, "{body}");
    }
    let once = "(memory.fill (i32.const 0) (i32.const 1) (i32.const 64)) (i32.const 0)";
    assert_eq!(code(event(once)), ErrorCode::OK);
}

#[test]
fn a_trap_ends_the_call_and_names_the_function() {
    let wasm = guest(
        r#"(func $divide (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (drop (call $divide (i32.load8_u (local.get 0)))) (i32.const 0))"#,
    );
    let fault = start(&wasm).on_event(&[0]).unwrap_err();
    assert_eq!(fault.code, ErrorCode::Trap);
    assert!(fault.message.contains("divide by zero"), "{fault}");
    assert_eq!(fault.backtrace.first().map(String::as_str), Some("divide"), "{fault:?}");
    assert_eq!(start(&wasm).on_event(&[1]).unwrap(), 0);
}

#[test]
fn a_spent_instance_is_not_used_again() {
    let mut instance = start(&on_event("unreachable"));
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Trap);
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Stopped);
    assert_eq!(instance.init().unwrap_err().code, ErrorCode::Stopped);
}

#[test]
fn res_02_memory_stops_growing_at_the_limit() {
    // Grows page by page until refused and returns the pages it has then.
    let pages = event(
        "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) (memory.size)",
    );
    assert_eq!(pages.unwrap(), 64);
    let fault =
        event("(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) unreachable");
    assert_eq!(code(fault), ErrorCode::Memory);
    assert_eq!(event("(memory.grow (i32.const 1))").unwrap(), 2);
}

#[test]
fn res_03_tables_stop_growing_at_the_limit() {
    let grow = |by: u32| {
        let wasm = guest(&format!(
            r#"(table $t 1 funcref)
               (func (export "plugin_on_event") (param i32 i32) (result i32)
                 (table.grow $t (ref.null func) (i32.const {by})))"#
        ));
        start(&wasm).on_event(b"{}").unwrap()
    };
    assert_eq!(grow(9_999), 1);
    assert_eq!(grow(10_000), -1);
}

#[test]
fn res_03_tables_that_grow_share_what_is_left() {
    let grow = |table: &str, by: u32| {
        let wasm = guest(&format!(
            r#"(table $a 2000 externref) (table $b 0 externref) (table $fixed 2000 2000 funcref)
               (func (export "plugin_on_event") (param i32 i32) (result i32)
                 (table.grow {table} (ref.null extern) (i32.const {by})))"#
        ));
        start(&wasm).on_event(b"{}").unwrap()
    };
    assert_eq!((grow("$a", 3_000), grow("$a", 3_001)), (2_000, -1));
    assert_eq!((grow("$b", 3_000), grow("$b", 3_001)), (0, -1));
}

#[test]
fn res_14_recursion_without_end_is_a_stack_fault() {
    let wasm = |from: u32| {
        guest(&format!(
            r#"(func $down (param i32) (result i32)
                 (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
                   (else (i32.add (i32.const 0) (call $down (i32.sub (local.get 0) (i32.const 1)))))))
               (func (export "plugin_on_event") (param i32 i32) (result i32) (call $down (i32.const {from})))"#
        ))
    };
    let deep = InstanceLimits { compute_timeout: Duration::from_secs(30), ..limits() };
    let deep = InstanceLimits { call_timeout: Duration::from_secs(30), ..deep };
    let mut instance = start_with(&wasm(u32::MAX), deep, Recorder::default()).unwrap();
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Stack);
    assert_eq!(start(&wasm(100)).on_event(b"{}").unwrap(), 0);
}

#[test]
fn abi_02_abi_03_abi_12_wild_ranges_in_a_call_are_refused() {
    let wild = |arguments: &str| {
        let host = Recorder::default();
        let wasm = on_event(&format!("{PING} {}", call_with(arguments)));
        let mut instance = start_with(&wasm, limits(), host.clone()).unwrap();
        let status = instance.on_event(b"{}").unwrap();
        let record = host.record.lock().clone();
        assert_eq!(record.calls.len() + record.refusals.len(), 1);
        ErrorCode::try_from(status as u32).unwrap()
    };
    let arguments = |method: &str, library: &str, payload: &str| {
        let consts: Vec<String> = format!("{method} {library} {payload}")
            .split(' ')
            .map(|number| format!("(i32.const {number})"))
            .collect();
        consts.join(" ")
    };
    assert_eq!(wild(&arguments("0 1", "0", "0 0")), ErrorCode::OK);
    assert_eq!(wild(&arguments("0 1", "131056", "0 8")), ErrorCode::OK);
    assert_eq!(wild(&arguments("0xFFFFFFF0 0x20", "0", "0 0")), ErrorCode::AbiRange);
    assert_eq!(wild(&arguments("0 0xFFFFFFFF", "0", "0 0")), ErrorCode::AbiTooLarge);
    assert_eq!(wild(&arguments("0 1", "131057", "0 0")), ErrorCode::AbiRange);
    assert_eq!(wild(&arguments("0 1", "0xFFFFFFF8", "0 0")), ErrorCode::AbiRange);
    assert_eq!(wild(&arguments("0 1", "0", "131072 1")), ErrorCode::AbiRange);
    assert_eq!(wild(&arguments("0 1", "0", "0xFFFFFFF0 0x20")), ErrorCode::AbiRange);
    assert_eq!(wild(&arguments("0 1", "0", "0 0xFFFFFFFF")), ErrorCode::AbiTooLarge);
    assert_eq!(wild(&arguments("0 1", "0", "0xFFFFFFF0 0")), ErrorCode::OK);
}

#[test]
fn abi_09_a_method_that_is_no_text_is_refused() {
    let status = event(&format!(
        "(i32.store8 (i32.const 0) (i32.const 0xFF)) {}",
        call_with("(i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)")
    ));
    assert_eq!(status.unwrap(), ErrorCode::AbiUtf8 as i32);
}

#[test]
fn abi_08_the_request_is_copied_before_the_reply_is_written() {
    // The allocator hands out the payload's own address.
    let wasm = guest(
        r#"(func (export "wasm_alloc") (param i32) (result i32) (i32.const 4096))
           (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
             (i32.load8_u (i32.add (i32.const 9)
               (call $call (local.get $ptr) (i32.const 1) (i32.const 0) (local.get $ptr) (local.get $len)))))"#,
    );
    let host = Recorder { reply: Some(b"\"XY\"".to_vec()), ..Recorder::default() };
    let mut instance = start_with(&wasm, limits(), host.clone()).unwrap();
    assert_eq!(instance.on_event(b"{\"a\":1}").unwrap(), i32::from(b'X'));
    assert_eq!(host.record.lock().calls[0].2, b"{\"a\":1}");
}

#[test]
fn abi_11_payloads_are_judged_at_the_limit() {
    let status = |len: u32| {
        let wasm = on_event(&format!(
            "{PING} {}",
            call_with(&format!(
                "(i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const {len})"
            ))
        ));
        let limits = InstanceLimits { json_bytes: 1000, ..limits() };
        let mut instance = start_with(&wasm, limits, Recorder::default()).unwrap();
        ErrorCode::try_from(instance.on_event(b"{}").unwrap() as u32).unwrap()
    };
    assert_eq!(status(999), ErrorCode::OK);
    assert_eq!(status(1000), ErrorCode::OK);
    assert_eq!(status(1001), ErrorCode::AbiTooLarge);
}

#[test]
fn a_reply_over_the_limit_is_an_error_not_a_fault() {
    let ping = call_with("(i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)");
    let wasm = on_event(&format!("{PING} {ping}"));
    let host = Recorder { reply: Some(vec![b' '; 1001]), ..Recorder::default() };
    let limits = InstanceLimits { json_bytes: 1000, ..limits() };
    let mut instance = start_with(&wasm, limits, host).unwrap();
    assert_eq!(instance.on_event(b"{}").unwrap(), ErrorCode::AbiTooLarge as i32);
}

#[test]
fn abi_41_abi_42_wild_frames_from_the_guest_fault() {
    let answer = |frame: &str| {
        let wasm = guest(&format!(
            r#"(data (i32.const 16) "\02\00\00\00\00\00\00\00{{}}")
               (data (i32.const 32) "\FF\FF\FF\FF\00\00\00\00")
               (data (i32.const 48) "\02\00\00\00\63\00\00\00{{}}")
               (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const {frame}))"#
        ));
        start(&wasm).call("query:x.y.v1", b"{}").map(|reply| reply.body).map_err(|fault| fault.code)
    };
    assert_eq!(answer("16"), Ok(b"{}".to_vec()));
    assert_eq!(answer("0"), Err(ErrorCode::BadInput));
    assert_eq!(answer("0xFFFFFFFC"), Err(ErrorCode::AbiRange));
    assert_eq!(answer("131068"), Err(ErrorCode::AbiRange));
    assert_eq!(answer("32"), Err(ErrorCode::AbiTooLarge));
    assert_eq!(answer("48"), Err(ErrorCode::BadInput));
}

#[test]
fn abi_45_a_panic_of_the_host_costs_one_call() {
    let method = |name: &str| {
        on_event(&format!(
            r#"(drop (call $call (i32.const 64) (i32.const {}) (i32.const 0) (i32.const 0) (i32.const 0)))
               (i32.const 0))
               (data (i32.const 64) "{name}""#,
            name.len()
        ))
    };
    let fault = start(&method("panic")).on_event(b"{}").unwrap_err();
    assert_eq!(fault.code, ErrorCode::Internal);
    assert_eq!(start(&method("other")).on_event(b"{}").unwrap(), 0);
}

#[test]
fn time_in_the_host_is_not_the_guests_but_the_calls() {
    let call =
        "(drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))";
    let run = |calls: usize| {
        let wasm = on_event(&format!("{PING} {} (i32.const 0)", call.repeat(calls)));
        let host = Recorder { delay: Duration::from_millis(150), ..Recorder::default() };
        start_with(&wasm, limits(), host).unwrap().on_event(b"{}")
    };
    assert_eq!(code(run(1)), ErrorCode::OK); // 150 ms > 100 ms of compute time
    assert_eq!(code(run(4)), ErrorCode::Deadline); // 600 ms > 400 ms for the call
}

#[test]
fn init_that_returns_a_code_is_refused_with_it() {
    let wasm = guest(r#"(func (export "plugin_init") (result i32) (i32.const 7))"#);
    let fault = start(&wasm).init().unwrap_err();
    assert_eq!((fault.code, fault.message.contains('7')), (ErrorCode::Init, true));
    start(&guest("")).init().unwrap();
}

#[test]
fn log_messages_are_cut_and_repaired() {
    let host = Recorder::default();
    let wasm = on_event(
        "(memory.fill (i32.const 0) (i32.const 0x61) (i32.const 8192))
         (i32.store8 (i32.const 0) (i32.const 0xFF))
         (call $log (i32.const 9) (i32.const 0) (i32.const 8192)) (i32.const 0)",
    );
    start_with(&wasm, limits(), host.clone()).unwrap().on_event(b"{}").unwrap();
    let logs = host.record.lock().logs.clone();
    let (level, text) = &logs[0];
    assert_eq!(*level, ext_host::LogLevel::Error);
    assert!(text.starts_with("\u{fffd}aaa") && text.chars().count() == 4096);
    let wild = event("(call $log (i32.const 0) (i32.const 131072) (i32.const 1)) (i32.const 0)");
    assert_eq!(code(wild), ErrorCode::AbiRange);
}

#[test]
fn a_reply_goes_into_the_exported_buffer_when_it_fits() {
    let wasm = guest(
        r#"(global (export "spacedrive_reply_ptr") i32 (i32.const 4096))
           (global (export "spacedrive_reply_cap") i32 (i32.const 4092))
           (data (i32.const 4092) "\20\00\00\00")
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))"#,
    );
    let reply_at = |len: usize| {
        let host = Recorder { reply: Some(vec![b' '; len]), ..Recorder::default() };
        start_with(&wasm, limits(), host).unwrap().on_event(b"{}").unwrap()
    };
    assert_eq!(reply_at(24), 4096);
    assert!(reply_at(25) >= 32768);
}

#[test]
fn instances_of_one_module_do_not_share_a_stop() {
    let wasm = on_event(
        "(if (i32.eq (i32.load8_u (local.get $ptr)) (i32.const 49)) (then (loop (br 0)))) (i32.const 5)",
    );
    let module = crate::common::compile(&wasm).unwrap();
    let watchdog = ext_host::Watchdog::start();
    let start =
        || ext_host::Instance::start(&module, limits(), Box::new(Recorder::default()), &watchdog);
    let (mut first, mut second) = (start().unwrap(), start().unwrap());
    assert_eq!(first.on_event(b"1").unwrap_err().code, ErrorCode::Cpu);
    drop(first);
    assert_eq!(second.on_event(b"2").unwrap(), 5);
    assert_eq!(start().unwrap().on_event(b"2").unwrap(), 5);
}

#[test]
fn abi_05_a_range_is_judged_by_the_memory_of_the_moment() {
    let status = |grow: u32| {
        let body = format!(
            "(drop (memory.grow (i32.const {grow}))) {PING} {}",
            call_with(
                "(i32.const 0) (i32.const 1) (i32.const 0) (i32.const 131072) (i32.const 65536)"
            )
        );
        ErrorCode::try_from(event(&body).unwrap().cast_unsigned()).unwrap()
    };
    assert_eq!(status(0), ErrorCode::AbiRange);
    assert_eq!(status(1), ErrorCode::OK);
}

#[test]
fn abi_06_nothing_is_an_empty_text_wherever_it_lies() {
    let host = Recorder::default();
    let wasm = on_event(&call_with(
        "(i32.const 0xFFFFFFFF) (i32.const 0) (i32.const 0) (i32.const 0xFFFFFFFF) (i32.const 0)",
    ));
    let mut instance = start_with(&wasm, limits(), host.clone()).unwrap();
    assert_eq!(instance.on_event(b"{}").unwrap(), 0);
    assert_eq!(host.record.lock().calls, [(String::new(), None, Vec::new())]);
}

#[test]
fn abi_20_the_host_writes_where_it_was_told_and_nowhere_else() {
    // Every page starts with a mark; the allocator hands out two places in the first page.
    let wasm = guest(
        r#"(memory (export "memory") 8)
           (global $turn (mut i32) (i32.const 0))
           (func (export "wasm_alloc") (param i32) (result i32)
             (global.set $turn (i32.xor (global.get $turn) (i32.const 1)))
             (i32.add (i32.const 1024) (i32.mul (global.get $turn) (i32.const 2048))))
           (func $marks (param $set i32) (result i32) (local $at i32) (local $wrong i32)
             (loop
               (if (local.get $set) (then (i64.store (local.get $at) (i64.const 0x1122334455667788)))
                 (else (local.set $wrong (i32.add (local.get $wrong)
                   (i64.ne (i64.load (local.get $at)) (i64.const 0x1122334455667788))))))
               (local.set $at (i32.add (local.get $at) (i32.const 65536)))
               (br_if 0 (i32.lt_u (local.get $at) (i32.const 524288))))
             (local.get $wrong))
           (func (export "plugin_on_event") (param i32 i32) (result i32) (local $n i32)
             (drop (call $marks (i32.const 1)))
             (loop
               (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
               (local.set $n (i32.add (local.get $n) (i32.const 1)))
               (br_if 0 (i32.lt_u (local.get $n) (i32.const 1000))))
             (call $marks (i32.const 0)))"#,
    );
    let slow = InstanceLimits { compute_timeout: Duration::from_secs(60), ..limits() };
    let slow = InstanceLimits { call_timeout: Duration::from_secs(60), ..slow };
    let host = Recorder::default();
    let mut instance = start_with(&wasm, slow, host.clone()).unwrap();
    assert_eq!(instance.on_event(b"{}").unwrap(), 0);
    let record = host.record.lock();
    assert_eq!(record.calls.len() + record.refusals.len(), 1000);
}

#[test]
fn abi_44_the_host_answers_from_its_own_copy() {
    // The allocator that is asked for the reply's room overwrites the payload.
    let wasm = guest(
        r#"(func (export "wasm_alloc") (param i32) (result i32)
             (memory.fill (i32.const 4096) (i32.const 0x2A) (i32.const 4)) (i32.const 8192))
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (i32.store (i32.const 4096) (i32.const 0x31313131))
             (i32.store8 (i32.const 0) (i32.const 112))
             (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 4096) (i32.const 4)))
             (i32.load (i32.const 4096)))"#,
    );
    let host = Recorder::default();
    let mut instance = start_with(&wasm, limits(), host.clone()).unwrap();
    assert_eq!(instance.on_event(b"{}").unwrap(), 0x2A2A_2A2A);
    assert_eq!(host.record.lock().calls[0].2, b"1111");
}

#[test]
fn res_20_a_call_that_hangs_in_the_host_ends_when_the_host_returns() {
    let call =
        "(drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))";
    let wasm = on_event(&format!("{PING} {call} (i32.const 0)"));
    let late = Recorder { delay: Duration::from_millis(900), ..Recorder::default() };
    let fault = start_with(&wasm, limits(), late).unwrap().on_event(b"{}").unwrap_err();
    assert_eq!(fault.code, ErrorCode::Deadline);
    assert_eq!(start(&wasm).on_event(b"{}").unwrap(), 0);
}

/// A call is more than its operation: the allocator runs before it, and `wasm_free` after it.
#[test]
fn res_09_the_parts_of_a_call_share_its_time() {
    let wasm = guest(&format!(
        r#"(func (export "wasm_free") (param i32 i32) (loop (br 0)))
           (func (export "plugin_on_event") (param $ptr i32) (param i32) (result i32)
             {PING} {} (drop) (i32.const 0))"#,
        call_with("(i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)")
    ));
    let limits = InstanceLimits {
        compute_timeout: Duration::from_secs(60),
        call_timeout: Duration::from_secs(2),
        ..limits()
    };
    let host = Recorder { delay: Duration::from_millis(1500), ..Recorder::default() };
    let mut instance = start_with(&wasm, limits, host).unwrap();
    let began = Instant::now();
    assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Deadline);
    assert!(began.elapsed() < Duration::from_millis(3200), "{:?}", began.elapsed());
}
