;; Writes to standard output (1) and error (2), reads its input, and ends: by the number of its event.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $arguments (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $folder (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (@custom "spacedrive.abi" "\01\00\00\00")
  ;; 16: two lines. 32: a buffer that has them. 40: a buffer to read into. 48: results.
  (data (i32.const 16) "one\ntwo\n")
  (data (i32.const 32) "\10\00\00\00\08\00\00\00")
  (data (i32.const 40) "\00\10\00\00\10\00\00\00")
  (data (i32.const 48) "\ff\ff\ff\ff\ff\ff\ff\ff")
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 65536))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (block $end (block $folders (block $arguments (block $input (block $write
      (br_table $end $write $write $input $arguments $folders $end (i32.load (local.get $at))))
      ;; 1 and 2: the descriptor
      (return (call $write (i32.load (local.get $at)) (i32.const 32) (i32.const 1) (i32.const 48))))
      ;; 3: the bytes that were read
      (drop (call $read (i32.const 0) (i32.const 40) (i32.const 1) (i32.const 48)))
      (return (i32.load (i32.const 48))))
      ;; 4: the number of arguments, and the bytes that they have
      (drop (call $arguments (i32.const 48) (i32.const 52)))
      (return (i32.add (i32.load (i32.const 48)) (i32.load (i32.const 52)))))
      ;; 5: the error of a folder
      (return (call $folder (i32.const 3) (i32.const 48))))
    (call $exit (i32.const 0))
    (i32.const 0)))
