//! Guests of worlds with files: what they may import, and programs that run once.

use std::{sync::mpsc, time::Duration};

use ext_host::{
    Command, ErrorCode, Fault, GuestClock, InstanceLimits, Module, ModuleError, WasiWorld,
    Watchdog, World,
};
use wasmer::{Function, Imports, RuntimeError, Store};

use crate::common::limits;

fn in_world(wasi: WasiWorld) -> InstanceLimits {
    InstanceLimits { wasi, ..limits() }
}

fn import(module: &str, name: &str, ty: &str) -> String {
    format!("(import \"{module}\" \"{name}\" (func {ty}))")
}

/// A module of the ABI with this import.
fn reactor(import: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {import} (memory (export "memory") 1)
            (func (export "wasm_alloc") (param i32) (result i32) i32.const 0)
            (func (export "plugin_init") (result i32) i32.const 0)
            (@custom "spacedrive.abi" "\01\00\00\00"))"#
    );
    wat::parse_str(text).unwrap()
}

fn program(import: &str, body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module {import} (memory (export "memory") 1) (func (export "_start") {body}))"#
    );
    wat::parse_str(text).unwrap()
}

const PATH_OPEN: &str = "(param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)";

#[test]
fn abi_35_functions_with_files_need_a_world_with_files() {
    let wasm = reactor(&import("wasi_snapshot_preview1", "path_open", PATH_OPEN));
    for wasi in [WasiWorld::None, WasiWorld::Minimal] {
        let error = Module::check(&wasm, &in_world(wasi)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ImportUnknown, "{error}");
    }
    Module::check(&wasm, &in_world(WasiWorld::Files)).unwrap();
    let wasm = reactor(&import("wasix_32v1", "getcwd", "(param i32 i32) (result i32)"));
    assert!(Module::check(&wasm, &in_world(WasiWorld::Minimal)).is_err());
    Module::check(&wasm, &in_world(WasiWorld::Files)).unwrap();
}

/// Threads, processes and sockets are not there, and neither is what can only hang.
#[test]
fn abi_35_what_a_world_with_files_does_not_have_is_refused_by_name() {
    let foreign = [
        ("wasix_32v1", "proc_fork"),
        ("wasix_32v1", "proc_exec"),
        ("wasix_32v1", "proc_spawn"),
        ("wasix_32v1", "thread_spawn_v2"),
        ("wasix_32v1", "context_create"),
        ("wasix_32v1", "context_switch"),
        ("wasix_32v1", "sock_open"),
        ("wasix_32v1", "port_addr_add"),
        ("wasix_32v1", "fd_pipe"),
        ("wasix_32v1", "futex_wait"),
        ("wasix_32v1", "dlopen"),
        ("wasix_32v1", "closure_allocate"),
        ("wasix_32v1", "call_dynamic"),
        ("wasix_32v1", "epoll_create"),
        ("wasi_snapshot_preview1", "thread-spawn"),
        ("wasi_snapshot_preview1", "fd_new"),
    ];
    for (module, name) in foreign {
        let wasm = reactor(&import(module, name, "(param i32) (result i32)"));
        let error = Module::check(&wasm, &in_world(WasiWorld::Files)).unwrap_err();
        let ModuleError::World { name: refused, .. } = &error else { panic!("{error}") };
        assert_eq!(refused, name);
        assert!(error.to_string().contains("no threads"), "{error}");
    }
    for module in ["wasix_64v1", "wasi_unstable", "wasi", "env"] {
        let wasm = reactor(&import(module, "fd_write", "(param i32) (result i32)"));
        let error = Module::check(&wasm, &in_world(WasiWorld::Command)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ImportUnknown, "{error}");
        assert!(error.to_string().contains(module), "{error}");
    }
    let wasm = reactor(&import("wasi_snapshot_preview1", "path_open", "(param i32) (result i32)"));
    let error = Module::check(&wasm, &in_world(WasiWorld::Files)).unwrap_err();
    assert!(error.to_string().contains("its type is wrong"), "{error}");
}

#[test]
fn a_program_has_a_start_and_no_exports_of_the_abi() {
    let wasm = program("", "");
    Module::check(&wasm, &in_world(WasiWorld::Command)).unwrap();
    assert!(
        Module::check(&wasm, &in_world(WasiWorld::Files)).is_err(),
        "it is no module of the ABI"
    );
    let error = Module::check(&reactor(""), &in_world(WasiWorld::Command)).unwrap_err();
    assert!(error.to_string().contains("`_start` is missing"), "{error}");
    let shared = r#"(module (memory (export "memory") 1 2 shared) (func (export "_start")))"#;
    let shared = wat::parse_str(shared).unwrap();
    let error = Module::check(&shared, &in_world(WasiWorld::Command)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModuleFeature, "{error}");
}

/// A world whose one function waits, and says how it went.
struct Waits {
    told: mpsc::Sender<bool>,
    wait: fn(&GuestClock) -> bool,
}

impl World for Waits {
    fn define(
        &mut self,
        _: &wasmer::Module,
        store: &mut Store,
        imports: &mut Imports,
        clock: GuestClock,
    ) -> Result<(), Fault> {
        let (told, wait) = (self.told.clone(), self.wait);
        let function = Function::new_typed(store, move || -> i32 {
            let goes_on = wait(&clock);
            told.send(goes_on).unwrap();
            0
        });
        imports.define("wasi_snapshot_preview1", "sched_yield", function);
        Ok(())
    }

    fn settle(&mut self, _: &mut Store, _: &wasmer::Instance) -> Result<(), Fault> {
        Ok(())
    }

    fn explain(&self, _: &RuntimeError) -> Option<Fault> {
        None
    }
}

const YIELD: &str = r#"(import "wasi_snapshot_preview1" "sched_yield" (func $wait (result i32)))"#;

/// Runs a program with short times; returns its fault, and what its world said.
fn run(body: &str, wait: fn(&GuestClock) -> bool) -> (Fault, Vec<bool>) {
    let limits = InstanceLimits {
        compute_timeout: Duration::from_millis(300),
        call_timeout: Duration::from_millis(600),
        ..in_world(WasiWorld::Command)
    };
    let module = Module::compile(&program(YIELD, body), &limits).unwrap();
    let (told, said) = mpsc::channel();
    let world = Box::new(Waits { told, wait });
    let fault = Command::start(&module, &limits, &Watchdog::start(), world).unwrap().run();
    (fault, said.try_iter().collect())
}

#[test]
fn a_program_that_returns_has_ended_itself() {
    let (fault, said) = run("(drop (call $wait))", |_| true);
    assert_eq!((fault.code, said), (ErrorCode::Trap, vec![true]));
    assert!(fault.message.contains("ended itself"), "{fault}");
}

#[test]
fn a_program_that_computes_for_ever_is_ended() {
    let (fault, _) = run("(loop $l (br $l))", |_| true);
    assert_eq!(fault.code, ErrorCode::Cpu, "{fault}");
}

/// The time of each call is its own, and while the program waits for one none passes.
#[test]
fn a_program_has_its_time_for_each_call() {
    let next = |clock: &GuestClock| {
        clock.end_call().unwrap();
        std::thread::sleep(Duration::from_millis(250));
        clock.begin_call();
        true
    };
    let four = "(drop (call $wait))".repeat(4);
    let (fault, said) = run(&four, next);
    assert_eq!((fault.code, said.len()), (ErrorCode::Trap, 4), "{fault}");
}

#[test]
fn a_sleep_ends_with_the_call() {
    let sleep = |clock: &GuestClock| clock.sleep(Duration::from_secs(60));
    let (fault, said) = run("(drop (call $wait)) (loop $l (br $l))", sleep);
    assert_eq!((fault.code, said), (ErrorCode::Deadline, vec![false]), "{fault}");
}

#[test]
fn the_time_of_the_host_is_not_the_programs() {
    let work = |clock: &GuestClock| {
        clock.during(|| std::thread::sleep(Duration::from_millis(400))).is_some()
    };
    let (fault, said) = run("(drop (call $wait))", work);
    assert_eq!((fault.code, said), (ErrorCode::Trap, vec![true]), "{fault}");
}
