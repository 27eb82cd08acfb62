;; Has three bytes of an ABI version.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (@custom "spacedrive.abi" "\01\00\00"))
