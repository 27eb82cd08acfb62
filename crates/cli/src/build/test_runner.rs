//! Tests of an extension, which the tools of its language run.

use std::{
    env, fs, io,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use anyhow::Context;
use ext_wire::ErrorCode;
use serde_json::Value;

use super::{Kind, Messages, Source};
use crate::failure::Hinted;

/// Folder of the tests in Python.
const PYTHON_TESTS: &str = "tests";
/// Most bytes of a `package.json` that is looked at.
const MAX_PACKAGE: u64 = 1 << 20;

impl Source {
    /// Runs the tests and returns how they ended; what their tool prints for people goes to the terminal, and
    /// for programs all of it to stderr.
    ///
    /// # Errors
    /// The reason when there are no tests, or their tool cannot be started.
    pub(crate) fn test(&self, messages: Messages) -> anyhow::Result<ExitStatus> {
        let mut command = self.test_command().ok_or_else(|| self.no_tests())?;
        command.current_dir(&self.folder);
        if messages == Messages::Details {
            command.stdout(Stdio::from(io::stderr()));
        }
        let program = command.get_program().display().to_string();
        command.status().with_context(|| format!("{program} cannot be started"))
    }

    /// Returns the command that runs the tests; `None` where there are none.
    fn test_command(&self) -> Option<Command> {
        let has = |name: &str| self.folder.join(name).exists();
        let words = match &self.kind {
            Kind::Cargo => {
                let mut cargo =
                    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
                cargo.arg("test").env_remove("LD_LIBRARY_PATH");
                return Some(cargo);
            }
            Kind::Scripts if has(PYTHON_TESTS) => {
                &["python3", "-m", "unittest", "discover", PYTHON_TESTS][..]
            }
            Kind::Go if has_go_tests(&self.folder) => &["go", "test", "./..."],
            Kind::Zig(_) if has("build.zig") => &["zig", "build", "test"],
            Kind::AssemblyScript if has_script(&self.folder) => &["npm", "test"],
            _ => return None,
        };
        let (program, arguments) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments);
        Some(command)
    }

    fn no_tests(&self) -> anyhow::Error {
        let hint = match &self.kind {
            Kind::Scripts => "put them into `tests`, for `python3 -m unittest discover tests`",
            Kind::Go => "put functions `Test…` into files `…_test.go`, for `go test ./...`",
            Kind::Zig(_) => "write a step `test` into build.zig, for `zig build test`",
            Kind::AssemblyScript => "name their command as `scripts.test` in package.json",
            _ => {
                "`spacedrive ext dev FOLDER --library NAME` tries it on a library instead, whenever it is \
                 saved"
            }
        };
        let message = format_args!("{} has no tests that are run from here", self.folder.display());
        Hinted::error(ErrorCode::NotFound, message, hint)
    }
}

fn has_go_tests(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().ends_with("_test.go"))
}

fn has_script(folder: &Path) -> bool {
    let package = ext_fs::read(&folder.join("package.json"), MAX_PACKAGE).unwrap_or_default();
    let package: Value = serde_json::from_slice(&package).unwrap_or_default();
    package.pointer("/scripts/test").is_some_and(Value::is_string)
}
