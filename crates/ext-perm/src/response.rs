//! The answer of a backend.

use ext_wire::ErrorCode;

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The call may run.
    Allow,
    /// It may not.
    Deny,
}

/// What kind of rule said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The operation is for the host and its user only.
    HostOnly,
    /// The backend knows nothing of this principal.
    Principal,
    /// The method is not among those that the principal may call.
    Methods,
    /// The library is not among those that the principal may use.
    Libraries,
    /// The backend failed.
    Backend,
}

impl Rule {
    /// The name in `details` of an error: `"methods"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostOnly => "host_only",
            Self::Principal => "principal",
            Self::Methods => "methods",
            Self::Libraries => "libraries",
            Self::Backend => "backend",
        }
    }

    /// The code of a refusal by this rule.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::HostOnly | Self::Principal | Self::Methods => ErrorCode::DeniedMethod,
            Self::Libraries => ErrorCode::DeniedLibrary,
            Self::Backend => ErrorCode::Internal,
        }
    }
}

/// Why a call may not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule that said no.
    pub rule: Rule,
    /// The same for a person; lower case, no full stop.
    pub message: String,
    /// What in the manifest would allow the call, as JSON: `"permissions": {"methods": ["ai.ocr"]}`.
    /// Nothing where nothing would.
    pub would_allow: Option<String>,
}

/// A decision, and for a denial at least one reason.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    decision: Decision,
    reasons: Vec<Reason>,
}

impl Response {
    /// Yes. Does not allocate.
    pub const fn allow() -> Self {
        Self { decision: Decision::Allow, reasons: Vec::new() }
    }

    /// No, because of `reason`.
    pub fn deny(reason: Reason) -> Self {
        Self { decision: Decision::Deny, reasons: vec![reason] }
    }

    /// Both answers in one: deny wins, all reasons are kept.
    pub fn and(mut self, other: Self) -> Self {
        if other.decision == Decision::Deny {
            self.decision = Decision::Deny;
        }
        self.reasons.extend(other.reasons);
        self
    }

    /// Yes or no.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// Whether it is a yes.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.decision == Decision::Allow
    }

    /// Why not; empty for an allow, the most important first.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    pub(crate) fn into_reasons(self) -> Vec<Reason> {
        self.reasons
    }
}
