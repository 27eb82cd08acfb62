//! Commands about the program itself: what it needs, where things are, installing and removing it.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{Ran, Spacedrive, has_models, ran};

/// Runs `doctor`; returns its exit code and its checks.
fn doctor(spacedrive: &Spacedrive, more: &[&str]) -> (Option<i32>, Vec<Value>) {
    let ran =
        ran(spacedrive.command(["--output", "json"]).args(more).arg("doctor").output().unwrap());
    (
        ran.code,
        serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}")),
    )
}

/// Returns the checks of one thing that are not `ok`.
fn faults<'a>(checks: &'a [Value], what: &str) -> Vec<&'a Value> {
    checks.iter().filter(|check| check["what"] == what && check["state"] != "ok").collect()
}

fn private(folder: &Path, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn doctor_finds_nothing_where_nothing_is_wrong() {
    if !has_models() {
        return;
    }
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    let (code, checks) = doctor(&spacedrive, &[]);
    let bad = checks.iter().filter(|check| check["state"] == "bad").count();
    assert_eq!((code, bad), (Some(0), 0), "{checks:?}");
    for what in ["program", "config", "sandbox", "key store", "libraries", "extensions"] {
        assert!(checks.iter().any(|check| check["what"] == what), "{what}: {checks:?}");
    }
}

#[test]
fn doctor_names_the_command_for_each_fault_and_goes_on() {
    let (spacedrive, empty) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    let library = spacedrive.library();
    let folder = spacedrive.data.path().join("libraries").join(&library);
    fs::write(folder.join("library.db"), "not a database").unwrap();
    private(spacedrive.data.path(), 0o755);
    let models = empty.path().to_str().unwrap();
    let (code, checks) = doctor(&spacedrive, &["--models-dir", models]);
    assert_eq!(code, Some(1), "{checks:?}");
    for (what, state, fix) in [
        ("data folder", "warn", "`chmod 700 "),
        ("models", "bad", "`spacedrive models pull`"),
        ("libraries", "bad", "backup"),
    ] {
        let found = faults(&checks, what);
        assert_eq!(found.len(), 1, "{what}: {checks:?}");
        assert_eq!(found[0]["state"], state, "{found:?}");
        assert!(found[0]["fix"].as_str().unwrap().contains(fix), "{found:?}");
    }
    private(spacedrive.data.path(), 0o700);
    assert!(faults(&doctor(&spacedrive, &[]).1, "data folder").is_empty());
}

#[test]
fn doctor_works_where_the_configuration_does_not() {
    let spacedrive = Spacedrive::new();
    fs::write(spacedrive.data.path().join("config.toml"), "[permisions]\n").unwrap();
    assert_eq!(spacedrive.run(["library", "list"]).code, Some(1));
    let (code, checks) = doctor(&spacedrive, &[]);
    assert_eq!(code, Some(1));
    let found = faults(&checks, "config");
    assert!(found[0]["found"].as_str().unwrap().contains("line 1"), "{found:?}");
    assert!(faults(&checks, "sandbox").is_empty(), "{checks:?}");
}

#[test]
fn doctor_and_paths_make_nothing() {
    let spacedrive = Spacedrive::new();
    let data = spacedrive.data.path();
    spacedrive.unshare_modules();
    fs::remove_dir(data).unwrap();
    assert!(faults(&doctor(&spacedrive, &[]).1, "data folder").is_empty());
    let paths = spacedrive.json(["paths"]);
    assert_eq!(paths["data"], json!(data));
    assert_eq!(paths["libraries"], json!(data.join("libraries")));
    let shown = String::from_utf8(spacedrive.run(["paths"]).stdout).unwrap();
    assert!(shown.contains("not there yet"), "{shown}");
    assert!(!data.exists());
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
    for shell in ["bash", "zsh", "fish"] {
        let script = spacedrive.run(["completions", shell]);
        let script = String::from_utf8(script.stdout).unwrap();
        for command in ["doctor", "import", "uninstall"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    let man = folder.path().join("man1");
    assert_eq!(spacedrive.run(["man-pages", man.to_str().unwrap()]).code, Some(0));
    for page in ["spacedrive.1", "spacedrive-doctor.1", "spacedrive-library-list.1"] {
        let page =
            fs::read_to_string(man.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(page.contains(".SH NAME"), "{page}");
    }
    assert!(!man.join("spacedrive-man-pages.1").exists());
}

/// The program in a prefix of its own, as `cargo xtask install` puts it there.
struct Installed {
    prefix: TempDir,
    data: TempDir,
}

impl Installed {
    fn new(record: &Value) -> Self {
        let this =
            Self { prefix: tempfile::tempdir().unwrap(), data: tempfile::tempdir().unwrap() };
        let own = this.prefix.path().join("lib/spacedrive");
        fs::create_dir_all(this.prefix.path().join("bin")).unwrap();
        fs::create_dir_all(own.join("extensions/demo")).unwrap();
        let built = env!("CARGO_BIN_EXE_spacedrive");
        if fs::hard_link(built, this.program()).is_err() {
            fs::copy(built, this.program()).unwrap();
        }
        let manifest =
            r#"{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm" }"#;
        fs::write(own.join("extensions/demo/manifest.json"), manifest).unwrap();
        let wasm =
            ext_testing::small_guest(r#"(func (export "plugin_init") (result i32) i32.const 0)"#);
        fs::write(own.join("extensions/demo/demo.wasm"), wasm).unwrap();
        fs::write(own.join("installation.json"), record.to_string()).unwrap();
        this
    }

    fn program(&self) -> PathBuf {
        self.prefix.path().join("bin/spacedrive")
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(self.program());
        command.arg("--data-dir").arg(self.data.path()).args(args).stdin(Stdio::null());
        ran(command.current_dir(self.data.path()).output().unwrap())
    }
}

fn by_xtask() -> Installed {
    Installed::new(&json!({ "files": [
        "bin/spacedrive",
        "lib/spacedrive/extensions/demo/manifest.json",
        "lib/spacedrive/extensions/demo/demo.wasm",
    ]}))
}

#[test]
fn an_extension_that_came_with_the_program_is_installed_by_its_id() {
    let installed = by_xtask();
    let done = installed.run(&["ext", "install", "demo", "--yes"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let unknown = installed.run(&["ext", "install", "demi", "--yes"]);
    assert_eq!(unknown.code, Some(1));
    for part in ["there is no folder demi", "came with the program: demo"] {
        assert!(unknown.stderr.contains(part), "{part}: {unknown:?}");
    }
    // A folder of the user wins.
    fs::create_dir(installed.data.path().join("demo")).unwrap();
    let own = installed.run(&["ext", "install", "demo", "--yes"]);
    assert!(own.code == Some(1) && own.stderr.contains("manifest.json"), "{own:?}");
}

#[test]
fn uninstall_says_what_goes_and_what_stays_and_asks() {
    let installed = by_xtask();
    assert_eq!(installed.run(&["library", "create", "Home"]).code, Some(0));
    let asked = installed.run(&["uninstall"]);
    assert_eq!(asked.code, Some(1), "{asked:?}");
    let said = String::from_utf8(asked.stdout).unwrap();
    assert!(said.contains("bin/spacedrive") && said.contains("Your data stays in"), "{said}");
    assert!(asked.stderr.contains("nothing was removed") && asked.stderr.contains("--yes"));
    // Data is never deleted without a question.
    let data = installed.run(&["uninstall", "--yes", "--data"]);
    assert!(data.code == Some(1) && data.stderr.contains("nothing was removed"), "{data:?}");
    assert!(installed.program().is_file());
    let done = installed.run(&["uninstall", "--yes"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(!installed.program().exists());
    assert!(!installed.prefix.path().join("lib/spacedrive").exists());
    assert!(installed.data.path().join("libraries").is_dir());
}

#[test]
fn all_that_the_program_keeps_is_known_to_uninstall() {
    let (installed, file) = (by_xtask(), tempfile::NamedTempFile::new().unwrap());
    fs::write(file.path(), "text").unwrap();
    fs::write(installed.data.path().join("config.toml"), "").unwrap();
    let (path, key) = (file.path().to_str().unwrap(), "key.txt");
    fs::write(installed.data.path().join(key), "secret").unwrap();
    let host = "https://example.org";
    for args in [
        &["library", "create", "Home"][..],
        &["ext", "install", "demo", "--yes"],
        &["import", path],
        &["search", "text"],
        &["ext", "run", "demo", "--record"],
        &["ext", "quarantine", "demo"],
        &["secret", "set", "llm", "--program", "--host", host, "--file", key],
    ] {
        let ran = installed.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    }
    fs::remove_file(installed.data.path().join(key)).unwrap();
    let plan = installed.run(&["--output", "json", "uninstall"]);
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    let known: Vec<&str> =
        plan["data"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for entry in fs::read_dir(installed.data.path()).unwrap() {
        let path = entry.unwrap().path();
        assert!(known.contains(&path.to_str().unwrap()), "{} is left behind", path.display());
    }
}

#[test]
fn uninstall_leaves_a_package_to_its_system_and_a_build_alone() {
    let packaged = Installed::new(&json!({ "remove_with": "sudo apt remove spacedrive" }));
    let refused = packaged.run(&["uninstall", "--yes"]);
    assert!(refused.code == Some(1) && packaged.program().is_file(), "{refused:?}");
    assert!(refused.stderr.contains("`sudo apt remove spacedrive`"), "{refused:?}");
    let built = Spacedrive::new().run(["uninstall", "--yes"]);
    assert!(built.code == Some(1) && built.stderr.contains("not installed"), "{built:?}");
}
