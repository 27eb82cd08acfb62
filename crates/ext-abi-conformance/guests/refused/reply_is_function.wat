;; Has a reply buffer that is a function.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "spacedrive_reply_ptr"))
  (@custom "spacedrive.abi" "\01\00\00\00"))
