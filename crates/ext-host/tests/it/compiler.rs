//! Compiling in a process of its own.
#![cfg(unix)]

use std::{path::Path, time::Duration};

use crate::common::{Recorder, limits, on_event};
use ext_host::{
    Cache, CompilerProcess, ErrorCode, Instance, InstanceLimits, Loader, MemoryBudget, Module,
    ModuleError, Watchdog,
};

/// A process that compiles into this folder, with so many bytes of memory.
fn a_compiler_of_its_own(folder: &Path, memory: u64) -> CompilerProcess {
    let args = vec![folder.into(), memory.to_string().into()];
    let program = env!("CARGO_BIN_EXE_ext-host-fixture").into();
    CompilerProcess { program, args, time: Duration::from_secs(60) }
}

fn shell(script: &str, time: Duration) -> CompilerProcess {
    CompilerProcess { program: "sh".into(), args: vec!["-c".into(), script.into()], time }
}

fn loader(folder: &Path, compiler: CompilerProcess) -> Loader {
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::unlimited());
    loader.with_cache(Cache::open(folder).unwrap()).with_compiler(compiler)
}

fn answer(module: &Module, limits: &InstanceLimits) -> i32 {
    let host = Box::<Recorder>::default();
    let mut instance = Instance::start(module, limits.clone(), host, &Watchdog::start()).unwrap();
    instance.on_event(b"{}").unwrap()
}

#[test]
fn a_module_is_compiled_by_another_process_and_comes_through_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let loader = loader(folder.path(), a_compiler_of_its_own(folder.path(), 2 << 30));
    for fuel in [u64::MAX, 1_000_000] {
        let limits = InstanceLimits { fuel, ..limits() };
        let module = loader.load(&on_event("(i32.const 7)"), &limits).unwrap();
        assert_eq!(answer(&module, &limits), 7);
    }
    let artifacts = std::fs::read_dir(folder.path()).unwrap();
    let names = artifacts.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with(".artifact")).count(), 2);
}

#[test]
fn res_05_a_compiler_that_needs_too_much_memory_takes_only_itself_down() {
    let folder = tempfile::tempdir().unwrap();
    let loader = loader(folder.path(), a_compiler_of_its_own(folder.path(), 1 << 20));
    let many: String = (0..3000).map(|n| format!("(func (result i32) (i32.const {n}))")).collect();
    let wasm = crate::common::guest(&format!(
        r#"(func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0)) {many}"#
    ));
    let error = loader.load(&wasm, &limits()).err().unwrap();
    assert!(matches!(error, ModuleError::CompileLimit { .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::ModuleLimit);
}

#[test]
fn without_the_program_modules_are_compiled_here() {
    let folder = tempfile::tempdir().unwrap();
    let absent = CompilerProcess {
        program: folder.path().join("no such program"),
        args: Vec::new(),
        time: Duration::from_secs(30),
    };
    // The second is another program, which knows nothing of compiling.
    for compiler in [absent, shell("exit 2", Duration::from_secs(30))] {
        let folder = tempfile::tempdir().unwrap();
        let loader = loader(folder.path(), compiler);
        let module = loader.load(&on_event("(i32.const 5)"), &limits()).unwrap();
        assert_eq!(answer(&module, &limits()), 5);
    }
}

#[test]
fn what_is_no_module_starts_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("touch {}/started", folder.path().display());
    let loader = loader(folder.path(), shell(&script, Duration::from_secs(30)));
    for bad in [&b"text"[..], b"\0asm\x01\0\0\0", b""] {
        assert!(loader.load(bad, &limits()).is_err());
    }
    assert!(!folder.path().join("started").exists());
}
