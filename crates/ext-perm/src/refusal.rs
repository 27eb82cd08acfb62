//! Why the engine said no.

use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;
use thiserror::Error;

use crate::{Budget, DenialReason, Reason, Response};

/// How long a caller waits for the end of somebody's job before it asks again, in milliseconds.
const JOB_RETRY_MS: u64 = 1000;

/// Why the engine said no.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Too many requests.
    #[error("too many requests, the next one may come in {retry_after_ms} ms")]
    RateLimited {
        /// When to try again, in milliseconds from now; at least 1.
        retry_after_ms: u64,
    },
    /// A budget of this day has not that much left.
    #[error("today's budget of {limit} {} is used up", budget.name())]
    BudgetSpent {
        /// Which.
        budget: Budget,
        /// How much there is in a day.
        limit: u64,
        /// When the day ends, in milliseconds from now; at least 1.
        retry_after_ms: u64,
    },
    /// No day's budget is enough: waiting does not help.
    #[error("{amount} {} at once are more than the {limit} of a day", budget.name())]
    OverBudget {
        /// Which.
        budget: Budget,
        /// How much there is in a day.
        limit: u64,
        /// How much was asked for.
        amount: u64,
    },
    /// All places for jobs are taken.
    #[error("{limit} jobs run already, which is the limit")]
    TooManyJobs {
        /// How many may run.
        limit: u32,
    },
    /// Not allowed.
    #[error("{message}")]
    Denied {
        /// [`ErrorCode::DeniedMethod`], [`ErrorCode::DeniedLibrary`], [`ErrorCode::DeniedArg`], or
        /// [`ErrorCode::Internal`] when a backend failed; by the first reason.
        code: ErrorCode,
        /// All reasons for a person; lower case, no full stop.
        message: String,
        /// Name of the backend that said no first.
        backend: String,
        /// Why, the most important first.
        reasons: Vec<Reason>,
    },
}

impl Refusal {
    /// The code that the caller is told.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::RateLimited { .. } | Self::BudgetSpent { .. } => ErrorCode::Rate,
            Self::OverBudget { .. } => ErrorCode::DeniedArg,
            Self::TooManyJobs { .. } => ErrorCode::Busy,
            Self::Denied { code, .. } => *code,
        }
    }

    /// When to try again, in milliseconds from now; `None` when waiting does not help.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after_ms } | Self::BudgetSpent { retry_after_ms, .. } => {
                Some(*retry_after_ms)
            }
            Self::TooManyJobs { .. } => Some(JOB_RETRY_MS),
            Self::OverBudget { .. } | Self::Denied { .. } => None,
        }
    }

    pub(crate) fn denied(response: Response) -> Self {
        let reasons = response.into_reasons();
        let messages: Vec<_> = reasons.iter().map(|reason| reason.message.as_str()).collect();
        let first = reasons.first();
        Self::Denied {
            code: first.map_or(ErrorCode::DeniedMethod, |first| first.rule.code()),
            message: messages.join("; "),
            backend: first.map(|first| first.backend.clone()).unwrap_or_default(),
            reasons,
        }
    }

    pub(crate) fn backend_failed(backend: &str, message: &str) -> Self {
        Self::denied(Response::deny(Reason::new(backend, DenialReason::Backend, message)))
    }
}

/// A denial has the details
/// `{"rule": "methods", "backend": "manifest", "would_allow": ["\"permissions\": {…}"]}`: the first
/// rule, and all that the manifest would need; and the `line` that denies, where there is one.
impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> Self {
        let body = Self::new(refusal.code(), &refusal);
        let body = match refusal.retry_after_ms() {
            Some(ms) => body.with_retry_after_ms(ms),
            None => body,
        };
        let Refusal::Denied { backend, reasons, .. } = refusal else {
            return body;
        };
        let first = reasons.first();
        let mut details = json!({
            "rule": first.map(|reason| reason.rule.name()),
            "backend": backend,
            "would_allow": would_allow(&reasons),
        });
        if let Some(line) = first.and_then(|reason| reason.line.as_ref()) {
            details["line"] = line.to_string().into();
        }
        body.with_details(details)
    }
}

/// Nothing as soon as one of the reasons cannot be mended in the manifest. What the user has not
/// granted is left out: the user can be asked when the manifest asks.
fn would_allow(reasons: &[Reason]) -> Vec<&str> {
    let asked = |reason: &&Reason| reason.backend != "grants" || reason.rule.is_final();
    let lines = reasons.iter().filter(asked).map(|reason| reason.would_allow.as_deref());
    lines.collect::<Option<_>>().unwrap_or_default()
}
