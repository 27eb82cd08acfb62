;; Has a `plugin_cleanup` that is a global.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (global (export "plugin_cleanup") i32 (i32.const 0))
  (@custom "spacedrive.abi" "\01\00\00\00"))
