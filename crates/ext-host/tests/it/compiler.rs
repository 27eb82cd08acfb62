//! Compiling in a process of its own.
#![cfg(unix)]

use std::{path::Path, time::Duration};

use crate::common::{Recorder, limits, on_event};
use ext_host::{
    Cache, CompilerProcess, ErrorCode, Instance, InstanceLimits, Loader, MemoryBudget, Module,
    ModuleError, Watchdog,
};

/// A process that compiles, with so many bytes of memory.
fn a_compiler_of_its_own(memory: u64) -> CompilerProcess {
    let args = vec![memory.to_string().into()];
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
fn a_module_is_compiled_by_another_process_and_kept_in_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let loader = loader(folder.path(), a_compiler_of_its_own(2 << 30));
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
    let loader = loader(folder.path(), a_compiler_of_its_own(1 << 20));
    let error = loader.load(&expensive(), &limits()).err().unwrap();
    assert!(matches!(error, ModuleError::CompileLimit { .. }), "{error}");
    assert_eq!(error.code(), ErrorCode::ModuleLimit);
}

/// A guest whose compilation takes far more memory than another's.
fn expensive() -> Vec<u8> {
    let many: String = (0..3000).map(|n| format!("(func (result i32) (i32.const {n}))")).collect();
    crate::common::guest(&format!(
        r#"(func (export "plugin_on_event") (param i32 i32) (result i32) (i32.const 0)) {many}"#
    ))
}

/// Neither a missing cache nor one that cannot be written takes the limits away.
#[test]
fn res_07_without_a_cache_the_compiler_keeps_its_limits() {
    let without = |compiler| {
        Loader::new(InstanceLimits::MAX, MemoryBudget::unlimited()).with_compiler(compiler)
    };
    let unwritable = |compiler| {
        let folder = tempfile::tempdir().unwrap();
        loader(folder.path(), compiler) // the folder is gone with the end of this
    };
    for make in [&without as &dyn Fn(CompilerProcess) -> Loader, &unwritable] {
        let error = make(a_compiler_of_its_own(1 << 20)).load(&expensive(), &limits()).err();
        assert_eq!(error.map(|error| error.code()), Some(ErrorCode::ModuleLimit));
        let module =
            make(a_compiler_of_its_own(2 << 30)).load(&on_event("(i32.const 3)"), &limits());
        assert_eq!(answer(&module.unwrap(), &limits()), 3);
    }
}

#[test]
fn res_07_a_fault_of_the_machine_is_not_remembered_as_the_modules() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("compiler");
    std::fs::create_dir(&program).unwrap(); // which cannot be started
    let compiler = CompilerProcess { program: program.clone(), ..a_compiler_of_its_own(2 << 30) };
    let loader = loader(folder.path(), compiler);
    let error = loader.load(&on_event("(i32.const 5)"), &limits()).err().unwrap();
    assert!(matches!(error, ModuleError::Io { .. }), "{error}");
    std::fs::remove_dir(&program).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_ext-host-fixture"), &program).unwrap();
    let module = loader.load(&on_event("(i32.const 5)"), &limits()).unwrap();
    assert_eq!(answer(&module, &limits()), 5);
}

/// The parent is this test, run once more; it lets a module be compiled that takes long, and is killed.
#[cfg(target_os = "linux")]
#[test]
fn res_27_a_compiler_ends_with_its_parent() {
    use std::process::{Command, Stdio};
    const ROLE: &str = "EXT_HOST_TEST_COMPILER_PARENT";
    if let Some(place) = std::env::var_os(ROLE) {
        // The number of the shell is that of the compiler that it becomes.
        let fixture = env!("CARGO_BIN_EXE_ext-host-fixture");
        let script = format!("echo $$ > '{}'; exec {fixture} 2147483648", place.display());
        let loader = Loader::default().with_compiler(shell(&script, Duration::from_secs(60)));
        let body = "(local.set 0 (i32.mul (local.get 0) (i32.const 3)))".repeat(10_000);
        let slow = format!("(func (param i32) {body})").repeat(10);
        let _ = loader.load(&crate::common::guest(&slow), &limits());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("number");
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["compiler::res_27_a_compiler_ends_with_its_parent", "--exact"])
        .env(ROLE, &place)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let number = eventually(|| std::fs::read_to_string(&place).ok()?.trim().parse::<u32>().ok());
    let stat = format!("/proc/{number}/stat");
    let lives = || {
        let stat = std::fs::read_to_string(&stat).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    };
    // It compiles.
    eventually(|| {
        std::fs::read_to_string(format!("/proc/{number}/cmdline"))
            .ok()?
            .contains("fixture")
            .then_some(())
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(lives());
    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually(|| (!lives()).then_some(()));
}

#[cfg(target_os = "linux")]
fn eventually<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let until = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(std::time::Instant::now() < until, "it does not come about");
        std::thread::sleep(Duration::from_millis(10));
    }
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
