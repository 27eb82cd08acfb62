//! Every way to compute without end is ended: by the fuel of a call, and by its time.

use std::time::{Duration, Instant};

use crate::common::{Recorder, guest, limits, start_with};
use ext_host::{ErrorCode, Host, Instance, InstanceLimits, Module, Watchdog};

/// Bodies of functions `() -> i32` that never end.
const ENDLESS: &[&str] = &[
    "(loop (br 0)) (i32.const 0)",
    "(local $n i32) (loop (local.set $n (i32.add (local.get $n) (i32.const 1))) (br 0)) (i32.const 0)",
    "(loop (br_if 0 (i32.const 1))) (i32.const 0)",
    "(loop (br_if 0 (i32.eqz (global.get $zero)))) (i32.const 0)",
    "(loop (br_if 0 (i32.eqz (i32.load (i32.const 64))))) (i32.const 0)",
    "(loop (br_table 0 0 (i32.const 0))) (i32.const 0)",
    "(loop (block (br_table 1 0 (global.get $zero)))) (i32.const 0)",
    "(loop (loop (br_if 0 (global.get $zero))) (br 0)) (i32.const 0)",
    "(loop (block (loop (br 1)) ) (br 0)) (i32.const 0)",
    "(loop (if (i32.eqz (global.get $zero)) (then (br 1)))) (i32.const 0)",
    "(loop (result i32) (br_if 0 (i32.eqz (global.get $zero))) (i32.const 1))",
    "(loop (drop (call $nothing)) (br 0)) (i32.const 0)",
    "(loop (drop (call_indirect (type $run) (i32.const 0))) (br 0)) (i32.const 0)",
    "(loop (f64.store (i32.const 64) (f64.sqrt (f64.load (i32.const 64)))) (br 0)) (i32.const 0)",
    "(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 131072)) (br 0)) (i32.const 0)",
    "(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 0)) (br 0)) (i32.const 0)",
    "(loop (memory.copy (i32.const 0) (i32.const 8) (i32.const 131064)) (br 0)) (i32.const 0)",
    "(loop (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 8)) (br 0)) (i32.const 0)",
    "(loop (table.fill $t (i32.const 0) (ref.null func) (i32.const 1000)) (br 0)) (i32.const 0)",
    "(loop (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 999)) (br 0)) (i32.const 0)",
    "(loop (table.init $t $one (i32.const 0) (i32.const 0) (i32.const 1)) (br 0)) (i32.const 0)",
    "(loop (drop (memory.grow (i32.const 0))) (br 0)) (i32.const 0)",
    "(loop (drop (memory.grow (i32.const 65536))) (br 0)) (i32.const 0)",
    "(loop (drop (table.grow $t (ref.null func) (i32.const 100000))) (br 0)) (i32.const 0)",
    "(loop (call $log (i32.const 1) (i32.const 0) (i32.const 0)) (br 0)) (i32.const 0)",
];

/// Bodies that end: the twins.
const ENDING: &[&str] = &[
    "(local $n i32) (loop (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if 0 (i32.lt_u (local.get $n) (i32.const 1000)))) (i32.const 0)",
    "(memory.fill (i32.const 4096) (i32.const 1) (i32.const 65536)) (i32.const 0)",
    "(memory.copy (i32.const 4096) (i32.const 8192) (i32.const 65536)) (i32.const 0)",
    "(drop (memory.grow (i32.const 1))) (i32.const 0)",
    "(drop (table.grow $t (ref.null func) (i32.const 10))) (i32.const 0)",
    "(block (br_table 0 0 (i32.const 7))) (i32.const 0)",
];

/// A guest with all of them: the first byte of an event says which one runs.
fn all() -> Vec<u8> {
    let bodies = ENDLESS.iter().chain(ENDING);
    let functions: String = bodies
        .clone()
        .enumerate()
        .map(|(i, body)| format!("(func $f{i} (result i32) {body})\n"))
        .collect();
    let names: String = bodies.enumerate().map(|(i, _)| format!("$f{i} ")).collect();
    guest(&format!(
        r#"(type $run (func (result i32)))
           (global $zero (mut i32) (i32.const 0))
           (table $cases funcref (elem $nothing {names}))
           (table $t 1000 20000 funcref)
           (elem $one func $nothing)
           (data $bytes "12345678")
           (func $nothing (result i32) (i32.const 0))
           {functions}
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (call_indirect $cases (type $run) (i32.add (i32.const 1) (i32.load8_u (local.get 0)))))"#
    ))
}

fn run(module: &Module, limits: &InstanceLimits, case: usize) -> (ErrorCode, Duration) {
    let watchdog = Watchdog::start();
    let host: Box<dyn Host> = Box::new(Recorder::default());
    let mut instance = Instance::start(module, limits.clone(), host, &watchdog).unwrap();
    let started = Instant::now();
    let result = instance.on_event(&[u8::try_from(case).unwrap()]);
    (result.map_or_else(|fault| fault.code, |_| ErrorCode::OK), started.elapsed())
}

/// So much time that only fuel can end a guest.
fn by_fuel(fuel: u64) -> InstanceLimits {
    let long = Duration::from_secs(600);
    InstanceLimits { fuel, compute_timeout: long, call_timeout: long, ..limits() }
}

#[test]
fn res_09_res_11_res_12_res_29_steps_end_every_loop() {
    let limits = by_fuel(1_000_000);
    let module = Module::compile(&all(), &limits).unwrap();
    for (case, body) in ENDLESS.iter().enumerate() {
        let (code, elapsed) = run(&module, &limits, case);
        assert_eq!(code, ErrorCode::Cpu, "{body}");
        assert!(elapsed < Duration::from_secs(60), "{body}: {elapsed:?}");
    }
    for (case, body) in ENDING.iter().enumerate() {
        assert_eq!(run(&module, &limits, ENDLESS.len() + case).0, ErrorCode::OK, "{body}");
    }
}

#[test]
fn res_09_res_11_res_12_time_ends_every_loop() {
    let limits = InstanceLimits {
        fuel: u64::MAX,
        compute_timeout: Duration::from_millis(20),
        call_timeout: Duration::from_secs(600),
        ..limits()
    };
    let module = Module::compile(&all(), &limits).unwrap();
    for (case, body) in ENDLESS.iter().enumerate() {
        assert_eq!(run(&module, &limits, case).0, ErrorCode::Cpu, "{body}");
    }
}

#[test]
fn res_17_the_time_of_the_whole_call_ends_it_too() {
    let limits = InstanceLimits {
        fuel: u64::MAX,
        compute_timeout: Duration::from_secs(600),
        call_timeout: Duration::from_millis(20),
        ..limits()
    };
    let module = Module::compile(&all(), &limits).unwrap();
    assert_eq!(run(&module, &limits, 0).0, ErrorCode::Deadline);
}

/// The same guest uses the same fuel, however loaded the machine is.
#[test]
fn steps_are_the_same_every_time() {
    let count = "(local $n i32) (loop
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get $n) (i32.const 1000)))) (i32.const 0)";
    let module = Module::compile(&crate::common::on_event(count), &by_fuel(1)).unwrap();
    // One for the function, one for each turn.
    assert_eq!(run(&module, &by_fuel(1001), 0).0, ErrorCode::OK);
    assert_eq!(run(&module, &by_fuel(1000), 0).0, ErrorCode::Cpu);
}

#[test]
fn bulk_operators_pay_for_their_length() {
    let fill = "(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (i32.const 0)";
    let module = Module::compile(&crate::common::on_event(fill), &by_fuel(1)).unwrap();
    let exact = 1 + 65_536 / 64 + 16;
    assert_eq!(run(&module, &by_fuel(exact), 0).0, ErrorCode::OK);
    assert_eq!(run(&module, &by_fuel(exact - 1), 0).0, ErrorCode::Cpu);
}

#[test]
fn code_in_a_row_is_counted_too() {
    let row = "(drop (i32.const 0))".repeat(10_000);
    let module =
        Module::compile(&crate::common::on_event(&format!("{row} (i32.const 0)")), &by_fuel(1));
    let module = module.unwrap();
    assert_eq!(run(&module, &by_fuel(10), 0).0, ErrorCode::Cpu);
    assert_eq!(run(&module, &by_fuel(30), 0).0, ErrorCode::OK);
}

/// The last global that a guest can name is its own.
#[test]
fn a_guest_cannot_reach_the_counter() {
    let reach = |index: usize| {
        let body = format!("(global.set {index} (i64.const 0)) (i32.const 0)");
        let wasm = crate::common::on_event(&body);
        crate::common::compile(&wasm).map_or_else(|error| error.code(), |_| ErrorCode::OK)
    };
    // `guest` has one global, $heap, of type i32.
    for index in 1..6 {
        assert_eq!(reach(index), ErrorCode::ModuleInvalid, "{index}");
    }
}

#[test]
fn res_09_res_24_endless_code_ends_wherever_it_runs() {
    let endless = "(loop (br 0)) (i32.const 0)";
    let limits = by_fuel(100_000);
    let code = |wasm: &[u8], run: &dyn Fn(&mut Instance) -> ErrorCode| {
        start_with(wasm, limits.clone(), Recorder::default())
            .map_or_else(|fault| fault.code, |mut instance| run(&mut instance))
    };
    let of =
        |result: Result<i32, ext_host::Fault>| result.map_or_else(|f| f.code, |_| ErrorCode::OK);
    let export =
        |name: &str, body: &str| guest(&format!(r#"(func (export "{name}") (result i32) {body})"#));
    let init = |i: &mut Instance| of(i.init().map(|()| 0));
    let cleanup = |i: &mut Instance| of(i.cleanup());
    let event = |i: &mut Instance| of(i.on_event(b"{}"));
    assert_eq!(code(&export("plugin_init", endless), &init), ErrorCode::Cpu);
    assert_eq!(code(&export("plugin_init", "(i32.const 0)"), &init), ErrorCode::OK);
    assert_eq!(code(&export("plugin_cleanup", endless), &cleanup), ErrorCode::Cpu);
    assert_eq!(code(&export("plugin_cleanup", "(i32.const 0)"), &cleanup), ErrorCode::OK);
    let start = |body: &str| guest(&format!("(func $start {body}) (start $start)"));
    assert_eq!(code(&start("(loop (br 0))"), &init), ErrorCode::Cpu);
    assert_eq!(code(&start("unreachable"), &init), ErrorCode::Trap);
    assert_eq!(code(&start("(drop (memory.grow (i32.const 1)))"), &init), ErrorCode::OK);
    let alloc = |body: &str| {
        guest(&format!(
            r#"(func (export "wasm_alloc") (param i32) (result i32) {body})
               (func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0))"#
        ))
    };
    assert_eq!(code(&alloc(endless), &event), ErrorCode::Cpu);
    assert_eq!(code(&alloc("unreachable"), &event), ErrorCode::Trap);
    assert_eq!(code(&alloc("(i32.const 64)"), &event), ErrorCode::OK);
    // The allocator that is asked for room for a reply.
    let in_reply = guest(
        r#"(global $asked (mut i32) (i32.const 0))
           (func (export "wasm_alloc") (param i32) (result i32)
             (if (global.get $asked) (then (loop (br 0))))
             (global.set $asked (i32.const 1)) (i32.const 64))
           (func (export "plugin_on_event") (param i32 i32) (result i32)
             (call $call (i32.const 64) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0)))"#,
    );
    assert_eq!(code(&in_reply, &event), ErrorCode::Cpu);
}

#[test]
fn res_14_recursion_of_every_kind_is_a_stack_fault() {
    let long = by_fuel(u64::MAX);
    let run = |body: &str, functions: &str| {
        let wasm = guest(&format!(
            r#"{functions} (func (export "plugin_on_event") (param i32 i32) (result i32) {body})"#
        ));
        let mut instance = start_with(&wasm, long.clone(), Recorder::default()).unwrap();
        instance.on_event(b"{}").map_or_else(|fault| fault.code, |_| ErrorCode::OK)
    };
    let mutual =
        "(func $a (param i32) (result i32) (i32.add (i32.const 1) (call $b (local.get 0))))
        (func $b (param i32) (result i32) (i32.add (i32.const 1) (call $a (local.get 0))))";
    assert_eq!(run("(call $a (i32.const 0))", mutual), ErrorCode::Stack);
    let indirect = "(type $f (func (param i32) (result i32))) (table funcref (elem $r))
        (func $r (param i32) (result i32)
          (i32.add (i32.const 1) (call_indirect (type $f) (local.get 0) (i32.const 0))))";
    assert_eq!(run("(call $r (i32.const 0))", indirect), ErrorCode::Stack);
    assert_eq!(run("(i32.const 0)", indirect), ErrorCode::OK);
}

/// Frames larger than the guard page behind the stack: each must be probed, not jumped over.
#[test]
fn res_15_large_frames_are_a_stack_fault() {
    // Locals that live across a call have to lie in the frame: 2,000 of them are 16 KB.
    let count = 2_000;
    let locals = "i64 ".repeat(count);
    let each = |text: &dyn Fn(usize) -> String| (0..count).map(text).collect::<String>();
    let fill = each(&|i| format!("(local.set {} (i64.load (i32.const {})))", i + 1, i * 4));
    let sum = each(&|i| format!("(local.get {}) i64.add ", i + 1));
    let wasm = guest(&format!(
        r#"(func $deep (param i32) (result i64) (local {locals})
             {fill}
             (if (result i64) (local.get 0)
               (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else (i64.const 0)))
             {sum})
           (func (export "plugin_on_event") (param $ptr i32) (param i32) (result i32)
             (i32.wrap_i64 (call $deep (i32.load (local.get $ptr)))))"#
    ));
    let module = Module::compile(&wasm, &by_fuel(u64::MAX)).unwrap();
    let depth = |depth: u32| {
        let host = Box::new(Recorder::default());
        let mut instance =
            Instance::start(&module, by_fuel(u64::MAX), host, &Watchdog::start()).unwrap();
        let result = instance.on_event(&depth.to_le_bytes());
        result.map_or_else(|fault| fault.code, |_| ErrorCode::OK)
    };
    assert_eq!(depth(10_000), ErrorCode::Stack);
    assert_eq!(depth(10), ErrorCode::OK);
}

#[test]
fn res_17_res_18_a_stop_from_outside_hits_its_target_only() {
    let wasm = crate::common::on_event(
        "(loop (br_if 0 (i32.eqz (i32.load8_u (local.get $ptr))))) (i32.const 5)",
    );
    let limits = by_fuel(u64::MAX);
    let module = Module::compile(&wasm, &limits).unwrap();
    let watchdog = Watchdog::start();
    let start =
        || Instance::start(&module, limits.clone(), Box::new(Recorder::default()), &watchdog);
    let (mut target, mut other) = (start().unwrap(), start().unwrap());
    let handle = target.interrupt_handle();
    let stops = std::thread::spawn(move || (0..1000).for_each(|_| handle.interrupt()));
    assert_eq!(target.on_event(&[0]).unwrap_err().code, ErrorCode::Stopped);
    assert_eq!(other.on_event(&[1]).unwrap(), 5);
    assert_eq!(target.on_event(&[1]).unwrap_err().code, ErrorCode::Stopped);
    stops.join().unwrap();
}

#[test]
fn a_module_that_does_not_count_is_not_run_under_a_limit_of_steps() {
    let module = Module::compile(&guest(""), &limits()).unwrap();
    let host = Box::new(Recorder::default());
    let fault = Instance::start(&module, by_fuel(5), host, &Watchdog::start()).err().unwrap();
    assert_eq!(fault.code, ErrorCode::Internal);
}
