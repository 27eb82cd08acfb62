//! The thread of one extension, and the queue before it.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use crate::guest::{Guest, Recipe};

/// Calls that wait for one extension before their callers wait for a place in the queue.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(&mut Guest) + Send>;

/// A thread that owns a [`Guest`] and runs jobs on it, one after the other.
pub(crate) struct Worker {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(crate) fn start(id: &str, recipe: Recipe) -> io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let name = format!("extension {id}");
        let thread = thread::Builder::new().name(name).spawn(move || work(recipe, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs a job and waits for it; `None` when the thread is gone or the job panicked.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Guest) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = sync_channel(1);
        let job: Job = Box::new(move |guest| {
            // The caller waits, so this fails only when it is gone; then nobody wants the answer.
            let _ = answer.send(job(guest));
        });
        self.jobs.as_ref()?.send(job).ok()?;
        answered.recv().ok()
    }
}

impl Drop for Worker {
    /// Waits for the jobs in the queue and for the guest's cleanup.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(recipe: Recipe, queue: &Receiver<Job>) {
    let mut guest = Guest::new(recipe);
    for job in queue {
        if catch_unwind(AssertUnwindSafe(|| job(&mut guest))).is_err() {
            guest.discard();
        }
    }
    match guest.stop() {
        Ok(0) => {}
        Ok(code) => tracing::warn!(code, "the extension's cleanup failed"),
        Err(fault) => tracing::warn!(%fault, "the extension's cleanup failed"),
    }
}
