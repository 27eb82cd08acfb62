//! Steps with a headline and a duration, and the commands that they run.

use std::ffi::OsStr;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Interval between two looks at a command with a time limit.
const POLL: Duration = Duration::from_millis(100);

/// Runs `work` under a headline; an error says which step failed.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("\n==> {name}");
    let start = Instant::now();
    let value = work().with_context(|| format!("step `{name}` failed"))?;
    eprintln!("==> {name}: done in {:.1} s", start.elapsed().as_secs_f64());
    Ok(value)
}

/// Prints a line below the headline of the step.
pub(crate) fn say(text: &str) {
    eprintln!("    {text}");
}

/// Returns the cargo that runs this program, else the one on PATH.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command with its output shown.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = announce(command);
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("`{line}` could not be started"))?;
    ensure!(status.success(), "`{line}` failed: {status}");
    Ok(())
}

/// Works as [`run`], but kills the command when `limit` has passed.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    let line = announce(command);
    let child = command.stdin(Stdio::null()).spawn();
    let mut child = child.with_context(|| format!("`{line}` could not be started"))?;
    wait_within(limit, &mut child).with_context(|| format!("`{line}` failed"))
}

fn wait_within(limit: Duration, child: &mut Child) -> Result<()> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "{status}");
            return Ok(());
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            bail!("not done after {} s, stopped", limit.as_secs());
        }
        sleep(POLL);
    }
}

/// Runs a command and returns what it wrote to standard output; standard error is shown.
pub(crate) fn capture(command: &mut Command) -> Result<Vec<u8>> {
    let line = command_line(command);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("`{line}` could not be started"))?;
    ensure!(output.status.success(), "`{line}` failed: {}", output.status);
    Ok(output.stdout)
}

/// Works as [`capture`], for one line of text.
pub(crate) fn capture_line(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(capture(command)?)?.trim().to_owned())
}

/// Returns whether the command can be started and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

fn announce(command: &Command) -> String {
    let line = command_line(command);
    say(&format!("$ {line}"));
    line
}

/// Returns the command as one would type it, with the variables that it sets.
pub(crate) fn command_line(command: &Command) -> String {
    let variables = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?))));
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("cargo");
        command.args(["run", "two words", ""]).env("A", "1").env_remove("B");
        assert_eq!(command_line(&command), "A=1 cargo run 'two words' ''");
    }

    #[test]
    fn quotes_survive() {
        assert_eq!(quoted(OsStr::new("it's")), r"'it'\''s'");
    }

    #[test]
    fn a_failed_step_names_itself() {
        let failed: Result<()> = step("dig", || bail!("rock"));
        assert_eq!(format!("{:#}", failed.unwrap_err()), "step `dig` failed: rock");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(format!("{error:#}").contains("`no-such-program-anywhere` could not be started"));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_hangs_is_stopped() {
        let start = Instant::now();
        let limit = Duration::from_millis(200);
        let error = run_within(limit, Command::new("sleep").arg("60")).unwrap_err();
        assert!(format!("{error:#}").contains("stopped"), "{error:#}");
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_in_time_passes_on_its_status() {
        let limit = Duration::from_secs(60);
        assert!(run_within(limit, &mut Command::new("true")).is_ok());
        assert!(run_within(limit, &mut Command::new("false")).is_err());
    }
}
