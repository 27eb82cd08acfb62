//! Builds of extensions in Zig.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use ext_wire::ErrorCode;

use super::{
    FAILURE,
    command::{is_installed, run},
    messages::Messages,
};
use crate::failure::Hinted;

/// Names of the compiler: its own, and those of the package `ziglang` of the Python registry.
const PROGRAMS: [&[&str]; 3] = [&["zig"], &["python-zig"], &["python3", "-m", "ziglang"]];

/// The file that a build begins with.
const MAIN: &str = "src/main.zig";
/// The file of the SDK, where an extension has one.
const SDK: &str = "spacedrive/spacedrive.zig";
/// Folder of what the compiler keeps between builds.
const CACHE: &str = "target/zig";

/// Returns the main file of an extension in Zig, if the folder holds one.
pub(super) fn main_file(folder: &Path) -> Option<PathBuf> {
    Some(folder.join(MAIN)).filter(|path| path.is_file())
}

/// Finds the compiler; returns the program with its first arguments.
pub(super) fn find() -> Option<Vec<String>> {
    let found = PROGRAMS.into_iter().find(|program| is_installed(program, "version"))?;
    Some(found.iter().map(|part| (*part).to_owned()).collect())
}

/// Compiles the main file and what it imports into one wasm.
pub(super) fn build(
    folder: &Path,
    main: &Path,
    wasm: &Path,
    messages: Messages,
) -> anyhow::Result<()> {
    let Some(zig) = find() else {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            "there is no compiler of Zig",
            "install zig 0.17, such as by `pip install ziglang==0.17.1`",
        ));
    };
    let mut parts = zig.iter();
    let mut command = Command::new(parts.next().map_or("zig", String::as_str));
    command.args(parts).args(["build-exe", "-target", "wasm32-freestanding"]);
    command.args(["-O", "ReleaseSmall", "-fno-entry", "-rdynamic"]);
    let sdk = folder.join(SDK);
    if sdk.is_file() {
        command.args(["--dep", "spacedrive"]).arg(module("root", main));
        command.arg(module("spacedrive", &sdk));
    } else {
        command.arg(main);
    }
    command.arg("--cache-dir").arg(folder.join(CACHE));
    run(command.arg(format!("-femit-bin={}", wasm.display())), FAILURE, messages)
}

fn module(name: &str, file: &Path) -> String {
    format!("-M{name}={}", file.display())
}
