//! Benchmarks and comparisons.

mod ocr;

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::steps::{self, cargo, step};
use crate::test;
use crate::wasm;
use crate::workspace::Workspace;

/// Variable by which the benchmark finds the guest that is written with the SDK.
const GUEST: &str = "SPACEDRIVE_BENCH_GUEST";

/// Runs the chore `bench`: one set of measurements, or those of the boundary whose name has
/// `filter` in it.
pub(crate) fn run(workspace: &Workspace, filter: Option<String>) -> Result<()> {
    match filter.as_deref() {
        Some("peers") => peers(workspace),
        Some("memory") => packages(workspace, &["ext-host"], "memory"),
        Some("processes") => packages(workspace, &["ext-host-process"], "processes"),
        Some("daemon") => daemon(workspace),
        Some("permissions") => {
            packages(workspace, &["ext-perm", "ext-perm-cedar", "ext-perm-rego"], "decide")
        }
        filter => boundary(workspace, filter),
    }
}

fn boundary(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let guest = wasm::bare(workspace, "round-trip")?;
    let mut command = bench(&["ext-host"], "host", filter);
    step("bench", || steps::run(command.env(GUEST, guest).current_dir(&workspace.root)))
}

fn daemon(workspace: &Workspace) -> Result<()> {
    wasm::run(workspace)?;
    let mut command = bench(&["spacedrive-daemon"], "daemon", None);
    command.env(test::EXTENSIONS, wasm::installable(workspace)).current_dir(&workspace.root);
    step("bench", || steps::run(&mut command))
}

fn packages(workspace: &Workspace, packages: &[&str], bench: &str) -> Result<()> {
    let mut command = self::bench(packages, bench, None);
    step("bench", || steps::run(command.current_dir(&workspace.root)))
}

fn bench(packages: &[&str], bench: &str, filter: Option<&str>) -> Command {
    let mut command = cargo();
    command.arg("bench").args(packages.iter().flat_map(|package| ["--package", package]));
    command.args(["--bench", bench, "--"]).args(filter);
    command
}

/// Runs the peers in their own workspace, whose engines take some minutes to build.
fn peers(workspace: &Workspace) -> Result<()> {
    step("bench against extism and wasmtime", || {
        let mut command = cargo();
        command.args(["bench", "--target-dir"]).arg(&workspace.target);
        steps::run(command.current_dir(workspace.root.join("benches/peers")))
    })
}

/// Runs the chore `bench ocr`: engines that read pictures, on the same ones.
pub(crate) fn ocr(workspace: &Workspace, images: Option<&Path>, python: &str) -> Result<()> {
    step("bench ocr", || ocr::run(workspace, images, python))
}
