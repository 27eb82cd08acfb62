//! The grounds of a decision, for people and programs.

use ext_perm::{Reason, Response, RuleSource};
use serde::Serialize;

/// The answer to a question whether a call would run, with its grounds.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// True if the call would run.
    pub allowed: bool,
    /// The lines that allow it, one for each backend.
    pub allowed_by: Vec<Decided>,
    /// The reasons for which it would not run.
    pub denied_by: Vec<Decided>,
}

/// A part of an [`Explanation`]: the word of one backend.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// The name of the backend.
    pub backend: String,
    /// Name of the rule, of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The line that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// A text for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The line that in the manifest would allow the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_allow: Option<String>,
}

impl From<&Response> for Explanation {
    fn from(response: &Response) -> Self {
        Self {
            allowed: response.is_allow(),
            allowed_by: response.lines().iter().map(|line| Decided::from(&**line)).collect(),
            denied_by: response.reasons().iter().map(Decided::from).collect(),
        }
    }
}

impl From<&RuleSource> for Decided {
    fn from(line: &RuleSource) -> Self {
        let (backend, line) = (line.backend.clone(), Some(line.to_string()));
        Self { backend, rule: None, line, message: None, would_allow: None }
    }
}

impl From<&Reason> for Decided {
    fn from(reason: &Reason) -> Self {
        Self {
            backend: reason.backend.clone(),
            rule: Some(reason.rule.name()),
            line: reason.line.as_ref().map(ToString::to_string),
            message: Some(reason.message.clone()),
            would_allow: reason.would_allow.clone(),
        }
    }
}
