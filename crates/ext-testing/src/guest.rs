//! Guests in WebAssembly text.

/// Makes a guest with these items, and those that the ABI requires: 4 MiB of memory of which the first
/// 64 KiB are for `body`, an allocator that starts again after each call, and a `plugin_init` that
/// does nothing. `$call` and `$log` are the functions of the host.
///
/// # Panics
/// When `body` is not WebAssembly text.
#[must_use]
pub fn guest(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "spacedrive" "spacedrive_call"
                (func $call (param i32 i32 i32 i32 i32) (result i32)))
            (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
            (memory (export "memory") 64)
            (global $heap (mut i32) (i32.const 65536))
            (func (export "wasm_alloc") (param i32) (result i32)
                (global.get $heap)
                (global.set $heap (i32.add (global.get $heap)
                    (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8)))))
            (func (export "wasm_free") (param i32 i32)
                (global.set $heap (i32.const 65536)))
            (func (export "plugin_init") (result i32) i32.const 0)
            {body}
            (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
