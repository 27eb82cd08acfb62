//! The web console: built from its sources, and tried in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cli::Cli;
use crate::steps::{self, step};
use crate::wasm;
use crate::workspace::Workspace;

/// Sources of the console, below the workspace.
const SOURCES: &str = "crates/console/web";
/// The files that the program has inside, below the workspace.
const BUILT: &str = "crates/console/dist";
/// Places at which a browser is looked for.
const BROWSERS: [&str; 3] =
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// A use of the chore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Build the files that the program has inside.
    Build,
    /// Build them, fail when they were others, and try the console in a browser.
    Check,
    /// Try the console in a browser, and write the pictures of docs/console.md.
    Pictures,
}

impl Use {
    /// Reads the arguments; `None` when they are wrong.
    pub(crate) fn parse(args: &[&str]) -> Option<Self> {
        match args {
            [] => Some(Self::Build),
            ["--check"] => Some(Self::Check),
            ["--pictures"] => Some(Self::Pictures),
            _ => None,
        }
    }
}

/// Runs the chore `console`.
pub(crate) fn run(workspace: &Workspace, usage: Use) -> Result<()> {
    let sources = workspace.root.join(SOURCES);
    let before = contents(&workspace.root.join(BUILT))?;
    step("console: build", || build(&sources))?;
    if usage == Use::Build {
        return Ok(());
    }
    let is_fresh = contents(&workspace.root.join(BUILT))? == before;
    ensure!(
        usage == Use::Pictures || is_fresh,
        "{BUILT} was not what the sources give: it is now; keep it with them"
    );
    let browser = browser()?;
    wasm::run(workspace)?;
    let program = Cli::build(workspace)?;
    program.pull_models()?;
    step("console: browser", || {
        let mut command = Command::new("node");
        command.args(["--test", "--test-concurrency=1", "tests/"]).current_dir(&sources);
        command.env("SPACEDRIVE", program.program());
        command.env("SPACEDRIVE_EXTENSIONS", workspace.target.join("extensions"));
        command.env("CHROMIUM", browser);
        if usage == Use::Pictures {
            command.env("PICTURES", workspace.root.join("docs/console"));
        }
        steps::run(&mut command)
    })
}

/// Installs the pinned packages, none of whose scripts runs, checks the types, and bundles.
fn build(sources: &Path) -> Result<()> {
    let npm = |args: &[&str]| {
        let mut command = Command::new("npm");
        command.args(args).current_dir(sources);
        steps::run(&mut command)
            .context("the console is built with Node.js 20 or newer: apt-get install nodejs npm")
    };
    npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "build"])
}

fn contents(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))? {
        let path = file?.path();
        let bytes = fs::read(&path)?;
        files.push((path, bytes));
    }
    files.sort_unstable();
    Ok(files)
}

fn browser() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    match BROWSERS.iter().map(Path::new).find(|path| path.exists()) {
        Some(found) => Ok(found.to_owned()),
        None => bail!(
            "no Chromium was found: apt-get install chromium, or name one in the variable CHROMIUM"
        ),
    }
}
