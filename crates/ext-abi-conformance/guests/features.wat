;; Uses each feature of wasm that is on.
(module
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  ;; An extended constant expression, and a mutable global that is exported.
  (global $sum i32 (i32.add (i32.const 8) (i32.const 8)))
  (global (export "mutable") (mut i32) (i32.const 0))
  (table $references 1 externref)
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func $two (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "plugin_on_event") (param i32 i32) (result i32)
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 16))
    (drop (i32.trunc_sat_f64_u (f64.const -1)))
    (drop (i32.extend8_s (i32.const 255)))
    (drop (table.grow $references (ref.null extern) (i32.const 1)))
    (drop (i32x4.extract_lane 0 (i32x4.add (v128.load (i32.const 0)) (v128.const i32x4 1 2 3 4))))
    (call $two) i32.add
    (global.get $sum) i32.add))
