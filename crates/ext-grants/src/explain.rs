//! The explanation of a decision, for people and programs.

use ext_perm::{Reason, Response, RuleSource};
use serde::Serialize;

/// The answer to a question whether a call would run, with its grounds.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// True for a call that would run.
    pub allowed: bool,
    /// True when no decision is possible now: a backend fails, and none denies the call.
    pub undecided: bool,
    /// The rules that allow it, one for each backend.
    pub allowed_by: Vec<Decided>,
    /// The reasons of a denial.
    pub denied_by: Vec<Decided>,
}

/// A part of an [`Explanation`]: the decision of one backend.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// The name of the backend.
    pub backend: String,
    /// The name of the reason, of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The place and the text of the rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The text for people, of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The JSON that would allow the call in the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_allow: Option<String>,
}

impl From<&Response> for Explanation {
    fn from(response: &Response) -> Self {
        Self {
            allowed: response.is_allow(),
            undecided: response.is_undecided(),
            allowed_by: response.sources().iter().map(|source| Decided::from(&**source)).collect(),
            denied_by: response.reasons().iter().map(Decided::from).collect(),
        }
    }
}

impl From<&RuleSource> for Decided {
    fn from(source: &RuleSource) -> Self {
        let (backend, line) = (source.backend.clone(), Some(source.to_string()));
        Self { backend, rule: None, line, message: None, would_allow: None }
    }
}

impl From<&Reason> for Decided {
    fn from(reason: &Reason) -> Self {
        Self {
            backend: reason.backend.clone(),
            rule: Some(reason.kind.name()),
            line: reason.source.as_ref().map(ToString::to_string),
            message: Some(reason.message.clone()),
            would_allow: reason.would_allow.clone(),
        }
    }
}
