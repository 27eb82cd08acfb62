//! Wall-clock limits: one watchdog thread that stops guests whose time is up.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

use crate::memory::Steps;

/// How often the watchdog looks. A guest stops at most this much after its time.
const TICK: Duration = Duration::from_millis(10);

/// The clock value that means "no call is running".
const IDLE: u64 = u64::MAX;

/// The clock value that means "the guest was stopped, it computed too long".
const FIRED_COMPUTE: u64 = u64::MAX - 1;
/// The clock value that means "the guest was stopped, the whole call took too long".
const FIRED_CALL: u64 = u64::MAX - 2;
/// The clock value that means "somebody wanted the guest to end".
const FIRED_STOPPED: u64 = u64::MAX - 3;
/// Moments lie below this.
const MOMENTS: u64 = u64::MAX - 3;

/// Which time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expired {
    /// That of guest code.
    Compute,
    /// That of the whole call.
    Call,
    /// Somebody wanted the guest to end, for good.
    Stopped,
}

/// Watches the calls of all instances. One per process is enough; it has no part in a call but to
/// stop it. The thread ends when the last handle and the last instance that it watches are dropped.
#[derive(Debug, Clone)]
pub struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    time: Arc<Time>,
    clocks: Mutex<Vec<Weak<CallClock>>>,
    wake: Condvar,
}

impl Watchdog {
    /// Starts the thread.
    #[must_use]
    pub fn start() -> Self {
        let shared = Arc::new(Shared {
            time: Arc::new(Time { started: Instant::now(), now: AtomicU64::new(0) }),
            clocks: Mutex::default(),
            wake: Condvar::new(),
        });
        let watched = Arc::downgrade(&shared);
        thread::spawn(move || watch(&watched));
        Self { shared }
    }

    pub(crate) fn clock(&self, compute: Duration, call: Duration) -> Arc<CallClock> {
        let clock = Arc::new(CallClock {
            time: Arc::clone(&self.shared.time),
            _watchdog: Arc::clone(&self.shared),
            compute: nanos(compute),
            call: nanos(call),
            deadline: AtomicU64::new(IDLE),
            call_deadline: AtomicU64::new(IDLE),
            stopped: AtomicBool::new(false),
            steps: Steps::default(),
        });
        self.shared.time.read();
        lock(&self.shared.clocks).push(Arc::downgrade(&clock));
        self.shared.wake.notify_one();
        clock
    }
}

/// Sleeps while nobody is watched, else looks at every clock once a tick.
fn watch(watched: &Weak<Shared>) {
    while let Some(shared) = watched.upgrade() {
        shared.time.read();
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

/// The time in nanoseconds since a start, as the watchdog read it last: at most a tick or two old.
/// The clock itself is read once for each call into a guest, never for a call of a guest.
#[derive(Debug)]
struct Time {
    started: Instant,
    now: AtomicU64,
}

impl Time {
    fn read(&self) -> u64 {
        self.now.fetch_max(nanos(self.started.elapsed()), Relaxed);
        self.recent()
    }

    fn recent(&self) -> u64 {
        self.now.load(Relaxed)
    }
}

/// The time of one instance's current call. The instance's thread writes it, the watchdog reads it
/// and may turn it to one of the `FIRED` values once; the instance is then at its end.
#[derive(Debug)]
pub(crate) struct CallClock {
    time: Arc<Time>,
    /// Keeps the watchdog alive as long as there is somebody to watch.
    _watchdog: Arc<Shared>,
    compute: u64,
    call: u64,
    /// When the guest is stopped, in nanoseconds after `started`; or [`IDLE`], or a `FIRED` value.
    deadline: AtomicU64,
    /// When the whole call has to end.
    call_deadline: AtomicU64,
    /// Somebody wants the guest to end, for good.
    stopped: AtomicBool,
    pub(crate) steps: Steps,
}

impl CallClock {
    /// A call begins: guest code runs from now on.
    pub(crate) fn begin(&self) {
        let now = self.time.read();
        let call = now.saturating_add(self.call);
        self.call_deadline.store(call, Relaxed);
        self.deadline.store(now.saturating_add(self.compute).min(call), SeqCst);
    }

    /// Ends the guest for good: the call that runs, and every call that begins.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, SeqCst);
        let deadline = self.deadline.load(SeqCst);
        if deadline < MOMENTS {
            self.fire_at(deadline, FIRED_STOPPED);
        }
    }

    /// Whether somebody wanted the guest to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(SeqCst)
    }

    /// Stops the guest. The exchange fails when the call ended meanwhile, so that its successor is
    /// never stopped for it.
    fn fire_at(&self, deadline: u64, fired: u64) {
        if self.deadline.compare_exchange(deadline, fired, Relaxed, Relaxed).is_ok() {
            self.steps.stop();
        }
    }

    /// The call is over; whose time was up, if any was.
    pub(crate) fn end(&self) -> Option<Expired> {
        expired(self.deadline.swap(IDLE, Relaxed))
    }

    /// The guest called the host: returns the compute time that it has left, in nanoseconds.
    pub(crate) fn pause(&self) -> u64 {
        match self.deadline.swap(IDLE, Relaxed) {
            FIRED_COMPUTE | FIRED_CALL | FIRED_STOPPED => 0,
            deadline => deadline.saturating_sub(self.time.recent()),
        }
    }

    /// The host call is over: guest code goes on with the time that it had left.
    ///
    /// # Errors
    /// Whose time is up meanwhile: the guest must not go on.
    pub(crate) fn resume(&self, left: u64) -> Result<(), Expired> {
        let now = self.time.recent();
        let call = self.call_deadline.load(Relaxed);
        match left {
            _ if self.is_stopped() => self.fire(FIRED_STOPPED, Expired::Stopped),
            _ if now >= call => self.fire(FIRED_CALL, Expired::Call),
            0 => self.fire(FIRED_COMPUTE, Expired::Compute),
            left => {
                self.deadline.store(now.saturating_add(left).min(call), Relaxed);
                Ok(())
            }
        }
    }

    /// Sleeps for the guest, whose compute time stands still; wakes up early when it must not go on.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    #[cfg(feature = "wasi")]
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), Expired> {
        let left = self.pause();
        let began = Instant::now();
        while !self.is_over() {
            match time.checked_sub(began.elapsed()) {
                None | Some(Duration::ZERO) => break,
                Some(rest) => thread::sleep(rest.min(TICK)),
            }
        }
        self.resume(left)
    }

    /// Whether a call that is in the host now must end.
    #[cfg(feature = "wasi")]
    fn is_over(&self) -> bool {
        self.is_stopped() || self.time.recent() >= self.call_deadline.load(Relaxed)
    }

    fn fire(&self, fired: u64, expired: Expired) -> Result<(), Expired> {
        self.deadline.store(fired, Relaxed);
        Err(expired)
    }

    /// Whose time the watchdog found to be up in the call that still runs.
    pub(crate) fn expired(&self) -> Option<Expired> {
        expired(self.deadline.load(Relaxed))
    }

    /// The watchdog's look: stops the guest when its time is up.
    fn look(&self) {
        let deadline = self.deadline.load(Relaxed);
        if deadline >= MOMENTS {
            return;
        }
        if self.is_stopped() {
            self.fire_at(deadline, FIRED_STOPPED);
        } else if self.time.recent() >= deadline {
            let is_call = deadline >= self.call_deadline.load(Relaxed);
            self.fire_at(deadline, if is_call { FIRED_CALL } else { FIRED_COMPUTE });
        }
    }
}

const fn expired(deadline: u64) -> Option<Expired> {
    match deadline {
        FIRED_COMPUTE => Some(Expired::Compute),
        FIRED_CALL => Some(Expired::Call),
        FIRED_STOPPED => Some(Expired::Stopped),
        _ => None,
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 2)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
