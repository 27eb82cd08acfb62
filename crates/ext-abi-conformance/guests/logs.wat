;; Logs by the three numbers of its event: the level, the address of the text and its length.
(module
  (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  ;; 16: a text. 32: the same with a broken byte. 1024: 8192 letters.
  (data (i32.const 16) "h\c3\a9llo")
  (data (i32.const 32) "h\ffllo")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32)
    (memory.fill (i32.const 1024) (i32.const 97) (i32.const 8192)) (i32.const 0))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (call $log (i32.load (local.get $at))
      (i32.load offset=4 (local.get $at)) (i32.load offset=8 (local.get $at)))
    (i32.const 0)))
