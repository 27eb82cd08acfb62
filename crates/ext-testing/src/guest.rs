//! Guests in WebAssembly text.

/// Makes a guest with these items, and those that the ABI requires: 4 MiB of memory of which the first
/// 64 KiB are for `body`, an allocator that starts again after each call, and a `plugin_init` that
/// does nothing. `$call` and `$log` are the functions of the host.
///
/// # Panics
/// When `body` is not WebAssembly text.
#[must_use]
pub fn guest(body: &str) -> Vec<u8> {
    let free =
        r#"(func (export "wasm_free") (param i32 i32) (global.set $heap (i32.const 65536)))"#;
    module(64, 65536, &format!("{free} {body}"))
}

/// Makes a guest as [`guest`] does, with 128 KiB of memory of which the first 32 KiB are for `body`,
/// and an allocator that never starts again. What `body` exports itself takes its place.
///
/// # Panics
/// When `body` is not WebAssembly text.
#[must_use]
pub fn small_guest(body: &str) -> Vec<u8> {
    module(2, 32768, body)
}

/// Makes a guest as [`guest`] does, whose operations all answer this JSON; up to 60 KiB of it.
///
/// # Panics
/// When the JSON is longer.
#[must_use]
pub fn answering_guest(json: &str) -> Vec<u8> {
    assert!(json.len() <= 60 << 10, "the answer has {} bytes", json.len());
    let length = u32::try_from(json.len()).unwrap_or_default().to_le_bytes();
    let frame = length.iter().chain(&[0; 4]).chain(json.as_bytes());
    let frame: String = frame.map(|byte| format!("\\{byte:02x}")).collect();
    guest(&format!(
        r#"(data (i32.const 16) "{frame}")
           (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 16))"#
    ))
}

/// Makes a module of pages of memory with a heap behind the first `heap` bytes, and of what the ABI
/// requires and `body` does not export.
fn module(pages: u32, heap: u32, body: &str) -> Vec<u8> {
    let part = |export: &str, text: &str| match body.contains(&format!("\"{export}\"")) {
        true => String::new(),
        false => text.to_owned(),
    };
    let text = format!(
        r#"(module
            (import "spacedrive" "spacedrive_call"
                (func $call (param i32 i32 i32 i32 i32) (result i32)))
            (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
            {memory} {alloc} {init}
            (global $heap (mut i32) (i32.const {heap}))
            {body}
            (@custom "spacedrive.abi" "\01\00\00\00"))"#,
        memory = part("memory", &format!(r#"(memory (export "memory") {pages})"#)),
        alloc = part("wasm_alloc", ALLOC),
        init = part("plugin_init", r#"(func (export "plugin_init") (result i32) i32.const 0)"#),
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Takes the next bytes of the heap, in steps of 8.
const ALLOC: &str = r#"(func $alloc (export "wasm_alloc") (param i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap)
        (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8)))))"#;
