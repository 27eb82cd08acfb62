;; Has no `plugin_init`.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (@custom "spacedrive.abi" "\01\00\00\00"))
