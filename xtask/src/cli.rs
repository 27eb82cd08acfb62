//! The project's own command line, `spacedrive`, built and called as a user would call it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::steps::{self, capture, cargo, command_line, step};
use crate::workspace::Workspace;

/// The `spacedrive` program, and the folder that it keeps its data in if not the usual one.
pub(crate) struct Cli {
    program: PathBuf,
    data_dir: Option<PathBuf>,
}

impl Cli {
    /// Builds the program.
    ///
    /// `--workspace` although one binary is wanted: cargo then picks the same features of the
    /// dependencies as `cargo test --workspace` does, else most of them would be compiled twice.
    pub(crate) fn build(workspace: &Workspace) -> Result<Self> {
        step("build", || {
            let mut command = cargo();
            command.args(["build", "--workspace", "--bin", "spacedrive"]);
            steps::run(command.current_dir(&workspace.root))
        })?;
        let name = format!("spacedrive{}", std::env::consts::EXE_SUFFIX);
        Ok(Self::at(workspace.target.join("debug").join(name)))
    }

    /// Builds the program for use: optimised as `profile` says, without the features that only tests
    /// need. The profile of developers is the one of [`Self::build`].
    pub(crate) fn build_with(workspace: &Workspace, profile: &str) -> Result<Self> {
        if profile == "dev" {
            return Self::build(workspace);
        }
        step("build", || {
            let mut command = cargo();
            command.args([
                "build",
                "--locked",
                "--package",
                "spacedrive-cli",
                "--bin",
                "spacedrive",
            ]);
            steps::run(command.args(["--profile", profile]).current_dir(&workspace.root))
        })?;
        let name = format!("spacedrive{}", std::env::consts::EXE_SUFFIX);
        Ok(Self::at(workspace.target.join(profile).join(name)))
    }

    /// Takes the program in this file.
    pub(crate) fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), data_dir: None }
    }

    /// Keeps the data in this folder.
    pub(crate) fn with_data_dir(self, data_dir: PathBuf) -> Self {
        Self { data_dir: Some(data_dir), ..self }
    }

    /// Fetches the models that are not there yet.
    pub(crate) fn pull_models(&self) -> Result<()> {
        step("models", || self.run(&["models", "pull"]))
    }

    /// Returns the file of the program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Runs a command and returns what it prints.
    pub(crate) fn output(&self, args: &[&str]) -> Result<Vec<u8>> {
        capture(&mut self.command(args))
    }

    /// Runs a command with its output shown.
    pub(crate) fn run(&self, args: &[&str]) -> Result<()> {
        steps::run(&mut self.command(args))
    }

    /// Runs a command with its output shown, and lines on its stdin, as a script gives secrets.
    pub(crate) fn run_with_input(&self, args: &[&str], lines: &[&str]) -> Result<()> {
        let mut command = self.command(args);
        let named = command_line(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{named}`"))?;
        if let Some(mut stdin) = child.stdin.take() {
            let input = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
            stdin
                .write_all(input.as_bytes())
                .with_context(|| format!("cannot write to `{named}`"))?;
        }
        let status = child.wait().with_context(|| format!("cannot wait for `{named}`"))?;
        ensure!(status.success(), "`{named}` failed: {status}");
        Ok(())
    }

    /// Runs a command and reads the JSON that it prints.
    pub(crate) fn json(&self, args: &[&str]) -> Result<Value> {
        let mut command = self.command(&["--output", "json"]);
        let answer = capture(command.args(args))?;
        serde_json::from_slice(&answer)
            .with_context(|| format!("`{}` did not print JSON", command_line(&command)))
    }

    /// Returns the program's name and its data folder as one types them.
    pub(crate) fn typed(&self) -> String {
        command_line(&self.command(&[]))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(data_dir) = &self.data_dir {
            command.arg("--data-dir").arg(data_dir);
        }
        command.args(args);
        command
    }
}
