//! Policies in Rego against the laws, and what a policy can do wrong.

use ext_perm::{
    Decision, DenialReason, Effect, PermissionBackend, Principal, Reason, Request, Target,
};
use ext_perm_conformance::{PolicyRule, check};
use ext_perm_rego::{RegoBackend, RegoError, RegoSources};
use ext_wire::{EntryPath, Method};
use uuid::Uuid;

fn made(policy: &str, data: Option<&str>) -> Result<RegoBackend, RegoError> {
    RegoBackend::new(RegoSources { policies: &[("policy.rego", policy)], data })
}

fn backend(policy: &str) -> RegoBackend {
    made(&format!("package spacedrive\n{policy}"), None).unwrap()
}

fn request() -> Request<'static> {
    let method = Method::parse("query:ai.ocr.v1").unwrap();
    Request::new(Principal::Extension("finance"), method, Some(Uuid::max()))
}

fn refusal(backend: &RegoBackend, request: &Request<'_>) -> Reason {
    let response = backend.decide(request);
    assert_eq!(response.decision(), Decision::Deny);
    response.reasons()[0].clone()
}

/// A rule on a library allows a call that names none, and denies none.
fn rego(rule: &PolicyRule) -> String {
    let PolicyRule { effect, extension, method, library } = rule;
    let (head, without) = match effect {
        Effect::Allow => ("allow", "null, "),
        Effect::Deny => ("deny contains \"a rule\"", ""),
    };
    let library = library
        .map_or_else(|| "true".to_owned(), |id| format!("input.library in [{without}\"{id}\"]"));
    format!(
        "{head} if {{\n input.extension == \"{extension}\"\n input.method == \"{method}\"\n {library}\n}}"
    )
}

#[test]
fn it_passes_the_conformance_suite() {
    check(128, |rules| {
        let policies: Vec<String> = rules.iter().map(rego).collect();
        Box::new(backend(&policies.join("\n")))
    });
}

#[test]
fn the_policies_of_the_page_hold() {
    let page = include_str!("../../../docs/permissions.md");
    let policies = page.split("```rego\n").nth(1).unwrap().split("```").next().unwrap();
    let backend = made(policies, None).unwrap();
    assert!(backend.decide(&request()).is_allow());
    for (path, allowed) in
        [("mails/a.eml", true), ("mails/taxes/a.eml", false), ("taxes/a.pdf", false)]
    {
        let entry = &EntryPath::stored(path);
        let decided = backend.decide(&request().about(Target::Entry(entry)));
        assert_eq!(decided.is_allow(), allowed, "{path}");
    }
}

#[test]
fn targets_and_time_are_in_the_input() {
    let backend = backend(
        r#"allow if { input.target == null; input.at < "2027-01-31T00:00:00Z" }
           allow if { input.target.entry == "a.eml"; input.target.sidecar == "a.json" }"#,
    );
    let entry = &EntryPath::stored("a.eml");
    let sidecar = |name| Target::Sidecar { entry, name };
    let at = |at: &str| Request { at: at.parse().unwrap(), ..request() };
    for (request, allowed) in [
        (at("2027-01-30T23:59:59.9Z"), true),
        (at("2027-01-31T00:00:00.1Z"), false),
        (request().about(sidecar("a.json")), true),
        (request().about(sidecar("b.json")), false),
        (request().about(Target::Entry(entry)), false),
    ] {
        assert_eq!(backend.decide(&request).is_allow(), allowed, "{request:?}");
    }
}

#[test]
fn data_is_what_the_administrator_gives() {
    let policy = "package spacedrive\nallow if input.extension in data.trusted";
    let backend = made(policy, Some(r#"{"trusted": ["finance"]}"#)).unwrap();
    assert!(backend.decide(&request()).is_allow());
    let other = Request { principal: Principal::Extension("photos"), ..request() };
    assert_eq!(refusal(&backend, &other).kind, DenialReason::Methods);
}

#[test]
fn a_denial_says_its_reasons() {
    let backend = backend(
        "allow := true\ndeny contains \"not on weekends\" if input.name == \"ai.ocr\"\n\
         deny contains {\"code\": 7} if input.name == \"ai.ocr\"",
    );
    let reason = refusal(&backend, &request());
    assert_eq!(reason.kind, DenialReason::Denied);
    assert!(reason.message.contains("not on weekends"), "{}", reason.message);
    let other = Method::parse("query:ai.embed.v1").unwrap();
    assert!(backend.decide(&Request { method: other, ..request() }).is_allow());
}

#[test]
fn perm_32_what_is_no_clear_answer_denies() {
    for policy in [
        "allow := \"yes\"",
        "allow := true\ndeny := \"weekend\"",
        "allow if to_number(input.extension) > 0",
        "allow := true\ndeny contains x if { x := to_number(input.extension) }",
    ] {
        let Ok(backend) = made(&format!("package spacedrive\n{policy}"), None) else { continue };
        assert_eq!(refusal(&backend, &request()).kind, DenialReason::Backend, "{policy}");
    }
    assert!(backend("allow := true\ndeny := false").decide(&request()).is_allow());
}

#[test]
fn perm_32_a_policy_without_end_is_late_and_denies() {
    let backend = backend(
        "allow if { input.extension == \"finance\"\n some a in numbers.range(1, 3000)\n \
         some b in numbers.range(1, 3000)\n some c in numbers.range(1, 3000)\n a * b * c == -1 }",
    );
    assert_eq!(refusal(&backend, &request()).kind, DenialReason::Backend);
    let other = Request { principal: Principal::Extension("photos"), ..request() };
    assert_eq!(refusal(&backend, &other).kind, DenialReason::Methods);
}

#[test]
fn the_policies_say_nothing_about_the_user() {
    let asked = Request { principal: Principal::User, ..request() };
    assert_eq!(refusal(&backend("allow := true"), &asked).kind, DenialReason::Principal);
}

#[test]
fn what_is_wrong_is_said_when_the_backend_is_made() {
    let wrong = |policy, data| made(policy, data).err().unwrap();
    let syntax = wrong("package spacedrive\nallow if {", None);
    assert!(matches!(&syntax, RegoError::Policy { name, .. } if name == "policy.rego"), "{syntax}");
    assert!(matches!(wrong("package other\nallow := true", None), RegoError::NoPackage));
    let recursive = "package spacedrive\nallow if other\nother if allow";
    let error = wrong(recursive, None);
    assert!(matches!(error, RegoError::Evaluate(_) | RegoError::Policy { .. }), "{error}");
    let fine = "package spacedrive\nallow := true";
    assert!(matches!(wrong(fine, Some("[1]")), RegoError::Data(_)));
}
