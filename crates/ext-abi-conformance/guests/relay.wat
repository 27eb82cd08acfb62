;; Calls the host with the five numbers of its event (method, its length, library, payload, its length),
;; logs the body of the reply, and returns the status: -1 when there is no reply.
(module
  (import "spacedrive" "spacedrive_call"
    (func $call (param i32 i32 i32 i32 i32) (result i32)))
  (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  ;; 16: a method. 48: a payload. 64: a library. 96: text that is not UTF-8. 128: an envelope.
  (data (i32.const 16) "query:core.status.v1")
  (data (i32.const 48) "{}")
  (data (i32.const 64) "\01\8f\2c\3e\00\00\70\00\80\00\01\23\45\67\89\ab")
  (data (i32.const 96) "query:\ff")
  (data (i32.const 128) "\ffSD\01\0b\00\00\00\01\00\00\00\00\00\00\00\05\00\00\00\00\00\00\00"
    "{\"$blob\":0}" "\00\00\00\00\00" "\00\01\02\fe\ff")

  ;; Blocks of the second page, which starts again when none is out.
  (global $next (mut i32) (i32.const 65536))
  (global $out (mut i32) (i32.const 0))
  (func $alloc (export "wasm_alloc") (param $size i32) (result i32)
    (local $block i32)
    (local.set $block (global.get $next))
    (if (i32.gt_u (local.get $size) (i32.sub (i32.const 131072) (local.get $block)))
      (then (return (i32.const 0))))
    (global.set $next (i32.add (local.get $block)
      (i32.and (i32.add (local.get $size) (i32.const 7)) (i32.const -8))))
    (global.set $out (i32.add (global.get $out) (i32.const 1)))
    (local.get $block))
  (func $free (export "wasm_free") (param $ptr i32) (param $size i32)
    (global.set $out (i32.sub (global.get $out) (i32.const 1)))
    (if (i32.eqz (global.get $out)) (then (global.set $next (i32.const 65536)))))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (local $frame i32) (local $status i32)
    (local.set $frame (call $call
      (i32.load (local.get $at)) (i32.load offset=4 (local.get $at))
      (i32.load offset=8 (local.get $at))
      (i32.load offset=12 (local.get $at)) (i32.load offset=16 (local.get $at))))
    (if (i32.eqz (local.get $frame)) (then (return (i32.const -1))))
    (local.set $status (i32.load offset=4 (local.get $frame)))
    (call $log (i32.const 1) (i32.add (local.get $frame) (i32.const 8)) (i32.load (local.get $frame)))
    (call $free (local.get $frame) (i32.add (i32.const 8) (i32.load (local.get $frame))))
    (local.get $status)))
