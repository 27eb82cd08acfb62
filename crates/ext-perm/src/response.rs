//! The answer of a backend: allow, or deny with reasons, the lack of a decision among them.

use std::{fmt, sync::Arc};

use ext_wire::ErrorCode;
use smallvec::SmallVec;

/// The outcome of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The call may run.
    Allow,
    /// The call may not run: a backend denies it, or could not decide
    /// ([`Response::is_undecided`]).
    Deny,
}

/// The outcomes from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Allowed,
    Undecided,
    Denied,
}

/// The ground of a denial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialReason {
    /// The operation is for the user only.
    HostOnly,
    /// The backend does not know this principal.
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
    /// The event is not of a kind that the principal may receive.
    Events,
    /// A rule denies the call.
    Denied,
    /// The backend failed: it has not decided.
    Backend,
}

impl DenialReason {
    /// Returns the name in `details` of an error: `"methods"`.
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
            Self::Events => "events",
            Self::Denied => "denied",
            Self::Backend => "backend",
        }
    }

    /// Returns the error code of a refusal for this reason.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::HostOnly | Self::Principal | Self::Methods | Self::Denied => {
                ErrorCode::DeniedMethod
            }
            Self::Libraries => ErrorCode::DeniedLibrary,
            Self::Domains | Self::Entries | Self::Sidecars | Self::Events => ErrorCode::DeniedArg,
            Self::Backend => ErrorCode::Internal,
        }
    }

    /// Returns whether this is more than the lack of a rule that allows: such a denial beats the allow
    /// of every other backend, also in [`Any`](crate::Any).
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::HostOnly | Self::Denied | Self::Backend)
    }
}

/// The source of a rule that decided: a manifest, a list of grants or a policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RuleSource {
    /// The name of the backend.
    pub backend: String,
    /// The place for people: `manifest.json: permissions.methods[1]`.
    pub place: String,
    /// The text of the rule: `vdfs.*`.
    pub text: String,
}

impl fmt::Display for RuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.place, self.text)
    }
}

/// A reason why a call may not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The ground of the denial.
    pub kind: DenialReason,
    /// The name of the backend that denies.
    pub backend: String,
    /// The text for people; lower case, no full stop.
    pub message: String,
    /// The rule that denies; `None` where the lack of a rule does.
    pub source: Option<Arc<RuleSource>>,
    /// The JSON that would allow the call in the manifest: `"permissions": {"methods": ["ai.ocr"]}`;
    /// `None` where nothing would.
    pub would_allow: Option<String>,
}

impl Reason {
    /// Creates a reason without a source, and with nothing in the manifest that would help.
    #[must_use]
    pub fn new(backend: &str, kind: DenialReason, message: impl Into<String>) -> Self {
        let (backend, message) = (backend.to_owned(), message.into());
        Self { kind, backend, message, source: None, would_allow: None }
    }
}

/// The sources of an allow; four backends fit without an allocation.
type Sources = SmallVec<[Arc<RuleSource>; 4]>;

/// A decision with its grounds: an allow with the rules that allowed it, anything else with at least
/// one reason.
///
/// ```
/// use ext_perm::{DenialReason, Reason, Response};
///
/// let denial = Response::deny(Reason::new("policy", DenialReason::Denied, "not on weekends"));
/// let both = Response::allow().and(denial);
/// assert!(!both.is_allow());
/// assert_eq!(both.reasons()[0].message, "not on weekends");
/// ```
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    outcome: Outcome,
    sources: Sources,
    reasons: Vec<Reason>,
}

impl Response {
    /// Creates an allow without a source. Does not allocate.
    pub fn allow() -> Self {
        Self { outcome: Outcome::Allowed, sources: Sources::new(), reasons: Vec::new() }
    }

    /// Creates an allow by a rule. Does not allocate.
    pub fn allow_by(source: &Arc<RuleSource>) -> Self {
        let mut response = Self::allow();
        response.sources.push(Arc::clone(source));
        response
    }

    /// Creates a denial for a reason; [`DenialReason::Backend`] leaves the answer undecided.
    pub fn deny(reason: Reason) -> Self {
        let outcome = match reason.kind {
            DenialReason::Backend => Outcome::Undecided,
            _ => Outcome::Denied,
        };
        Self { outcome, sources: Sources::new(), reasons: vec![reason] }
    }

    /// Combines two answers, both of which must allow: deny wins over undecided, and that over allow.
    /// All reasons are kept. Two allows do not allocate.
    pub fn and(mut self, other: Self) -> Self {
        // The result of most checks of most calls.
        if other.is_bare_allow() {
            return self;
        }
        if self.is_bare_allow() {
            return other;
        }
        self.outcome = self.outcome.max(other.outcome);
        if self.is_allow() {
            self.sources.extend(other.sources);
        } else {
            self.sources.clear();
        }
        self.reasons.extend(other.reasons);
        self
    }

    /// Combines two answers, one of which must allow and none may have a rule against it: a denial for
    /// lack of a rule gives way to the other answer.
    pub fn or(self, other: Self) -> Self {
        use Outcome::{Allowed, Denied, Undecided};
        match (self.outcome, other.outcome) {
            (Allowed, Denied) if !other.is_final() => self,
            (Denied, Allowed) if !self.is_final() => other,
            (Undecided, Denied) if !other.is_final() => self.undecided_with(other),
            (Denied, Undecided) if !self.is_final() => other.undecided_with(self),
            _ => self.and(other),
        }
    }

    /// Adds the reasons of a denial that leaves this undecided.
    fn undecided_with(mut self, denial: Self) -> Self {
        self.reasons.extend(denial.reasons);
        self
    }

    /// Returns whether it is an allow that brings nothing else.
    fn is_bare_allow(&self) -> bool {
        self.is_allow() && self.sources.is_empty()
    }

    /// Returns the outcome.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        match self.outcome {
            Outcome::Allowed => Decision::Allow,
            Outcome::Undecided | Outcome::Denied => Decision::Deny,
        }
    }

    /// Returns whether it is an allow.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// Returns whether no decision was possible: a backend failed, and no other one denies. The call
    /// may not run, and nothing lasting may follow from it: another time the answer may be another.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.outcome == Outcome::Undecided
    }

    /// Returns the reason that the outcome is for; `None` for an allow. A backend that failed is not
    /// the reason where another one denies.
    #[must_use]
    pub fn main_reason(&self) -> Option<&Reason> {
        let decides =
            |reason: &&Reason| self.is_undecided() == (reason.kind == DenialReason::Backend);
        self.reasons.iter().find(decides).or_else(|| self.reasons.first())
    }

    /// Returns whether it is a denial that no other backend may overrule; see
    /// [`DenialReason::is_final`].
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.reasons.iter().any(|reason| reason.kind.is_final())
    }

    /// Returns the rules that allowed the call, at most one for each backend; empty for a denial.
    #[must_use]
    pub fn sources(&self) -> &[Arc<RuleSource>] {
        &self.sources
    }

    /// Returns the reasons of a denial, the most important first; empty for an allow.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Returns the reasons, the main one first.
    pub(crate) fn into_reasons(mut self) -> Vec<Reason> {
        let is_undecided = self.is_undecided();
        self.reasons.sort_by_key(|reason| is_undecided != (reason.kind == DenialReason::Backend));
        self.reasons
    }
}
