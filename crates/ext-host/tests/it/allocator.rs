//! Allocators of guests: what they return is checked, and what they do costs one call at most.

use std::time::{Duration, Instant};

use crate::common::{Recorder, guest, limits, start, start_with};
use ext_host::{ErrorCode, Fault};

fn code(result: Result<i32, Fault>) -> ErrorCode {
    result.map_or_else(|fault| fault.code, |_| ErrorCode::OK)
}

const PING: &str = "(i32.store8 (i32.const 0) (i32.const 112))"; // method "p" at address 0

#[test]
fn abi_17_an_allocator_that_points_outside_faults() {
    for ptr in ["0x7FFFFFFF", "0xFFFFFFFF", "131071", "131070"] {
        let wasm = guest(&format!(
            r#"(func (export "wasm_alloc") (param i32) (result i32) (i32.const {ptr}))
               (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#
        ));
        let result = start(&wasm).on_event(b"{}");
        let expected = if ptr == "131070" { ErrorCode::OK } else { ErrorCode::AbiAlloc };
        assert_eq!(code(result), expected, "{ptr}");
    }
}

#[test]
fn abi_18_an_unaligned_block_is_written_all_the_same() {
    let wasm = guest(
        r#"(func (export "wasm_alloc") (param i32) (result i32) (i32.const 1))
           (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
             (i32.load8_u (local.get $ptr)))"#,
    );
    assert_eq!(start(&wasm).on_event(b"{}").unwrap(), i32::from(b'{'));
}

/// The allocator runs twice: for the event, and for the reply of a call. It fails when it runs first
/// or second.
#[test]
fn abi_24_an_allocator_that_does_not_return_costs_one_call() {
    let event = |end: &str, first: u32| {
        let wasm = guest(&format!(
            r#"(global $n (mut i32) (i32.const 0))
               (func (export "wasm_alloc") (param i32) (result i32)
                 (global.set $n (i32.add (global.get $n) (i32.const 1)))
                 (if (i32.ge_u (global.get $n) (i32.const {first})) (then {end}))
                 (i32.const 40000))
               (data (i32.const 64) "m")
               (func (export "plugin_on_event") (param i32 i32) (result i32)
                 (drop (call $call (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
                 (i32.const 0))"#
        ));
        let began = Instant::now();
        let mut instance = start(&wasm);
        let result = instance.on_event(b"{}");
        assert!(began.elapsed() < Duration::from_secs(10), "{end}");
        if result.is_err() {
            assert_eq!(instance.on_event(b"{}").unwrap_err().code, ErrorCode::Stopped);
        }
        code(result)
    };
    let grow =
        "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable";
    for first in [1, 2] {
        assert_eq!(event("(loop $l (br $l))", first), ErrorCode::Cpu);
        assert_eq!(event("unreachable", first), ErrorCode::Trap);
        assert_eq!(event(grow, first), ErrorCode::Memory);
    }
    assert_eq!(event("unreachable", 3), ErrorCode::OK, "it is not asked a third time");
}

#[test]
fn abi_16_an_allocator_without_memory_gets_a_null_reply_and_lives() {
    let wasm = guest(&format!(
        r#"(global $n (mut i32) (i32.const 0))
           (func (export "wasm_alloc") (param i32) (result i32)
             (global.set $n (i32.add (global.get $n) (i32.const 1)))
             (if (result i32) (i32.eq (global.get $n) (i32.const 1))
               (then (i32.const 1024)) (else (i32.const 0))))
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             {PING} (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))"#
    ));
    assert_eq!(start(&wasm).on_event(b"{}").unwrap(), 0);
}

#[test]
fn abi_21_an_allocator_may_grow_the_memory() {
    let wasm = guest(
        r#"(func (export "wasm_alloc") (param i32) (result i32)
             (i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))
           (func (export "plugin_on_event") (param $ptr i32) (param $len i32) (result i32)
             (i32.load8_u (i32.add (i32.const 8)
               (call $call (local.get $ptr) (i32.const 1) (i32.const 0) (local.get $ptr) (local.get $len)))))"#,
    );
    assert_eq!(start(&wasm).on_event(b"{}").unwrap(), i32::from(b'"'));
}

#[test]
fn abi_23_an_allocator_that_calls_the_host_gets_no_answer() {
    let wasm = guest(
        r#"(global $depth (mut i32) (i32.const 0))
           (func (export "wasm_alloc") (param i32) (result i32)
             (call $log (i32.const 1) (i32.const 0) (i32.const 1))
             (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
             (i32.const 1024))
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (drop (call $call (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))
             (i32.const 0))"#,
    );
    let host = Recorder::default();
    let mut instance = start_with(&wasm, limits(), host.clone()).unwrap();
    let result = instance.on_event(b"{}");
    assert_eq!(code(result), ErrorCode::OK);
    assert!(host.record.lock().logs.len() >= 2);
}

#[test]
fn abi_26_only_what_the_allocator_gave_goes_back() {
    // `wasm_free` traps for anything but the one block that `wasm_alloc` gave.
    let wasm = guest(
        r#"(func (export "wasm_alloc") (param i32) (result i32) (i32.const 1024))
           (func (export "wasm_free") (param $ptr i32) (param $size i32)
             (if (i32.or (i32.ne (local.get $ptr) (i32.const 1024))
                         (i32.ne (local.get $size) (i32.const 2))) (then unreachable)))
           (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#,
    );
    let mut instance = start(&wasm);
    assert_eq!(instance.on_event(b"{}").unwrap(), 0);
    assert_eq!(instance.on_event(b"").unwrap(), 0); // nothing was delegated, nothing goes back
    assert_eq!(code(instance.on_event(b"123")), ErrorCode::Trap);
}
