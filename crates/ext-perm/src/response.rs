//! The answer of a backend.

use std::{fmt, sync::Arc};

use ext_wire::ErrorCode;
use smallvec::SmallVec;

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
pub enum DenialReason {
    /// The operation is for the host and its user only.
    HostOnly,
    /// The backend knows nothing of this principal.
    Principal,
    /// The method is not among those that the principal may call.
    Methods,
    /// The library is not among those that the principal may use.
    Libraries,
    /// The server is not among those that the principal may reach.
    Domains,
    /// The entry is not among those that the principal may touch.
    Entries,
    /// The sidecar is not among those that the principal may touch.
    Sidecars,
    /// A rule denies the call.
    Denied,
    /// The backend failed.
    Backend,
}

impl DenialReason {
    /// The name in `details` of an error: `"methods"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostOnly => "host_only",
            Self::Principal => "principal",
            Self::Methods => "methods",
            Self::Libraries => "libraries",
            Self::Domains => "domains",
            Self::Entries => "entries",
            Self::Sidecars => "sidecars",
            Self::Denied => "denied",
            Self::Backend => "backend",
        }
    }

    /// The code of a refusal by this rule.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::HostOnly | Self::Principal | Self::Methods | Self::Denied => {
                ErrorCode::DeniedMethod
            }
            Self::Libraries => ErrorCode::DeniedLibrary,
            Self::Domains | Self::Entries | Self::Sidecars => ErrorCode::DeniedArg,
            Self::Backend => ErrorCode::Internal,
        }
    }

    /// Whether this is more than the lack of a rule that allows: such a no beats the yes of every
    /// other backend, also in [`Any`](crate::Any).
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::HostOnly | Self::Denied | Self::Backend)
    }
}

/// A line of a manifest, a list of grants or a policy, that decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RuleSource {
    /// Name of the backend.
    pub backend: String,
    /// Where it stands: `manifest.json: permissions.methods[1]`.
    pub place: String,
    /// What it says: `vdfs.*`.
    pub text: String,
}

impl fmt::Display for RuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.place, self.text)
    }
}

/// Why a call may not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule that said no.
    pub rule: DenialReason,
    /// Name of the backend that said no.
    pub backend: String,
    /// The same for a person; lower case, no full stop.
    pub message: String,
    /// The line that denies; nothing where the lack of a line does.
    pub line: Option<Arc<RuleSource>>,
    /// What in the manifest would allow the call, as JSON: `"permissions": {"methods": ["ai.ocr"]}`.
    /// Nothing where nothing would.
    pub would_allow: Option<String>,
}

impl Reason {
    /// A reason without a line, and with nothing in the manifest that would help.
    #[must_use]
    pub fn new(backend: &str, rule: DenialReason, message: impl Into<String>) -> Self {
        let (backend, message) = (backend.to_owned(), message.into());
        Self { rule, backend, message, line: None, would_allow: None }
    }
}

/// Lines that allowed; four backends fit without an allocation.
type Lines = SmallVec<[Arc<RuleSource>; 4]>;

/// A decision: an allow with the lines that allowed it, a denial with at least one reason.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    decision: Decision,
    lines: Lines,
    reasons: Vec<Reason>,
}

impl Response {
    /// Yes. Does not allocate.
    pub fn allow() -> Self {
        Self { decision: Decision::Allow, lines: Lines::new(), reasons: Vec::new() }
    }

    /// Yes, because of a line. Does not allocate.
    pub fn allow_by(line: &Arc<RuleSource>) -> Self {
        let mut response = Self::allow();
        response.lines.push(Arc::clone(line));
        response
    }

    /// No, because of `reason`.
    pub fn deny(reason: Reason) -> Self {
        Self { decision: Decision::Deny, lines: Lines::new(), reasons: vec![reason] }
    }

    /// Both answers in one: deny wins, all reasons are kept. Two allows do not allocate.
    pub fn and(mut self, other: Self) -> Self {
        // What most checks of most calls say.
        if other.is_bare_allow() {
            return self;
        }
        if self.is_bare_allow() {
            return other;
        }
        if other.decision == Decision::Deny {
            self.decision = Decision::Deny;
        }
        if self.is_allow() {
            self.lines.extend(other.lines);
        } else {
            self.lines.clear();
        }
        self.reasons.extend(other.reasons);
        self
    }

    /// A yes that brings nothing else.
    fn is_bare_allow(&self) -> bool {
        self.is_allow() && self.lines.is_empty()
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

    /// Whether it is a no that no other backend may overrule; see [`DenialReason::is_final`].
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.reasons.iter().any(|reason| reason.rule.is_final())
    }

    /// What allowed the call, at most one line for each backend; empty for a denial.
    #[must_use]
    pub fn lines(&self) -> &[Arc<RuleSource>] {
        &self.lines
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
