//! The rate limit, and the limit of jobs that run at the same time.

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
    clock::{Clock, MonotonicClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::refusal::Refusal;

/// The rate at which a principal may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The requests per minute, evenly spread.
    pub per_minute: NonZeroU32,
    /// The requests at once, after a pause long enough.
    pub burst: NonZeroU32,
}

impl Rate {
    /// Returns a rate of `n` requests per minute, after a minute's pause all of them at once.
    #[must_use]
    pub const fn per_minute(n: NonZeroU32) -> Self {
        Self { per_minute: n, burst: n }
    }
}

/// A rate limiter that neither locks nor allocates. Its clock is monotonic, so that setting the wall
/// clock gives nobody more requests and locks nobody out.
pub(crate) struct Limiter<C: Clock = MonotonicClock> {
    pub(crate) rate: Rate,
    clock: C,
    limiter: RateLimiter<NotKeyed, InMemoryState, C, StateInformationMiddleware>,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        Self::with_clock(rate, MonotonicClock)
    }
}

impl<C: Clock + Clone> Limiter<C> {
    fn with_clock(rate: Rate, clock: C) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone()).with_middleware();
        Self { rate, clock, limiter }
    }

    /// Charges one request; returns the number of those that may come at once after it.
    pub(crate) fn charge(&self) -> Result<u32, Refusal> {
        match self.limiter.check() {
            Ok(state) => Ok(state.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                Err(Refusal::RateLimited { retry_after_ms: ceil_ms(wait) })
            }
        }
    }
}

/// Returns whole milliseconds, rounded up and at least one, so that a caller that waits them is not
/// early.
fn ceil_ms(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// The number of jobs that run, and the limit.
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

/// A job's slot among those that may run at the same time, which is given back on drop.
#[must_use]
#[derive(Debug)]
pub struct JobSlot {
    running: Option<Arc<AtomicU32>>,
}

impl JobSlot {
    /// Creates a slot of a principal without a limit.
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

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60_000;

    fn rate(per_minute: u32, burst: u32) -> Rate {
        let [per_minute, burst] = [per_minute, burst].map(|n| NonZeroU32::new(n).unwrap());
        Rate { per_minute, burst }
    }

    /// Asks as `steps` say (after so many milliseconds, so often); returns the times of what was
    /// allowed.
    fn allowed(rate: Rate, steps: &[(u64, usize)]) -> Vec<u64> {
        let clock = FakeRelativeClock::default();
        let limiter = Limiter::with_clock(rate, clock.clone());
        let (mut now, mut times) = (0, Vec::new());
        for &(pause, asks) in steps {
            clock.advance(Duration::from_millis(pause));
            now += pause;
            times.extend((0..asks).filter(|_| limiter.charge().is_ok()).map(|_| now));
        }
        times
    }

    /// Returns the most that was allowed in any minute.
    fn most_in_a_minute(times: &[u64]) -> usize {
        let in_minute =
            |from: &u64| times.iter().filter(|at| (*from..from + MINUTE).contains(at)).count();
        times.iter().map(in_minute).max().unwrap_or(0)
    }

    #[test]
    fn call_04_a_burst_at_the_border_of_two_minutes_is_one_burst() {
        let times = allowed(rate(60, 60), &[(59_900, 1000), (200, 1000), (59_900, 1000)]);
        assert!(most_in_a_minute(&times) <= 120, "{}", most_in_a_minute(&times));
        // The allow twin: evenly, all of them pass.
        assert_eq!(allowed(rate(60, 1), &[(1000, 1); 200]).len(), 200);
    }

    #[test]
    fn call_05_the_clock_is_the_one_that_only_goes_forward() {
        // `MonotonicClock` is `std::time::Instant`; no feature of the library changes that.
        let limiter: Limiter<MonotonicClock> = Limiter::new(rate(1, 1));
        let before: std::time::Instant = limiter.clock.now();
        assert!(limiter.charge().is_ok() && limiter.charge().is_err());
        assert!(limiter.clock.now() >= before);
    }

    proptest! {
        #[test]
        fn call_04_no_minute_has_more_than_the_limit_and_a_burst(
            per_minute in 1_u32..300,
            burst in 1_u32..100,
            steps in proptest::collection::vec((0_u64..40_000, 0_usize..120), 1..40),
        ) {
            let times = allowed(rate(per_minute, burst), &steps);
            prop_assert!(most_in_a_minute(&times) <= (per_minute + burst) as usize);
        }
    }
}
