//! Clocks in whole milliseconds.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ext_abi::GuestMemory;

use crate::{Errno, memory::write_u64};

/// The resolution of clocks and sleeps, in nanoseconds: fine enough for timers and logs, too
/// coarse to see the processor's caches by.
pub(crate) const RESOLUTION: u64 = 1_000_000;

/// The start of monotonic time, in nanoseconds: the runtime of Go takes 0 for a broken clock.
const MONOTONIC_START: u64 = 1_000_000_000;

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;

#[derive(Debug)]
pub(crate) struct Clocks {
    started: Instant,
}

impl Clocks {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now() }
    }

    /// Reads a clock, in nanoseconds, rounded down.
    pub(crate) fn now(&self, id: u32) -> Result<u64, Errno> {
        let exact = match id {
            REALTIME => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, nanos),
            MONOTONIC => nanos(self.started.elapsed()).saturating_add(MONOTONIC_START),
            _ => return Err(Errno::INVAL),
        };
        Ok(exact / RESOLUTION * RESOLUTION)
    }

    /// Answers `clock_time_get`.
    pub(crate) fn time(
        &self,
        memory: &mut impl GuestMemory,
        id: u32,
        at: u32,
    ) -> Result<(), Errno> {
        write_u64(memory, at, self.now(id)?)
    }

    /// Answers `clock_res_get`.
    pub(crate) fn resolution(
        &self,
        memory: &mut impl GuestMemory,
        id: u32,
        at: u32,
    ) -> Result<(), Errno> {
        self.now(id)?;
        write_u64(memory, at, RESOLUTION)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
