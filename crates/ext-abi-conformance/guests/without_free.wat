;; Has no `wasm_free`, returns E_NOT_FOUND for each event, and E_CONFLICT when it ends.
(module
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 82))
  (func (export "plugin_cleanup") (result i32) (i32.const 83)))
