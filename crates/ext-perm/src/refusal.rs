//! Why the engine said no.

use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;
use thiserror::Error;

use crate::{Reason, Response};

/// Why the engine said no.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Too many requests.
    #[error("too many requests, the next one may come in {retry_after_ms} ms")]
    RateLimited {
        /// When to try again, in milliseconds from now; at least 1.
        retry_after_ms: u64,
    },
    /// Not allowed.
    #[error("{message}")]
    Denied {
        /// [`ErrorCode::DeniedMethod`], [`ErrorCode::DeniedLibrary`], or [`ErrorCode::Internal`]
        /// when the backend failed; by the first reason.
        code: ErrorCode,
        /// All reasons for a person; lower case, no full stop.
        message: String,
        /// Name of the backend.
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
            Self::RateLimited { .. } => ErrorCode::Rate,
            Self::Denied { code, .. } => *code,
        }
    }

    pub(crate) fn denied(backend: &str, response: Response) -> Self {
        let reasons = response.into_reasons();
        let messages: Vec<_> = reasons.iter().map(|reason| reason.message.as_str()).collect();
        Self::Denied {
            code: reasons.first().map_or(ErrorCode::DeniedMethod, |first| first.rule.code()),
            message: messages.join("; "),
            backend: backend.to_owned(),
            reasons,
        }
    }
}

/// A denial has the details
/// `{"rule": "methods", "backend": "manifest", "would_allow": ["\"permissions\": {…}"]}`: the first
/// rule, and all that the manifest would need.
impl From<Refusal> for ErrorBody {
    fn from(refusal: Refusal) -> Self {
        let body = Self::new(refusal.code(), &refusal);
        match refusal {
            Refusal::RateLimited { retry_after_ms } => body.with_retry_after_ms(retry_after_ms),
            Refusal::Denied { backend, reasons, .. } => body.with_details(json!({
                "rule": reasons.first().map(|reason| reason.rule.name()),
                "backend": backend,
                "would_allow": would_allow(&reasons),
            })),
        }
    }
}

/// Nothing as soon as one of the reasons cannot be mended in the manifest.
fn would_allow(reasons: &[Reason]) -> Vec<&str> {
    let lines: Option<_> = reasons.iter().map(|reason| reason.would_allow.as_deref()).collect();
    lines.unwrap_or_default()
}
