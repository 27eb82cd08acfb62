//! A worker that answers one request at a time.

use std::{
    io::{self, ErrorKind},
    process::{ChildStdin, ChildStdout},
    sync::Arc,
    time::Instant,
};

use crate::{EndReason, Exit, Message, Pipes, Process, Program};

/// A process that answers one request after the other. It is killed after a [`Failure`], and when this
/// is dropped.
#[derive(Debug)]
pub struct Worker {
    process: Arc<Process>,
    pipes: Pipes<ChildStdout, ChildStdin>,
}

/// The ways in which a worker, or a request to it, fails.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The process cannot be started.
    #[error("the worker does not start: {0}")]
    Start(io::Error),
    /// The program is not a worker, or of another version.
    #[error("the program is not a worker of this version: {0}")]
    Stranger(io::Error),
    /// The request is longer than its messages may be. The worker has not seen it.
    #[error("the request is too long: {0}")]
    Request(io::Error),
    /// The answer is not a message, or is too long.
    #[error("the worker's answer is not valid: {0}")]
    Answer(io::Error),
    /// The process has ended.
    #[error("the worker {0}")]
    Ended(Exit),
}

impl Worker {
    /// Starts a process, and waits for its handshake with this version.
    ///
    /// # Errors
    /// [`Failure::Start`]; [`Failure::Stranger`]; [`Failure::Ended`], also when its time was up.
    pub fn start(program: &Program, version: &str, deadline: Instant) -> Result<Self, Failure> {
        let (process, pipes) = Process::start(program).map_err(Failure::Start)?;
        let mut worker = Self { process, pipes };
        worker.process.wait_until(deadline, EndReason::Late);
        let said = worker.pipes.from.expect_version(version);
        match worker.settle(said.map(Some), deadline) {
            Ok(()) => Ok(worker),
            Err(Failure::Answer(error)) => Err(Failure::Stranger(error)),
            Err(failure) => Err(failure),
        }
    }

    /// Sends a request and waits for the answer, whose tail replaces what `answer` holds.
    ///
    /// # Errors
    /// [`Failure::Request`]; [`Failure::Answer`]; [`Failure::Ended`], also when its time was up.
    pub fn exchange<A: Message>(
        &mut self,
        request: &impl Message,
        tail: &[u8],
        answer: &mut Vec<u8>,
        deadline: Instant,
    ) -> Result<A, Failure> {
        self.process.wait_until(deadline, EndReason::Late);
        match self.pipes.to.send(request, tail) {
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                self.process.kill_and_wait();
                Err(Failure::Request(error))
            }
            // A worker may answer, or end, before it has read everything: its message counts.
            _ => self.receive(answer, deadline),
        }
    }

    /// Waits for a message that the worker sends by itself.
    ///
    /// # Errors
    /// [`Failure::Answer`]; [`Failure::Ended`], also when its time was up.
    pub fn receive<A: Message>(
        &mut self,
        tail: &mut Vec<u8>,
        deadline: Instant,
    ) -> Result<A, Failure> {
        self.process.wait_until(deadline, EndReason::Late);
        let said = self.pipes.from.receive(tail);
        self.settle(said, deadline)
    }

    /// Decides if a message counts, and ends the worker if it does not.
    fn settle<T>(&self, said: io::Result<Option<T>>, deadline: Instant) -> Result<T, Failure> {
        self.process.wait_no_more();
        if Instant::now() > deadline {
            self.process.end(EndReason::Late);
        }
        let was_ended = self.process.ended().is_some();
        let failure = match said {
            // A message that came after the deadline does not count.
            _ if was_ended => Failure::Ended(self.process.wait_for_exit()),
            Ok(Some(said)) => return Ok(said),
            Err(error) if error.kind() == ErrorKind::InvalidData => Failure::Answer(error),
            Ok(None) | Err(_) => Failure::Ended(self.process.wait_for_exit()),
        };
        self.process.kill_and_wait();
        Err(failure)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.kill_and_wait();
    }
}
