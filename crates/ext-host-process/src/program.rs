//! The program that processes are started of.

use std::io;

use ext_abi::ErrorCode;
use ext_host::{Artifact, Fault, Host, InstanceLimits, MemoryBudget};
use ext_process::{Process, Program};

use crate::ProcessInstance;

/// Starts instances in processes of one program, and sees to it that they end. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Processes {
    program: Program,
}

impl Processes {
    /// Processes of this program, which must call [`serve`](crate::serve) first of all; none is started
    /// yet.
    #[must_use]
    pub const fn new(program: Program) -> Self {
        Self { program }
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
        limits: InstanceLimits,
        host: Box<dyn Host>,
        budget: &MemoryBudget,
    ) -> Result<ProcessInstance, Fault> {
        budget.ensure_room(artifact.first_bytes())?;
        let started = Process::start(&self.program).map_err(|error| self.does_not_start(&error))?;
        let mut instance = ProcessInstance::new(started, limits, host, budget.share());
        instance.start(artifact)?;
        Ok(instance)
    }

    fn does_not_start(&self, error: &io::Error) -> Fault {
        let program = self.program.path().display();
        let message = format!("the program for processes of guests, {program}, fails: {error}");
        Fault { code: ErrorCode::Io, message, backtrace: Vec::new() }
    }
}
