//! Random valid modules, made of everything that is on, through a whole life: load, init, each
//! export, cleanup. Each step works or ends with a code that is in the list.

use std::time::Duration;

use crate::common::Recorder;
use ext_host::{ErrorCode, Fault, Instance, InstanceLimits, Module, Watchdog};
use proptest::prelude::*;

/// `SPACEDRIVE_TEST_MODULES=10000` runs it in full; by default it is a sample.
fn modules() -> u32 {
    let number = std::env::var("SPACEDRIVE_TEST_MODULES").ok();
    number.and_then(|number| number.parse().ok()).unwrap_or(500)
}

const BINARY: &[&str] = &[
    "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s",
    "shr_u", "rotl", "rotr", "eq", "ne", "lt_s", "lt_u", "ge_s", "ge_u",
];
const UNARY: &[&str] = &["eqz", "clz", "ctz", "popcnt", "extend8_s", "extend16_s"];
const LOADS: &[&str] = &["load", "load8_s", "load8_u", "load16_s", "load16_u"];
const BULK: &[&str] = &["memory.fill", "memory.copy", "memory.init $d"];

/// An expression that leaves an `i32`.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-9_i32..70_000).prop_map(|n| format!("(i32.const {n})")),
        any::<i32>().prop_map(|n| format!("(i32.const {n})")),
        (0_u32..4).prop_map(|n| format!("(local.get {n})")),
        Just("(global.get $g)".to_owned()),
        Just("(memory.size)".to_owned()),
        Just("(table.size $t)".to_owned()),
    ];
    leaf.prop_recursive(6, 60, 5, |e| {
        prop_oneof![
            4 => (op(BINARY), e.clone(), e.clone()).prop_map(|(op, a, b)| format!("(i32.{op} {a} {b})")),
            2 => (op(UNARY), e.clone()).prop_map(|(op, a)| format!("(i32.{op} {a})")),
            3 => (op(LOADS), 0_u32..70_000, e.clone())
                .prop_map(|(op, at, a)| format!("(i32.{op} offset={at} {a})")),
            3 => (e.clone(), e.clone(), e.clone()).prop_map(|(a, b, c)|
                format!("(block (result i32) (i32.store {a} {b}) {c})")),
            3 => (e.clone(), e.clone(), e.clone()).prop_map(|(a, b, c)|
                format!("(if (result i32) {a} (then {b}) (else {c}))")),
            2 => (e.clone(), e.clone()).prop_map(|(a, b)|
                format!("(loop (result i32) (br_if 0 {a}) {b})")),
            2 => (0_u32..4, e.clone()).prop_map(|(n, a)| format!("(local.tee {n} {a})")),
            2 => (0_u32..3, e.clone(), e.clone()).prop_map(|(n, a, b)| format!("(call $f{n} {a} {b})")),
            1 => (e.clone(), e.clone(), e.clone()).prop_map(|(a, b, c)|
                format!("(call_indirect $t (type $two) {a} {b} {c})")),
            2 => prop::array::uniform5(e.clone())
                .prop_map(|args| format!("(call $call {})", args.join(" "))),
            1 => prop::array::uniform4(e.clone()).prop_map(|[a, b, c, d]|
                format!("(block (result i32) (call $log {a} {b} {c}) {d})")),
            1 => (op(BULK), prop::array::uniform4(e.clone())).prop_map(|(op, [a, b, c, d])|
                format!("(block (result i32) ({op} {a} {b} {c}) {d})")),
            1 => e.clone().prop_map(|a| format!("(memory.grow {a})")),
            1 => e.clone().prop_map(|a| format!("(table.grow $t (ref.null func) {a})")),
            1 => (e.clone(), e.clone()).prop_map(|(a, b)|
                format!("(block (result i32) (global.set $g {a}) {b})")),
            1 => (e.clone(), e.clone(), e.clone()).prop_map(|(a, b, c)| format!("(select {a} {b} {c})")),
            1 => (e.clone(), e.clone()).prop_map(|(a, b)| format!(
                "(i32.trunc_f64_s (f64.div (f64.convert_i32_s {a}) (f64.convert_i32_u {b})))")),
            1 => (e.clone(), any::<i64>()).prop_map(|(a, n)| format!(
                "(i32.wrap_i64 (i64.div_s (i64.const {n}) (i64.extend_i32_s {a})))")),
            1 => (e.clone(), 0_u8..16).prop_map(|(a, lane)| format!(
                "(i8x16.extract_lane_u {lane} (i8x16.avgr_u (i8x16.splat {a}) (v128.const i64x2 7 9)))")),
            1 => (e.clone(), e.clone()).prop_map(|(a, b)| format!(
                "(block (result i32) (block (result i32) (br_table 0 1 0 {a} {b})))")),
            1 => e.clone().prop_map(|a| format!("(return {a})")),
            1 => Just("(unreachable)".to_owned()),
        ]
    })
}

fn op(names: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(names)
}

/// The exports, each with a random body; the optional ones are there or not.
fn module() -> impl Strategy<Value = (String, bool)> {
    let bodies = prop::collection::vec(expression(), 12);
    let there = prop::array::uniform8(any::<bool>());
    let counts = any::<bool>();
    (bodies, there, counts).prop_map(|(bodies, there, counts)| (text(&bodies, there), counts))
}

/// Export, parameters, and whether it must be there.
const EXPORTS: &[(&str, usize, bool)] = &[
    ("wasm_alloc", 1, true),
    ("plugin_init", 0, true),
    ("plugin_cleanup", 0, false),
    ("plugin_call", 4, false),
    ("plugin_on_event", 2, false),
    ("plugin_save", 0, false),
    ("plugin_restore", 2, false),
];

fn text(bodies: &[String], there: [bool; 8]) -> String {
    let function = |head: &str, params: usize, body: &str| {
        let params = "(param i32)".repeat(params);
        let locals = "(local i32)".repeat(4);
        format!("(func {head} {params} (result i32) {locals} {body})\n")
    };
    let exports = EXPORTS.iter().zip(bodies).zip(there);
    let exports = exports.filter(|(((.., must), _), there)| *must || *there);
    let exports: String = exports
        .map(|(((name, params, _), body), _)| {
            function(&format!("(export \"{name}\")"), *params, body)
        })
        .collect();
    let helpers: String = (0..3).map(|n| function(&format!("$f{n}"), 2, &bodies[7 + n])).collect();
    let start = match there[7] {
        true => format!(
            "(func $s (local i32 i32 i32 i32) (drop (block (result i32) {})))(start $s)",
            bodies[10].replace("(return ", "(br 0 ")
        ),
        false => String::new(),
    };
    format!(
        r#"(module
        (type $two (func (param i32 i32) (result i32)))
        (import "spacedrive" "spacedrive_call" (func $call (param i32 i32 i32 i32 i32) (result i32)))
        (import "spacedrive" "spacedrive_log" (func $log (param i32 i32 i32)))
        (memory (export "memory") 2)
        (table $t 8 funcref)
        (elem (table $t) (i32.const 1) func $f0 $f1 $f2 $call)
        (data $d "some bytes that are copied")
        (global $g (mut i32) (i32.const 40000))
        {exports}{helpers}{start}
        (@custom "spacedrive.abi" "\01\00\00\00"))"#
    )
}

/// Codes that a guest which does anything at all may end with.
const EXPECTED: &[ErrorCode] = &[
    ErrorCode::Trap,
    ErrorCode::Cpu,
    ErrorCode::Deadline,
    ErrorCode::Stack,
    ErrorCode::Memory,
    ErrorCode::Init,
    ErrorCode::AbiRange,
    ErrorCode::AbiAlloc,
    ErrorCode::AbiTooLarge,
    ErrorCode::AbiExport,
    ErrorCode::BadInput,
];

fn live(wasm: &[u8], counts: bool, watchdog: &Watchdog) -> Result<(), TestCaseError> {
    let limits = InstanceLimits {
        memory_bytes: 4 << 20,
        stack_bytes: 64 << 10,
        fuel: if counts { 50_000 } else { u64::MAX },
        compute_timeout: Duration::from_millis(20),
        call_timeout: Duration::from_millis(100),
        ..InstanceLimits::default()
    };
    let module = Module::compile(wasm, &limits)
        .map_err(|error| TestCaseError::fail(format!("a valid module is refused: {error}")))?;
    let start = || Instance::start(&module, limits.clone(), Box::<Recorder>::default(), watchdog);
    // After a fault the instance is spent: each step has one of its own.
    let step = |step: &dyn Fn(&mut Instance) -> Result<(), Fault>| match start()
        .and_then(|mut instance| step(&mut instance))
    {
        Ok(()) => Ok(()),
        Err(fault) if EXPECTED.contains(&fault.code) => Ok(()),
        Err(fault) => Err(TestCaseError::fail(format!("{:?}: {fault}", fault.code))),
    };
    step(&|instance| instance.init())?;
    step(&|instance| instance.call("query:guest.run.v1", b"{}").map(drop))?;
    step(&|instance| instance.on_event(b"{\"id\":1}").map(drop))?;
    step(&|instance| instance.save().map(drop))?;
    step(&|instance| instance.restore(b"state").map(drop))?;
    step(&|instance| instance.cleanup().map(drop))
}

#[test]
fn abi_47_random_modules_run_or_end_with_a_code() {
    let watchdog = Watchdog::start();
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(modules())
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&module(), |(text, counts)| {
        let wasm = wat::parse_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        live(&wasm, counts, &watchdog)
    });
    run.unwrap();
}
