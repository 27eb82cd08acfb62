//! The amounts that a manifest asks for, and those that are larger than before.

use std::fmt;

use serde::Serialize;

use crate::{
    limits::{ManifestLimits, RateLimits},
    manifest::Manifest,
    wasi::DEFAULT_SCRATCH_MIB,
};

/// A limit that is larger than it was.
///
/// A larger limit is a permission: it takes more of the machine, and so the user is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RaisedLimit {
    /// The field of the manifest: `limits.memory_mb`.
    pub field: &'static str,
    /// The amount before.
    pub before: u64,
    /// The amount that is asked for.
    pub now: u64,
}

/// The text for people: `limits.memory_mb 4096 (instead of 16)`.
impl fmt::Display for RaisedLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} (instead of {})", self.field, self.now, self.before)
    }
}

impl RaisedLimit {
    /// Lists the limits that are larger in `new` than in `old`.
    ///
    /// ```
    /// use ext_manifest::{Manifest, RaisedLimit};
    ///
    /// let with = |limits: &str| Manifest::parse(format!(
    ///     r#"{{ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
    ///         "limits": {limits} }}"#).as_bytes());
    /// let (old, new) = (with(r#"{ "memory_mb": 16 }"#)?, with(r#"{ "memory_mb": 64 }"#)?);
    /// let raised = RaisedLimit::between(&old, &new);
    /// assert_eq!(raised[0].to_string(), "limits.memory_mb 64 (instead of 16)");
    /// assert!(RaisedLimit::between(&new, &old).is_empty());
    /// # Ok::<(), ext_manifest::ManifestError>(())
    /// ```
    #[must_use]
    pub fn between(old: &Manifest, new: &Manifest) -> Vec<Self> {
        raised(of(old), of(new))
    }

    /// Lists the limits that are larger than those of a manifest that sets none.
    #[must_use]
    pub fn above_defaults(manifest: &Manifest) -> Vec<Self> {
        let files = DEFAULT_SCRATCH_MIB.into();
        let usual = amounts(&ManifestLimits::default(), &RateLimits::default(), files);
        raised(usual, of(manifest))
    }
}

impl Manifest {
    /// Returns the bytes that all instances together take at most: those of
    /// [`ManifestLimits::total_bytes`], and the memory for files.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        let files = u64::from(self.limits().instances()) * self.wasi().scratch_bytes();
        self.limits().total_bytes() + files
    }
}

/// The number of limits and budgets.
const AMOUNTS: usize = 19;

type Amounts = [(&'static str, u64); AMOUNTS];

fn raised(before: Amounts, now: Amounts) -> Vec<RaisedLimit> {
    let pairs = before.into_iter().zip(now).filter(|((_, before), (_, now))| now > before);
    pairs.map(|((field, before), (_, now))| RaisedLimit { field, before, now }).collect()
}

fn of(manifest: &Manifest) -> Amounts {
    let scratch_mib = manifest.wasi().scratch_bytes() >> 20;
    amounts(manifest.limits(), manifest.permissions().rate_limits(), scratch_mib)
}

fn amounts(limits: &ManifestLimits, rates: &RateLimits, scratch_mib: u64) -> Amounts {
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let daily = rates.daily();
    [
        ("limits.memory_mb", limits.memory_mb().into()),
        ("limits.call_timeout_ms", ms(limits.call_timeout())),
        ("limits.compute_timeout_ms", ms(limits.compute_timeout())),
        ("limits.max_json_bytes", limits.max_json_bytes().into()),
        ("limits.instances", limits.instances().into()),
        ("limits.queued_calls", limits.queued_calls().into()),
        ("limits.table_elements", limits.table_elements().into()),
        ("limits.stack_kb", limits.stack_kb().into()),
        ("limits.log_lines_per_second", limits.log_lines_per_second().into()),
        ("wasi.scratch_mib", scratch_mib),
        ("rate_limits.requests_per_minute", rates.requests_per_minute().get().into()),
        ("rate_limits.burst", rates.burst().get().into()),
        ("rate_limits.concurrent_jobs", rates.concurrent_jobs().get().into()),
        ("rate_limits.open_core_jobs", rates.open_core_jobs().into()),
        ("rate_limits.core_jobs_per_hour", rates.core_jobs_per_hour().into()),
        ("rate_limits.daily.http_bytes", daily.http_bytes),
        ("rate_limits.daily.ocr_pages", daily.ocr_pages),
        ("rate_limits.daily.embedding_tokens", daily.embedding_tokens),
        ("rate_limits.daily.model_tokens", daily.model_tokens),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest(limits: Value, rates: Value) -> Manifest {
        let json = json!({
            "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
            "permissions": { "rate_limits": rates }, "limits": limits,
        });
        Manifest::parse(json.to_string().as_bytes()).unwrap()
    }

    /// The fields of all limits in a manifest, each with more than its default.
    fn raised_one_by_one() -> Vec<(Value, Value)> {
        let limits = [
            ("memory_mb", 4096),
            ("call_timeout_ms", 3_000_000),
            ("compute_timeout_ms", 20_000),
            ("max_json_bytes", 2 << 20),
            ("instances", 64),
            ("queued_calls", 10_000),
            ("table_elements", 10_000_000),
            ("stack_kb", 16_384),
            ("log_lines_per_second", 1000),
        ];
        let rates = [
            ("requests_per_minute", 1_000_000),
            ("concurrent_jobs", 64),
            ("open_core_jobs", 1000),
            ("core_jobs_per_hour", 1000),
        ];
        let daily = ["http_bytes", "ocr_pages", "embedding_tokens", "model_tokens"];
        let limits = limits.map(|(name, amount)| (json!({ name: amount }), json!({})));
        let rates = rates.map(|(name, amount)| (json!({}), json!({ name: amount })));
        let most = |name: &str| if name == "ocr_pages" { 1_000_000_u64 } else { 1_000_000_000_000 };
        let daily = daily.map(|name| (json!({}), json!({ "daily": { name: most(name) } })));
        limits.into_iter().chain(rates).chain(daily).collect()
    }

    #[test]
    fn every_limit_that_is_raised_is_found() {
        let usual = manifest(json!({}), json!({}));
        for (limits, rates) in raised_one_by_one() {
            let more = manifest(limits.clone(), rates.clone());
            let found = RaisedLimit::between(&usual, &more);
            assert!(!found.is_empty(), "{limits} {rates}");
            assert_eq!(RaisedLimit::above_defaults(&more), found);
            assert!(RaisedLimit::between(&more, &usual).is_empty(), "{limits} {rates}");
        }
        let bursts = manifest(json!({}), json!({ "burst": 5 }));
        assert_eq!(RaisedLimit::between(&bursts, &usual)[0].field, "rate_limits.burst");
        assert!(RaisedLimit::above_defaults(&usual).is_empty());
    }

    #[test]
    fn no_limit_of_a_manifest_is_forgotten() {
        // Limits that older hosts do not know are written where they are not the usual ones.
        let rates = json!({ "open_core_jobs": 1, "core_jobs_per_hour": 1 });
        let usual = manifest(json!({}), rates);
        let fields = serde_json::to_value(usual.limits()).unwrap().as_object().unwrap().len();
        let rates = serde_json::to_value(usual.permissions().rate_limits()).unwrap();
        let rates = rates.as_object().unwrap();
        let daily = rates["daily"].as_object().unwrap().len();
        // Besides, `wasi.scratch_mib`.
        assert_eq!(fields + 1 + rates.len() - 1 + daily, AMOUNTS);
    }

    #[test]
    fn memory_for_files_is_a_limit() {
        let with = |wasi: Value| {
            let json = json!({
                "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
                "limits": { "instances": 2 }, "wasi": wasi,
            });
            Manifest::parse(json.to_string().as_bytes()).unwrap()
        };
        let (without, usual) = (with(json!(true)), with(json!("files")));
        let more = with(json!({ "world": "files", "scratch_mib": 65 }));
        let raised = |old, new| RaisedLimit::between(old, new);
        assert_eq!(raised(&usual, &more)[0].to_string(), "wasi.scratch_mib 65 (instead of 64)");
        assert_eq!(raised(&without, &usual)[0].to_string(), "wasi.scratch_mib 64 (instead of 0)");
        assert!(raised(&more, &without).is_empty());
        assert!(
            RaisedLimit::above_defaults(&usual)
                .iter()
                .all(|limit| limit.field != "wasi.scratch_mib")
        );
        assert_eq!(RaisedLimit::above_defaults(&more).last().unwrap().field, "wasi.scratch_mib");
        assert_eq!(more.total_bytes(), more.limits().total_bytes() + 2 * (65 << 20));
        assert_eq!(without.total_bytes(), without.limits().total_bytes());
    }
}
