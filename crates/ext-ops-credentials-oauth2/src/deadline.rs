//! Deadline of a login.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::error::LoginError;

/// Interval between two looks at the clock and at the flag.
const POLL: Duration = Duration::from_millis(50);

/// The time at which a login ends, and the flag that cancels it before.
pub(crate) struct Deadline<'a> {
    pub(crate) until: Instant,
    pub(crate) stop: &'a AtomicBool,
}

impl Deadline<'_> {
    /// Fails when time is up or the login was cancelled.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(LoginError::Stopped);
        }
        if Instant::now() >= self.until {
            return Err(LoginError::Timeout);
        }
        Ok(())
    }

    /// Sleeps for `time`, unless the deadline comes first.
    pub(crate) fn sleep(&self, time: Duration) -> Result<(), LoginError> {
        let began = Instant::now();
        while began.elapsed() < time {
            self.check()?;
            thread::sleep(POLL.min(time));
        }
        self.check()
    }
}
