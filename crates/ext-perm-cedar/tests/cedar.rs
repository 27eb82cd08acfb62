//! Policies in Cedar against the laws, the schema, and what a policy can do wrong.

use ext_perm::{
    Decision, DenialReason, Effect, Origin, PermissionBackend, Principal, Reason, Request, Target,
};
use ext_perm_cedar::{CedarBackend, CedarError, CedarSources};
use ext_perm_conformance::{PolicyRule, check};
use ext_wire::{EntryPath, Method};
use uuid::Uuid;

const PERMIT_ALL: &str = "permit(principal, action, resource);";

fn backend(policies: &str) -> CedarBackend {
    CedarBackend::new(CedarSources { policies, ..CedarSources::default() }).unwrap()
}

fn request() -> Request<'static> {
    let method = Method::parse("query:ai.ocr.v1").unwrap();
    Request::new(Principal::Extension("finance"), method, Some(Uuid::max()))
}

fn refusal(backend: &CedarBackend, request: &Request<'_>) -> Reason {
    let response = backend.decide(request);
    assert_eq!(response.decision(), Decision::Deny);
    response.reasons()[0].clone()
}

/// A rule on a library permits a call that names none, and forbids none.
fn cedar(rule: &PolicyRule) -> String {
    let PolicyRule { effect, extension, method, library } = rule;
    let (effect, without) = match effect {
        Effect::Allow => ("permit", "resource is Machine || "),
        Effect::Deny => ("forbid", ""),
    };
    let library = library
        .map_or_else(|| "true".to_owned(), |id| format!("{without}resource == Library::\"{id}\""));
    format!(
        "{effect}(principal == Extension::\"{extension}\", action == Action::\"call\", resource) \
         when {{ context.method == \"{method}\" }} when {{ {library} }};"
    )
}

#[test]
fn it_passes_the_conformance_suite() {
    check(256, |rules| {
        let policies: Vec<String> = rules.iter().map(cedar).collect();
        Box::new(backend(&policies.join("\n")))
    });
}

#[test]
fn the_policies_of_the_page_hold() {
    let page = include_str!("../../../docs/permissions.md");
    let policies = page.split("```cedar\n").nth(1).unwrap().split("```").next().unwrap();
    let backend = backend(policies);
    let decide = |path: Option<&str>| {
        let path = path.map(EntryPath::stored);
        let target = path.as_ref().map_or(Target::Unknown, Target::Entry);
        backend.decide(&request().about(target)).decision()
    };
    assert_eq!(decide(None), Decision::Allow);
    assert_eq!(decide(Some("mails/a.eml")), Decision::Allow);
    assert_eq!(decide(Some("mails/taxes/a.eml")), Decision::Deny);
    assert_eq!(decide(Some("notes/a.txt")), Decision::Deny);
}

#[test]
fn targets_are_in_the_context() {
    let policies = r#"
        permit(principal, action, resource) when { context.target == "unknown" };
        permit(principal, action, resource)
        when { context has sidecar && context.sidecar == "a.json" };
        permit(principal, action, resource)
        when { context has server && context.server.host like "*.example.com"
               && context.server.scheme == "https" && context.server.port == 443 };
    "#;
    let backend = backend(policies);
    let origin = |host| Target::Origin(Origin { scheme: "https", host, port: 443 });
    let entry = &EntryPath::stored("a.eml");
    let sidecar = |name| Target::Sidecar { entry, name };
    for (target, allowed) in [
        (Target::Unknown, true),
        (Target::Entry(entry), false),
        (sidecar("a.json"), true),
        (sidecar("b.json"), false),
        (origin("api.example.com"), true),
        (origin("example.org"), false),
    ] {
        assert_eq!(backend.decide(&request().about(target)).is_allow(), allowed, "{target:?}");
    }
}

#[test]
fn time_is_in_the_context() {
    let policies = r#"
        permit(principal, action, resource) when { context.at < datetime("2027-01-31T00:00:00Z") };
    "#;
    let backend = backend(policies);
    for (at, allowed) in [("2027-01-30T23:59:59.9Z", true), ("2027-01-31T00:00:00Z", false)] {
        let request = Request { at: at.parse().unwrap(), ..request() };
        assert_eq!(backend.decide(&request).is_allow(), allowed, "{at}");
    }
}

#[test]
fn groups_come_from_the_entities() {
    let entities = r#"[
        {"uid": {"type": "Group", "id": "trusted"}, "attrs": {}, "parents": []},
        {"uid": {"type": "Extension", "id": "finance"}, "attrs": {},
         "parents": [{"type": "Group", "id": "trusted"}]}
    ]"#;
    let policies = r#"permit(principal in Group::"trusted", action, resource);"#;
    let sources = CedarSources { policies, entities: Some(entities), schema: None };
    let backend = CedarBackend::new(sources).unwrap();
    assert!(backend.decide(&request()).is_allow());
    let other = Request { principal: Principal::Extension("photos"), ..request() };
    assert_eq!(refusal(&backend, &other).kind, DenialReason::Methods);
}

#[test]
fn a_denial_names_the_policy_and_an_allow_has_its_line() {
    let policies = format!(
        "{PERMIT_ALL} @id(\"no-ocr\") forbid(principal, action, resource) \
         when {{ context.name == \"ai.ocr\" }};"
    );
    let backend = backend(&policies);
    let reason = refusal(&backend, &request());
    assert_eq!(reason.kind, DenialReason::Denied);
    assert_eq!(
        reason.message,
        "finance may not call `query:ai.ocr.v1`: the policy `no-ocr` forbids it"
    );
    assert!(reason.source.unwrap().text.contains("forbid"));
    let other = Method::parse("query:ai.embed.v1").unwrap();
    let response = backend.decide(&Request { method: other, ..request() });
    assert_eq!(response.sources()[0].place, "policy `policy0`");
}

#[test]
fn perm_32_a_policy_that_cannot_be_evaluated_denies() {
    // Longs overflow at run time; the validator cannot see it.
    let failing = "permit(principal, action, resource) \
                   when { context.version + 9223372036854775807 > 0 };";
    let backend = backend(&format!("{PERMIT_ALL} {failing}"));
    assert_eq!(refusal(&backend, &request()).kind, DenialReason::Backend);
    let fine = "permit(principal, action, resource) when { context.version + 1 > 0 };";
    assert!(self::backend(&format!("{PERMIT_ALL} {fine}")).decide(&request()).is_allow());
}

#[test]
fn perm_32_a_schema_without_the_context_denies() {
    let schema = "entity Extension, Library, Machine; action call appliesTo \
                  { principal: [Extension], resource: [Library, Machine], context: {} };";
    let sources = CedarSources { policies: PERMIT_ALL, schema: Some(schema), entities: None };
    let backend = CedarBackend::new(sources).unwrap();
    let reason = refusal(&backend, &request());
    assert_eq!(reason.kind, DenialReason::Backend);
    assert!(reason.message.contains("schema"), "{}", reason.message);
}

#[test]
fn the_policies_say_nothing_about_the_user() {
    let asked = Request { principal: Principal::User, ..request() };
    assert_eq!(refusal(&backend(PERMIT_ALL), &asked).kind, DenialReason::Principal);
}

#[test]
fn what_is_wrong_is_said_when_the_backend_is_made() {
    let new = |sources| CedarBackend::new(sources).err().unwrap();
    let policies = |policies| new(CedarSources { policies, ..CedarSources::default() });
    assert!(matches!(policies("permit(principal, action);"), CedarError::Policies(_)));
    for unknown in [
        "permit(principal, action, resource) when { context.methd == \"x\" };",
        "permit(principal, action, resource) when { context.entry like \"mails/*\" };",
        "permit(principal == User::\"me\", action, resource);",
        "permit(principal, action == Action::\"read\", resource);",
    ] {
        assert!(matches!(policies(unknown), CedarError::Invalid(_)), "{unknown}");
    }
    let schema = CedarSources { policies: PERMIT_ALL, schema: Some("entity"), entities: None };
    assert!(matches!(new(schema), CedarError::Schema(_)));
    let entities = CedarSources { policies: PERMIT_ALL, schema: None, entities: Some("[{}]") };
    assert!(matches!(new(entities), CedarError::Entities(_)));
}
