//! The backend that decides by rules: the user's grants, or an administrator's policy.

use std::sync::Arc;

use arc_swap::ArcSwap;
use ext_manifest::{Manifest, MethodPattern};

use crate::{
    Audience, DenialReason, Effect, PermissionBackend, Principal, Reason, Request, Reservation,
    Response, Rule, RuleSource, Target,
    rule::fits,
    rule_set::{Compiled, RuleSet, Verdict},
};

/// Whose rules they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// What the user granted; the backend is called `grants`.
    User,
    /// What the administrator allows; the backend is called `policy`.
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

/// A rule with a number of its own and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedRule {
    /// The number, by which [`OnConsume`] names it.
    pub id: u64,
    /// Where it stands, for people: `grants/finance.json: grant 3`.
    pub place: String,
    /// The rule.
    pub statement: Rule,
}

/// Writes down that a grant for one call is used up, before the call runs. False when it could not
/// be written: then the call may not run.
pub type OnConsume = Box<dyn Fn(u64) -> bool + Send + Sync>;

/// Allows an extension what rules allow: at least one must, and none may deny.
///
/// The rules can be replaced at any time; the next question is answered by the new ones. Questions
/// neither lock nor allocate. Rules with [`Expiry::Session`](crate::Expiry) are in force as long as
/// they are here: whoever makes the backend leaves out those of other sessions.
///
/// ```
/// use ext_perm::{Author, NumberedRule, PermissionBackend, Principal, Request, RuleBackend};
/// use ext_wire::Method;
///
/// let statement = serde_json::from_str(r#"{ "effect": "allow", "methods": ["ai.ocr"] }"#)?;
/// let rule = NumberedRule { id: 1, place: "grant 1".into(), statement };
/// let grants = RuleBackend::new(Author::User, "finance", [rule]);
///
/// let call = Request::new(Principal::Extension("finance"), Method::parse("query:ai.ocr.v1")?, None);
/// assert_eq!(grants.decide(&call).lines()[0].to_string(), "grant 1 (allow ai.ocr)");
/// grants.replace([]); // the user takes everything back
/// assert!(!grants.decide(&call).is_allow());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RuleBackend {
    author: Author,
    extension: String,
    rules: ArcSwap<RuleSet>,
    on_consume: Option<OnConsume>,
}

/// A grant for one call that a call has used up.
#[derive(Debug)]
pub struct ConsumedGrant(Arc<Compiled>);

impl RuleBackend {
    /// A backend for one extension; rules for other extensions are left out.
    #[must_use]
    pub fn new(
        author: Author,
        extension: &str,
        rules: impl IntoIterator<Item = NumberedRule>,
    ) -> Self {
        let rules = ArcSwap::from_pointee(compile(author, extension, rules));
        Self { author, extension: extension.to_owned(), rules, on_consume: None }
    }

    /// The same, which writes down the use of grants for one call.
    #[must_use]
    pub fn on_consume(mut self, on_consume: OnConsume) -> Self {
        self.on_consume = Some(on_consume);
        self
    }

    /// Replaces all rules, at once for every thread.
    pub fn replace(&self, rules: impl IntoIterator<Item = NumberedRule>) {
        self.rules.store(Arc::new(compile(self.author, &self.extension, rules)));
    }

    fn missing(&self, rule: DenialReason, request: &Request<'_>) -> Response {
        let (id, method) = (&self.extension, request.method);
        let pattern = format!("{}:{}", method.kind().name(), method.name());
        let library = request.library.map(|id| id.to_string()).unwrap_or_default();
        let (cannot, option) = match rule {
            DenialReason::Libraries => {
                (format!("use library {library}"), format!("--library {library}"))
            }
            DenialReason::Entries | DenialReason::Sidecars | DenialReason::Domains => {
                (format!("touch {} with `{method}`", request.target), "…".to_owned())
            }
            _ => (format!("call `{method}`"), format!("--method {pattern}")),
        };
        let message = match self.author {
            Author::User => format!(
                "the user has not allowed {id} to {cannot}: `spacedrive permission grant {id} \
                 {option}` does"
            ),
            Author::Administrator => {
                format!("no rule of the administrator allows {id} to {cannot}")
            }
        };
        Response::deny(Reason::new(self.name(), rule, message))
    }

    fn denied(&self, by: &Compiled, request: &Request<'_>) -> Response {
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
        reason.line = Some(Arc::clone(&by.line));
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
            return crate::manifest_backend::deny_host_only(self.name(), request);
        }
        let rules = self.rules.load();
        match (rules.decide(request), request.held) {
            (Verdict::Denied(by), _) => self.denied(by, request),
            (Verdict::Allowed(by), _) => Response::allow_by(&by.line),
            (Verdict::Missing(_), Some(ConsumedGrant(once))) if fits(&once.statement, request) => {
                Response::allow_by(&once.line)
            }
            (Verdict::Missing(rule), _) => self.missing(rule, request),
        }
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        loop {
            let rules = self.rules.load();
            let rule = match rules.decide(request) {
                Verdict::Allowed(rule) => rule,
                // Taken back, or used up, since it was allowed.
                Verdict::Denied(_) | Verdict::Missing(_) => return Reservation::Raced,
            };
            if rule.statement.expires != crate::Expiry::Once {
                return Reservation::None;
            }
            if rule.spend() {
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
        self.rules.load().is_limited()
    }
}

fn compile(
    author: Author,
    extension: &str,
    rules: impl IntoIterator<Item = NumberedRule>,
) -> RuleSet {
    let line = |rule: NumberedRule| {
        let NumberedRule { id, place, statement } = rule;
        let (backend, text) = (author.backend().to_owned(), statement.to_string());
        (id, statement, RuleSource { backend, place, text })
    };
    RuleSet::new(extension, rules.into_iter().map(line))
}

/// The rule that grants exactly what a manifest asks for, its events ([`RECEIVE_EVENT`](crate::RECEIVE_EVENT))
/// included.
#[must_use]
pub fn all_that(manifest: &Manifest) -> Rule {
    let permissions = manifest.permissions();
    let hear = (!manifest.events().is_empty()).then(|| MethodPattern::parse("query:events.hear"));
    let methods = permissions.methods().iter().cloned().chain(hear.and_then(Result::ok));
    Rule {
        methods: Some(methods.collect()),
        libraries: Some(permissions.libraries().clone()),
        domains: Some(permissions.allowed_domains().to_vec()),
        ..Rule::new(Effect::Allow)
    }
}
