//! A bounded number of workers, and a bounded queue for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ext_process::{Failure, Program};
use ext_sandbox::SandboxStatus;
use ext_services::{caller, deadline};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::protocol::{Reply, Request};
use crate::worker::Worker;

/// The limits of one pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerPoolLimits {
    /// Most processes at once.
    pub workers: usize,
    /// Most calls that wait for one.
    pub queue: usize,
    /// Most of them that may be of one extension; those of the user have no such limit.
    pub share: usize,
    /// Longest wait for one.
    pub wait: Duration,
    /// Longest time of one call.
    pub call: Duration,
    /// Longest time until a worker is ready; it may have to load models.
    pub start: Duration,
    /// Calls after which a worker is replaced, so that nothing piles up in it.
    pub calls: u32,
    /// True if a worker that the system does not confine gets no document; by default on Linux, where
    /// it can.
    pub require_sandbox: bool,
}

impl Default for WorkerPoolLimits {
    /// Allows one worker for each core, but no more than four.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            workers: cores.min(4),
            queue: 64,
            share: 16,
            wait: Duration::from_secs(120),
            call: Duration::from_secs(120),
            start: Duration::from_secs(60),
            calls: 200,
            require_sandbox: cfg!(target_os = "linux"),
        }
    }
}

/// The reason for which a call was not answered.
#[derive(Debug)]
pub(crate) enum PoolError {
    /// The queue is full, or the wait was too long.
    Busy,
    /// The worker ended with this call.
    Failed(Failure),
    /// The system does not confine workers as the pool requires.
    Unconfined(SandboxStatus),
}

impl From<Failure> for PoolError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Workers of one kind; they stay for further calls.
pub struct Pool {
    program: Program,
    limits: WorkerPoolLimits,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Worker>,
    /// Workers that are at work or being started.
    taken: usize,
    /// The calls that wait, by the extension that they are for.
    waiting: BTreeMap<Option<Arc<str>>, usize>,
}

impl State {
    /// Counts a call that waits from now on; false when there is no place for it.
    fn queue(&mut self, caller: Option<Arc<str>>, limits: &WorkerPoolLimits) -> bool {
        let all: usize = self.waiting.values().sum();
        let share = if caller.is_some() { limits.share } else { limits.queue };
        let own = self.waiting.get(&caller).copied().unwrap_or_default();
        let fits = all < limits.queue && own < share;
        if fits {
            self.waiting.insert(caller, own + 1);
        }
        fits
    }

    fn leave_queue(&mut self, caller: &Option<Arc<str>>) {
        if let Some(own) = self.waiting.get_mut(caller) {
            *own = own.saturating_sub(1);
        }
        self.waiting.retain(|_, calls| *calls > 0);
    }
}

impl Pool {
    /// Makes a pool of workers that are started when they are needed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use ext_ops_isolated::{Pool, WorkerCommand, WorkerPoolLimits};
    ///
    /// let limits = WorkerPoolLimits { call: Duration::from_secs(30), ..WorkerPoolLimits::default() };
    /// let pool = Pool::new(WorkerCommand::new("spacedrive", ["--ext-worker=pdf"]), limits);
    /// # drop(pool);
    /// ```
    #[must_use]
    pub fn new(program: Program, limits: WorkerPoolLimits) -> Self {
        Self { program, limits, state: Mutex::default(), freed: Condvar::new() }
    }

    /// Makes one call, after waiting for a worker.
    pub(crate) fn call(
        &self,
        request: Request,
        body: &[u8],
    ) -> Result<(Reply, Vec<u8>), PoolError> {
        let idle = self.take()?;
        let place = Taken { pool: self };
        let Self { program, limits, .. } = self;
        let start = || Worker::start(program, left(limits.start), limits.require_sandbox);
        let mut worker = idle.map_or_else(start, Ok)?;
        let answer = worker.call(&request, body, left(limits.call))?;
        if worker.served < self.limits.calls && !is_stale(&answer.0) {
            self.state.lock().idle.push(worker);
        }
        drop(place);
        Ok(answer)
    }

    /// Waits for a place; an idle worker comes with it, if there is one.
    fn take(&self) -> Result<Option<Worker>, PoolError> {
        let mut state = self.state.lock();
        if state.taken >= self.limits.workers {
            self.wait(&mut state)?;
        }
        state.taken += 1;
        Ok(state.idle.pop())
    }

    fn wait(&self, state: &mut MutexGuard<'_, State>) -> Result<(), PoolError> {
        let caller = caller::current();
        if !state.queue(caller.clone(), &self.limits) {
            return Err(PoolError::Busy);
        }
        let deadline = Instant::now() + left(self.limits.wait);
        while state.taken >= self.limits.workers {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.leave_queue(&caller);
                return Err(PoolError::Busy);
            }
            self.freed.wait_for(state, left);
        }
        state.leave_queue(&caller);
        Ok(())
    }
}

/// Returns the time of a step: its own limit, or what is left to the caller.
fn left(own: Duration) -> Duration {
    let left = deadline::current().map(|end| end.saturating_duration_since(Instant::now()));
    left.map_or(own, |left| left.min(own))
}

/// Returns true if the worker has no models: it cannot load them any more, the next one perhaps can.
fn is_stale(reply: &Reply) -> bool {
    matches!(reply, Reply::Ocr(crate::protocol::OcrFault::Model(_)))
}

/// A place among the workers, given back in any case.
struct Taken<'p> {
    pool: &'p Pool,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.pool.state.lock().taken -= 1;
        self.pool.freed.notify_one();
    }
}
