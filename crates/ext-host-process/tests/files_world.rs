//! The world with files under guests that mean harm, and under very many of them. `cargo xtask wasix
//! --check` builds the program, and says where it is by the variable below.
#![cfg(target_os = "linux")]

use std::{env, fmt::Write, fs, time::Duration};

use ext_abi::ErrorCode;
use ext_host::{
    Artifact, Fault, InstanceLimits, MemoryBudget, WasiWorld,
    testing::{PREVIEW_1, Recorder},
};
use ext_host_process::{GuestProgram, ProcessInstance, Processes, Surroundings};
use proptest::{collection::vec, prelude::*, sample::select};

/// The program `spacedrive-wasix-fixture`.
const FIXTURE: &str = "SPACEDRIVE_WASIX_FIXTURE";

/// Instances of the long run, and those before it, after which nothing may grow any more.
const INSTANCES: usize = 10_000;
const FIRST: usize = 300;

/// Texts in the memory of a guest, each where its address says; and a vector of one buffer at 2048.
const TEXTS: &str = r#"(data (i32.const 1024) "a") (data (i32.const 1040) "b/c") (data (i32.const 1056) "..")
    (data (i32.const 1072) "/") (data (i32.const 1088) "a/") (data (i32.const 1104) "a/../../b")
    (data (i32.const 1120) "\ff\fe") (data (i32.const 1136) "hello.txt")
    (data (i32.const 2048) "\00\10\00\00\40\00\00\00")"#;

/// Arguments with a meaning: descriptors, addresses, lengths, flags, and what lies beyond each.
const WORDS: &[i32] = &[
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    16,
    31,
    64,
    255,
    1024,
    1040,
    1056,
    1072,
    1088,
    1104,
    1120,
    1136,
    2047,
    2048,
    2050,
    4096,
    65535,
    131_064,
    131_072,
    1 << 20,
    i32::MAX,
    i32::MIN,
    -1,
    -2,
];
const LONGS: &[i64] =
    &[0, 1, 2, 63, 4096, 1 << 20, 1 << 29, 1 << 32, 1 << 40, i64::MAX, i64::MIN, -1];

/// Returns the processes of the program; `None`, loudly, where it is missing.
fn processes() -> Option<Processes> {
    let fixture = env::var_os(FIXTURE);
    if fixture.is_none() {
        eprintln!("SKIPPED: no program for guests with files: run `cargo xtask wasix --check`");
    }
    Some(Processes::new(GuestProgram::new(fixture?, [] as [&str; 0])))
}

fn limits() -> InstanceLimits {
    InstanceLimits {
        wasi: WasiWorld::Files,
        memory_bytes: 4 << 20,
        compute_timeout: Duration::from_secs(2),
        call_timeout: Duration::from_secs(2),
        ..InstanceLimits::default()
    }
}

fn artifact(wasm: &[u8]) -> Artifact {
    Artifact::load(wasm, &limits(), None).expect("the module is accepted")
}

/// Starts a guest with a file in the folder that is open for it, and these arguments of the fixture.
fn start(
    processes: &Processes,
    artifact: &Artifact,
    more: &[&str],
) -> Result<ProcessInstance, Fault> {
    let args = ["/"].iter().chain(more).chain(&["--"]).map(ToString::to_string).collect();
    let files = vec![("hello.txt".to_owned(), "hello".into())];
    let surroundings = Surroundings { files, scratch_bytes: 1 << 20, args };
    let (host, budget) = (Box::new(Recorder::echo()), MemoryBudget::unlimited());
    let mut instance = processes.start_in(artifact, limits(), host, &budget, &surroundings)?;
    instance.init()?;
    Ok(instance)
}

/// A guest whose event does this.
fn guest(on_event: &str) -> Vec<u8> {
    let mut imports = String::new();
    for (name, params) in PREVIEW_1 {
        let params: String =
            params.chars().map(|kind| if kind == 'i' { " i32" } else { " i64" }).collect();
        let _ = writeln!(
            imports,
            r#"(import "wasi_snapshot_preview1" "{name}" (func ${name} (param{params}) (result i32)))"#
        );
    }
    let exit = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))"#;
    let text = format!(
        r#"(module {imports} {exit} (memory (export "memory") 2) {TEXTS}
        (func (export "wasm_alloc") (param i32) (result i32) i32.const 65536)
        (func (export "plugin_init") (result i32) i32.const 0)
        (func (export "plugin_cleanup") (result i32) i32.const 0)
        (func (export "plugin_on_event") (param i32 i32) (result i32) {on_event})
        (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A call of a function with arguments of any kind.
fn call() -> impl Strategy<Value = String> {
    let word = || prop_oneof![4 => select(WORDS), 1 => any::<i32>()];
    let long = || prop_oneof![4 => select(LONGS), 1 => any::<i64>()];
    (select(PREVIEW_1), vec(word(), 9), vec(long(), 9)).prop_map(
        |((name, params), words, longs)| {
            let mut call = format!("(drop (call ${name}");
            for ((kind, word), long) in params.chars().zip(words).zip(longs) {
                let _ = match kind {
                    'i' => write!(call, " (i32.const {word})"),
                    _ => write!(call, " (i64.const {long})"),
                };
            }
            call + "))"
        },
    )
}

/// The guest gets errors, ends itself, or runs out of time. `wasmer-wasix` may panic, which costs the guest
/// its call and no more, but it does not abort.
fn is_fair(outcome: &Result<i32, Fault>) -> bool {
    let is_fault_of_a_guest = |fault: &Fault| {
        [ErrorCode::Trap, ErrorCode::Cpu, ErrorCode::Deadline].contains(&fault.code)
            && !fault.message.contains("violated")
            && !fault.message.contains("SIG")
    };
    outcome.as_ref().err().is_none_or(is_fault_of_a_guest)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_arguments_of_a_function_cost_a_guest_its_call_at_most(calls in vec(call(), 1..40)) {
        let Some(processes) = processes() else { return Ok(()) };
        let artifact = artifact(&guest(&format!("{} (i32.const 0)", calls.join("\n"))));
        let mut instance = start(&processes, &artifact, &[]).expect("it starts");
        let outcome = instance.on_event(b"{}");
        prop_assert!(is_fair(&outcome), "{outcome:?}");
    }
}

/// A write through a pointer that is not aligned would abort a build with assertions, and be undefined in
/// any other one.
#[test]
fn an_address_that_is_not_aligned_is_an_error_of_the_call() {
    const INVAL: i32 = 28;
    let Some(processes) = processes() else { return };
    let calls = [
        "$args_get (i32.const 2049) (i32.const 4096)",
        "$environ_sizes_get (i32.const 2048) (i32.const 4098)",
        "$fd_fdstat_get (i32.const 1) (i32.const 2052)",
        "$fd_filestat_get (i32.const 4) (i32.const 2052)",
        "$fd_prestat_get (i32.const 4) (i32.const 2049)",
        "$fd_write (i32.const 1) (i32.const 2049) (i32.const 1) (i32.const 4096)",
        "$fd_read (i32.const 0) (i32.const 2048) (i32.const 1) (i32.const 4097)",
        "$fd_readdir (i32.const 4) (i32.const 8192) (i32.const 64) (i64.const 0) (i32.const 4097)",
        "$path_filestat_get (i32.const 4) (i32.const 0) (i32.const 1136) (i32.const 9) (i32.const 4100)",
        "$path_open (i32.const 4) (i32.const 0) (i32.const 1136) (i32.const 9) (i32.const 0) (i64.const 2)
            (i64.const 0) (i32.const 0) (i32.const 4097)",
    ];
    for call in calls {
        let mut instance =
            start(&processes, &artifact(&guest(&format!("(call {call})"))), &[]).unwrap();
        assert_eq!(instance.on_event(b"{}"), Ok(INVAL), "{call}");
    }
}

#[test]
fn a_panic_of_the_world_is_a_fault_and_the_next_process_starts() {
    let Some(processes) = processes() else { return };
    let artifact = artifact(&guest("(i32.const 7)"));
    let fault = start(&processes, &artifact, &["panic"]).err().expect("it fails");
    assert_eq!(fault.code, ErrorCode::Trap, "{fault}");
    assert!(fault.message.contains("ended by itself (exit status: 101)"), "{fault}");
    assert_eq!(start(&processes, &artifact, &[]).unwrap().on_event(b"{}"), Ok(7));
}

/// The resources of this process, and its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resources {
    descriptors: usize,
    threads: usize,
    children: usize,
    resident_kib: u64,
}

impl Resources {
    fn now() -> Self {
        let count = |folder: &str| fs::read_dir(folder).expect("/proc is there").count();
        let status = fs::read_to_string("/proc/self/status").expect("/proc is there");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|line| line.trim().strip_suffix(" kB"));
        Self {
            descriptors: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
            children: children(),
            resident_kib: resident.and_then(|kib| kib.parse().ok()).expect("a number"),
        }
    }
}

/// Counts the processes whose parent is this one, zombies with them.
fn children() -> usize {
    let own = format!("PPid:\t{}\n", std::process::id());
    let processes = fs::read_dir("/proc").expect("/proc is there").flatten();
    let statuses =
        processes.filter_map(|entry| fs::read_to_string(entry.path().join("status")).ok());
    statuses.filter(|status| status.contains(&own)).count()
}

/// Starts an instance and ends it in one of the ways in which they end.
fn live_and_die(processes: &Processes, artifact: &Artifact, number: usize) {
    let mut instance = start(processes, artifact, &[]).expect("it starts");
    let event = |instance: &mut ProcessInstance, body: &[u8]| instance.on_event(body);
    match number % 5 {
        0 => drop(instance),
        1 => assert_eq!(instance.cleanup(), Ok(0)),
        2 => assert_eq!(event(&mut instance, b"{}"), Ok(0)),
        3 => assert_eq!(event(&mut instance, b"{ }").unwrap_err().code, ErrorCode::Trap),
        _ => {
            let id = rustix::process::Pid::from_raw(instance.id().cast_signed()).expect("an id");
            rustix::process::kill_process(id, rustix::process::Signal::KILL).expect("it is there");
            assert_eq!(event(&mut instance, b"{}").unwrap_err().code, ErrorCode::Trap);
        }
    }
}

/// An event of two bytes writes a file; one of three ends the guest by itself.
const WRITES_OR_ENDS: &str = r#"
    (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 1024) (i32.const 1) (i32.const 1)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 3000)))
    (drop (call $fd_write (i32.load (i32.const 3000)) (i32.const 2048) (i32.const 1) (i32.const 3004)))
    (if (i32.eq (local.get 1) (i32.const 3)) (then (call $proc_exit (i32.const 3))))
    (i32.const 0)"#;

/// Minutes: one of the long tests.
#[test]
#[ignore = "it takes minutes"]
fn ten_thousand_instances_leave_nothing_behind() {
    let Some(processes) = processes() else { return };
    let artifact = artifact(&guest(WRITES_OR_ENDS));
    (0..FIRST).for_each(|number| live_and_die(&processes, &artifact, number));
    let before = Resources::now();
    (FIRST..INSTANCES).for_each(|number| live_and_die(&processes, &artifact, number));
    let after = Resources::now();
    eprintln!("before: {before:?}\nafter:  {after:?}");
    let grown = after.resident_kib.saturating_sub(before.resident_kib);
    assert!(grown < 8 << 10, "{grown} KiB more");
    assert_eq!(Resources { resident_kib: 0, ..after }, Resources { resident_kib: 0, ..before });
}
