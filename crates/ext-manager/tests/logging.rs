//! What a guest logs.

mod common;

use common::{MANIFEST, guest, load, run};

#[test]
fn log_02_what_a_guest_logs_is_one_harmless_line_in_the_error() {
    // `plugin_init` fails; the reason is what the guest logged last.
    let wasm = guest(
        r#"(data (i32.const 512) "bad\1b[2J\0anext")
        (func (export "plugin_init") (result i32)
            (call $log (i32.const 3) (i32.const 512) (i32.const 12))
            i32.const 1)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let message = load(MANIFEST, &wasm).err().map(|error| error.to_string()).unwrap();
    assert!(message.ends_with("bad\\u{1b}[2J\\nnext"), "{message}");
}

#[test]
fn log_08_a_guest_that_floods_the_log_still_works() {
    let wasm = guest(
        r#"(func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (local $i i32)
            (loop $again
                (call $log (i32.const 1) (i32.const 96) (i32.const 10))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $i) (i32.const 10000))))
            (i32.const 128))
        (func (export "plugin_on_event") (param i32 i32) (result i32) i32.const 0)"#,
    );
    let (manager, _) = load(MANIFEST, &wasm).unwrap();
    assert_eq!(run(&manager, "null").unwrap(), "null");
}
