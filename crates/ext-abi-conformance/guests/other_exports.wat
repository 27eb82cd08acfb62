;; Exports more than the ABI has: its own, of any kind.
(module
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (global (export "counter") (mut i32) (i32.const 0))
  (table (export "functions") 1 funcref)
  (func (export "helper") (param i64) (result f64) (f64.const 0)))
