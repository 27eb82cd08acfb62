;; Uses a feature that is off: structures of garbage collection.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (type $pair (struct (field i32) (field i32)))
  (func (drop (struct.new_default $pair)))
  (@custom "spacedrive.abi" "\01\00\00\00"))
