//! Clocks that tell whole milliseconds: a finer one measures the caches of the processor.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The least that two readings differ by.
pub(crate) const RESOLUTION: Duration = Duration::from_millis(1);

/// The clocks of one guest.
#[derive(Debug)]
pub(crate) struct Clocks {
    began: Instant,
}

impl Clocks {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now() }
    }

    /// Reads a clock of preview 1: the time of day, or the time since the guest began, which also
    /// stands for the time that it computed. `None` for one that there is not.
    pub(crate) fn now(&self, id: u32) -> Option<Duration> {
        match id {
            0 => Some(coarse(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())),
            1..=3 => Some(coarse(self.began.elapsed())),
            _ => None,
        }
    }
}

fn coarse(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_tell_whole_milliseconds() {
        let clocks = Clocks::new();
        for id in 0..4 {
            assert_eq!(clocks.now(id).unwrap().subsec_nanos() % 1_000_000, 0);
        }
        assert_eq!(clocks.now(4), None);
    }
}
