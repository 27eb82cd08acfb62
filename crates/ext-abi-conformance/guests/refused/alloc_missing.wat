;; Has no allocator.
(module
  (memory (export "memory") 2)
  (func (export "plugin_init") (result i32) (i32.const 0))
  (@custom "spacedrive.abi" "\01\00\00\00"))
