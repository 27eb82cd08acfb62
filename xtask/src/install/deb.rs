//! The Debian package, and a try of it in a system that has nothing else.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::RELEASE;
use super::layout::{Kind, Layout, Target};
use super::record::Record;
use crate::cli::Cli;
use crate::steps::{self, capture_line, say, step};
use crate::tools::Tool;
use crate::workspace::Workspace;
use crate::{setup, wasix, wasm};

const CARGO_DEB: Tool = Tool { name: "cargo-deb", version: "3.8.0" };

/// Command that removes the package.
const REMOVE: &str = "sudo apt remove spacedrive";

/// What is done in the clean system, with the package installed.
const TRY: &str = include_str!("../../../packaging/try.sh");

/// Options of the chore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) profile: String,
    /// True if the package is tried in a clean system.
    pub(crate) tries: bool,
}

impl Options {
    /// Reads the arguments; `None` when they are wrong.
    pub(crate) fn parse(args: &[&str]) -> Option<Self> {
        let (profile, rest) = match args {
            ["--profile", profile, rest @ ..] => (*profile, rest),
            rest => (RELEASE, rest),
        };
        let tries = match rest {
            [] => false,
            ["--try"] => true,
            _ => return None,
        };
        Some(Self { profile: profile.to_owned(), tries })
    }
}

/// Runs the chore `deb`; it tries the package as far as this user may make a clean system.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let package = package(workspace, &options.profile)?;
    if !options.tries {
        return Ok(());
    }
    if !setup::is_root() {
        say("WARNING: THE PACKAGE WAS NOT TRIED IN A CLEAN SYSTEM: only root can make one");
        return Ok(());
    }
    package.cli.pull_models()?;
    step("deb in a clean system", || try_out(workspace, &package))
}

/// A package that was built.
struct Package {
    file: PathBuf,
    /// The program that is in it.
    cli: Cli,
}

fn package(workspace: &Workspace, profile: &str) -> Result<Package> {
    setup::run()?;
    setup::run_for_packages()?;
    let cli = Cli::build_with(workspace, profile)?;
    let wasix = step("wasix", || wasix::build_with(workspace, profile))?;
    wasm::run(workspace)?;
    step("deb", || {
        // The metadata of the package names this folder.
        let staged = workspace.root.join("target/package");
        let _ = fs::remove_dir_all(&staged); // files of an earlier package
        let prefix = staged.join("usr");
        let target = Target { prefix: &prefix, before: &Record::default() };
        Layout { workspace, cli: &cli, wasix: Some(wasix), target, kind: Kind::Package }.write()?;
        Record::remove_with(REMOVE).save(&prefix)?;
        let file = build(workspace)?;
        check_dependencies(&file)?;
        say(&format!("written: {}", file.display()));
        Ok(Package { file, cli })
    })
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("debian");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut command = Command::new(CARGO_DEB.find(workspace)?);
    command.args(["--package", "spacedrive-cli", "--no-build", "--no-strip", "--output"]);
    steps::run(command.arg(&folder).current_dir(&workspace.root))?;
    let mut files = fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_package = |path: &PathBuf| path.extension() == Some(OsStr::new("deb"));
    files.find(is_package).with_context(|| format!("{} has no package", folder.display()))
}

/// Without its tool, cargo-deb only warns and names no library.
fn check_dependencies(file: &Path) -> Result<()> {
    let depends = capture_line(Command::new("dpkg-deb").arg("--field").arg(file).arg("Depends"))?;
    ensure!(depends.contains("libc6 (>= "), "the package does not depend on libc6: `{depends}`");
    say(&format!("depends on {depends}"));
    Ok(())
}

/// Installs the package into a minimal system of this machine's release and works with it there, as a
/// user and without a network.
fn try_out(workspace: &Workspace, package: &Package) -> Result<()> {
    let root = workspace.target.join("clean-root");
    let _ = fs::remove_dir_all(&root); // of an earlier try
    let mut bootstrap = Command::new("debootstrap");
    bootstrap.args(["--variant=minbase", &release()?]).arg(&root).args(mirror());
    steps::run(&mut bootstrap)?;
    let models = package.cli.json(&["paths"])?;
    let models = models["models"].as_str().context("`paths` names no folder of models")?;
    copy(&package.file, &root.join("spacedrive.deb"))?;
    copy(Path::new(models), &root.join("models"))?;
    copy(&workspace.root.join("extensions/finance/samples"), &root.join("samples"))?;
    let runtime = wasix::fetch_runtime(workspace)?;
    fs::create_dir(root.join("runtime"))?;
    copy(&runtime, &root.join("runtime"))?;
    fs::write(root.join("try.sh"), TRY)?;
    let mut command = Command::new("unshare");
    command.args(["--mount", "--pid", "--fork", "--net"]);
    command.arg(format!("--mount-proc={}", root.join("proc").display()));
    steps::run(command.arg("chroot").arg(&root).args(["sh", "-eu", "/try.sh"]))?;
    fs::remove_dir_all(&root).with_context(|| root.display().to_string())
}

fn release() -> Result<String> {
    let name = ". /etc/os-release && echo \"$VERSION_CODENAME\"";
    capture_line(Command::new("sh").args(["-c", name]))
}

/// Returns the archive that this machine takes its packages from; `None` for the usual one.
fn mirror() -> Option<String> {
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
    let lines = capture_line(&mut command).ok()?;
    lines.lines().next().map(str::to_owned)
}

/// Copies a file or a folder.
fn copy(from: &Path, to: &Path) -> Result<()> {
    steps::run(Command::new("cp").arg("-r").arg(from).arg(to))
}
