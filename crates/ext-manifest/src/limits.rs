//! Limits, rates and daily budgets, with their defaults.

use std::{num::NonZeroU32, time::Duration};

use ext_abi::limits::{DEFAULT_MAX_JSON_BYTES, TABLE_ELEMENT_BYTES};
use serde::Serialize;

use crate::{
    error::ManifestError,
    raw::{RawDailyBudgets, RawLimits, RawRateLimits},
    value::Object,
    wasi::WasiKind,
};

const DEFAULT_MEMORY_MB: u32 = 512;
/// Ten minutes: OCR of a long document is one call.
const DEFAULT_CALL_TIMEOUT_MS: u32 = 600_000;
/// Ten seconds of the guest's own computing.
const DEFAULT_COMPUTE_TIMEOUT_MS: u32 = 10_000;
/// A burst that a user interface makes.
const DEFAULT_QUEUED_CALLS: u32 = 256;
/// Ten times what large programs of Rust have.
const DEFAULT_TABLE_ELEMENTS: u32 = 10_000;
/// The stack that compilers reserve for a program.
const DEFAULT_STACK_KB: u32 = 1024;
/// The stack of an interpreter, whose own recursion is the recursion of what it runs.
const COMMAND_STACK_KB: u32 = 4096;
/// More than CPython has functions behind pointers.
const COMMAND_TABLE_ELEMENTS: u32 = 50_000;
const DEFAULT_LOG_LINES: u32 = 100;
/// Ten a second.
const DEFAULT_REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();
const DEFAULT_CONCURRENT_JOBS: NonZeroU32 = NonZeroU32::new(2).unwrap();
/// Some for each kind.
const DEFAULT_OPEN_CORE_JOBS: u32 = 20;
/// One a minute.
const DEFAULT_CORE_JOBS_PER_HOUR: u32 = 60;
/// Enough for a mailbox of attachments, and less than a disk full of them.
const DEFAULT_HTTP_BYTES: u64 = 1 << 30;
/// A large import of scans.
const DEFAULT_OCR_PAGES: u64 = 10_000;
/// Some hundred thousand mails.
const DEFAULT_TOKENS: u64 = 100_000_000;

/// The limits that an extension asks for. The host's own limits may be lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ManifestLimits {
    memory_mb: u32,
    call_timeout_ms: u32,
    compute_timeout_ms: u32,
    max_json_bytes: u32,
    instances: u32,
    queued_calls: u32,
    table_elements: u32,
    stack_kb: u32,
    log_lines_per_second: u32,
}

impl Default for ManifestLimits {
    fn default() -> Self {
        Self {
            memory_mb: DEFAULT_MEMORY_MB,
            call_timeout_ms: DEFAULT_CALL_TIMEOUT_MS,
            compute_timeout_ms: DEFAULT_COMPUTE_TIMEOUT_MS,
            max_json_bytes: DEFAULT_MAX_JSON_BYTES,
            instances: 1,
            queued_calls: DEFAULT_QUEUED_CALLS,
            table_elements: DEFAULT_TABLE_ELEMENTS,
            stack_kb: DEFAULT_STACK_KB,
            log_lines_per_second: DEFAULT_LOG_LINES,
        }
    }
}

impl ManifestLimits {
    pub(crate) fn new(
        raw: &RawLimits,
        max_memory_mb: Option<u32>,
        wasi: WasiKind,
    ) -> Result<Self, ManifestError> {
        let usual = Self::of(wasi);
        let call_timeout_ms = raw.call_timeout_ms.map_or(usual.call_timeout_ms, |n| n.get());
        Ok(Self {
            memory_mb: memory(raw.memory_mb.map(|n| n.get()), max_memory_mb)?,
            call_timeout_ms,
            compute_timeout_ms: compute(raw.compute_timeout_ms.map(|n| n.get()), call_timeout_ms)?,
            max_json_bytes: raw.max_json_bytes.map_or(usual.max_json_bytes, |n| n.get()),
            instances: raw.instances.map_or(usual.instances, |n| n.get()),
            queued_calls: raw.queued_calls.map_or(usual.queued_calls, |n| n.get()),
            table_elements: raw.table_elements.map_or(usual.table_elements, |n| n.get()),
            stack_kb: raw.stack_kb.map_or(usual.stack_kb, |n| n.get()),
            log_lines_per_second: raw
                .log_lines_per_second
                .map_or(usual.log_lines_per_second, |n| n.get()),
        })
    }

    /// Returns the limits of an extension that asks for none.
    fn of(wasi: WasiKind) -> Self {
        match wasi {
            WasiKind::Command => Self {
                stack_kb: COMMAND_STACK_KB,
                table_elements: COMMAND_TABLE_ELEMENTS,
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// Returns the linear memory, in MiB: 1 to 4096.
    #[must_use]
    pub const fn memory_mb(&self) -> u32 {
        self.memory_mb
    }

    /// Returns the linear memory, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        u64::from(self.memory_mb) << 20
    }

    /// Returns the wall-clock time of one call into the guest, all of its host calls included: 1 ms to
    /// 1 h.
    #[must_use]
    pub fn call_timeout(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms.into())
    }

    /// Returns the time that the guest itself may compute in one call, without its host calls: 1 ms to
    /// [`call_timeout`](Self::call_timeout).
    #[must_use]
    pub fn compute_timeout(&self) -> Duration {
        Duration::from_millis(self.compute_timeout_ms.into())
    }

    /// Returns the size of a JSON payload or reply, in bytes: 1024 to
    /// [`ext_abi::limits::MAX_JSON_BYTES`].
    #[must_use]
    pub const fn max_json_bytes(&self) -> u32 {
        self.max_json_bytes
    }

    /// Returns the number of calls that run at the same time, each in an instance of its own: 1 to 64.
    #[must_use]
    pub const fn instances(&self) -> u32 {
        self.instances
    }

    /// Returns the number of calls and events that wait while those run: 1 to 10,000.
    #[must_use]
    pub const fn queued_calls(&self) -> u32 {
        self.queued_calls
    }

    /// Returns the number of elements of all tables: 1 to 10 million.
    #[must_use]
    pub const fn table_elements(&self) -> u32 {
        self.table_elements
    }

    /// Returns the stack of the extension's code, in KiB: 64 to 16,384.
    #[must_use]
    pub const fn stack_kb(&self) -> u32 {
        self.stack_kb
    }

    /// Returns the bytes that all instances together take at most: memory, tables and stacks.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        let tables = u64::from(self.table_elements) * TABLE_ELEMENT_BYTES;
        let stack = u64::from(self.stack_kb) << 10;
        u64::from(self.instances) * (self.memory_bytes() + tables + stack)
    }

    /// Returns the number of lines that it may log in a second: 1 to 1000.
    #[must_use]
    pub const fn log_lines_per_second(&self) -> u32 {
        self.log_lines_per_second
    }
}

/// The rates and daily budgets that an extension asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RateLimits {
    requests_per_minute: NonZeroU32,
    burst: NonZeroU32,
    concurrent_jobs: NonZeroU32,
    #[serde(skip_serializing_if = "is_usual_open")]
    open_core_jobs: u32,
    #[serde(skip_serializing_if = "is_usual_hour")]
    core_jobs_per_hour: u32,
    daily: DailyBudgets,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_usual_open(jobs: &u32) -> bool {
    *jobs == DEFAULT_OPEN_CORE_JOBS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_usual_hour(jobs: &u32) -> bool {
    *jobs == DEFAULT_CORE_JOBS_PER_HOUR
}

/// The four budgets of a day, counted in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DailyBudgets {
    /// Bytes of HTTP requests and responses.
    pub http_bytes: u64,
    /// Pages that OCR reads.
    pub ocr_pages: u64,
    /// Tokens that embedding models read.
    pub embedding_tokens: u64,
    /// Tokens that text models read or write.
    pub model_tokens: u64,
}

impl DailyBudgets {
    fn new(raw: &RawDailyBudgets) -> Self {
        Self {
            http_bytes: raw.http_bytes.map_or(DEFAULT_HTTP_BYTES, |n| n.get()),
            ocr_pages: raw.ocr_pages.map_or(DEFAULT_OCR_PAGES, |n| n.get()),
            embedding_tokens: raw.embedding_tokens.map_or(DEFAULT_TOKENS, |n| n.get()),
            model_tokens: raw.model_tokens.map_or(DEFAULT_TOKENS, |n| n.get()),
        }
    }

    /// Returns the lower amount of both, budget by budget.
    #[must_use]
    pub fn capped(self, cap: Self) -> Self {
        Self {
            http_bytes: self.http_bytes.min(cap.http_bytes),
            ocr_pages: self.ocr_pages.min(cap.ocr_pages),
            embedding_tokens: self.embedding_tokens.min(cap.embedding_tokens),
            model_tokens: self.model_tokens.min(cap.model_tokens),
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            requests_per_minute: DEFAULT_REQUESTS_PER_MINUTE,
            burst: DEFAULT_REQUESTS_PER_MINUTE,
            concurrent_jobs: DEFAULT_CONCURRENT_JOBS,
            open_core_jobs: DEFAULT_OPEN_CORE_JOBS,
            core_jobs_per_hour: DEFAULT_CORE_JOBS_PER_HOUR,
            daily: DailyBudgets::new(&RawDailyBudgets::default()),
        }
    }
}

impl RateLimits {
    pub(crate) fn new(raw: &RawRateLimits) -> Result<Self, ManifestError> {
        let usual = Self::default();
        let requests_per_minute =
            raw.requests_per_minute.map_or(usual.requests_per_minute, |n| n.non_zero());
        Ok(Self {
            requests_per_minute,
            burst: burst(raw.burst.map(|n| n.non_zero()), requests_per_minute)?,
            concurrent_jobs: raw.concurrent_jobs.map_or(usual.concurrent_jobs, |n| n.non_zero()),
            open_core_jobs: raw.open_core_jobs.map_or(usual.open_core_jobs, |n| n.get()),
            core_jobs_per_hour: raw
                .core_jobs_per_hour
                .map_or(usual.core_jobs_per_hour, |n| n.get()),
            daily: raw.daily.as_ref().map_or(usual.daily, |Object(raw)| DailyBudgets::new(raw)),
        })
    }

    /// Returns the number of host calls at once, after a pause long enough: 1 to
    /// [`requests_per_minute`](Self::requests_per_minute).
    #[must_use]
    pub const fn burst(&self) -> NonZeroU32 {
        self.burst
    }

    /// Returns the budgets of a day.
    #[must_use]
    pub const fn daily(&self) -> &DailyBudgets {
        &self.daily
    }

    /// Returns the host calls per minute: 1 to 1,000,000.
    #[must_use]
    pub const fn requests_per_minute(&self) -> NonZeroU32 {
        self.requests_per_minute
    }

    /// Returns the number of jobs that run at the same time: 1 to 64.
    #[must_use]
    pub const fn concurrent_jobs(&self) -> NonZeroU32 {
        self.concurrent_jobs
    }

    /// Returns the number of jobs of the core in a library that are not over: 1 to 1000.
    #[must_use]
    pub const fn open_core_jobs(&self) -> u32 {
        self.open_core_jobs
    }

    /// Returns the number of jobs of the core that are dispatched in a library within an hour: 1 to
    /// 1000.
    #[must_use]
    pub const fn core_jobs_per_hour(&self) -> u32 {
        self.core_jobs_per_hour
    }
}

fn burst(value: Option<NonZeroU32>, per_minute: NonZeroU32) -> Result<NonZeroU32, ManifestError> {
    match value {
        None => Ok(per_minute),
        Some(burst) if burst <= per_minute => Ok(burst),
        Some(burst) => Err(ManifestError::field(
            "permissions.rate_limits.burst",
            format_args!("{burst} is more than `requests_per_minute`, which is {per_minute}"),
        )),
    }
}

fn memory(memory_mb: Option<u32>, alias: Option<u32>) -> Result<u32, ManifestError> {
    match (memory_mb, alias) {
        (Some(a), Some(b)) if a != b => Err(ManifestError::field(
            "permissions.max_memory_mb",
            format_args!("it is {b} and `limits.memory_mb` is {a}: write one of the two"),
        )),
        (value, alias) => Ok(value.or(alias).unwrap_or(DEFAULT_MEMORY_MB)),
    }
}

fn compute(value: Option<u32>, call_timeout_ms: u32) -> Result<u32, ManifestError> {
    match value {
        None => Ok(DEFAULT_COMPUTE_TIMEOUT_MS.min(call_timeout_ms)),
        Some(ms) if ms <= call_timeout_ms => Ok(ms),
        Some(ms) => Err(ManifestError::field(
            "limits.compute_timeout_ms",
            format_args!("{ms} is more than `limits.call_timeout_ms`, which is {call_timeout_ms}"),
        )),
    }
}
