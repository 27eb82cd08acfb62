//! The health of an extension, and the supervisor that decides about restarts.

use std::{
    collections::VecDeque,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Weak,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use ext_host::Fault;
use ext_wire::{ErrorBody, ErrorCode};
use parking_lot::Mutex;

use crate::{
    clock::Clock, config::FaultPolicy, error::quarantined, limit_reporter::LimitReporter,
    thread_control::ThreadControl,
};

/// The state of an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtensionState {
    /// The extension answers calls.
    Running,
    /// The extension failed more than once in a row and backs off before it is started again.
    Pausing,
    /// The extension failed too often and is not started until the user releases it.
    Quarantined,
}

impl ExtensionState {
    /// Returns the name for people and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Pausing => "pausing",
            Self::Quarantined => "quarantined",
        }
    }
}

/// The health of an extension: its state, and counts since it was loaded.
#[derive(Debug, Clone)]
pub struct Health {
    /// The state.
    pub state: ExtensionState,
    /// The number of starts of an instance: 1 for each that runs, and one more after each fault.
    pub starts: u64,
    /// The number of faults.
    pub faults: u64,
    /// The last fault.
    pub last_fault: Option<Fault>,
    /// The reason of the quarantine, if the extension is quarantined.
    pub quarantine: Option<String>,
    /// The number of calls and events.
    pub calls: u64,
    /// The time that they took.
    pub busy: Duration,
    /// The most linear memory that an instance had after a call, in bytes.
    pub memory_bytes: u64,
}

/// The counter of faults, which decides about their consequences. Shared by all instances of an
/// extension, over all its versions.
pub(crate) struct Supervisor {
    policy: FaultPolicy,
    clock: Arc<dyn Clock>,
    in_a_row: AtomicU32,
    calls: AtomicU64,
    busy_nanos: AtomicU64,
    memory_bytes: AtomicU64,
    record: Mutex<Record>,
    /// The controls of the threads; each thread holds its own while it lives.
    controls: Mutex<Vec<Weak<ThreadControl>>>,
    /// The reporter of the limits that the extension hit.
    pub(crate) limits: Arc<LimitReporter>,
}

#[derive(Default)]
struct Record {
    starts: u64,
    faults: u64,
    recent: VecDeque<Duration>,
    not_before: Duration,
    last_fault: Option<Fault>,
    quarantine: Option<String>,
}

/// The consequence of a fault.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// A fresh instance, now or after a pause.
    Restart,
    /// No further instance; the reason.
    Quarantine(String),
}

impl Supervisor {
    pub(crate) fn new(policy: FaultPolicy, clock: Arc<dyn Clock>) -> Self {
        let (record, controls) = Default::default();
        let (in_a_row, calls, busy_nanos, memory_bytes) = Default::default();
        let limits = Arc::new(LimitReporter::new(Arc::clone(&clock)));
        Self { policy, clock, in_a_row, calls, busy_nanos, memory_bytes, record, controls, limits }
    }

    /// Checks that an instance may be started now.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`] in quarantine, [`ErrorCode::Busy`] in a pause.
    pub(crate) fn may_start(&self, id: &str) -> Result<(), ErrorBody> {
        self.ensure_free(id)?;
        let left = self.record.lock().not_before.saturating_sub(self.clock.now());
        if left.is_zero() {
            return Ok(());
        }
        let ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        let message = format_args!("the extension `{id}` failed and backs off for {ms} ms");
        Err(ErrorBody::new(ErrorCode::Busy, message).with_retry_after_ms(ms))
    }

    /// Refuses calls in quarantine.
    pub(crate) fn ensure_free(&self, id: &str) -> Result<(), ErrorBody> {
        match &self.record.lock().quarantine {
            Some(reason) => Err(quarantined(id, reason)),
            None => Ok(()),
        }
    }

    pub(crate) fn started(&self) {
        self.record.lock().starts += 1;
    }

    /// Counts a call that succeeded.
    pub(crate) fn succeeded(&self, took: Duration) {
        self.count(took);
        if self.in_a_row.load(Relaxed) != 0 {
            self.in_a_row.store(0, Relaxed);
        }
    }

    /// Notes the memory of an instance after a call. It seldom grows, so mostly nothing is written.
    pub(crate) fn note_memory(&self, bytes: u64) {
        if bytes > self.memory_bytes.load(Relaxed) {
            self.memory_bytes.fetch_max(bytes, Relaxed);
        }
    }

    /// Counts a fault of a call or of a start, and decides about the consequence.
    pub(crate) fn failed(&self, fault: &Fault, took: Duration) -> Consequence {
        self.count(took);
        let in_a_row = self.in_a_row.fetch_add(1, Relaxed).saturating_add(1);
        let now = self.clock.now();
        let mut record = self.record.lock();
        record.faults += 1;
        record.last_fault = Some(fault.clone());
        record.recent.push_back(now);
        let window = self.policy.window;
        record.recent.retain(|at| now.saturating_sub(*at) < window);
        if let Some(reason) = self.quarantine_reason(in_a_row, record.recent.len(), fault) {
            record.quarantine = Some(reason.clone());
            return Consequence::Quarantine(reason);
        }
        record.not_before = now + back_off(&self.policy, in_a_row, random());
        Consequence::Restart
    }

    fn quarantine_reason(&self, in_a_row: u32, recent: usize, fault: &Fault) -> Option<String> {
        if in_a_row >= self.policy.in_a_row {
            return Some(format!("it failed {in_a_row} times in a row, the last time: {fault}"));
        }
        if recent >= self.policy.in_window {
            let seconds = self.policy.window.as_secs();
            return Some(format!(
                "it failed {recent} times within {seconds} s, the last time: {fault}"
            ));
        }
        None
    }

    /// Counts a guest's thread in, whose job a quarantine ends.
    pub(crate) fn watch(&self, control: &Arc<ThreadControl>) {
        let mut controls = self.controls.lock();
        controls.retain(|control| control.strong_count() > 0);
        controls.push(Arc::downgrade(control));
    }

    /// Refuses calls from now on, and ends those that run, of all versions.
    pub(crate) fn quarantine(&self, reason: String) {
        self.record.lock().quarantine = Some(reason);
        // A job that begins from now on is refused before it reaches the guest.
        for control in self.controls.lock().iter().filter_map(Weak::upgrade) {
            control.end_job();
        }
    }

    /// Ends a quarantine, and forgets the faults that led to it.
    pub(crate) fn release(&self) {
        self.record.lock().quarantine = None;
        self.forgive();
    }

    /// Forgets the faults of the version before, since another one starts.
    pub(crate) fn forgive(&self) {
        self.in_a_row.store(0, Relaxed);
        let mut record = self.record.lock();
        record.not_before = Duration::ZERO;
        record.recent.clear();
    }

    pub(crate) fn health(&self) -> Health {
        let now = self.clock.now();
        let record = self.record.lock();
        let state = match &record.quarantine {
            Some(_) => ExtensionState::Quarantined,
            None if record.not_before > now => ExtensionState::Pausing,
            None => ExtensionState::Running,
        };
        Health {
            state,
            starts: record.starts,
            faults: record.faults,
            last_fault: record.last_fault.clone(),
            quarantine: record.quarantine.clone(),
            calls: self.calls.load(Relaxed),
            busy: Duration::from_nanos(self.busy_nanos.load(Relaxed)),
            memory_bytes: self.memory_bytes.load(Relaxed),
        }
    }

    fn count(&self, took: Duration) {
        self.calls.fetch_add(1, Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.busy_nanos.fetch_add(nanos, Relaxed);
    }
}

/// Returns the back-off after so many faults in a row: none after the first, then doubling, and up to a fifth
/// shorter or longer, so that extensions that failed together do not come back together.
fn back_off(policy: &FaultPolicy, in_a_row: u32, random: u64) -> Duration {
    let Some(doublings) = in_a_row.checked_sub(2) else { return Duration::ZERO };
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    let base = policy.first_pause.saturating_mul(factor).min(policy.longest_pause);
    let percent = 80 + u32::try_from(random % 41).unwrap_or(20);
    (base * percent / 100).min(policy.longest_pause)
}

/// Returns a random number: the standard library's hash keys are random, which is all that a jitter
/// needs.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> Duration {
            Duration::from_millis(self.0.load(Relaxed))
        }
    }

    fn fault() -> Fault {
        Fault { code: ErrorCode::Trap, message: "it broke".into(), backtrace: Vec::new() }
    }

    fn supervisor(policy: FaultPolicy) -> (Supervisor, Arc<Hand>) {
        let hand = Arc::new(Hand::default());
        (Supervisor::new(policy, Arc::clone(&hand) as Arc<dyn Clock>), hand)
    }

    #[test]
    fn rel_20_pauses_double_from_one_second_to_five_minutes() {
        let policy = FaultPolicy::default();
        assert_eq!(back_off(&policy, 1, 0), Duration::ZERO);
        for (in_a_row, seconds) in [(2, 1), (3, 2), (4, 4), (9, 128), (11, 300), (200, 300)] {
            let shortest = back_off(&policy, in_a_row, 0);
            let longest = back_off(&policy, in_a_row, 40);
            assert_eq!(shortest, Duration::from_millis(seconds * 800));
            assert_eq!(longest, Duration::from_millis(seconds * 1200).min(policy.longest_pause));
        }
    }

    #[test]
    fn rel_20_a_pause_ends_with_time_and_with_success() {
        let (supervisor, hand) = supervisor(FaultPolicy::default());
        assert_eq!(supervisor.failed(&fault(), Duration::ZERO), Consequence::Restart);
        assert!(supervisor.may_start("x").is_ok(), "one fault costs no pause");
        supervisor.failed(&fault(), Duration::ZERO);
        let error = supervisor.may_start("x").unwrap_err();
        assert_eq!(error.code, ErrorCode::Busy);
        assert!((700..=1300).contains(&error.retry_after_ms.unwrap()));
        assert_eq!(supervisor.health().state, ExtensionState::Pausing);
        hand.0.store(1300, Relaxed);
        assert!(supervisor.may_start("x").is_ok());
        supervisor.succeeded(Duration::ZERO);
        supervisor.failed(&fault(), Duration::ZERO);
        assert!(supervisor.may_start("x").is_ok(), "the row was broken");
    }

    #[test]
    fn rel_20_repeated_faults_end_in_quarantine_until_it_is_released() {
        let (supervisor, _) = supervisor(FaultPolicy { in_a_row: 3, ..FaultPolicy::default() });
        supervisor.failed(&fault(), Duration::ZERO);
        supervisor.failed(&fault(), Duration::ZERO);
        let Consequence::Quarantine(reason) = supervisor.failed(&fault(), Duration::ZERO) else {
            panic!("three in a row are too many")
        };
        assert!(reason.contains("it broke"), "{reason}");
        let error = supervisor.ensure_free("x").unwrap_err();
        assert_eq!(error.code, ErrorCode::Stopped);
        assert!(error.error.contains("`x` is quarantined"), "{error}");
        supervisor.release();
        assert!(supervisor.may_start("x").is_ok());
        assert_eq!(supervisor.health().faults, 3, "what happened is not forgotten");
    }

    #[test]
    fn rel_20_faults_far_apart_do_not_add_up() {
        let policy = FaultPolicy { in_window: 3, ..FaultPolicy::default() };
        let (supervisor, hand) = supervisor(policy);
        for minute in 0..20 {
            hand.0.store(minute * 301_000, Relaxed);
            assert_eq!(supervisor.failed(&fault(), Duration::ZERO), Consequence::Restart);
            supervisor.succeeded(Duration::ZERO);
        }
        supervisor.failed(&fault(), Duration::ZERO);
        supervisor.succeeded(Duration::ZERO);
        assert_ne!(supervisor.failed(&fault(), Duration::ZERO), Consequence::Restart);
    }
}
