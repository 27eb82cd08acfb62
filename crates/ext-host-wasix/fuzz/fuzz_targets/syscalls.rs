//! Program of the target `syscalls`: a guest calls the functions of its world, one after the other, with
//! arguments that the input chooses.
//!
//! The guest reads its input byte by byte: one for the function, and one for each argument, which picks a
//! value of a table. The instances run in this process, so that the counters see the world.
#![no_main]

use std::{
    fmt::Write,
    panic, process,
    sync::{LazyLock, Once},
    time::Duration,
};

use ext_host::{
    Artifact, ErrorCode, Fault, Instance, InstanceLimits, MemoryBudget, Module, WasiWorld,
    Watchdog,
    testing::{PREVIEW_1, Recorder},
};
use ext_host_process::{Surroundings, WorldParts};
use ext_host_wasix::{Layout, make_with};
use libfuzzer_sys::fuzz_target;

/// The addresses of the tables of values in the guest's memory, and of its input.
const WORDS: usize = 8192;
const LONGS: usize = 12_288;
const INPUT: usize = 65_536;
/// Longest input, in bytes: the rest of the memory, four pages.
const MAX_INPUT: usize = 3 * 65_536;
/// Time of an input: one that sleeps is not worth more.
const TIME: Duration = Duration::from_millis(100);

/// Paths, each where its address says; and a vector of one buffer at 2048.
const TEXTS: &str = r#"(data (i32.const 1024) "a") (data (i32.const 1040) "b/c") (data (i32.const 1056) "..")
    (data (i32.const 1072) "/") (data (i32.const 1088) "a/") (data (i32.const 1104) "a/../../b")
    (data (i32.const 1120) "\ff\fe") (data (i32.const 1136) "hello.txt") (data (i32.const 1152) ".")
    (data (i32.const 1168) "/app/hello.txt") (data (i32.const 1184) "../app") (data (i32.const 1200) "c")
    (data (i32.const 2048) "\00\10\00\00\40\00\00\00")"#;

/// The guest, compiled once, and what stops its calls.
static GUEST: LazyLock<(Module, Watchdog)> = LazyLock::new(|| {
    let wasm = wat::parse_str(guest()).expect("the guest is a module");
    let artifact = Artifact::load(&wasm, &limits(), None).expect("the guest is accepted");
    let module = artifact.deserialize(&limits(), &MemoryBudget::unlimited());
    (module.expect("its code is of this engine"), Watchdog::start())
});

/// A panic of the world costs a guest its call, and the fuzzer must not stop for it.
static LET_IT_PANIC: Once = Once::new();

fuzz_target!(|data: &[u8]| {
    LET_IT_PANIC.call_once(|| panic::set_hook(Box::new(|_| {})));
    if data.len() > MAX_INPUT {
        return;
    }
    let call = || start().and_then(|mut instance| instance.on_event(data));
    let Ok(outcome) = panic::catch_unwind(call) else { return };
    if !is_fair(&outcome) {
        eprintln!("{outcome:?}");
        process::abort();
    }
});

fn limits() -> InstanceLimits {
    InstanceLimits {
        wasi: WasiWorld::Files,
        memory_bytes: 4 << 20,
        compute_timeout: TIME,
        call_timeout: TIME,
        ..InstanceLimits::default()
    }
}

/// Starts a guest with a file of its package; without the stream of calls, which needs a parent.
fn start() -> Result<Instance, Fault> {
    let files = vec![("hello.txt".to_owned(), "hello".into())];
    let surroundings = Surroundings { files, scratch_bytes: 1 << 20, args: vec!["one".to_owned()] };
    let parts = WorldParts::apart(surroundings).expect("there is a null device");
    let preopened = ["/app", "/tmp"].map(|path| (path, path)).to_vec();
    let world = make_with(parts, Layout { preopened, ..Layout::default() })?;
    let (module, watchdog) = &*GUEST;
    let host = Box::new(Recorder::echo());
    let mut instance = Instance::start_in(module, limits(), host, watchdog, Some(world))?;
    instance.init()?;
    Ok(instance)
}

/// The guest gets errors, fails, or runs out of time; it does not end this process.
fn is_fair(outcome: &Result<i32, Fault>) -> bool {
    let of_the_guest = [ErrorCode::Trap, ErrorCode::Cpu, ErrorCode::Deadline];
    outcome.as_ref().err().is_none_or(|fault| of_the_guest.contains(&fault.code))
}

/// Writes the guest.
fn guest() -> String {
    let (mut imports, mut calls) = (String::new(), String::new());
    for (name, params) in PREVIEW_1 {
        let types: String =
            params.chars().map(|kind| if kind == 'i' { " i32" } else { " i64" }).collect();
        let _ = writeln!(
            imports,
            r#"(import "wasi_snapshot_preview1" "{name}" (func ${name} (param{types}) (result i32)))"#
        );
        let values: String = params
            .chars()
            .map(|kind| if kind == 'i' { " (call $word)" } else { " (call $long)" })
            .collect();
        // The block around it ends here, and the next function's begins.
        let _ = writeln!(calls, ") (drop (call ${name}{values})) (br $done)");
    }
    let count = PREVIEW_1.len();
    let blocks: String = (0..count).rev().map(|n| format!("(block ${n} ")).collect();
    let labels: String = (0..count).map(|n| format!("${n} ")).collect();
    let tables = tables();
    format!(
        r#"(module {imports} (memory (export "memory") 4) {TEXTS} {tables}
        (global $at (mut i32) (i32.const 0)) (global $end (mut i32) (i32.const 0))
        (func $byte (result i32)
            (if (i32.ge_u (global.get $at) (global.get $end)) (then (return (i32.const 0))))
            (i32.load8_u (global.get $at))
            (global.set $at (i32.add (global.get $at) (i32.const 1))))
        (func $word (result i32) (i32.load offset={WORDS} (i32.shl (call $byte) (i32.const 2))))
        (func $long (result i64) (i64.load offset={LONGS} (i32.shl (call $byte) (i32.const 3))))
        (func $step (block $done
            {blocks} (br_table {labels} (i32.rem_u (call $byte) (i32.const {count})))
            {calls}))
        (func (export "wasm_alloc") (param i32) (result i32) i32.const {INPUT})
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_on_event") (param i32 i32) (result i32)
            (global.set $at (local.get 0))
            (global.set $end (i32.add (local.get 0) (local.get 1)))
            (loop $next (call $step)
                (br_if $next (i32.lt_u (global.get $at) (global.get $end))))
            i32.const 0)
        (@custom "spacedrive.abi" "\01\00\00\00"))"#
    )
}

/// Writes the tables of values as data of the guest.
fn tables() -> String {
    let words = (0..=255).flat_map(|byte| word(byte).to_le_bytes());
    let longs = (0..=255).flat_map(|byte| long(byte).to_le_bytes());
    let text = |bytes: Vec<u8>| {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"))
    };
    format!(
        r#"(data (i32.const {WORDS}) "{}") (data (i32.const {LONGS}) "{}")"#,
        text(words.collect()),
        text(longs.collect())
    )
}

/// Numbers, addresses of texts, powers of two, what is below them, and the end of the memory.
fn word(byte: u32) -> u32 {
    match byte {
        0..=95 => byte,
        96..=127 => 1024 + 16 * (byte - 96),
        128..=159 => 1 << (byte - 128),
        160..=191 => !(1 << (byte - 160)),
        192..=223 => 2048 + (byte - 192),
        _ => 4 * 65_536 + byte - 240,
    }
}

/// Numbers, powers of two, and what is below them.
fn long(byte: u32) -> u64 {
    match byte {
        0..=63 => byte.into(),
        64..=127 => 1 << (byte - 64),
        128..=191 => (1 << (byte - 128)) - 1,
        _ => !(1 << (byte - 192)),
    }
}
