//! A process, as its parent holds it: to be killed from any thread, and never left as a zombie.

use std::{
    fmt,
    process::{Child, ExitStatus},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicU8, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

/// How long a process whose pipe has ended may take to be gone.
const EXIT_TIME: Duration = Duration::from_secs(2);

/// How often the parent looks whether it is.
const LOOK: Duration = Duration::from_millis(1);

/// The deadline that never comes.
const NEVER: u64 = u64::MAX;

/// Why the parent ended a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reason {
    /// Somebody wanted it to end.
    Stopped = 1,
    /// It was silent for longer than a guest may compute.
    Silent = 2,
    /// A call took longer than it may.
    Late = 3,
}

impl Reason {
    const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Stopped),
            2 => Some(Self::Silent),
            3 => Some(Self::Late),
            _ => None,
        }
    }
}

/// A process and its deadline.
#[derive(Debug)]
pub(crate) struct Process {
    child: Mutex<Child>,
    /// What deadlines count from.
    began: Instant,
    /// When it is killed, in nanoseconds after `began`, or [`NEVER`].
    deadline: AtomicU64,
    /// The [`Reason`] that the deadline is about.
    about: AtomicU8,
    /// The [`Reason`] for which it was killed; 0 when it was not.
    ended: AtomicU8,
}

impl Process {
    pub(crate) fn new(child: Child) -> Self {
        Self {
            child: Mutex::new(child),
            began: Instant::now(),
            deadline: AtomicU64::new(NEVER),
            about: AtomicU8::new(0),
            ended: AtomicU8::new(0),
        }
    }

    /// It is killed unless [`wait_no_more`](Self::wait_no_more) comes first.
    pub(crate) fn wait_until(&self, deadline: Instant, about: Reason) {
        let after = deadline.saturating_duration_since(self.began);
        self.about.store(about as u8, Relaxed);
        self.deadline.store(u64::try_from(after.as_nanos()).unwrap_or(NEVER - 1), SeqCst);
    }

    /// It may take its time: nobody waits for it.
    pub(crate) fn wait_no_more(&self) {
        self.deadline.store(NEVER, SeqCst);
    }

    /// Kills it when its deadline is over.
    pub(crate) fn look(&self) {
        let deadline = self.deadline.load(SeqCst);
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(NEVER - 1);
        if deadline <= now
            && deadline != NEVER
            && let Some(reason) = Reason::of(self.about.load(Relaxed))
        {
            self.end(reason);
        }
    }

    /// Takes it out of the system's list of processes when it has ended while nobody waited for it.
    pub(crate) fn bury(&self) {
        // How it ended is kept for the one that asks next.
        let _ = self.child().try_wait();
    }

    /// Kills it; the first reason counts.
    pub(crate) fn end(&self, reason: Reason) {
        // When it fails, the process had a reason already.
        let _ = self.ended.compare_exchange(0, reason as u8, SeqCst, SeqCst);
        self.kill();
    }

    /// Why the parent killed it, if it did.
    pub(crate) fn ended(&self) -> Option<Reason> {
        Reason::of(self.ended.load(SeqCst))
    }

    /// Waits a little for its end, then brings it about; how it ended, when it did so by itself.
    pub(crate) fn reap(&self) -> Option<ExitStatus> {
        let until = Instant::now() + EXIT_TIME;
        while Instant::now() < until {
            match self.child().try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(LOOK),
                Err(_) => break,
            }
        }
        self.kill_and_wait();
        None
    }

    /// Ends it, and takes it out of the system's list of processes.
    pub(crate) fn kill_and_wait(&self) {
        self.kill();
        if let Err(error) = self.child().wait() {
            tracing::debug!(%error, "a process cannot be waited for");
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child().id()
    }

    fn kill(&self) {
        // It may be gone already.
        let _ = self.child().kill();
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_and_wait();
    }
}

/// How a process ended, in words: "was killed (SIGKILL)", "ended by itself (exit status: 7)".
pub(crate) struct Ending(pub(crate) Option<ExitStatus>);

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(status) = self.0 else { return f.write_str("was killed: it did not answer") };
        match signal(status) {
            Some(signal) => write!(f, "was killed ({signal})"),
            None => write!(f, "ended by itself ({status})"),
        }
    }
}

/// The name of the signal that ended a process.
#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<String> {
    const NAMES: &[(i32, &str)] = &[
        (1, "SIGHUP"),
        (2, "SIGINT"),
        (4, "SIGILL"),
        (6, "SIGABRT"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (15, "SIGTERM"),
    ];
    let number = std::os::unix::process::ExitStatusExt::signal(&status)?;
    let name = NAMES.iter().find(|(known, _)| *known == number);
    Some(name.map_or_else(|| format!("signal {number}"), |(_, name)| (*name).to_owned()))
}

#[cfg(not(unix))]
const fn signal(_: ExitStatus) -> Option<String> {
    None
}
