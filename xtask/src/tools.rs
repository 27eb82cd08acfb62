//! Programs of the Rust world that chores need, pinned and kept in `target/tools`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::steps::{self, cargo, succeeds};
use crate::workspace::Workspace;

/// A program that `cargo install` brings.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    /// Pinned, because what a program does by default changes between versions.
    pub(crate) version: &'static str,
}

impl Tool {
    /// Finds the program on PATH, or in `target/tools`, or newly installed there.
    pub(crate) fn find(&self, workspace: &Workspace) -> Result<PathBuf> {
        let Self { name, version } = self;
        let tools = workspace.target.join("tools");
        let own = tools.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let known = [PathBuf::from(name), own.clone()];
        if let Some(found) = known.into_iter().find(|program| can_run(program)) {
            return Ok(found);
        }
        let mut install = cargo();
        install.args(["install", "--locked", name, "--version", version, "--root"]);
        steps::run(install.arg(tools))?;
        Ok(own)
    }
}

/// The checker of licences, sources and advisories of dependencies.
pub(crate) const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// The checker of what a crate promises to those that depend on it.
pub(crate) const CARGO_SEMVER_CHECKS: Tool =
    Tool { name: "cargo-semver-checks", version: "0.51.0" };

/// The maker of the book of the pages.
pub(crate) const MDBOOK: Tool = Tool { name: "mdbook", version: "0.5.4" };

fn can_run(program: &Path) -> bool {
    succeeds(Command::new(program).arg("--version"))
}
