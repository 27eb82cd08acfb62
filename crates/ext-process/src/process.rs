//! A process, as its parent holds it: killed from any thread, and always reaped.

use std::{
    fmt, io,
    process::{ChildStdin, ChildStdout, ExitStatus},
    sync::{
        Arc,
        atomic::{
            AtomicU8, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use crate::{
    Pipes, Program, Receiver, SealedBytes, Sender,
    group::Group,
    supervisor::{self, Supervised},
};

/// The time limit for the exit of a process whose pipe has ended.
const EXIT_TIME: Duration = Duration::from_secs(2);

/// The interval at which the parent looks for that exit.
const LOOK: Duration = Duration::from_millis(1);

/// The deadline that never comes.
const NEVER: u64 = u64::MAX;

/// The reason for which the parent ended a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum EndReason {
    /// The parent does not need it any more.
    Stopped = 1,
    /// It was silent for longer than it may be.
    Silent = 2,
    /// Its request took longer than it may.
    Late = 3,
}

impl EndReason {
    const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Stopped),
            2 => Some(Self::Silent),
            3 => Some(Self::Late),
            _ => None,
        }
    }
}

/// A process and its deadline. It ends when this is dropped, if not before.
#[derive(Debug)]
pub struct Process {
    group: Mutex<Group>,
    /// The start, from which deadlines count.
    began: Instant,
    /// The moment at which it is killed, in nanoseconds after `began`, or [`NEVER`].
    deadline: AtomicU64,
    /// The [`EndReason`] that the deadline is about.
    about: AtomicU8,
    /// The [`EndReason`] for which it was killed; 0 when it was not.
    ended: AtomicU8,
}

impl Process {
    /// Starts a process, whose deadline is watched from then on.
    ///
    /// # Errors
    /// When the system cannot start it, or the thread that watches.
    pub fn start(program: &Program) -> io::Result<(Arc<Self>, Pipes<ChildStdout, ChildStdin>)> {
        Self::start_with(program, None)
    }

    /// Starts a process as [`start`](Self::start) does, which gets the bytes, if there are any, by
    /// [`SealedBytes::from_parent`].
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn start_with(
        program: &Program,
        sealed: Option<&SealedBytes>,
    ) -> io::Result<(Arc<Self>, Pipes<ChildStdout, ChildStdin>)> {
        let mut child = program.spawn(sealed)?;
        let pipes = child.stdout.take().zip(child.stdin.take());
        let process = Arc::new(Self {
            group: Mutex::new(Group::new(child)),
            began: Instant::now(),
            deadline: AtomicU64::new(NEVER),
            about: AtomicU8::new(0),
            ended: AtomicU8::new(0),
        });
        supervisor::watch(Arc::<Self>::clone(&process))?;
        let (from, to) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        Ok((process, Pipes { from: Receiver::new(from), to: Sender::new(to) }))
    }

    /// Sets the deadline: the process is killed unless [`wait_no_more`](Self::wait_no_more) comes first.
    pub fn wait_until(&self, deadline: Instant, about: EndReason) {
        let after = deadline.saturating_duration_since(self.began);
        self.about.store(about as u8, Relaxed);
        self.deadline.store(u64::try_from(after.as_nanos()).unwrap_or(NEVER - 1), SeqCst);
    }

    /// Removes the deadline: nobody waits for the process.
    pub fn wait_no_more(&self) {
        self.deadline.store(NEVER, SeqCst);
    }

    /// Kills the process, with all that it has started; the first reason counts.
    pub fn end(&self, reason: EndReason) {
        // When it fails, the process had a reason already.
        let _ = self.ended.compare_exchange(0, reason as u8, SeqCst, SeqCst);
        self.group.lock().kill();
    }

    /// Returns the reason for which the parent killed the process, if it did.
    pub fn ended(&self) -> Option<EndReason> {
        EndReason::of(self.ended.load(SeqCst))
    }

    /// Waits shortly for the exit, which the end of a pipe announces, then kills the process.
    pub fn wait_for_exit(&self) -> Exit {
        let status = self.status_soon();
        match (self.ended(), status) {
            (Some(reason), _) => Exit::Killed(reason),
            (None, Some(status)) => Exit::Status(status),
            (None, None) => Exit::HungUp,
        }
    }

    fn status_soon(&self) -> Option<ExitStatus> {
        let until = Instant::now() + EXIT_TIME;
        while Instant::now() < until {
            let status = self.group.lock().try_wait();
            match status {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(LOOK),
                Err(_) => break,
            }
        }
        self.kill_and_wait();
        None
    }

    /// Kills the process, with all that it has started, and reaps it.
    pub fn kill_and_wait(&self) {
        if let Err(error) = self.group.lock().end() {
            tracing::debug!(%error, "a process cannot be waited for");
        }
    }

    /// Returns the number of the process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.group.lock().id()
    }
}

impl Supervised for Process {
    fn enforce_deadline(&self) {
        let deadline = self.deadline.load(SeqCst);
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(NEVER - 1);
        if deadline <= now
            && deadline != NEVER
            && let Some(reason) = EndReason::of(self.about.load(Relaxed))
        {
            self.end(reason);
        }
    }

    fn reap_if_ended(&self) {
        // How it ended is kept for the next caller of `wait_for_exit`.
        let _ = self.group.lock().try_wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_and_wait();
    }
}

/// The end of a process; shown as "was killed (SIGKILL)", "ended by itself (exit status: 7)".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The parent killed it.
    Killed(EndReason),
    /// It ended by itself, or by something other than the parent.
    Status(ExitStatus),
    /// It closed its pipe and did not end, so the parent killed it.
    HungUp,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Killed(EndReason::Stopped) => f.write_str("was stopped"),
            Self::Killed(EndReason::Silent) => {
                f.write_str("was killed: it was silent for too long")
            }
            Self::Killed(EndReason::Late) => f.write_str("was killed: its time was up"),
            Self::HungUp => f.write_str("was killed: it did not answer"),
            Self::Status(status) => match signal(*status) {
                Some(signal) => write!(f, "was killed ({signal})"),
                None => write!(f, "ended by itself ({status})"),
            },
        }
    }
}

/// Returns the name of the signal that ended a process.
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
