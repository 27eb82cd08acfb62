//! The threads that guests run on.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use crate::{
    guest::{Guest, InstanceSpec},
    queue::{Generation, Next, Queue},
    thread_control::ThreadControl,
};

/// The guest threads of a manager, of which there is a limited number.
#[derive(Debug)]
pub(crate) struct Threads {
    limit: usize,
    stack_bytes: usize,
    used: AtomicUsize,
}

impl Threads {
    pub(crate) const fn new(limit: usize, stack_bytes: usize) -> Self {
        Self { limit, stack_bytes, used: AtomicUsize::new(0) }
    }

    fn take(self: &Arc<Self>) -> io::Result<Permit> {
        let more = |used| (used < self.limit).then_some(used + 1);
        match self.used.fetch_update(SeqCst, SeqCst, more) {
            Ok(_) => Ok(Permit(Arc::clone(self))),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::WouldBlock,
                format!("all {} guest threads are taken", self.limit),
            )),
        }
    }
}

/// The right to one thread.
struct Permit(Arc<Threads>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.used.fetch_sub(1, SeqCst);
    }
}

/// The context of a new worker.
pub(crate) struct WorkerContext {
    pub(crate) queue: Arc<Queue>,
    pub(crate) generation: Generation,
    pub(crate) spec: InstanceSpec,
    pub(crate) control: Arc<ThreadControl>,
    pub(crate) idle_timeout: Duration,
}

/// Starts a worker: a thread that owns one guest and runs jobs on it, one after the other. It is
/// counted in at the queue before.
pub(crate) fn spawn(threads: &Arc<Threads>, context: WorkerContext) -> io::Result<()> {
    let permit = threads.take()?;
    let name = format!("extension {}", context.spec.id);
    let builder = thread::Builder::new().name(name).stack_size(threads.stack_bytes);
    builder.spawn(move || work(context, permit)).map(drop)
}

fn work(context: WorkerContext, permit: Permit) {
    let WorkerContext { queue, generation, spec, control, idle_timeout } = context;
    let mut guest = Guest::new(spec, Arc::clone(&control));
    queue.arrive(generation);
    loop {
        while let Next::Run(job, ticket) = queue.next(generation, idle_timeout) {
            control.begin_job();
            let panicked = catch_unwind(AssertUnwindSafe(|| job.run(&mut guest))).is_err();
            if control.job_done() || panicked {
                guest.discard();
            }
            queue.done(ticket);
        }
        guest.stop();
        if !queue.stays(generation) {
            break;
        }
    }
    drop(guest);
    drop(permit);
    queue.leave(generation);
}
