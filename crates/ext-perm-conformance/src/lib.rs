//! The tests that every permission backend has to pass.
//!
//! A backend translates [`PolicyRule`]s into whatever it is made from (rules, a policy language, a
//! service), and [`check`] asks it about random policies and calls: the laws that stand at
//! [`PermissionBackend`], and an oracle of ten lines that shares no code with any backend.
//!
//! ```
//! use ext_perm::{Author, Effect, NumberedRule, RuleBackend, Rule};
//! use ext_perm_conformance::{EXTENSION, check};
//!
//! check(64, |rules| {
//!     let numbered = (0..).zip(rules).map(|(id, rule)| NumberedRule {
//!         id,
//!         place: format!("rule {id}"),
//!         statement: rule.statement(),
//!     });
//!     Box::new(RuleBackend::new(Author::Administrator, EXTENSION, numbered))
//! });
//! ```
//!
//! # Not in this crate
//!
//! Backends. What a backend can do beyond these rules (patterns, globs, clocks) is tested where it
//! is written.
#![forbid(unsafe_code)]

use ext_perm::{Effect, PermissionBackend, Principal, Request, Rule};
use ext_wire::Method;
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use uuid::Uuid;

/// The extension that the backend is asked about most.
pub const EXTENSION: &str = "finance";

/// Another one. A backend that is made for one extension denies the other one everything.
pub const OTHER: &str = "photos";

const METHODS: &[&str] = &[
    "query:ai.ocr.v1",
    "query:ai.ocr.v2",
    "query:ai.ocr_admin.v1",
    "action:ai.ocr.input.v1",
    "action:vdfs.write_sidecar.input.v1",
];

/// A rule for or against one method of one extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// What it says.
    pub effect: Effect,
    /// About whom: [`EXTENSION`] or [`OTHER`].
    pub extension: &'static str,
    /// About which method, exactly.
    pub method: &'static str,
    /// On which library; `None` for every call, with or without a library.
    pub library: Option<Uuid>,
}

impl PolicyRule {
    /// The same as the rule of a [`RuleBackend`](ext_perm::RuleBackend).
    ///
    /// # Panics
    /// Never: the methods here are methods.
    #[must_use]
    pub fn statement(&self) -> Rule {
        let json = serde_json::json!({
            "effect": self.effect,
            "extensions": [self.extension],
            "methods": [self.method],
        });
        let mut statement: Rule = serde_json::from_value(json).expect("a rule");
        let library = |id: Uuid| ext_manifest::LibraryScope::Only([id].into());
        statement.libraries = self.library.map(library);
        statement
    }
}

#[derive(Debug, Clone)]
struct Call {
    extension: &'static str,
    method: &'static str,
    library: Option<Uuid>,
}

impl Call {
    fn request(&self) -> Request<'_> {
        let method = Method::parse(self.method).expect("a method");
        Request::new(Principal::Extension(self.extension), method, self.library)
    }
}

/// The independent oracle. A rule on a library allows a call that names none, and denies none.
fn oracle(rules: &[PolicyRule], call: &Call) -> bool {
    let about = |rule: &&PolicyRule| {
        rule.extension == call.extension
            && rule.method == call.method
            && match (rule.library, call.library) {
                (None, _) => true,
                (Some(_), None) => rule.effect == Effect::Allow,
                (Some(one), Some(other)) => one == other,
            }
    };
    let said: Vec<Effect> = rules.iter().filter(about).map(|rule| rule.effect).collect();
    said.contains(&Effect::Allow) && !said.contains(&Effect::Deny)
}

fn library() -> impl Strategy<Value = Option<Uuid>> {
    select(vec![None, Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2))])
}

fn rule() -> impl Strategy<Value = PolicyRule> {
    let effect = select(vec![Effect::Allow, Effect::Allow, Effect::Allow, Effect::Deny]);
    let extension = select(vec![EXTENSION, EXTENSION, OTHER]);
    (effect, extension, select(METHODS), library()).prop_map(
        |(effect, extension, method, library)| PolicyRule { effect, extension, method, library },
    )
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let call = (select(METHODS), library()).prop_map(|(method, library)| Call {
        extension: EXTENSION,
        method,
        library,
    });
    vec(call, 16)
}

fn allows(backend: &dyn PermissionBackend, call: &Call) -> bool {
    backend.decide(&call.request()).is_allow()
}

/// Asks a backend about `cases` random policies, with 16 calls each.
///
/// `make` makes a backend from rules; for a backend that knows one extension only, that is
/// [`EXTENSION`].
///
/// # Panics
/// With the smallest case that breaks a law.
pub fn check(cases: u32, make: impl Fn(&[PolicyRule]) -> Box<dyn PermissionBackend>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let policies = (vec(rule(), 0..8), rule(), calls());
    let ran = TestRunner::new(config).run(&policies, |(rules, more, calls)| {
        let backend = make(&rules);
        oracle_agrees(&*backend, &rules, &calls)?;
        answers_are_whole(&*backend, &calls)?;
        let reversed: Vec<PolicyRule> = rules.iter().rev().cloned().collect();
        same(&*backend, &*make(&reversed), &calls)?;
        let added: Vec<PolicyRule> = rules.iter().cloned().chain([more.clone()]).collect();
        monotonic(&*backend, &*make(&added), &more, &calls)
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    nothing_is_known(&*make(&[]));
}

type Outcome = Result<(), TestCaseError>;

fn oracle_agrees(backend: &dyn PermissionBackend, rules: &[PolicyRule], calls: &[Call]) -> Outcome {
    for call in calls {
        let response = backend.decide(&call.request());
        let reasons = response.reasons();
        prop_assert_eq!(response.is_allow(), oracle(rules, call), "{:?}: {:?}", call, reasons);
    }
    Ok(())
}

/// A denial has reasons, an allow none, and the same question gets the same answer.
fn answers_are_whole(backend: &dyn PermissionBackend, calls: &[Call]) -> Outcome {
    prop_assert!(!backend.name().is_empty());
    for call in calls {
        let request = call.request();
        let (one, two) = (backend.decide(&request), backend.decide(&request));
        prop_assert_eq!(one.is_allow(), one.reasons().is_empty(), "{:?}", call);
        prop_assert_eq!(one.is_allow(), two.is_allow(), "{:?}", call);
        prop_assert!(one.reasons().iter().all(|reason| !reason.message.is_empty()));
    }
    Ok(())
}

fn same(one: &dyn PermissionBackend, two: &dyn PermissionBackend, calls: &[Call]) -> Outcome {
    for call in calls {
        prop_assert_eq!(allows(one, call), allows(two, call), "the order matters: {:?}", call);
    }
    Ok(())
}

fn monotonic(
    before: &dyn PermissionBackend,
    after: &dyn PermissionBackend,
    more: &PolicyRule,
    calls: &[Call],
) -> Outcome {
    for call in calls {
        let (before, after) = (allows(before, call), allows(after, call));
        let fine = match more.effect {
            Effect::Allow => !before || after,
            Effect::Deny => before || !after,
        };
        prop_assert!(fine, "{:?} turned {} into {} for {:?}", more, before, after, call);
    }
    Ok(())
}

/// Without rules nobody may do anything.
fn nothing_is_known(empty: &dyn PermissionBackend) {
    for extension in [EXTENSION, OTHER, "stranger"] {
        for method in METHODS {
            let call = Call { extension, method, library: Some(Uuid::from_u128(1)) };
            assert!(!allows(empty, &call), "allowed without a rule: {call:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use ext_perm::{Author, DenialReason, NumberedRule, Reason, Response, RuleBackend};

    use super::*;

    struct YesMan;

    impl PermissionBackend for YesMan {
        fn name(&self) -> &str {
            "yes"
        }

        fn decide(&self, _: &Request<'_>) -> Response {
            Response::allow()
        }
    }

    #[test]
    #[should_panic(expected = "finance")]
    fn who_allows_everything_does_not_pass() {
        check(64, |_| Box::new(YesMan));
    }

    struct NoMan;

    impl PermissionBackend for NoMan {
        fn name(&self) -> &str {
            "no"
        }

        fn decide(&self, _: &Request<'_>) -> Response {
            Response::deny(Reason::new("no", DenialReason::Methods, "no"))
        }
    }

    #[test]
    #[should_panic(expected = "finance")]
    fn who_denies_everything_does_not_pass() {
        check(64, |_| Box::new(NoMan));
    }

    #[test]
    #[should_panic(expected = "finance")]
    fn who_forgets_denials_does_not_pass() {
        check(256, |rules| {
            let allows = rules.iter().filter(|rule| rule.effect == Effect::Allow);
            let numbered = (0..).zip(allows).map(|(id, rule)| NumberedRule {
                id,
                place: String::new(),
                statement: rule.statement(),
            });
            Box::new(RuleBackend::new(Author::User, EXTENSION, numbered))
        });
    }
}
