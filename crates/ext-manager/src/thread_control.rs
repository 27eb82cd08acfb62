//! The control of a guest's thread by other threads: its phase, and the end of what runs there.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Instant,
};

use ext_registry::Deadline;
use ext_wire::ErrorCode;
use parking_lot::Mutex;

use crate::instance_handle::AnyInterruptHandle;

/// The phase of a guest's life, which decides what it may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// In `plugin_init`: it may read and, once accepted, write, and make nothing that outlives a start that fails.
    Init = 0,
    /// In calls and events.
    Running = 1,
    /// In `plugin_cleanup`: it may read and keep, and start nothing new.
    Cleanup = 2,
}

/// What a guest thread does.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Work {
    #[default]
    None,
    /// A job runs.
    Job,
    /// A job runs for which nothing is done any more: the extension was quarantined meanwhile.
    EndedJob,
}

/// The control of one guest thread, shared with other threads.
#[derive(Debug, Default)]
pub(crate) struct ThreadControl {
    /// The number of the error code for callers; 0 while the thread lives.
    killed: AtomicU32,
    /// The flag that is set when the thread is killed, or its job ended, for operations that look at it
    /// while they work.
    stop: Mutex<Arc<AtomicBool>>,
    phase: AtomicU8,
    work: Mutex<Work>,
    /// The flag that ends the job of the extension on the thread at its next checkpoint.
    job_stop: Mutex<Option<Arc<AtomicBool>>>,
    /// The flag that says that nobody waits for the call on the thread any more.
    caller_gone: Mutex<Option<Arc<AtomicBool>>>,
    instance: Mutex<Option<AnyInterruptHandle>>,
    waiting: Mutex<Option<Thread>>,
}

impl ThreadControl {
    /// Ends whatever runs on the thread, now and later; callers get `reason`.
    pub(crate) fn kill(&self, reason: ErrorCode) {
        self.killed.store(reason.number(), SeqCst);
        self.end();
    }

    /// Ends the job that runs on the thread, if one does, and its instance. The thread goes on.
    pub(crate) fn end_job(&self) {
        let mut work = self.work.lock();
        if *work == Work::Job {
            *work = Work::EndedJob;
            // While the lock is held, so that it meets no job that comes after.
            self.end();
        }
    }

    fn end(&self) {
        self.stop.lock().store(true, SeqCst);
        if let Some(instance) = &*self.instance.lock() {
            instance.interrupt();
        }
        if let Some(thread) = &*self.waiting.lock() {
            thread.unpark();
        }
    }

    pub(crate) fn is_killed(&self) -> bool {
        self.killed.load(SeqCst) != 0
    }

    /// Returns true if nothing may be done for the job on the thread any more.
    pub(crate) fn is_over(&self) -> bool {
        self.is_killed() || *self.work.lock() == Work::EndedJob
    }

    /// Returns the error code for callers of a killed thread, or of a job that was ended.
    pub(crate) fn reason(&self) -> ErrorCode {
        match self.killed.load(SeqCst) {
            0 => ErrorCode::Stopped,
            killed => ErrorCode::try_from(killed).unwrap_or(ErrorCode::Stopped),
        }
    }

    /// Returns the end of a call on this thread: its own deadline, or the end of the thread.
    pub(crate) fn deadline(&self, call: Option<Instant>) -> Deadline {
        call.map_or(Deadline::NONE, Deadline::at).with_stop(Arc::clone(&self.stop.lock()))
    }

    /// Notes that a job begins on the thread.
    pub(crate) fn begin_job(&self) {
        *self.work.lock() = Work::Job;
    }

    /// Notes that the job is done; returns true if it was ended from outside, and its instance with it.
    pub(crate) fn job_done(&self) -> bool {
        let mut work = self.work.lock();
        let was_ended = std::mem::take(&mut *work) == Work::EndedJob;
        if was_ended {
            // What still looks at the old flag has ended.
            *self.stop.lock() = Arc::default();
            if self.is_killed() {
                self.end();
            }
        }
        was_ended
    }

    pub(crate) fn is_busy(&self) -> bool {
        *self.work.lock() != Work::None
    }

    /// Sets the flag that ends the job of the extension that runs from now on, at its next checkpoint.
    pub(crate) fn set_job_stop(&self, stop: Option<Arc<AtomicBool>>) {
        *self.job_stop.lock() = stop;
    }

    pub(crate) fn is_job_stopped(&self) -> bool {
        is_set(&self.job_stop)
    }

    /// Sets the flag that says that nobody waits any more for the call that runs from now on.
    pub(crate) fn set_caller_gone(&self, gone: Option<Arc<AtomicBool>>) {
        *self.caller_gone.lock() = gone;
    }

    pub(crate) fn is_caller_gone(&self) -> bool {
        is_set(&self.caller_gone)
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, SeqCst);
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(SeqCst) {
            0 => Phase::Init,
            1 => Phase::Running,
            _ => Phase::Cleanup,
        }
    }

    /// Sets the instance that runs on the thread from now on.
    pub(crate) fn set_instance(&self, instance: Option<AnyInterruptHandle>) {
        *self.instance.lock() = instance;
        if self.is_over() {
            self.end();
        }
    }

    /// Waits for a future on this thread, which blocks no thread of a runtime. `None` when this thread
    /// is killed or its job ended meanwhile, or the deadline passes; the future is dropped then.
    pub(crate) fn block_on<F: Future>(&self, future: F, deadline: &Deadline) -> Option<F::Output> {
        let mut future = pin!(future);
        // Most operations are ready at once and need no waker.
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(value);
        }
        *self.waiting.lock() = Some(thread::current());
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let value = loop {
            if self.is_over() || deadline.is_over() {
                break None;
            }
            match (future.as_mut().poll(&mut context), deadline.left()) {
                (Poll::Ready(value), _) => break Some(value),
                (Poll::Pending, Some(left)) => thread::park_timeout(left),
                (Poll::Pending, None) => thread::park(),
            }
        };
        *self.waiting.lock() = None;
        value
    }
}

fn is_set(flag: &Mutex<Option<Arc<AtomicBool>>>) -> bool {
    flag.lock().as_ref().is_some_and(|flag| flag.load(SeqCst))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn call_22_a_future_that_never_comes_ends_with_the_kill() {
        let control = Arc::new(ThreadControl::default());
        let killer = Arc::clone(&control);
        let waiting =
            thread::spawn(move || control.block_on(std::future::pending::<()>(), &Deadline::NONE));
        thread::sleep(Duration::from_millis(20));
        killer.kill(ErrorCode::Stopped);
        assert_eq!(waiting.join().unwrap(), None);
    }

    #[test]
    fn the_end_of_a_job_is_not_that_of_the_next_one() {
        let control = ThreadControl::default();
        control.end_job();
        assert!(!control.is_over(), "there is none to end");
        control.begin_job();
        let deadline = control.deadline(None);
        control.end_job();
        assert!(control.is_over() && deadline.is_over());
        assert_eq!(control.block_on(std::future::pending::<()>(), &deadline), None);
        assert!(control.job_done() && deadline.is_over());
        control.begin_job();
        assert!(!control.is_over() && !control.deadline(None).is_over());
        assert!(!control.job_done());
        control.begin_job();
        control.end_job();
        control.kill(ErrorCode::Deadline);
        assert!(control.job_done() && control.is_over() && control.deadline(None).is_over());
        assert_eq!(control.reason(), ErrorCode::Deadline);
    }

    #[test]
    fn a_future_that_never_comes_ends_with_the_call() {
        let (control, began) = (ThreadControl::default(), Instant::now());
        let deadline = Deadline::at(began + Duration::from_millis(50));
        assert_eq!(control.block_on(std::future::pending::<()>(), &deadline), None);
        assert!((50..1000).contains(&began.elapsed().as_millis()));
    }

    #[test]
    fn a_future_that_comes_later_is_waited_for() {
        let mut polls = 0;
        let future = std::future::poll_fn(|context| {
            polls += 1;
            if polls < 3 {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(polls)
        });
        assert_eq!(ThreadControl::default().block_on(future, &Deadline::NONE), Some(3));
    }
}
