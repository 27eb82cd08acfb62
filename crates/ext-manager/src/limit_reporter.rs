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
    hits: Mutex<BTreeMap<&'static str, Hits>>,
}

/// The times that a limit was hit.
#[derive(Default)]
struct Hits {
    lines: LineRateLimiter,
    total: u64,
}

impl LimitReporter {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, hits: Mutex::default() }
    }

    /// Reports that the extension hit a limit.
    pub(crate) fn note(&self, extension: &str, limit: &'static str, allowed: impl fmt::Display) {
        let mut hits = self.hits.lock();
        let of_limit = hits.entry(limit).or_default();
        of_limit.total = of_limit.total.saturating_add(1);
        let verdict = of_limit.lines.take(self.clock.now(), 1);
        if let Verdict::Log { dropped } = verdict {
            tracing::warn!(extension, limit, %allowed, since = dropped, "the extension hit a limit");
        }
    }

    /// Lists the limits that were hit, and how often.
    pub(crate) fn totals(&self) -> Vec<(&'static str, u64)> {
        self.hits.lock().iter().map(|(limit, hits)| (*limit, hits.total)).collect()
    }

    /// Reports the limit that a fault is about, if it is about one.
    pub(crate) fn note_fault(&self, extension: &str, fault: &Fault, limits: &InstanceLimits) {
        if let Some((limit, allowed)) = limit_of(fault, limits) {
            self.note(extension, limit, allowed);
        }
    }
}

/// Returns the limit that a fault is about: its key in the manifest's `limits`, and its value.
fn limit_of(fault: &Fault, limits: &InstanceLimits) -> Option<(&'static str, String)> {
    let ms = |duration: std::time::Duration| format!("{} ms", duration.as_millis());
    Some(match fault.code {
        ErrorCode::Cpu if limits.meters_fuel() => {
            let fuel = format!("{}, {} units of fuel", ms(limits.compute_timeout), limits.fuel);
            ("compute_timeout_ms", fuel)
        }
        ErrorCode::Cpu => ("compute_timeout_ms", ms(limits.compute_timeout)),
        ErrorCode::Deadline => ("call_timeout_ms", ms(limits.call_timeout)),
        ErrorCode::Memory => ("memory_mb", format!("{} MiB", limits.memory_bytes >> 20)),
        ErrorCode::Stack => ("stack_kb", format!("{} KiB", limits.stack_bytes >> 10)),
        ErrorCode::AbiTooLarge if is_about_json(&fault.message, limits.json_bytes) => {
            (JSON_KEY, format!("{} bytes", limits.json_bytes))
        }
        _ => return None,
    })
}

/// Adds the limit that a fault is about to its message, as the manifest names it.
pub(crate) fn name_limit(mut fault: Fault, limits: &InstanceLimits) -> Fault {
    if let Some((limit, allowed)) = limit_of(&fault, limits) {
        fault.message = format!("{} (limits.{limit}: {allowed})", fault.message);
    }
    fault
}

/// Key of the limit of JSON in the manifest's `limits`.
pub(crate) const JSON_KEY: &str = "max_json_bytes";

/// Returns whether the message of a refused size is about this limit of JSON, and not about a fixed one
/// of the ABI.
pub(crate) fn is_about_json(message: &str, json_bytes: u32) -> bool {
    message.ends_with(&format!("the limit is {json_bytes} bytes"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_fault_about_a_limit_names_it_as_the_manifest_does() {
        let limits = InstanceLimits {
            json_bytes: 2048,
            compute_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(600),
            ..InstanceLimits::default()
        };
        let named = |code, message: &str| {
            let fault = Fault { code, message: message.to_owned(), backtrace: Vec::new() };
            name_limit(fault, &limits).message
        };
        assert_eq!(
            named(ErrorCode::Cpu, "it ran too long"),
            "it ran too long (limits.compute_timeout_ms: 10000 ms)"
        );
        assert!(
            named(ErrorCode::Deadline, "late").ends_with("(limits.call_timeout_ms: 600000 ms)")
        );
        assert!(named(ErrorCode::Memory, "full").contains("limits.memory_mb: "));
        assert_eq!(named(ErrorCode::Trap, "it trapped"), "it trapped");
        let over = "reply of 3000 bytes, the limit is 2048 bytes";
        assert!(
            named(ErrorCode::AbiTooLarge, over).ends_with("(limits.max_json_bytes: 2048 bytes)")
        );
        let fixed = "blobs of 2000, the limit is 1024";
        assert_eq!(named(ErrorCode::AbiTooLarge, fixed), fixed);
    }
}
