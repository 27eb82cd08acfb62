//! Chore of continuous integration: what it runs, and nothing more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Result, ensure};

use crate::install::{RELEASE, deb};
use crate::steps::{self, capture, cargo, run_within, say, step};
use crate::tools::{CARGO_DENY, CARGO_SEMVER_CHECKS};
use crate::workspace::Workspace;
use crate::{book, clients, console, fuzz, sdks, test, tidy, wasix};

/// The database of advisories comes from a git host that not every machine reaches.
const ADVISORIES_LIMIT: Duration = Duration::from_secs(90);

/// Runs the chore `ci`; `full` adds the tests that take long, the book, foreign clients, SDKs in other
/// languages, the console in a browser, the workspaces of the benches beside other engines and of guests
/// with files, the packages for the registry of crates and what they promise, the Debian package, and the
/// fuzzers: they cost minutes and seldom break alone.
pub(crate) fn run(workspace: &Workspace, full: bool) -> Result<()> {
    let advisories = checks(workspace)?;
    run_all(workspace, if full { &CHORES } else { &CHORES[..1] })?;
    summarise(advisories);
    Ok(())
}

/// A chore of the run.
type Chore = fn(&Workspace) -> Result<()>;

/// Chores with their names; only the full run has those behind the first.
const CHORES: [(&str, Chore); 12] = [
    ("test", test::run),
    ("long tests", test::run_long),
    ("book", book::run),
    ("clients", clients::drive),
    ("sdks", sdks::run),
    ("console", |workspace| console::run(workspace, console::Use::Check)),
    ("peers", peers),
    ("packages", packages),
    ("semver", promises),
    ("wasix", |workspace| wasix::run(workspace, true)),
    ("deb", |workspace| {
        deb::run(workspace, &deb::Options { profile: RELEASE.to_owned(), tries: true })
    }),
    ("fuzz", |workspace| fuzz::run(workspace, &fuzz::Options::default())),
];

/// Runs every chore, also after one that failed: the run takes hours and ends with all that is wrong.
fn run_all(workspace: &Workspace, chores: &[(&str, Chore)]) -> Result<()> {
    let mut failed = Vec::new();
    for (name, chore) in chores {
        if let Err(error) = chore(workspace) {
            eprintln!("\n==> {name}: FAILED: {error:#}");
            failed.push(*name);
        }
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

/// Says at the end what is green, and what was not looked at: a warning in the middle is overlooked.
fn summarise(advisories: Advisories) {
    eprintln!("\n==> ci: green");
    if advisories == Advisories::NotChecked {
        say(
            "ADVISORIES WERE NOT CHECKED: the database cannot be reached from here; run it again where it can",
        );
    }
}

/// The outcome of the check of dependencies against known advisories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advisories {
    Checked,
    NotChecked,
}

fn peers(workspace: &Workspace) -> Result<()> {
    step("peers", || {
        let mut command = cargo();
        command.args(["check", "--locked", "--all-targets", "--target-dir"]).arg(&workspace.target);
        steps::run(command.current_dir(workspace.root.join("benches/peers")))
    })
}

/// Builds each crate for third parties from its package alone, as `cargo publish` does before it uploads.
/// Without `--locked`: a package is built with the newest dependencies that it allows.
fn packages(workspace: &Workspace) -> Result<()> {
    step("packages", || {
        let target = workspace.target.join("packages");
        forget_packages(&target)?;
        let mut command = cargo();
        command.args(["publish", "--workspace", "--dry-run", "--allow-dirty", "--target-dir"]);
        let published = steps::run(command.arg(&target).current_dir(&workspace.root));
        forget_packages(&target)?;
        published
    })
}

/// Removes what cargo built and unpacked of local registries, which `publish` makes one of: it takes a version
/// that it knows for the same one, though its sources are others by now.
fn forget_packages(target: &Path) -> Result<()> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let Some(sources) = home.map(|home| home.join("registry/src")) else { return Ok(()) };
    for registry in fs::read_dir(sources).into_iter().flatten() {
        let registry = registry?;
        // Its name has no host in front.
        if registry.file_name().to_string_lossy().starts_with('-') {
            fs::remove_dir_all(registry.path())?;
        }
    }
    Ok(())
}

/// Compares the crates for third parties with those of the last release: what breaks them needs a version
/// that says so.
fn promises(workspace: &Workspace) -> Result<()> {
    step("semver", || {
        let mut git = Command::new("git");
        git.args(["tag", "--list", "v[0-9]*", "--merged", "HEAD", "--sort=-version:refname"]);
        let tags = String::from_utf8(capture(git.current_dir(&workspace.root))?)?;
        let Some(release) = tags.lines().next() else {
            say("no tag of a release yet: there is nothing to compare with");
            return Ok(());
        };
        let mut check = Command::new(CARGO_SEMVER_CHECKS.find(workspace)?);
        check.args(["semver-checks", "--workspace", "--baseline-rev", release]);
        steps::run(check.current_dir(&workspace.root))
    })
}

fn checks(workspace: &Workspace) -> Result<Advisories> {
    step("fmt", || cargo_in(workspace, &["fmt", "--all", "--check"], &[]))?;
    tidy::run(workspace)?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    step("clippy", || cargo_in(workspace, &clippy, &[]))?;
    let doc = ["doc", "--workspace", "--no-deps"];
    step("doc", || cargo_in(workspace, &doc, &[("RUSTDOCFLAGS", "-Dwarnings")]))?;
    step("deny", || deny(workspace))
}

fn cargo_in(workspace: &Workspace, args: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let mut command = cargo();
    command.args(args).envs(variables.iter().copied());
    steps::run(command.current_dir(&workspace.root))
}

fn deny(workspace: &Workspace) -> Result<Advisories> {
    let program = CARGO_DENY.find(workspace)?;
    let deny = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.args(args).current_dir(&workspace.root);
        command
    };
    steps::run(&mut deny(&["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    match run_within(ADVISORIES_LIMIT, &mut deny(&["fetch", "db"])) {
        Ok(()) => {
            steps::run(&mut deny(&["check", "advisories"]))?;
            Ok(Advisories::Checked)
        }
        Err(reason) => {
            say(&format!("{reason:#}"));
            say("WARNING: the advisory database cannot be reached: ADVISORIES WERE NOT CHECKED");
            Ok(Advisories::NotChecked)
        }
    }
}
