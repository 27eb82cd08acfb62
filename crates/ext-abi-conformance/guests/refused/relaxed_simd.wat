;; Uses a feature that is off: relaxed SIMD.
(module
  (memory (export "memory") 2)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (param v128 v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 1)))
  (@custom "spacedrive.abi" "\01\00\00\00"))
