//! What other threads may do to a guest's thread: end what runs there.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use ext_wire::ErrorCode;

use crate::instance_handle::AnyInterruptHandle;

/// What the guest is doing, which decides what it may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// `plugin_init`: it may read and write, and make nothing that outlives a start that fails.
    Init = 0,
    /// Calls and events.
    Running = 1,
    /// `plugin_cleanup`: it may read and keep, and start nothing new.
    Cleanup = 2,
}

/// One guest thread, seen from others.
#[derive(Debug, Default)]
pub(crate) struct ThreadControl {
    /// Number of the code that callers are told; 0 while it lives.
    killed: AtomicU32,
    phase: AtomicU8,
    /// Whether a job runs on the thread.
    busy: AtomicBool,
    stopper: Mutex<Option<AnyInterruptHandle>>,
    waits: Mutex<Option<Thread>>,
}

impl ThreadControl {
    /// Ends whatever runs on the thread, now and later; callers are told `reason`.
    pub(crate) fn kill(&self, reason: ErrorCode) {
        self.killed.store(reason.number(), SeqCst);
        self.end();
    }

    fn end(&self) {
        if let Some(stopper) = &*lock(&self.stopper) {
            stopper.stop();
        }
        if let Some(thread) = &*lock(&self.waits) {
            thread.unpark();
        }
    }

    pub(crate) fn is_killed(&self) -> bool {
        self.killed.load(SeqCst) != 0
    }

    /// What callers are told of the kill.
    pub(crate) fn reason(&self) -> ErrorCode {
        ErrorCode::try_from(self.killed.load(SeqCst)).unwrap_or(ErrorCode::Stopped)
    }

    /// A job begins or ends on the thread.
    pub(crate) fn set_busy(&self, busy: bool) {
        self.busy.store(busy, SeqCst);
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(SeqCst)
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

    /// The instance that runs on the thread from now on.
    pub(crate) fn set_interrupt_handle(&self, stopper: Option<AnyInterruptHandle>) {
        *lock(&self.stopper) = stopper;
        if self.is_killed() {
            self.end();
        }
    }

    /// Waits for a future on this thread, and for nothing else: no runtime's thread is held up.
    /// `None` when the thread is killed meanwhile; the future is dropped then.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        // Most operations are ready at once and need no waker.
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(value);
        }
        *lock(&self.waits) = Some(thread::current());
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let value = loop {
            if self.is_killed() {
                break None;
            }
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => break Some(value),
                Poll::Pending => thread::park(),
            }
        };
        *lock(&self.waits) = None;
        value
    }
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

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn call_22_a_future_that_never_comes_ends_with_the_kill() {
        let control = Arc::new(ThreadControl::default());
        let killer = Arc::clone(&control);
        let waiting = thread::spawn(move || control.block_on(std::future::pending::<()>()));
        thread::sleep(Duration::from_millis(20));
        killer.kill(ErrorCode::Stopped);
        assert_eq!(waiting.join().unwrap(), None);
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
        assert_eq!(ThreadControl::default().block_on(future), Some(3));
    }
}
