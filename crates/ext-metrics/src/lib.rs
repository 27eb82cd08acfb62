//! Metrics of the system, in the text format of OpenMetrics, which Prometheus reads.
//!
//! ```
//! use std::time::Duration;
//! use ext_metrics::{Metrics, Queue};
//! use ext_wire::ErrorCode;
//!
//! let metrics = Metrics::default();
//! metrics.count_call("query:core.status.v1", ErrorCode::OK, Duration::from_millis(2));
//! metrics.count_extension_call("hello", true, "query:ai.ocr.v1", ErrorCode::Rate, Duration::ZERO);
//! metrics.set_queue("Home", Queue::Jobs, 3);
//!
//! let text = metrics.to_text();
//! assert!(text.contains(r#"spacedrive_calls_total{method="query:core.status.v1",code="OK"} 1"#));
//! assert!(text.contains(r#"spacedrive_queue_length{library="Home",queue="jobs"} 3"#));
//! ```
//!
//! # Not in this crate
//!
//! The server (`ext-rpc`), and the decision who may see the metrics (`spacedrive-daemon`).
#![forbid(unsafe_code)]

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use ext_wire::ErrorCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// The upper bounds of the durations that are told apart, in seconds.
const BOUNDS: [f64; 12] =
    [0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];
/// The name in place of a method that does not exist: whoever calls may write anything.
const UNKNOWN: &str = "unknown";

/// A call of a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    method: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: String,
}

/// A call between an extension and the host.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExtensionLabels {
    extension: String,
    /// `out` for a call of the host by the extension, `in` for what it received.
    direction: &'static str,
    method: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DirectionLabels {
    extension: String,
    direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueueLabels {
    library: String,
    queue: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ExtensionLabel {
    extension: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BudgetLabels {
    extension: String,
    budget: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    extension: String,
    limit: &'static str,
}

/// Work that waits in a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Events that wait for an extension.
    Events,
    /// Events that are not delivered again without being asked.
    DeadLetters,
    /// Jobs that wait, run or are parked.
    Jobs,
    /// Jobs that are parked.
    ParkedJobs,
}

impl Queue {
    const fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::DeadLetters => "dead_letters",
            Self::Jobs => "jobs",
            Self::ParkedJobs => "parked_jobs",
        }
    }
}

/// The metrics of a program. All methods may be called from any thread.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    durations: Family<MethodLabel, Histogram>,
    extension_calls: Family<ExtensionLabels, Counter>,
    extension_seconds: Family<DirectionLabels, Counter<f64, AtomicU64>>,
    queues: Family<QueueLabels, Gauge>,
    quarantined: Family<ExtensionLabel, Gauge>,
    budgets: Family<BudgetLabels, Gauge>,
    budgets_left: Family<BudgetLabels, Gauge>,
    limits_hit: Family<LimitLabels, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("spacedrive");
        let (calls, extension_calls, extension_seconds) = Default::default();
        let (queues, quarantined, limits_hit) = Default::default();
        let (budgets, budgets_left) = Default::default();
        let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
        let metrics = Self {
            calls,
            durations: Family::new_with_constructor(histogram),
            extension_calls,
            extension_seconds,
            queues,
            quarantined,
            budgets,
            budgets_left,
            limits_hit,
            registry: Registry::default(),
        };
        let (calls, durations) = (metrics.calls.clone(), metrics.durations.clone());
        registry.register("calls", "Calls of clients, by method and code", calls);
        let help = "Durations of the calls of clients";
        registry.register_with_unit("call_duration", help, Unit::Seconds, durations);
        let calls = metrics.extension_calls.clone();
        registry.register("extension_calls", "Calls by and of extensions", calls);
        let (help, seconds) = ("Time in calls by and of extensions", &metrics.extension_seconds);
        registry.register_with_unit("extension_call", help, Unit::Seconds, seconds.clone());
        let queues = metrics.queues.clone();
        registry.register("queue_length", "Work that waits, by library", queues);
        let help = "1 for an extension that is in quarantine";
        registry.register("extension_quarantined", help, metrics.quarantined.clone());
        let help = "What an extension may use up in a day";
        registry.register("extension_budget", help, metrics.budgets.clone());
        let help = "What is left of that today";
        registry.register("extension_budget_left", help, metrics.budgets_left.clone());
        let help = "Limits that an extension hit since it was loaded";
        registry.register("extension_limits_hit", help, metrics.limits_hit.clone());
        Self { registry, ..metrics }
    }
}

impl Metrics {
    /// Counts a call of a client.
    pub fn count_call(&self, method: &str, code: ErrorCode, duration: Duration) {
        // A refused caller may have written anything: only what was called has a name here.
        let is_known = !matches!(code, ErrorCode::UnknownMethod | ErrorCode::DeniedMethod);
        let method = if is_known { method } else { UNKNOWN }.to_owned();
        let labels = CallLabels { method: method.clone(), code: code.name().to_owned() };
        self.calls.get_or_create(&labels).inc();
        self.durations.get_or_create(&MethodLabel { method }).observe(duration.as_secs_f64());
    }

    /// Counts a call between an extension and the host, which is outgoing when the extension makes it.
    pub fn count_extension_call(
        &self,
        extension: &str,
        is_outgoing: bool,
        method: &str,
        code: ErrorCode,
        duration: Duration,
    ) {
        let direction = if is_outgoing { "out" } else { "in" };
        let is_known = !matches!(code, ErrorCode::UnknownMethod | ErrorCode::DeniedMethod);
        let labels = ExtensionLabels {
            extension: extension.to_owned(),
            direction,
            method: if is_known { method } else { UNKNOWN }.to_owned(),
            code: code.name().to_owned(),
        };
        self.extension_calls.get_or_create(&labels).inc();
        let labels = DirectionLabels { extension: extension.to_owned(), direction };
        self.extension_seconds.get_or_create(&labels).inc_by(duration.as_secs_f64());
    }

    /// Says how much work waits in a library.
    pub fn set_queue(&self, library: &str, queue: Queue, length: u64) {
        let labels = QueueLabels { library: library.to_owned(), queue: queue.name() };
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.queues.get_or_create(&labels).set(length);
    }

    /// Forgets the lengths of all queues, of libraries that are gone as well.
    pub fn clear_queues(&self) {
        self.queues.clear();
    }

    /// Says which extensions there are, and whether each is in quarantine.
    pub fn set_extensions<'a>(&self, extensions: impl IntoIterator<Item = (&'a str, bool)>) {
        self.quarantined.clear();
        for (extension, is_quarantined) in extensions {
            let labels = ExtensionLabel { extension: extension.to_owned() };
            self.quarantined.get_or_create(&labels).set(i64::from(is_quarantined));
        }
    }

    /// Forgets the budgets and the limits that were hit, of extensions that are gone as well.
    pub fn clear_limits(&self) {
        self.budgets.clear();
        self.budgets_left.clear();
        self.limits_hit.clear();
    }

    /// Says how much of a budget of this day is left.
    pub fn set_budget(&self, extension: &str, budget: &'static str, limit: u64, left: u64) {
        let labels = BudgetLabels { extension: extension.to_owned(), budget };
        let number = |value| i64::try_from(value).unwrap_or(i64::MAX);
        self.budgets.get_or_create(&labels).set(number(limit));
        self.budgets_left.get_or_create(&labels).set(number(left));
    }

    /// Says how often an extension hit a limit since it was loaded.
    pub fn set_limit_hits(&self, extension: &str, limit: &'static str, times: u64) {
        let labels = LimitLabels { extension: extension.to_owned(), limit };
        let counter = self.limits_hit.get_or_create(&labels);
        counter.inner().store(times, Ordering::Relaxed);
    }

    /// Writes all metrics down.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        if text::encode(&mut out, &self.registry).is_err() {
            let _ = out.write_str("# EOF\n");
        }
        out
    }
}

/// Media type of [`Metrics::to_text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_that_callers_make_up_are_not_kept() {
        let metrics = Metrics::default();
        for number in 0..1000 {
            let method = format!("query:made.up_{number}.v1");
            metrics.count_call(&method, ErrorCode::UnknownMethod, Duration::ZERO);
            let code = ErrorCode::DeniedMethod;
            metrics.count_extension_call("hello", true, &method, code, Duration::ZERO);
        }
        let text = metrics.to_text();
        assert!(text.lines().count() < 60 && !text.contains("made"), "{text}");
        let names: BTreeSet<_> = text.lines().filter(|line| line.contains(" 1000")).collect();
        assert!(names.len() >= 2, "{text}");
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn budgets_and_limits_are_told_as_they_are_now() {
        let metrics = Metrics::default();
        for times in [2, 5, 1] {
            metrics.clear_limits();
            metrics.set_limit_hits("finance", "memory_mb", times);
            metrics.set_budget("finance", "ocr_pages", u64::MAX, times);
        }
        let text = metrics.to_text();
        let hits =
            r#"spacedrive_extension_limits_hit_total{extension="finance",limit="memory_mb"} 1"#;
        assert!(text.contains(hits), "{text}");
        let left = r#"spacedrive_extension_budget_left{extension="finance",budget="ocr_pages"} 1"#;
        assert!(text.contains(left), "{text}");
        metrics.clear_limits();
        assert!(!metrics.to_text().contains("finance"));
    }

    #[test]
    fn a_library_that_is_gone_has_no_queue() {
        let metrics = Metrics::default();
        metrics.set_queue("Home \"x\"\n", Queue::Events, u64::MAX);
        assert!(metrics.to_text().contains(r#"library="Home \"x\"\n",queue="events""#));
        metrics.clear_queues();
        assert!(!metrics.to_text().contains("Home"));
    }
}
