//! The program that processes are started of.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use ext_abi::ErrorCode;
use ext_host::{Artifact, Fault, Host, Limits, MemoryBudget};

use crate::{ProcessInstance, overseer::Overseer};

/// How a process is started that runs a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestProgram {
    program: PathBuf,
    args: Vec<OsString>,
}

impl GuestProgram {
    /// `program` with `args`; it must call [`serve`](crate::serve) first of all, and print nothing
    /// else.
    pub fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        Self { program: program.into(), args: args.into_iter().map(Into::into).collect() }
    }

    /// Without the environment: a guest has no use for it, and it may hold secrets.
    fn spawn(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear();
        // What is typed at the terminal is for the parent.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    }
}

/// Starts instances in processes of one program, and sees to it that they end. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Processes {
    program: GuestProgram,
    overseer: Overseer,
}

impl Processes {
    /// Processes of this program; none is started yet.
    #[must_use]
    pub fn new(program: GuestProgram) -> Self {
        Self { program, overseer: Overseer::start() }
    }

    /// Starts a process with an instance in it; a start function of the module runs here, under the
    /// limits of a call. The memory of the guest is taken from `budget` as it grows.
    ///
    /// # Errors
    /// A [`Fault`] when the start function fails or there is no room for the instance;
    /// [`ErrorCode::Io`] when the program does not start, or is another one;
    /// [`ErrorCode::Trap`] when the process ends.
    pub fn start(
        &self,
        artifact: &Artifact,
        limits: Limits,
        host: Box<dyn Host>,
        budget: &MemoryBudget,
    ) -> Result<ProcessInstance, Fault> {
        budget.ensure_room(artifact.first_bytes())?;
        let child = self.program.spawn().map_err(|error| self.does_not_start(&error))?;
        let overseer = self.overseer.clone();
        let mut instance = ProcessInstance::new(child, limits, host, budget.share(), overseer)?;
        instance.start(artifact)?;
        Ok(instance)
    }

    fn does_not_start(&self, error: &io::Error) -> Fault {
        let program = self.program.program.display();
        let message = format!("the program for processes of guests, {program}, fails: {error}");
        Fault { code: ErrorCode::Io, message, backtrace: Vec::new() }
    }
}
