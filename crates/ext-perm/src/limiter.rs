//! Requests per minute, and jobs at the same time.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::Refusal;

/// How often a principal may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests per minute, evenly.
    pub per_minute: NonZeroU32,
    /// Requests at once, after a pause long enough.
    pub burst: NonZeroU32,
}

impl Rate {
    /// `n` requests per minute; after a minute's pause all of them at once.
    #[must_use]
    pub const fn per_minute(n: NonZeroU32) -> Self {
        Self { per_minute: n, burst: n }
    }
}

/// A rate limit on the monotonic clock. Neither locks nor allocates.
pub(crate) struct Limiter {
    pub(crate) rate: Rate,
    limiter: RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        Self { rate, limiter: RateLimiter::direct(quota).with_middleware() }
    }

    /// Charges one request; returns how many more may come at once.
    pub(crate) fn charge(&self) -> Result<u32, Refusal> {
        match self.limiter.check() {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(Refusal::RateLimited { retry_after_ms: ceil_ms(wait) })
            }
        }
    }
}

/// Whole milliseconds, rounded up and at least one, so that a caller that waits them is not early.
fn ceil_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// How many jobs run, and how many may.
#[derive(Debug)]
pub(crate) struct Jobs {
    pub(crate) limit: u32,
    running: Arc<AtomicU32>,
}

impl Jobs {
    pub(crate) fn new(limit: NonZeroU32) -> Self {
        Self { limit: limit.get(), running: Arc::default() }
    }

    pub(crate) fn running(&self) -> u32 {
        self.running.load(Ordering::Acquire)
    }

    pub(crate) fn start(&self) -> Result<JobSlot, Refusal> {
        let more = |running: u32| (running < self.limit).then_some(running + 1);
        match self.running.fetch_update(Ordering::AcqRel, Ordering::Acquire, more) {
            Ok(_) => Ok(JobSlot { running: Some(Arc::clone(&self.running)) }),
            Err(_) => Err(Refusal::TooManyJobs { limit: self.limit }),
        }
    }
}

/// A job's place among those that may run at the same time; given back when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct JobSlot {
    running: Option<Arc<AtomicU32>>,
}

impl JobSlot {
    /// A place where there is no limit.
    pub(crate) const fn unlimited() -> Self {
        Self { running: None }
    }
}

impl Drop for JobSlot {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.fetch_sub(1, Ordering::AcqRel);
        }
    }
}
