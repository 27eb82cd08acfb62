;; Has custom sections of others, one of them damaged.
(module
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (@custom "producers" "\ff\fe")
  (@custom "\1b[2J" "\00\01\02"))
