//! A thread that kills processes whose time is up.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::Duration,
};

use crate::child::{Process, Reason};

/// How much longer than its guest a process may take: it has to load code, to be scheduled, and to
/// say that the guest's time is up.
pub const GRACE: Duration = Duration::from_secs(2);

/// How often the thread looks.
const TICK: Duration = Duration::from_millis(50);

/// Every so many times it also looks for processes that have ended by themselves.
const BURY: u32 = 10;

/// Watches processes. The thread ends when the last handle and the last instance are dropped.
#[derive(Debug, Clone)]
pub(crate) struct Overseer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    processes: Mutex<Vec<Weak<Process>>>,
    wake: Condvar,
}

impl Overseer {
    pub(crate) fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let watched = Arc::downgrade(&shared);
        thread::spawn(move || watch(&watched));
        Self { shared }
    }

    pub(crate) fn watch(&self, process: &Arc<Process>) {
        lock(&self.shared.processes).push(Arc::downgrade(process));
        self.shared.wake.notify_one();
    }
}

/// Sleeps while there are no processes, else looks at every one once a tick.
fn watch(watched: &Weak<Shared>) {
    let mut times = 0_u32;
    while let Some(shared) = watched.upgrade() {
        times = times.wrapping_add(1);
        let look = |process: &Arc<Process>| {
            process.look();
            if times.is_multiple_of(BURY) {
                process.bury();
            }
        };
        let mut processes = lock(&shared.processes);
        processes.retain(|process| process.upgrade().inspect(look).is_some());
        if processes.is_empty() {
            // A bounded wait, so that the thread also ends when the handle is dropped meanwhile.
            let wait = shared.wake.wait_timeout(processes, Duration::from_secs(1));
            drop(wait.unwrap_or_else(PoisonError::into_inner));
        } else {
            drop(processes);
            drop(shared);
            thread::sleep(TICK);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends an instance from any thread, by killing its process: the call that runs in it ends with a
/// fault ([`ErrorCode::Stopped`](ext_abi::ErrorCode::Stopped)), and so does every later one.
///
/// A host operation that the guest waits for is not interrupted; the call ends when it returns.
#[derive(Debug, Clone)]
pub struct ProcessStopper {
    pub(crate) process: Weak<Process>,
}

impl ProcessStopper {
    /// Ends the instance. Harmless when it is gone or was stopped before.
    pub fn stop(&self) {
        if let Some(process) = self.process.upgrade() {
            process.end(Reason::Stopped);
        }
    }
}
