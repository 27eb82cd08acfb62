//! The backend that decides by rules: the user's grants, or an administrator's policy.

use std::sync::Arc;

use arc_swap::ArcSwap;
use ext_manifest::{Manifest, MethodPattern};

use crate::{
    backend::{PermissionBackend, Reservation},
    compiled_rule::{CompiledRule, ConsumedGrant},
    manifest_backend::RECEIVE_EVENT_PATTERN,
    request::{Audience, Principal, Request, Target},
    response::{DenialReason, Reason, Response, RuleSource},
    rule::{Effect, Rule},
    rule_set::{RuleSet, Verdict},
    user_only::deny_user_only,
};

/// The author of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The user, who grants; the backend is called `grants`.
    User,
    /// The administrator, who writes a policy; the backend is called `policy`.
    Administrator,
}

impl Author {
    const fn backend(self) -> &'static str {
        match self {
            Self::User => "grants",
            Self::Administrator => "policy",
        }
    }
}

/// A rule with a number of its own and the place it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedRule {
    /// The number, by which [`OnConsume`] names it.
    pub id: u64,
    /// The place for people: `grants/finance.json: grant 3`.
    pub place: String,
    /// The rule.
    pub rule: Rule,
}

/// A function that records, before the call runs, that a grant for one call is consumed. It returns
/// false when that failed: then the call may not run.
pub type OnConsume = Box<dyn Fn(u64) -> bool + Send + Sync>;

/// A backend that allows an extension what rules allow: at least one must, and none may deny.
///
/// The rules can be replaced at any time; the next question is answered by the new ones. Decisions
/// neither lock nor allocate. Rules with [`Expiry::Session`](crate::Expiry) are in force as long as
/// the backend has them: its maker leaves out those of other sessions.
///
/// ```
/// use ext_perm::{Author, NumberedRule, PermissionBackend, Principal, Request, RuleBackend};
/// use ext_wire::Method;
///
/// let rule = serde_json::from_str(r#"{ "effect": "allow", "methods": ["ai.ocr"] }"#)?;
/// let rule = NumberedRule { id: 1, place: "grant 1".into(), rule };
/// let grants = RuleBackend::new(Author::User, "finance", [rule]);
///
/// let call = Request::new(Principal::Extension("finance"), Method::parse("query:ai.ocr.v1")?, None);
/// assert_eq!(grants.decide(&call).sources()[0].to_string(), "grant 1 (allow ai.ocr)");
/// grants.replace([]); // the user revokes everything
/// assert!(!grants.decide(&call).is_allow());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RuleBackend {
    author: Author,
    extension: String,
    rules: ArcSwap<Rules>,
    on_consume: Option<OnConsume>,
}

/// The rules, if they are known.
enum Rules {
    Known(Box<RuleSet>),
    /// The rules cannot be read, for this reason.
    Unknown(String),
}

impl RuleBackend {
    /// Creates a backend for one extension; rules for other extensions are left out.
    #[must_use]
    pub fn new(
        author: Author,
        extension: &str,
        rules: impl IntoIterator<Item = NumberedRule>,
    ) -> Self {
        let rules = Rules::Known(Box::new(compile(author, extension, rules)));
        let rules = ArcSwap::from_pointee(rules);
        Self { author, extension: extension.to_owned(), rules, on_consume: None }
    }

    /// Sets the function that records the consumption of grants for one call.
    #[must_use]
    pub fn on_consume(mut self, on_consume: OnConsume) -> Self {
        self.on_consume = Some(on_consume);
        self
    }

    /// Replaces all rules, at once for every thread.
    pub fn replace(&self, rules: impl IntoIterator<Item = NumberedRule>) {
        let rules = compile(self.author, &self.extension, rules);
        self.rules.store(Arc::new(Rules::Known(Box::new(rules))));
    }

    /// Forgets the rules because they cannot be read: until they are replaced nothing is allowed, and
    /// no question is decided.
    pub fn forget(&self, why: &str) {
        self.rules.store(Arc::new(Rules::Unknown(why.to_owned())));
    }

    fn undecided(&self, why: &str, request: &Request<'_>) -> Response {
        let message = format!("{request}: {why}");
        Response::deny(Reason::new(self.name(), DenialReason::Backend, message))
    }

    fn missing(&self, kind: DenialReason, request: &Request<'_>) -> Response {
        let (id, method) = (&self.extension, request.method);
        let library = request.library.map(|id| id.to_string()).unwrap_or_default();
        let cannot = match kind {
            DenialReason::Libraries => format!("use library {library}"),
            DenialReason::Entries
            | DenialReason::Sidecars
            | DenialReason::Events
            | DenialReason::Domains => {
                format!("touch {} with `{method}`", request.target)
            }
            _ => format!("call `{method}`"),
        };
        let message = match self.author {
            Author::User => format!("the user has not allowed {id} to {cannot}"),
            Author::Administrator => {
                format!("no rule of the administrator allows {id} to {cannot}")
            }
        };
        Response::deny(Reason::new(self.name(), kind, message))
    }

    fn denied(&self, by: &CompiledRule, request: &Request<'_>) -> Response {
        let who = match self.author {
            Author::User => "the user",
            Author::Administrator => "the administrator",
        };
        let what = match request.target {
            Target::Unknown => String::new(),
            target => format!(" on {target}"),
        };
        let message = format!("{who} denies {} `{}`{what}", self.extension, request.method);
        let mut reason = Reason::new(self.name(), DenialReason::Denied, message);
        reason.source = Some(Arc::clone(&by.source));
        Response::deny(reason)
    }
}

impl PermissionBackend for RuleBackend {
    fn name(&self) -> &str {
        self.author.backend()
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        if request.principal != Principal::Extension(&self.extension) {
            let message = format!("these rules are about {} only", self.extension);
            return Response::deny(Reason::new(self.name(), DenialReason::Principal, message));
        }
        if request.audience == Audience::UserOnly {
            return deny_user_only(self.name(), request);
        }
        let rules = self.rules.load();
        let rules = match &**rules {
            Rules::Known(rules) => rules,
            Rules::Unknown(why) => return self.undecided(why, request),
        };
        match (rules.decide(request), request.consumed) {
            (Verdict::Denied(by), _) => self.denied(by, request),
            (Verdict::Allowed(by), _) => Response::allow_by(&by.source),
            (Verdict::Missing(_), Some(ConsumedGrant(once))) if once.rule.fits(request) => {
                Response::allow_by(&once.source)
            }
            (Verdict::Missing(kind), _) => self.missing(kind, request),
        }
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        loop {
            let rules = self.rules.load();
            let Rules::Known(rules) = &**rules else { return Reservation::Raced };
            let rule = match rules.decide(request) {
                Verdict::Allowed(rule) => rule,
                // Revoked, or consumed, since it was allowed.
                Verdict::Denied(_) | Verdict::Missing(_) => return Reservation::Raced,
            };
            if !rule.is_once() {
                return Reservation::None;
            }
            if rule.consume() {
                let written = self.on_consume.as_ref().is_none_or(|write| write(rule.id));
                return if written {
                    Reservation::Consumed(ConsumedGrant(Arc::clone(rule)))
                } else {
                    Reservation::Raced
                };
            }
        }
    }

    fn is_target_sensitive(&self) -> bool {
        match &**self.rules.load() {
            Rules::Known(rules) => rules.is_limited(),
            Rules::Unknown(_) => true,
        }
    }
}

fn compile(
    author: Author,
    extension: &str,
    rules: impl IntoIterator<Item = NumberedRule>,
) -> RuleSet {
    let compiled = |numbered: NumberedRule| {
        let NumberedRule { id, place, rule } = numbered;
        let (backend, text) = (author.backend().to_owned(), rule.to_string());
        CompiledRule::new(id, rule, RuleSource { backend, place, text })
    };
    RuleSet::new(extension, rules.into_iter().map(compiled))
}

/// Returns the rule that grants exactly what a manifest asks for, its events
/// ([`RECEIVE_EVENT`](crate::RECEIVE_EVENT)) included.
#[must_use]
pub fn all_that(manifest: &Manifest) -> Rule {
    let permissions = manifest.permissions();
    let receives = !manifest.events().is_empty();
    let receive = receives.then(|| MethodPattern::parse(RECEIVE_EVENT_PATTERN));
    let methods = permissions.methods().iter().cloned().chain(receive.and_then(Result::ok));
    Rule {
        methods: Some(methods.collect()),
        libraries: Some(permissions.libraries().clone()),
        domains: Some(permissions.allowed_domains().to_vec()),
        events: receives.then(|| manifest.events().to_vec()),
        ..Rule::new(Effect::Allow)
    }
}
