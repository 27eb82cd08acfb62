//! One worker process, seen from the host.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use ext_process::{EndReason, Exit, Failure, Program};
use ext_sandbox::SandboxStatus;

use crate::pool::PoolError;
use crate::protocol::{Ready, Reply, Request, VERSION};

/// The cause of a worker's end.
pub(crate) enum Cause {
    /// The document took too much of this.
    Exhausted(&'static str),
    /// The document brought the worker down.
    Crashed,
    /// The document is not to blame.
    Fault(String),
}

impl From<Failure> for Cause {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Ended(Exit::Killed(EndReason::Late | EndReason::Silent)) => {
                Self::Exhausted("time")
            }
            Failure::Ended(Exit::Status(status)) if ran_out(status) => {
                Self::Exhausted("memory or stack")
            }
            Failure::Ended(_) => Self::Crashed,
            other => Self::Fault(other.to_string()),
        }
    }
}

/// Returns true if the process ended as programs do that get no more memory or stack: Rust aborts, and
/// the system kills.
fn ran_out(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        matches!(signal, Some(SIGABRT | SIGKILL))
    }
    #[cfg(not(unix))]
    {
        // STATUS_STACK_OVERFLOW, and what `abort` gives.
        status.code().is_some_and(|code| matches!(code as u32, 0xC000_00FD | 0xC000_0409))
    }
}

/// Starts a worker, sees which sandbox it is in, and ends it.
///
/// # Errors
/// The worker cannot be started, or is not ready in time.
pub fn probe_sandbox(program: &Program, time: Duration) -> Result<SandboxStatus, Failure> {
    let deadline = Instant::now() + time;
    let mut process = ext_process::Worker::start(program, VERSION, deadline)?;
    let ready: Ready = process.receive(&mut Vec::new(), deadline)?;
    Ok(ready.sandbox)
}

/// A process that is ready.
pub(crate) struct Worker {
    process: ext_process::Worker,
    /// Calls so far.
    pub(crate) served: u32,
}

impl Worker {
    /// Starts a worker and waits until it is ready.
    pub(crate) fn start(
        program: &Program,
        time: Duration,
        require_sandbox: bool,
    ) -> Result<Self, PoolError> {
        let deadline = Instant::now() + time;
        let mut process = ext_process::Worker::start(program, VERSION, deadline)?;
        let ready: Ready = process.receive(&mut Vec::new(), deadline)?;
        ready.sandbox.log("reader of documents");
        if require_sandbox && !ready.sandbox.confines() {
            return Err(PoolError::Unconfined(ready.sandbox));
        }
        Ok(Self { process, served: 0 })
    }

    /// Makes one call. After an error the worker is gone.
    pub(crate) fn call(
        &mut self,
        request: &Request,
        body: &[u8],
        time: Duration,
    ) -> Result<(Reply, Vec<u8>), Failure> {
        self.served = self.served.saturating_add(1);
        let mut answer = Vec::new();
        let deadline = Instant::now() + time;
        let reply = self.process.exchange(request, body, &mut answer, deadline)?;
        Ok((reply, answer))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use ext_process::Sender;

    use super::*;

    /// A program that says that it is ready, with this sandbox, and waits.
    fn worker_with(sandbox: SandboxStatus) -> Program {
        let mut to = Sender::new(Vec::new());
        to.say_version(VERSION).unwrap();
        to.send(&Ready { sandbox }, &[]).unwrap();
        let octal: String = to.into_inner().iter().map(|byte| format!("\\{byte:03o}")).collect();
        Program::new("sh", ["-c", &format!("printf '{octal}'; exec cat >/dev/null")])
    }

    fn start(sandbox: SandboxStatus, require_sandbox: bool) -> Result<(), PoolError> {
        Worker::start(&worker_with(sandbox), Duration::from_secs(30), require_sandbox).map(drop)
    }

    #[test]
    fn the_sandbox_of_a_worker_is_seen_without_a_document() {
        let time = Duration::from_secs(30);
        let sandbox = SandboxStatus { files: false, calls: true, memory: true };
        assert_eq!(probe_sandbox(&worker_with(sandbox), time).unwrap(), sandbox);
        assert!(probe_sandbox(&Program::new("false", [""; 0]), time).is_err());
    }

    #[test]
    fn doc_06_a_worker_that_is_not_confined_gets_no_document_unless_the_host_says_so() {
        let whole = SandboxStatus { files: true, calls: true, memory: true };
        let open =
            [SandboxStatus { calls: false, ..whole }, SandboxStatus { memory: false, ..whole }];
        for sandbox in open {
            let refused = start(sandbox, true);
            assert!(matches!(refused, Err(PoolError::Unconfined(status)) if status == sandbox));
            assert!(start(sandbox, false).is_ok());
        }
        // Landlock is the second of two mechanisms.
        for sandbox in [whole, SandboxStatus { files: false, ..whole }] {
            assert!(start(sandbox, true).is_ok(), "{sandbox}");
        }
        let default = crate::WorkerPoolLimits::default();
        assert_eq!(default.require_sandbox, cfg!(target_os = "linux"));
    }
}
