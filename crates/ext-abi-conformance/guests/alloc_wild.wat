;; Returns an address outside of memory for a block of more than 1000 bytes.
;; Calls the host, and returns the status of its reply: -1 when there is none.
(module
  (import "spacedrive" "spacedrive_call"
    (func $call (param i32 i32 i32 i32 i32) (result i32)))
  (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (data (i32.const 16) "query:core.status.v1")
  (func (export "wasm_alloc") (param $size i32) (result i32)
    (if (result i32) (i32.gt_u (local.get $size) (i32.const 1000))
      (then (i32.const -16)) (else (i32.const 65536))))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (local $frame i32)
    (local.set $frame
      (call $call (i32.const 16) (i32.const 20) (i32.const 0) (local.get $at) (local.get $len)))
    (if (i32.eqz (local.get $frame)) (then (return (i32.const -1))))
    (call $log (i32.const 1) (i32.add (local.get $frame) (i32.const 8)) (i32.load (local.get $frame)))
    (i32.load offset=4 (local.get $frame))))
