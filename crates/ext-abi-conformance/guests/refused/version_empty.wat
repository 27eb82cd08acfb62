;; Has a section of its ABI version with nothing in it.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (@custom "spacedrive.abi" ""))
