//! The error of a call that the engine refuses.

use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;
use thiserror::Error;

use crate::{
    budget::Budget,
    response::{DenialReason, Reason, Response},
};

/// The time that a caller waits for a job to end before it asks again, in milliseconds.
const JOB_RETRY_MS: u64 = 1000;

/// The reason why the engine refuses a call.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The rate limit is exceeded.
    #[error("too many requests, the next one may come in {retry_after_ms} ms")]
    RateLimited {
        /// The time to wait before a retry, in milliseconds; at least 1.
        retry_after_ms: u64,
    },
    /// Today's budget does not have that much left.
    #[error("today's budget of {limit} {} is used up", budget.name())]
    BudgetExhausted {
        /// The budget.
        budget: Budget,
        /// The amount of a day.
        limit: u64,
        /// The time until the day ends, in milliseconds; at least 1.
        retry_after_ms: u64,
    },
    /// The amount exceeds the budget of any day: a retry does not help.
    #[error("{amount} {} at once are more than the {limit} of a day", budget.name())]
    OverBudget {
        /// The budget.
        budget: Budget,
        /// The amount of a day.
        limit: u64,
        /// The amount that was asked for.
        amount: u64,
    },
    /// All slots for jobs are taken.
    #[error("{limit} jobs run already, which is the limit")]
    TooManyJobs {
        /// The number of jobs that may run.
        limit: u32,
    },
    /// A backend denies the call.
    #[error("{message}")]
    Denied {
        /// The code of the main reason: [`ErrorCode::DeniedMethod`], [`ErrorCode::DeniedLibrary`],
        /// [`ErrorCode::DeniedArg`], or [`ErrorCode::Internal`] when no decision was possible.
        code: ErrorCode,
        /// The texts of all reasons; lower case, no full stop.
        message: String,
        /// The name of the backend of the main reason.
        backend: String,
        /// The reasons, the most important first.
        reasons: Vec<Reason>,
    },
}

impl Refusal {
    /// Returns the error code that the caller gets.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::RateLimited { .. } | Self::BudgetExhausted { .. } => ErrorCode::Rate,
            Self::OverBudget { .. } => ErrorCode::DeniedArg,
            Self::TooManyJobs { .. } => ErrorCode::Busy,
            Self::Denied { code, .. } => *code,
        }
    }

    /// Returns the time to wait before a retry, in milliseconds; `None` when a retry does not help.
    #[must_use]
    pub const fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after_ms } | Self::BudgetExhausted { retry_after_ms, .. } => {
                Some(*retry_after_ms)
            }
            Self::TooManyJobs { .. } => Some(JOB_RETRY_MS),
            Self::OverBudget { .. } | Self::Denied { .. } => None,
        }
    }

    /// Returns whether no decision was possible: then nothing lasting may follow from the refusal.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(self, Self::Denied { code: ErrorCode::Internal, .. })
    }

    pub(crate) fn denied(response: Response) -> Self {
        let reasons = response.into_reasons();
        let messages: Vec<_> = reasons.iter().map(|reason| reason.message.as_str()).collect();
        let main = reasons.first();
        Self::Denied {
            code: main.map_or(ErrorCode::DeniedMethod, |main| main.kind.code()),
            message: messages.join("; "),
            backend: main.map(|main| main.backend.clone()).unwrap_or_default(),
            reasons,
        }
    }

    pub(crate) fn backend_failed(backend: &str, message: &str) -> Self {
        Self::denied(Response::deny(Reason::new(backend, DenialReason::Backend, message)))
    }
}

/// The body of a denial has the details
/// `{"rule": "methods", "backend": "manifest", "would_allow": ["\"permissions\": {…}"]}`: the first
/// reason, and all that the manifest would need; and in `line` the rule that denies, where there is
/// one.
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
            "rule": first.map(|reason| reason.kind.name()),
            "backend": backend,
            "would_allow": would_allow(&reasons),
        });
        if let Some(source) = first.and_then(|reason| reason.source.as_ref()) {
            details["line"] = source.to_string().into();
        }
        body.with_details(details)
    }
}

/// Returns what the manifest would need; nothing as soon as one of the reasons cannot be resolved
/// there. What the user has not granted is left out: the user can be asked when the manifest asks.
fn would_allow(reasons: &[Reason]) -> Vec<&str> {
    let asked = |reason: &&Reason| reason.backend != "grants" || reason.kind.is_final();
    let lines = reasons.iter().filter(asked).map(|reason| reason.would_allow.as_deref());
    lines.collect::<Option<_>>().unwrap_or_default()
}
