//! Extism: a host function that takes JSON and returns JSON, and a guest that does what the guest
//! library of Extism does: copies its bytes into and out of the kernel's memory, eight at a time.

use bytes::Bytes;
use extism::{CurrentPlugin, Error, Function, Manifest, PTR, Plugin, UserData, Val, Wasm};

use crate::common::{CALLS, Gate};

struct State {
    gate: Gate,
    method: &'static str,
}

pub struct Guest(Plugin);

impl Guest {
    pub fn start(method: &'static str) -> Self {
        let state = UserData::new(State { gate: Gate::new(), method });
        let function = Function::new("call", [PTR], [PTR], state, call);
        let manifest = Manifest::new([Wasm::data(guest())]);
        Self(Plugin::new(&manifest, [function], false).unwrap())
    }

    pub fn run(&mut self, payload: &[u8]) {
        self.0.call::<&[u8], ()>("run", payload).unwrap();
    }
}

fn call(
    plugin: &mut CurrentPlugin,
    inputs: &[Val],
    outputs: &mut [Val],
    state: UserData<State>,
) -> Result<(), Error> {
    let payload: Vec<u8> = plugin.memory_get_val(&inputs[0])?;
    let state = state.get()?;
    let state = state.lock().map_err(|_| Error::msg("poisoned"))?;
    let mut out = Vec::new();
    state
        .gate
        .run(state.method, Bytes::from(payload), &mut out)
        .map_err(|e| Error::msg(e.to_string()))?;
    plugin.memory_set_val(&mut outputs[0], out)
}

/// Reads its input to 1 MiB, then [`CALLS`] times: writes it into a block of the kernel, calls, and
/// reads the reply to 33 MiB.
fn guest() -> Vec<u8> {
    let text = format!(
        r#"(module
        (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
        (import "extism:host/env" "free" (func $free (param i64)))
        (import "extism:host/env" "length" (func $length (param i64) (result i64)))
        (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
        (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
        (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
        (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
        (import "extism:host/env" "input_length" (func $input_length (result i64)))
        (import "extism:host/env" "input_load_u64" (func $input_u64 (param i64) (result i64)))
        (import "extism:host/env" "input_load_u8" (func $input_u8 (param i64) (result i32)))
        (import "extism:host/user" "call" (func $call (param i64) (result i64)))
        (memory (export "memory") 1100)
        (func $read_input (param $len i32) (local $i i32)
          (block $words_done (loop $words
            (br_if $words_done (i32.gt_u (i32.add (local.get $i) (i32.const 8)) (local.get $len)))
            (i64.store offset=1048576 (local.get $i) (call $input_u64 (i64.extend_i32_u (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 8)))
            (br $words)))
          (block $done (loop $bytes
            (br_if $done (i32.ge_u (local.get $i) (local.get $len)))
            (i32.store8 offset=1048576 (local.get $i) (call $input_u8 (i64.extend_i32_u (local.get $i))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $bytes))))
        (func $write (param $at i64) (param $len i32) (local $i i32)
          (block $words_done (loop $words
            (br_if $words_done (i32.gt_u (i32.add (local.get $i) (i32.const 8)) (local.get $len)))
            (call $store_u64 (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))
              (i64.load offset=1048576 (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 8)))
            (br $words)))
          (block $done (loop $bytes
            (br_if $done (i32.ge_u (local.get $i) (local.get $len)))
            (call $store_u8 (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))
              (i32.load8_u offset=1048576 (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $bytes))))
        (func $read (param $at i64) (param $len i32) (local $i i32)
          (block $words_done (loop $words
            (br_if $words_done (i32.gt_u (i32.add (local.get $i) (i32.const 8)) (local.get $len)))
            (i64.store offset=34603008 (local.get $i)
              (call $load_u64 (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 8)))
            (br $words)))
          (block $done (loop $bytes
            (br_if $done (i32.ge_u (local.get $i) (local.get $len)))
            (i32.store8 offset=34603008 (local.get $i)
              (call $load_u8 (i64.add (local.get $at) (i64.extend_i32_u (local.get $i)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br $bytes))))
        (func (export "run") (result i32)
          (local $len i32) (local $n i32) (local $request i64) (local $reply i64)
          (local.set $len (i32.wrap_i64 (call $input_length)))
          (call $read_input (local.get $len))
          (loop $next
            (local.set $request (call $alloc (i64.extend_i32_u (local.get $len))))
            (call $write (local.get $request) (local.get $len))
            (local.set $reply (call $call (local.get $request)))
            (call $read (local.get $reply) (i32.wrap_i64 (call $length (local.get $reply))))
            (call $free (local.get $request))
            (call $free (local.get $reply))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $n) (i32.const {CALLS}))))
          (i32.const 0)))"#
    );
    wat::parse_str(&text).unwrap()
}
