//! The worker program that instances are started in.

use std::io;

use ext_abi::ErrorCode;
use ext_host::{Artifact, Fault, Host, InstanceLimits, MemoryBudget};
use ext_process::{Process, Program};

use crate::{ProcessInstance, Surroundings};

/// A starter of instances in processes of one program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Processes {
    program: Program,
}

impl Processes {
    /// Makes a starter of processes of this program, which must call [`serve`](crate::serve) first of
    /// all.
    #[must_use]
    pub const fn new(program: Program) -> Self {
        Self { program }
    }

    /// Starts a process with an instance in it; a start function of the module runs here, under the
    /// limits of a call. The memory of the guest is taken from `budget` as it grows.
    ///
    /// # Errors
    /// A [`Fault`]: [`ErrorCode::Busy`] when the budget has no room for the instance; [`ErrorCode::Io`]
    /// when the program does not start, loads no code or gets no sandbox; [`ErrorCode::Trap`] when the
    /// process ends, or is another program; whatever ends the start function.
    pub fn start(
        &self,
        artifact: &Artifact,
        limits: InstanceLimits,
        host: Box<dyn Host>,
        budget: &MemoryBudget,
    ) -> Result<ProcessInstance, Fault> {
        self.start_in(artifact, limits, host, budget, &Surroundings::default())
    }

    /// Starts a process as [`start`](Self::start) does, with files for its guest.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_in(
        &self,
        artifact: &Artifact,
        limits: InstanceLimits,
        host: Box<dyn Host>,
        budget: &MemoryBudget,
        surroundings: &Surroundings,
    ) -> Result<ProcessInstance, Fault> {
        budget.ensure_room(artifact.first_bytes())?;
        let started = Process::start_with(&self.program, artifact.sealed())
            .map_err(|error| self.does_not_start(&error))?;
        let mut instance = ProcessInstance::new(started, limits, host, budget.share());
        instance.start(artifact, surroundings)?;
        Ok(instance)
    }

    fn does_not_start(&self, error: &io::Error) -> Fault {
        let program = self.program.path().display();
        let message = format!("the worker program `{program}` does not start: {error}");
        Fault { code: ErrorCode::Io, message, backtrace: Vec::new() }
    }
}
