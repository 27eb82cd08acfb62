;; Calls the host in its start function, which it must not.
(module
  (import "spacedrive" "spacedrive_call"
    (func $call (param i32 i32 i32 i32 i32) (result i32)))
  (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (data (i32.const 16) "query:core.status.v1")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func $start
    (drop (call $call (i32.const 16) (i32.const 20) (i32.const 0) (i32.const 0) (i32.const 0))))
  (start $start)
  (func (export "plugin_init") (result i32) (i32.const 0)))
