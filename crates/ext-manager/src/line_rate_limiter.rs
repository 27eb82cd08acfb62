//! The rate limit of an extension's log.

use std::time::Duration;

use parking_lot::Mutex;

/// A rate limiter that counts the lines of one extension, second by second.
#[derive(Debug, Default)]
pub(crate) struct LineRateLimiter {
    state: Mutex<Second>,
}

#[derive(Debug, Default)]
struct Second {
    number: u64,
    lines: u32,
    dropped: u64,
}

/// The decision about a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The line is logged, after a note that so many before it were not.
    Log {
        /// Lines that were dropped since the last one that was not.
        dropped: u64,
    },
    /// The line is dropped.
    Drop,
}

impl LineRateLimiter {
    /// Counts one more line and decides about it.
    pub(crate) fn take(&self, now: Duration, limit: u32) -> Verdict {
        let mut second = self.state.lock();
        if second.number != now.as_secs() {
            (second.number, second.lines) = (now.as_secs(), 0);
        }
        if second.lines >= limit {
            second.dropped += 1;
            return Verdict::Drop;
        }
        second.lines += 1;
        Verdict::Log { dropped: std::mem::take(&mut second.dropped) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_lines_over_the_limit_are_counted_and_told_later() {
        let limit = LineRateLimiter::default();
        let at = |ms| Duration::from_millis(ms);
        assert_eq!(limit.take(at(0), 2), Verdict::Log { dropped: 0 });
        assert_eq!(limit.take(at(10), 2), Verdict::Log { dropped: 0 });
        assert_eq!(limit.take(at(20), 2), Verdict::Drop);
        assert_eq!(limit.take(at(999), 2), Verdict::Drop);
        assert_eq!(limit.take(at(1000), 2), Verdict::Log { dropped: 2 });
        assert_eq!(limit.take(at(1001), 2), Verdict::Log { dropped: 0 });
    }
}
