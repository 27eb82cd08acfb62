//! The clock of back-offs.

use std::time::{Duration, Instant};

/// A clock that never goes back. Tests bring one of their own.
pub trait Clock: Send + Sync {
    /// Returns the time since some moment in the past.
    fn now(&self) -> Duration;
}

/// The system's monotonic clock: what the user does to the date does not move it.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }
}
