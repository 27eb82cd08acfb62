//! The worker program.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::SealedBytes;

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
}

impl Program {
    /// Names a program. It must send its version on stdout first of all, and print nothing but frames.
    pub fn new<A: Into<OsString>>(
        path: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { path: path.into(), args: args.into_iter().map(Into::into).collect() }
    }

    /// Returns the path, or name, of the program.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Starts a process without the environment, and with pipes. Sealed bytes are in the place of stderr.
    pub(crate) fn spawn(&self, sealed: Option<&SealedBytes>) -> io::Result<Child> {
        let stderr = sealed.map_or_else(|| Ok(Stdio::null()), SealedBytes::inheritable)?;
        let mut command = Command::new(&self.path);
        command.args(&self.args).env_clear();
        if let Some(root) = std::env::var_os("SystemRoot").filter(|_| cfg!(windows)) {
            // Programs do not start without it.
            command.env("SystemRoot", root);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(stderr).spawn()
    }
}
