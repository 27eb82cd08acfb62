//! Builds of extensions in AssemblyScript, with the compiler among the packages of the folder.

use std::{path::Path, process::Command};

use ext_wire::ErrorCode;

use super::{
    FAILURE, abi,
    command::{is_installed, run},
    messages::Messages,
};
use crate::failure::Hinted;

/// The settings of the compiler, which make a folder one of this language.
pub(super) const SETTINGS: &str = "asconfig.json";
/// The file that a build begins with.
const MAIN: &str = "src/main.ts";
/// The compiler.
const COMPILER: &str = "node_modules/assemblyscript/bin/asc.js";
/// The versions of all packages, when they were installed once.
const LOCK: &str = "package-lock.json";

/// Compiles the main file and what it imports into one wasm.
pub(super) fn build(folder: &Path, wasm: &Path, messages: Messages) -> anyhow::Result<()> {
    for program in ["node", "npm"] {
        if !is_installed(&[program], "--version") {
            return Err(Hinted::error(
                ErrorCode::NotFound,
                format_args!("there is no `{program}`, which the compiler of AssemblyScript needs"),
                "install Node.js 20 or newer with npm, such as Debian's packages nodejs and npm",
            ));
        }
    }
    if !folder.join(COMPILER).is_file() {
        let command = if folder.join(LOCK).is_file() { "ci" } else { "install" };
        let mut npm = Command::new("npm");
        npm.args([command, "--no-audit", "--no-fund", "--silent"]);
        run(
            npm.current_dir(folder),
            "the packages of the extension cannot be installed",
            messages,
        )?;
    }
    // The mode of the library of JSON, whose faster ones write wrong texts: the SDK asks for it.
    let mut compiler = Command::new("node");
    compiler.env("JSON_MODE", "NAIVE");
    compiler.args([COMPILER, MAIN, "--outFile"]).arg(wasm);
    run(compiler.current_dir(folder), FAILURE, messages)?;
    abi::mark(wasm)
}
