;; Does what the number of its event says, and returns how many events it has had.
(module
  (memory (export "memory") 1)
  (@custom "spacedrive.abi" "\01\00\00\00")
  (table $table 1 funcref)
  (type $nothing (func))
  (global $events (mut i32) (i32.const 0))
  (func (export "wasm_alloc") (param i32) (result i32) (i32.const 32768))
  (func (export "plugin_init") (result i32) (i32.const 0))
  (func $down (param $depth i32) (result i32)
    (i32.add (i32.const 1) (call $down (i32.add (local.get $depth) (i32.const 1)))))
  (func (export "plugin_on_event") (param $at i32) (param $len i32) (result i32)
    (global.set $events (i32.add (global.get $events) (i32.const 1)))
    (block $done
      (block $loop (block $recursion (block $null (block $outside (block $zero (block $trap
        (br_table $done $trap $zero $outside $null $recursion $loop $done (i32.load (local.get $at))))
        ;; 1: a trap
        unreachable)
        ;; 2: a division by zero
        (drop (i32.div_u (i32.const 1) (i32.const 0))) (br $done))
        ;; 3: a read beyond the end of memory
        (drop (i32.load (i32.const -4))) (br $done))
        ;; 4: a call of no function
        (call_indirect (type $nothing) (i32.const 0)) (br $done))
        ;; 5: a recursion without end
        (drop (call $down (i32.const 0))) (br $done))
      ;; 6: a loop without end
      (loop $forever (br $forever)))
    (global.get $events)))
