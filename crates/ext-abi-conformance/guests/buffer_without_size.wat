;; Has a reply buffer whose size cannot be read, so the host uses none.
;; Returns 1 when the reply lies in the buffer, 2 when it lies elsewhere.
(module
  (import "spacedrive" "spacedrive_call"
    (func $call (param i32 i32 i32 i32 i32) (result i32)))
  (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (data (i32.const 16) "query:core.status.v1")
  (global (export "spacedrive_reply_ptr") i32 (i32.const 1024))
  (global (export "spacedrive_reply_cap") i32 (i32.const -2))

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
    (local $frame i32)
    (local.set $frame
      (call $call (i32.const 16) (i32.const 20) (i32.const 0) (i32.const 0) (i32.const 0)))
    (call $log (i32.const 1) (i32.add (local.get $frame) (i32.const 8)) (i32.load (local.get $frame)))
    (if (i32.eq (local.get $frame) (i32.const 1024)) (then (return (i32.const 1))))
    (call $free (local.get $frame) (i32.add (i32.const 8) (i32.load (local.get $frame))))
    (i32.const 2)))
