//! The reporter of limits that an extension hit, in the host's log.

use std::{collections::BTreeMap, fmt, sync::Arc};

use ext_host::{Fault, InstanceLimits};
use ext_wire::ErrorCode;
use parking_lot::Mutex;

use crate::{
    clock::Clock,
    line_rate_limiter::{LineRateLimiter, Verdict},
};

/// A reporter that writes one line for each limit and second, so that an extension that hits one all
/// the time does not fill the log.
pub(crate) struct LimitReporter {
    clock: Arc<dyn Clock>,
    hits: Mutex<BTreeMap<&'static str, LineRateLimiter>>,
}

impl LimitReporter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, hits: Mutex::default() }
    }

    /// Reports that the extension hit a limit.
    pub(crate) fn note(&self, extension: &str, limit: &'static str, allowed: impl fmt::Display) {
        let mut hits = self.hits.lock();
        let verdict = hits.entry(limit).or_default().take(self.clock.now(), 1);
        if let Verdict::Log { dropped } = verdict {
            tracing::warn!(extension, limit, %allowed, since = dropped, "the extension hit a limit");
        }
    }

    /// Reports the limit that a fault is about, if it is about one.
    pub(crate) fn note_fault(&self, extension: &str, fault: &Fault, limits: &InstanceLimits) {
        let ms = |duration: std::time::Duration| format!("{} ms", duration.as_millis());
        let (limit, allowed) = match fault.code {
            ErrorCode::Cpu if limits.meters_fuel() => (
                "compute",
                format!("{}, {} units of fuel", ms(limits.compute_timeout), limits.fuel),
            ),
            ErrorCode::Cpu => ("compute_timeout_ms", ms(limits.compute_timeout)),
            ErrorCode::Deadline => ("call_timeout_ms", ms(limits.call_timeout)),
            ErrorCode::Memory => ("memory_mb", format!("{} MiB", limits.memory_bytes >> 20)),
            ErrorCode::Stack => ("stack_kb", format!("{} KiB", limits.stack_bytes >> 10)),
            _ => return,
        };
        self.note(extension, limit, allowed);
    }
}
