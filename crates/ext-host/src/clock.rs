//! Wall-clock limits: one watchdog thread that stops guests whose time is up.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::memory::StopFlag;

/// How often the watchdog looks. A guest stops at most this much after its time.
const TICK: Duration = Duration::from_millis(10);

/// The clock value that means "no call is running".
const IDLE: u64 = u64::MAX;

/// The clock value that means "the guest was stopped".
const FIRED: u64 = u64::MAX - 1;

/// Watches the calls of all instances. One per process is enough; it has no part in a call but to
/// stop it. The thread ends when the last handle and the last instance that it watches are dropped.
#[derive(Debug, Clone)]
pub struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    started: Instant,
    clocks: Mutex<Vec<Weak<CallClock>>>,
    wake: Condvar,
}

impl Watchdog {
    /// Starts the thread.
    #[must_use]
    pub fn start() -> Self {
        let shared = Arc::new(Shared {
            started: Instant::now(),
            clocks: Mutex::default(),
            wake: Condvar::new(),
        });
        let watched = Arc::downgrade(&shared);
        thread::spawn(move || watch(&watched));
        Self { shared }
    }

    pub(crate) fn clock(&self, compute: Duration, call: Duration) -> Arc<CallClock> {
        let clock = Arc::new(CallClock {
            watchdog: Arc::clone(&self.shared),
            compute: nanos(compute),
            call: nanos(call),
            deadline: AtomicU64::new(IDLE),
            call_deadline: AtomicU64::new(IDLE),
            flag: StopFlag::default(),
        });
        lock(&self.shared.clocks).push(Arc::downgrade(&clock));
        self.shared.wake.notify_one();
        clock
    }
}

/// Sleeps while nobody is watched, else looks at every clock once a tick.
fn watch(watched: &Weak<Shared>) {
    while let Some(shared) = watched.upgrade() {
        let mut clocks = lock(&shared.clocks);
        clocks.retain(|clock| clock.upgrade().inspect(|clock| clock.look()).is_some());
        if clocks.is_empty() {
            // A bounded wait, so that the thread also ends when the handle is dropped meanwhile.
            let wait = shared.wake.wait_timeout(clocks, Duration::from_secs(1));
            drop(wait.unwrap_or_else(PoisonError::into_inner));
        } else {
            drop(clocks);
            drop(shared);
            thread::sleep(TICK);
        }
    }
}

/// The time of one instance's current call. The instance's thread writes it, the watchdog reads it
/// and may turn it to [`FIRED`] once; the instance is then at its end.
#[derive(Debug)]
pub(crate) struct CallClock {
    /// Keeps the watchdog alive as long as there is somebody to watch.
    watchdog: Arc<Shared>,
    compute: u64,
    call: u64,
    /// When the guest is stopped, in nanoseconds after `started`; or [`IDLE`], or [`FIRED`].
    deadline: AtomicU64,
    /// When the whole call has to end.
    call_deadline: AtomicU64,
    pub(crate) flag: StopFlag,
}

impl CallClock {
    /// A call begins: guest code runs from now on.
    pub(crate) fn begin(&self) {
        let now = self.now();
        let call = now.saturating_add(self.call);
        self.call_deadline.store(call, Relaxed);
        self.deadline.store(now.saturating_add(self.compute).min(call), Relaxed);
    }

    /// The call is over; whether its time was up.
    pub(crate) fn end(&self) -> bool {
        self.deadline.swap(IDLE, Relaxed) == FIRED
    }

    /// The guest called the host: returns the compute time that it has left, in nanoseconds.
    pub(crate) fn pause(&self) -> u64 {
        match self.deadline.swap(IDLE, Relaxed) {
            FIRED => 0,
            deadline => deadline.saturating_sub(self.now()),
        }
    }

    /// The host call is over: guest code goes on with the time that it had left. False when the
    /// time of the whole call is up, so that it must not go on.
    #[must_use]
    pub(crate) fn resume(&self, left: u64) -> bool {
        let now = self.now();
        let call = self.call_deadline.load(Relaxed);
        self.deadline.store(now.saturating_add(left).min(call), Relaxed);
        now < call
    }

    /// Whether the watchdog stopped the guest in the call that still runs.
    pub(crate) fn is_fired(&self) -> bool {
        self.deadline.load(Relaxed) == FIRED
    }

    /// Whether the whole call's time is up, as opposed to the guest code's.
    pub(crate) fn call_is_over(&self) -> bool {
        self.now() >= self.call_deadline.load(Relaxed)
    }

    /// The watchdog's look: stops the guest when its time is up. The exchange fails when the call
    /// ended meanwhile, so that its successor is never stopped for it.
    fn look(&self) {
        let deadline = self.deadline.load(Relaxed);
        let is_up = deadline < FIRED && self.now() >= deadline;
        if is_up && self.deadline.compare_exchange(deadline, FIRED, Relaxed, Relaxed).is_ok() {
            self.flag.raise();
        }
    }

    fn now(&self) -> u64 {
        nanos(self.watchdog.started.elapsed())
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 2)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
