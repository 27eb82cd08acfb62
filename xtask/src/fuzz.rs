//! Chore that runs the fuzzers, each for some time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::steps::{self, capture_line, cargo, say, step};
use crate::workspace::Workspace;

/// The folders of the fuzzers, each a workspace of its own; that of guests with files has the features of
/// their program.
const FOLDERS: [&str; 2] = ["fuzz", "crates/ext-host-wasix/fuzz"];
/// Seconds that each target runs, unless asked otherwise.
const SECONDS: u32 = 60;
/// Longest input, in bytes.
const MAX_LEN: u32 = 64 << 10;
/// Longest time for one input, in seconds.
const TIMEOUT: u32 = 20;
/// Most memory of a fuzzer, in MiB.
const MEMORY: u32 = 4096;

/// Flags with which the compiler counts the edges that an input takes, as `cargo fuzz` passes them.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    --cfg fuzzing";

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    /// The targets; all when there are none.
    pub(crate) targets: Vec<String>,
    /// Seconds for each.
    pub(crate) seconds: u32,
    /// Whether the smallest inputs that reach all that was reached are kept in the repository.
    pub(crate) keep: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { targets: Vec::new(), seconds: SECONDS, keep: false }
    }
}

impl Options {
    /// Reads what stands behind `fuzz`; `None` when it makes no sense.
    pub(crate) fn parse(args: &[&str]) -> Option<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--keep" => options.keep = true,
                "--seconds" => options.seconds = args.next()?.parse().ok()?,
                other if other.starts_with('-') => return None,
                target => options.targets.push(target.to_owned()),
            }
        }
        Some(options)
    }
}

/// Runs the chore `fuzz`. What was found lies in `regressions/TARGET` beside the fuzzer, and fails the
/// tests until it is mended.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let folders = FOLDERS.map(|folder| workspace.root.join(folder));
    let all = folders.iter().map(|folder| targets_in(folder)).collect::<Result<Vec<_>>>()?;
    let known = all.concat();
    for name in &options.targets {
        ensure!(known.contains(name), "`{name}` is not a target; there are {}", known.join(", "));
    }
    let is_asked = |name: &String| options.targets.is_empty() || options.targets.contains(name);
    for (folder, mut targets) in folders.iter().zip(all) {
        targets.retain(is_asked);
        if !targets.is_empty() {
            run_in(workspace, folder, &targets, options)?;
        }
    }
    Ok(())
}

/// Builds the fuzzers of one folder, and runs some of them.
fn run_in(
    workspace: &Workspace,
    folder: &Path,
    targets: &[String],
    options: &Options,
) -> Result<()> {
    let triple = host_triple()?;
    let target_dir = workspace.target.join("fuzz");
    step("build the fuzzers", || {
        let mut command = cargo();
        command.args(["build", "--release", "--locked", "--bins", "--target", &triple]);
        command.arg("--target-dir").arg(&target_dir).env("RUSTFLAGS", COVERAGE);
        steps::run(command.current_dir(folder))
    })?;
    let programs = target_dir.join(triple).join("release");
    for target in targets {
        let fuzzer = Fuzzer {
            program: programs.join(target),
            found: target_dir.join("corpus").join(target),
            corpus: folder.join("corpus").join(target),
            regressions: folder.join("regressions").join(target),
        };
        step(&format!("fuzz {target}"), || fuzzer.run(options.seconds))?;
        if options.keep {
            step(&format!("keep what {target} reached"), || fuzzer.keep())?;
        }
    }
    Ok(())
}

/// One target with its folders.
struct Fuzzer {
    program: PathBuf,
    /// Inputs that runs on this machine found.
    found: PathBuf,
    /// Inputs in the repository.
    corpus: PathBuf,
    regressions: PathBuf,
}

impl Fuzzer {
    fn run(&self, seconds: u32) -> Result<()> {
        for folder in [&self.found, &self.regressions] {
            fs::create_dir_all(folder)?;
        }
        let mut command = self.command();
        command.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
        command.arg(format!("-artifact_prefix={}/", self.regressions.display()));
        let folders = [&self.found, &self.corpus, &self.regressions];
        command.args(folders.into_iter().filter(|folder| folder.is_dir()));
        let ended = steps::run(&mut command);
        // The folder stays only when something is in it.
        let _ = fs::remove_dir(&self.regressions);
        ended.with_context(|| {
            format!("the input that did it lies in {}", self.regressions.display())
        })
    }

    /// Replaces the corpus of the repository by the smallest that reaches the same.
    fn keep(&self) -> Result<()> {
        let smallest = self.found.with_extension("smallest");
        let _ = fs::remove_dir_all(&smallest);
        fs::create_dir_all(&smallest)?;
        let mut command = self.command();
        command.arg("-merge=1").arg(&smallest);
        command.args([&self.corpus, &self.found].into_iter().filter(|folder| folder.is_dir()));
        steps::run(&mut command)?;
        let _ = fs::remove_dir_all(&self.corpus);
        fs::create_dir_all(&self.corpus)?;
        for file in fs::read_dir(&smallest)? {
            let file = file?;
            if file.metadata()?.len() <= KEPT_BYTES {
                fs::copy(file.path(), self.corpus.join(file.file_name()))?;
            }
        }
        say(&format!("{} inputs", fs::read_dir(&self.corpus)?.count()));
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(format!("-max_len={MAX_LEN}")).arg(format!("-timeout={TIMEOUT}"));
        command.arg(format!("-rss_limit_mb={MEMORY}"));
        command
    }
}

/// Largest input that is kept in the repository, in bytes.
const KEPT_BYTES: u64 = 4 << 10;

/// Lists the targets of a folder.
fn targets_in(folder: &Path) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for file in fs::read_dir(folder.join("fuzz_targets"))? {
        if let Some(name) = file?.path().file_stem() {
            all.push(name.to_string_lossy().into_owned());
        }
    }
    all.sort();
    Ok(all)
}

/// Asks the compiler for the platform that it builds for. It must be named, so that the flags
/// reach no build script.
fn host_triple() -> Result<String> {
    capture_line(Command::new("rustc").args(["--print", "host-tuple"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order() {
        let options = |targets: &[&str], seconds, keep| Options {
            targets: targets.iter().map(|&target| target.to_owned()).collect(),
            seconds,
            keep,
        };
        let cases: &[(&[&str], Option<Options>)] = &[
            (&[], Some(options(&[], SECONDS, false))),
            (&["pdf_text"], Some(options(&["pdf_text"], SECONDS, false))),
            (&["--seconds", "5", "names", "--keep"], Some(options(&["names"], 5, true))),
            (&["--seconds"], None),
            (&["--seconds", "soon"], None),
            (&["--fast"], None),
        ];
        for (args, expected) in cases {
            assert_eq!(Options::parse(args), *expected, "{args:?}");
        }
    }
}
