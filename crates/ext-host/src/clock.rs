//! Wall-clock limits: one watchdog thread that stops guests whose time is up.

use std::{
    sync::{
        Arc, Weak,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::memory::FuelMeter;

/// The interval at which the watchdog looks. A guest stops at most this much after its time.
const TICK: Duration = Duration::from_millis(10);

/// Nanoseconds by which the time that was read last may be old on a machine that is not overloaded.
const STALE: u64 = 5 * TICK.as_nanos() as u64;

/// The clock value that means "no call is running".
const IDLE: u64 = u64::MAX;

/// The clock value that means "the guest was stopped, it computed too long".
const FIRED_COMPUTE: u64 = u64::MAX - 1;
/// The clock value that means "the guest was stopped, the whole call took too long".
const FIRED_CALL: u64 = u64::MAX - 2;
/// The clock value that means "the guest was interrupted".
const FIRED_STOPPED: u64 = u64::MAX - 3;
/// Moments lie below this.
const MOMENTS: u64 = u64::MAX - 3;

/// The time that is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expired {
    /// The time of guest code.
    Compute,
    /// The time of the whole call.
    Call,
    /// None: the guest was interrupted, for good.
    Stopped,
}

/// The thread that ends calls whose time is up, of all instances. One per process is enough. The thread ends when the last handle and the last instance that it watches are dropped.
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
    ///
    /// ```
    /// let watchdog = ext_host::Watchdog::start();
    /// let shared = watchdog.clone(); // both are handles of one thread
    /// # drop((watchdog, shared));
    /// ```
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
            fuel: FuelMeter::default(),
        });
        self.shared.time.read();
        self.shared.clocks.lock().push(Arc::downgrade(&clock));
        self.shared.wake.notify_one();
        clock
    }
}

/// Sleeps while nobody is watched, else looks at every clock once a tick.
fn watch(watched: &Weak<Shared>) {
    while let Some(shared) = watched.upgrade() {
        shared.time.read();
        let mut clocks = shared.clocks.lock();
        clocks.retain(|clock| clock.upgrade().inspect(|clock| clock.look()).is_some());
        if clocks.is_empty() {
            // A bounded wait, so that the thread also ends when the handle is dropped meanwhile.
            shared.wake.wait_for(&mut clocks, Duration::from_secs(1));
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
    /// The moment at which the guest is stopped, in nanoseconds after `started`; or [`IDLE`], or a
    /// `FIRED` value.
    deadline: AtomicU64,
    /// The moment at which the whole call has to end.
    call_deadline: AtomicU64,
    /// True once the guest was interrupted, for good.
    stopped: AtomicBool,
    pub(crate) fuel: FuelMeter,
}

impl CallClock {
    /// Begins a call: guest code runs from now on.
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

    /// Returns true if the guest was interrupted.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(SeqCst)
    }

    /// Stops the guest. The exchange fails when the call ended meanwhile, so that its successor is
    /// never stopped for it.
    fn fire_at(&self, deadline: u64, fired: u64) {
        if self.deadline.compare_exchange(deadline, fired, Relaxed, Relaxed).is_ok() {
            self.fuel.drain();
        }
    }

    /// Ends the call, or a part of it; returns the compute time that is left, in nanoseconds, for
    /// [`resume`](Self::resume).
    ///
    /// # Errors
    /// [`Expired`]: the time that was up.
    pub(crate) fn end(&self) -> Result<u64, Expired> {
        let deadline = self.deadline.swap(IDLE, Relaxed);
        match expired(deadline) {
            Some(expired) => Err(expired),
            None => Ok(deadline.saturating_sub(self.time.recent()).max(1)),
        }
    }

    /// Pauses the compute clock for a call of the host; returns the compute time that is left, in
    /// nanoseconds.
    pub(crate) fn pause(&self) -> u64 {
        match self.deadline.swap(IDLE, Relaxed) {
            FIRED_COMPUTE | FIRED_CALL | FIRED_STOPPED => 0,
            deadline => deadline.saturating_sub(self.time.recent()),
        }
    }

    /// Returns the moment at which the whole call has to end; `None` when no clock goes that far.
    pub(crate) fn call_end(&self) -> Option<Instant> {
        self.time.started.checked_add(Duration::from_nanos(self.call_deadline.load(Relaxed)))
    }

    /// Resumes the compute clock after a call of the host, with the time that was left.
    ///
    /// # Errors
    /// [`Expired`]: a time that is up meanwhile; the guest must not go on.
    pub(crate) fn resume(&self, left: u64) -> Result<(), Expired> {
        let call = self.call_deadline.load(Relaxed);
        let now = match self.time.recent() {
            // A host that gave up at the deadline comes back before the watchdog has looked again.
            now if now.saturating_add(STALE) >= call => self.time.read(),
            now => now,
        };
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

    /// Sleeps for the guest, whose compute clock is paused; wakes up early when it must not go on.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
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

    /// Returns true if a call that is in the host now must end.
    fn is_over(&self) -> bool {
        self.is_stopped() || self.time.recent() >= self.call_deadline.load(Relaxed)
    }

    fn fire(&self, fired: u64, expired: Expired) -> Result<(), Expired> {
        self.deadline.store(fired, Relaxed);
        Err(expired)
    }

    /// Returns the time that the watchdog found to be up in the call that still runs.
    pub(crate) fn expired(&self) -> Option<Expired> {
        expired(self.deadline.load(Relaxed))
    }

    /// Stops the guest when its time is up; called by the watchdog.
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
