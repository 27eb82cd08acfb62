//! Programs that builds call.

use std::process::{Command, Stdio};

use anyhow::Context;

use super::messages::{Messages, failed};

/// Returns whether this machine has a program, which answers an argument such as `--version`.
pub(super) fn is_installed(program: &[&str], argument: &str) -> bool {
    let Some((program, arguments)) = program.split_first() else { return false };
    let mut asked = Command::new(program);
    asked.args(arguments).arg(argument).stdin(Stdio::null());
    let asked = asked.stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Runs a program, whose errors go where `messages` says; fails with the message when it does.
pub(super) fn run(command: &mut Command, failure: &str, messages: Messages) -> anyhow::Result<()> {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(messages.stderr());
    let ran = command.output();
    let program = command.get_program().display().to_string();
    let ran = ran.with_context(|| format!("{program} cannot be started"))?;
    if ran.status.success() { Ok(()) } else { Err(failed(failure, &ran.stderr)) }
}
