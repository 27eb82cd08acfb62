//! Grants and policies: what rules allow, how they run out, and how backends combine.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ext_manifest::Manifest;
use ext_perm::{
    All, Any, Audience, Author, Budget, DenialReason, Engine, Glob, ManifestBackend, NumberedRule,
    PermissionBackend, Principal, Reason, Refusal, Request, Response, Rule, RuleBackend, Target,
    all_that,
};
use ext_wire::{EntryPath, ErrorBody, ErrorCode, Method};
use serde_json::{Value, json};
use uuid::Uuid;

const LIBRARY: Uuid = Uuid::from_u128(7);
const READ: &str = "query:vdfs.read_content.v1";
const WRITE: &str = "action:vdfs.write_sidecar.input.v1";

fn path(text: &str) -> EntryPath {
    text.parse().unwrap()
}

fn rules(rules: Value) -> Vec<NumberedRule> {
    let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
    let numbered =
        |(id, rule)| NumberedRule { id, place: format!("grants/demo.json: grant {id}"), rule };
    (1..).zip(rules).map(numbered).collect()
}

fn grants(json: Value) -> Arc<RuleBackend> {
    Arc::new(RuleBackend::new(Author::User, "demo", rules(json)))
}

fn manifest() -> Manifest {
    Manifest::parse(
        br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
            "permissions":{"methods":["vdfs.*","action:http.request"],"libraries":["*"],
                "allowed_domains":["https://*.example.com"],
                "rate_limits":{"requests_per_minute":1000000,"concurrent_jobs":2,
                    "daily":{"ocr_pages":10}}}}"#,
    )
    .unwrap()
}

fn engine(grants: &Arc<RuleBackend>) -> Engine {
    let both: Vec<Box<dyn PermissionBackend>> =
        vec![Box::new(ManifestBackend::new(&manifest())), Box::new(Arc::clone(grants))];
    Engine::new(Principal::Extension("demo"), Box::new(All::new("permissions", both)), None)
}

fn code(engine: &Engine, method: &str, library: Option<Uuid>) -> ErrorCode {
    let method = Method::parse(method).unwrap();
    engine
        .authorize(method, library, Audience::Everyone)
        .map_or_else(|no| no.code(), |_| ErrorCode::OK)
}

fn touches(engine: &Engine, method: &str, target: Target<'_>) -> ErrorCode {
    let method = Method::parse(method).unwrap();
    let granted = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    granted.check(target).map_or_else(|no| no.code(), |()| ErrorCode::OK)
}

#[test]
fn nothing_is_granted_silently() {
    assert_eq!(code(&engine(&grants(json!([]))), READ, Some(LIBRARY)), ErrorCode::DeniedMethod);
    let all = RuleBackend::new(Author::User, "demo", []);
    let rule = all_that(&manifest());
    all.replace([NumberedRule { id: 1, place: String::new(), rule }]);
    assert_eq!(code(&engine(&Arc::new(all)), READ, Some(LIBRARY)), ErrorCode::OK);
}

#[test]
fn a_grant_never_gives_more_than_the_manifest_asks_for() {
    let engine = engine(&grants(json!([{ "effect": "allow" }])));
    assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::DeniedMethod);
}

#[test]
fn a_grant_can_be_for_single_methods_and_libraries() {
    let one = json!([{ "effect": "allow", "methods": ["query:vdfs.read_content"], "libraries": [LIBRARY] }]);
    let engine = engine(&grants(one));
    assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&engine, READ, Some(Uuid::max())), ErrorCode::DeniedLibrary);
    assert_eq!(code(&engine, WRITE, Some(LIBRARY)), ErrorCode::DeniedMethod);
}

#[test]
fn perm_17_none_nil_and_wrong_never_mean_all() {
    for rule in [json!([{ "effect": "allow" }]), json!([{ "effect": "allow", "libraries": ["*"] }])]
    {
        let engine = engine(&grants(rule));
        assert_eq!(code(&engine, READ, Some(Uuid::nil())), ErrorCode::DeniedLibrary);
        assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::OK);
    }
    let none = engine(&grants(json!([{ "effect": "allow", "libraries": [] }])));
    assert_eq!(code(&none, READ, Some(LIBRARY)), ErrorCode::DeniedLibrary);
}

#[test]
fn deny_beats_allow_and_names_its_line() {
    let engine = engine(&grants(json!([
        { "effect": "allow" }, { "effect": "deny", "methods": ["action:vdfs.*"] },
    ])));
    assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::OK);
    let method = Method::parse(WRITE).unwrap();
    let body =
        ErrorBody::from(engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap_err());
    let details = body.details.unwrap();
    assert_eq!((&details["rule"], &details["backend"]), (&json!("denied"), &json!("grants")));
    assert_eq!(details["line"], "grants/demo.json: grant 2 (deny action:vdfs.*)");
}

#[test]
fn an_allow_names_the_line_of_each_backend() {
    let engine = engine(&grants(json!([{ "effect": "allow", "methods": ["vdfs.*"] }])));
    let answer = engine.explain(Method::parse(READ).unwrap(), Some(LIBRARY), Audience::Everyone);
    let lines: Vec<String> = answer.sources().iter().map(|line| line.to_string()).collect();
    assert_eq!(
        lines,
        [
            "manifest.json: permissions.methods[0] (vdfs.*)",
            "grants/demo.json: grant 1 (allow vdfs.*)"
        ]
    );
}

#[test]
fn a_grant_can_be_for_some_entries_and_sidecars() {
    let some = json!([{ "effect": "allow", "entries": ["mails/**"], "sidecars": ["*.json"] }]);
    let engine = engine(&grants(some));
    assert_eq!(touches(&engine, READ, Target::Entry(&path("mails/2024/a.eml"))), ErrorCode::OK);
    assert_eq!(touches(&engine, READ, Target::Entry(&path("taxes/a.pdf"))), ErrorCode::DeniedArg);
    let sidecar =
        |entry, name| touches(&engine, WRITE, Target::Sidecar { entry: &path(entry), name });
    assert_eq!(sidecar("mails/a.eml", "x.json"), ErrorCode::OK);
    assert_eq!(sidecar("mails/a.eml", "x.txt"), ErrorCode::DeniedArg);
    assert_eq!(sidecar("taxes/a.pdf", "x.json"), ErrorCode::DeniedArg);
}

#[test]
fn a_denial_can_be_for_some_entries() {
    let engine = engine(&grants(json!([
        { "effect": "allow" }, { "effect": "deny", "entries": ["taxes/**"] },
    ])));
    assert_eq!(touches(&engine, READ, Target::Entry(&path("mails/a.eml"))), ErrorCode::OK);
    assert_eq!(
        touches(&engine, READ, Target::Entry(&path("taxes/a.pdf"))),
        ErrorCode::DeniedMethod
    );
}

#[test]
fn a_grant_can_be_for_some_servers() {
    let all = engine(&grants(json!([{ "effect": "allow" }])));
    let some =
        engine(&grants(json!([{ "effect": "allow", "domains": ["https://api.example.com"] }])));
    let method = Method::parse("action:http.request.input.v1").unwrap();
    let reach = |engine: &Engine, host| {
        engine
            .authorize(method, None, Audience::Everyone)
            .unwrap()
            .may_reach("https", host, 443)
            .unwrap()
    };
    assert!(reach(&all, "api.example.com") && reach(&all, "www.example.com"));
    assert!(reach(&some, "api.example.com") && !reach(&some, "www.example.com"));
    assert!(!reach(&all, "example.org") && !reach(&all, "example.com"));
    let plain = all.authorize(method, None, Audience::Everyone).unwrap();
    assert!(!plain.may_reach("http", "api.example.com", 80).unwrap());
}

#[test]
fn a_grant_ends_at_its_time() {
    let until =
        |time: &str| grants(json!([{ "effect": "allow", "expires": format!("until:{time}") }]));
    assert_eq!(
        code(&engine(&until("2001-01-01T00:00:00Z")), READ, Some(LIBRARY)),
        ErrorCode::DeniedMethod
    );
    assert_eq!(code(&engine(&until("2999-01-01T00:00:00Z")), READ, Some(LIBRARY)), ErrorCode::OK);
    let backend = until("2026-05-01T00:00:00Z");
    let request = Request::new(Principal::Extension("demo"), Method::parse(READ).unwrap(), None);
    let at =
        |time: &str| backend.decide(&Request { at: time.parse().unwrap(), ..request }).is_allow();
    assert!(at("2026-04-30T23:59:59Z") && !at("2026-05-01T00:00:00Z"));
    assert!(
        serde_json::from_value::<Rule>(json!({ "effect": "allow", "expires": "soon" })).is_err()
    );
}

#[test]
fn a_grant_for_one_call_is_for_one_call_and_for_what_it_touches() {
    let once = json!([{ "effect": "allow", "entries": ["a/**"], "expires": "once" }]);
    let engine = engine(&grants(once));
    let method = Method::parse(READ).unwrap();
    // A question uses nothing up.
    assert!(engine.explain(method, Some(LIBRARY), Audience::Everyone).is_allow());
    let granted = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    assert!(
        granted.check(Target::Entry(&path("a/1"))).is_ok()
            && granted.check(Target::Entry(&path("a/2"))).is_ok()
    );
    assert!(granted.check(Target::Entry(&path("b/1"))).is_err());
    assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::DeniedMethod);
}

#[test]
fn a_grant_for_one_call_is_taken_last_and_by_one_of_many() {
    let both = json!([{ "effect": "allow", "expires": "once" },
        { "effect": "allow", "methods": ["query:vdfs.*"] }]);
    let both = engine(&grants(both));
    assert_eq!(code(&both, READ, Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&both, WRITE, Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&both, WRITE, Some(LIBRARY)), ErrorCode::DeniedMethod);

    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let once = RuleBackend::new(
        Author::User,
        "demo",
        rules(json!([{ "effect": "allow", "expires": "once" }])),
    )
    .on_consume(Box::new(move |id| {
        count.fetch_add(usize::try_from(id).unwrap(), Ordering::AcqRel);
        true
    }));
    let engine = engine(&Arc::new(once));
    let ask = || (0..50).filter(|_| code(&engine, READ, Some(LIBRARY)) == ErrorCode::OK).count();
    let allowed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((allowed, written.load(Ordering::Acquire)), (1, 1));
}

#[test]
fn perm_32_a_use_that_cannot_be_written_down_is_no_use() {
    let once = json!([{ "effect": "allow", "expires": "once" }]);
    let once = RuleBackend::new(Author::User, "demo", rules(once)).on_consume(Box::new(|_| false));
    assert_eq!(code(&engine(&Arc::new(once)), READ, Some(LIBRARY)), ErrorCode::DeniedMethod);
}

#[test]
fn perm_26_28_29_what_is_taken_back_is_denied_from_the_next_question_on() {
    let grants = grants(json!([{ "effect": "allow" }]));
    let engine = engine(&grants);
    let method = Method::parse(READ).unwrap();
    let running = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    assert!(running.check(Target::Entry(&path("a"))).is_ok());
    grants.replace([]);
    // A call that runs is checked again when it touches something; it is no capability.
    assert!(
        running.check(Target::Entry(&path("a"))).is_err()
            && running.may_touch(Target::Entry(&path("a"))) == Ok(false)
    );
    assert_eq!(code(&engine, READ, Some(LIBRARY)), ErrorCode::DeniedMethod);
    grants.replace(rules(json!([{ "effect": "allow" }])));
    assert!(running.check(Target::Entry(&path("a"))).is_ok());
}

#[test]
fn rules_of_an_administrator_are_for_the_extensions_that_they_name() {
    let policy = rules(json!([{ "effect": "allow", "extensions": ["demo"] }]));
    let ask = |id: &str| {
        let backend = RuleBackend::new(Author::Administrator, id, policy.clone());
        let method = Method::parse(READ).unwrap();
        backend.decide(&Request::new(Principal::Extension(id), method, None)).is_allow()
    };
    assert!(ask("demo") && !ask("other"));
}

struct Says(Option<DenialReason>);

impl PermissionBackend for Says {
    fn name(&self) -> &str {
        "says"
    }

    fn decide(&self, _: &Request<'_>) -> Response {
        self.0.map_or_else(Response::allow, |rule| Response::deny(Reason::new("says", rule, "no")))
    }
}

#[test]
fn all_and_any() {
    let (yes, no, never, broken) = (
        None,
        Some(DenialReason::Methods),
        Some(DenialReason::Denied),
        Some(DenialReason::Backend),
    );
    let table: &[(&[Option<DenialReason>], bool, bool)] = &[
        (&[], false, false),
        (&[yes], true, true),
        (&[no], false, false),
        (&[yes, yes], true, true),
        (&[yes, no], false, true),
        (&[no, yes], false, true),
        (&[no, no], false, false),
        (&[yes, never], false, false),
        (&[never, yes], false, false),
        (&[yes, broken], false, false),
        (&[no, yes, never], false, false),
        (&[no, no, yes], false, true),
    ];
    let request = Request::new(Principal::Extension("demo"), Method::parse(READ).unwrap(), None);
    for (says, all, any) in table {
        let members = || {
            says.iter().map(|rule| Box::new(Says(*rule)) as Box<dyn PermissionBackend>).collect()
        };
        assert_eq!(All::new("all", members()).decide(&request).is_allow(), *all, "all {says:?}");
        assert_eq!(Any::new("any", members()).decide(&request).is_allow(), *any, "any {says:?}");
    }
}

#[test]
fn perm_14_patterns_are_short_and_match_in_linear_time() {
    assert!("a".repeat(1025).parse::<Glob>().is_err() && "".parse::<Glob>().is_err());
    for wrong in ["[a]", "!mails/**", "{a,b}", "a\\b"] {
        assert!(wrong.parse::<Glob>().is_err(), "{wrong}");
    }
    let bad: Glob = format!("{}b", "*a".repeat(400)).parse().unwrap();
    let start = std::time::Instant::now();
    assert!(!bad.matches(&"a".repeat(4096)));
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
    assert!(bad.matches(&format!("{}b", "a".repeat(4096))));
}

#[test]
fn call_02_budgets_are_exact_and_the_user_has_none() {
    let engine = Engine::for_extension(&manifest());
    let method = Method::parse(READ).unwrap();
    let granted = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    assert!(
        granted.charge(Budget::OcrPages, 4).is_ok() && granted.charge(Budget::OcrPages, 6).is_ok()
    );
    let refusal = granted.charge(Budget::OcrPages, 1).unwrap_err();
    assert!(matches!(refusal, Refusal::BudgetExhausted { limit: 10, .. }));
    let body = ErrorBody::from(refusal);
    assert_eq!(body.code, ErrorCode::Rate);
    assert!((1..=86_400_000).contains(&body.retry_after_ms.unwrap()));
    let too_much = ErrorBody::from(granted.charge(Budget::OcrPages, 11).unwrap_err());
    assert_eq!((too_much.code, too_much.retry_after_ms), (ErrorCode::DeniedArg, None));
    let left = granted.quota().budgets.into_iter().find(|left| left.budget == Budget::OcrPages);
    assert_eq!(left.unwrap().left, 0);
    let user = Engine::for_user();
    let granted = user.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    assert!(granted.charge(Budget::OcrPages, u64::MAX).is_ok());
}

#[test]
fn jobs_give_their_place_back() {
    let engine = Engine::for_extension(&manifest());
    let granted =
        engine.authorize(Method::parse(READ).unwrap(), Some(LIBRARY), Audience::Everyone).unwrap();
    let (one, _two) = (granted.start_job().unwrap(), granted.start_job().unwrap());
    let body = ErrorBody::from(granted.start_job().unwrap_err());
    assert_eq!((body.code, body.retry_after_ms), (ErrorCode::Busy, Some(1000)));
    assert_eq!(granted.quota().jobs, Some((2, 2)));
    drop(one);
    assert!(granted.start_job().is_ok());
}

#[test]
fn the_quota_counts_requests() {
    let rate = ext_perm::Rate::per_minute(std::num::NonZeroU32::new(5).unwrap());
    let engine = Engine::new(Principal::Extension("demo"), Box::new(Says(None)), Some(rate));
    let left = || {
        engine.authorize(Method::parse(READ).unwrap(), None, Audience::Everyone).unwrap().quota()
    };
    assert_eq!([left(), left()].map(|quota| quota.requests_left), [Some(4), Some(3)]);
}

struct Fails;

impl PermissionBackend for Fails {
    fn name(&self) -> &str {
        "away"
    }

    fn decide(&self, _: &Request<'_>) -> Response {
        Response::deny(Reason::new("away", DenialReason::Backend, "no answer"))
    }
}

fn outcome(backend: &dyn PermissionBackend) -> Option<bool> {
    let method = Method::parse(READ).unwrap();
    let response = backend.decide(&Request::new(Principal::Extension("demo"), method, None));
    (!response.is_undecided()).then(|| response.is_allow())
}

#[test]
fn perm_32_no_answer_is_neither_yes_nor_no() {
    let (yes, no, against) = (
        || Box::new(grants(json!([{ "effect": "allow" }]))) as Box<dyn PermissionBackend>,
        || Box::new(grants(json!([]))) as Box<dyn PermissionBackend>,
        || Box::new(grants(json!([{ "effect": "deny" }]))) as Box<dyn PermissionBackend>,
    );
    let away = || Box::new(Fails) as Box<dyn PermissionBackend>;
    for (members, all, any) in [
        (vec![yes(), away()], None, None),
        (vec![no(), away()], Some(false), None),
        (vec![against(), away()], Some(false), Some(false)),
        (vec![away(), no(), yes()], Some(false), None),
        (vec![away(), away()], None, None),
        (vec![yes(), no()], Some(false), Some(true)),
    ] {
        let (all_members, any_members): (Vec<_>, Vec<_>) = members
            .into_iter()
            .map(Arc::<dyn PermissionBackend>::from)
            .map(|member| (boxed(&member), boxed(&member)))
            .unzip();
        assert_eq!(outcome(&All::new("all", all_members)), all);
        assert_eq!(outcome(&Any::new("any", any_members)), any);
    }
}

fn boxed(member: &Arc<dyn PermissionBackend>) -> Box<dyn PermissionBackend> {
    Box::new(Arc::clone(member))
}

#[test]
fn perm_32_a_refusal_names_the_backend_that_decides() {
    let engine = engine(&grants(json!([]))).and(Fails);
    let method = Method::parse(READ).unwrap();
    let refusal = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::DeniedMethod);
    let engine =
        Engine::for_extension(&manifest()).and(Fails).and(grants(json!([{ "effect": "allow" }])));
    let refusal = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap_err();
    assert!(refusal.is_undecided());
    let body = ErrorBody::from(refusal);
    assert_eq!(
        (body.code, &body.details.unwrap()["rule"]),
        (ErrorCode::Internal, &json!("backend"))
    );
}

#[test]
fn perm_32_rules_that_cannot_be_read_leave_everything_undecided() {
    let grants = grants(json!([{ "effect": "allow" }]));
    let engine = engine(&grants);
    let method = Method::parse(READ).unwrap();
    let permits = |engine: &Engine| engine.permits(method, Some(LIBRARY), Target::Unknown);
    let running = engine.authorize(method, Some(LIBRARY), Audience::Everyone).unwrap();
    grants.forget("the file is away");
    assert!(permits(&engine).unwrap_err().is_undecided());
    assert!(running.is_target_sensitive(), "what runs asks again");
    assert!(running.may_touch(Target::Entry(&path("a"))).is_err());
    assert!(running.may_reach("https", "api.example.com", 443).unwrap_err().is_undecided());
    assert!(engine.authorize(method, Some(LIBRARY), Audience::Everyone).is_err());
    grants.replace(rules(json!([])));
    assert_eq!(permits(&engine), Ok(false));
    grants.replace(rules(json!([{ "effect": "allow" }])));
    assert_eq!(permits(&engine), Ok(true));
}
