;; Grows its memory by the first number of its event in pages, or its table by the second in elements.
;; Returns what it had, or -1 where that is more than it may have.
(module
  (memory (export "memory") 1)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (table $table 1 funcref)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 32768))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (if (result i32) (i32.load (local.get $at))
      (then (memory.grow (i32.load (local.get $at))))
      (else (table.grow $table (ref.null func) (i32.load offset=4 (local.get $at)))))))
