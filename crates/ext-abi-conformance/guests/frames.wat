;; Answers each operation with the frame at the address that is the payload.
(module
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  ;; 16: a good frame. 32: an error. 128: an unknown status. 144: longer than memory. 160: empty.
  (data (i32.const 16) "\02\00\00\00\00\00\00\00" "{}")
  (data (i32.const 32) "\2d\00\00\00\52\00\00\00" "{\"error\":\"no such note\",\"code\":\"E_NOT_FOUND\"}")
  (data (i32.const 128) "\02\00\00\00\07\00\00\00" "{}")
  (data (i32.const 144) "\ff\ff\ff\ff\00\00\00\00")
  (data (i32.const 160) "\00\00\00\00\00\00\00\00")
  ;; 176: a body of 2000 bytes, which are spaces.
  (data (i32.const 176) "\d0\07\00\00\00\00\00\00")
  ;; The last eight bytes of memory: a header, whose body of one byte lies outside.
  (data (i32.const 131064) "\01\00\00\00\00\00\00\00")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32)
    (memory.fill (i32.const 184) (i32.const 32) (i32.const 2000)) (i32.const 0))
  (func (export "plugin_call") (param i32 i32) (param $payload i32) (param $len i32) (result i32)
    (i32.load (local.get $payload))))
