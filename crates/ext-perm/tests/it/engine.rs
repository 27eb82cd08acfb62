//! The engine: what it allows, what it refuses and what it says then.

use std::num::NonZeroU32;

use ext_manifest::Manifest;
use ext_perm::{
    Audience, Decision, DenialReason, Engine, ManifestBackend, PermissionBackend, Principal, Rate,
    Reason, Refusal, Request, Response, UserBackend,
};
use ext_wire::{ErrorBody, ErrorCode, Method};
use serde_json::{Value, json};
use uuid::Uuid;

const LIBRARY: Uuid = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
const OTHER: Uuid = Uuid::from_u128(7);

fn manifest(permissions: Value) -> Manifest {
    let json = json!({
        "id": "finance", "name": "Finance", "version": "0.1.0", "wasm_file": "finance.wasm",
        "permissions": permissions
    });
    Manifest::parse(json.to_string().as_bytes()).unwrap()
}

fn engine(methods: &[&str], libraries: &[&str]) -> Engine {
    Engine::for_extension(&manifest(json!({ "methods": methods, "libraries": libraries })))
}

fn method(text: &str) -> Method<'_> {
    Method::parse(text).unwrap()
}

fn code(engine: &Engine, text: &str, library: Option<Uuid>) -> ErrorCode {
    engine
        .authorize(method(text), library, Audience::Everyone)
        .map_or_else(|refusal| refusal.code(), |_| ErrorCode::OK)
}

#[test]
fn perm_01_neighbours_of_a_granted_method_are_refused() {
    let engine = engine(&["query:ai.ocr"], &["*"]);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::OK);
    for neighbour in [
        "query:ai.ocr_admin.v1",
        "query:ai.ocrs.v1",
        "query:ai.ocr.v1.v1",
        "action:ai.ocr.input.v1",
        "query:ai2.ocr.v1",
    ] {
        assert_eq!(code(&engine, neighbour, Some(LIBRARY)), ErrorCode::DeniedMethod, "{neighbour}");
    }
}

#[test]
fn perm_04_05_13_35_other_bytes_are_no_method_and_cannot_be_asked_for() {
    for text in [
        "QUERY:ai.ocr.v1",
        "Query:AI.OCR.v1",
        "query:ai.ocr.v1 ",
        "query:ai.ocr.v1\t",
        "query:ai.ocr.v1\u{a0}",
        "\u{feff}query:ai.ocr.v1",
        "query:ai.ocr\0.admin.v1",
        "query:ai.ocr.v1\n",
        "query:ai.ocr%00.v1",
        "query:ai%2eocr.v1",
        "query:ai.*",
        "query:ai.*.v1",
        "query:ai.[o]cr.v1",
        "query:ai.{ocr}.v1",
        "query:ai.ocr.v1query:ai.ocr.v1",
    ] {
        assert!(Method::parse(text).is_err(), "{text:?}");
    }
    assert!(Method::parse("query:ai.ocr.v1").is_ok());
}

#[test]
fn perm_07_only_the_granted_version() {
    let engine = engine(&["query:ai.ocr.v1"], &["*"]);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&engine, "query:ai.ocr.v2", Some(LIBRARY)), ErrorCode::DeniedMethod);
    for text in [
        "query:ai.ocr.v01",
        "query:ai.ocr.v1.0",
        "query:ai.ocr",
        "query:ai.ocr.v1;v2",
        "query:ai.ocr@latest",
    ] {
        assert!(Method::parse(text).is_err(), "{text}");
    }
}

#[test]
fn perm_10_kind_is_part_of_the_method() {
    let engine = engine(&["query:vdfs.*"], &["*"]);
    assert_eq!(code(&engine, "query:vdfs.delete_entry.v1", Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(
        code(&engine, "action:vdfs.delete_entry.input.v1", Some(LIBRARY)),
        ErrorCode::DeniedMethod
    );
}

#[test]
fn perm_17_20_libraries() {
    let call = "query:ai.ocr.v1";
    let one = engine(&["ai.ocr"], &[&LIBRARY.to_string()]);
    let (all, none) = (engine(&["ai.ocr"], &["*"]), engine(&["ai.ocr"], &[]));
    for (engine, library, expected) in [
        (&one, Some(LIBRARY), ErrorCode::OK),
        (&one, Some(OTHER), ErrorCode::DeniedLibrary),
        (&one, Some(Uuid::nil()), ErrorCode::DeniedLibrary),
        (&all, Some(OTHER), ErrorCode::OK),
        (&all, Some(Uuid::nil()), ErrorCode::DeniedLibrary),
        (&none, Some(LIBRARY), ErrorCode::DeniedLibrary),
        (&none, None, ErrorCode::OK),
    ] {
        assert_eq!(code(engine, call, library), expected, "{library:?}");
    }
    let granted = one.authorize(method(call), Some(LIBRARY), Audience::Everyone).unwrap();
    assert_eq!((granted.library(), granted.method()), (Some(LIBRARY), method(call)));
    assert_eq!(one.authorize(method(call), None, Audience::Everyone).unwrap().library(), None);
}

#[test]
fn perm_22_host_only_operations_are_never_for_extensions() {
    let families =
        ["core", "libraries", "extensions", "permission", "audit", "credentials", "vdfs"];
    let widest: Vec<_> = families.iter().map(|family| format!("{family}.*")).collect();
    let manifest = manifest(json!({ "methods": widest, "libraries": ["*"] }));
    let engine = Engine::for_extension(&manifest);
    for family in families {
        let text = format!("action:{family}.reset.input.v1");
        let refusal =
            engine.authorize(method(&text), Some(LIBRARY), Audience::UserOnly).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::DeniedMethod);
        assert_eq!(ErrorBody::from(refusal).details.unwrap()["rule"], "host_only");
        assert!(engine.authorize(method(&text), Some(LIBRARY), Audience::Everyone).is_ok());
        assert!(
            Engine::for_user().authorize(method(&text), Some(LIBRARY), Audience::UserOnly).is_ok()
        );
        let asked = Request::new(Principal::Extension("finance"), method(&text), None);
        let request = Request { audience: Audience::UserOnly, ..asked };
        assert_eq!(ManifestBackend::new(&manifest).decide(&request).decision(), Decision::Deny);
    }
}

/// Allows everything, also what no backend may.
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
fn perm_22_no_backend_can_allow_host_only_operations_to_an_extension() {
    let reset = method("action:core.reset.input.v1");
    let extension = Engine::new(Principal::Extension("finance"), Box::new(YesMan), None);
    assert!(extension.authorize(reset, None, Audience::Everyone).is_ok());
    assert_eq!(
        extension.authorize(reset, None, Audience::UserOnly).unwrap_err().code(),
        ErrorCode::DeniedMethod
    );
    let user = Engine::new(Principal::User, Box::new(YesMan), None);
    assert!(user.authorize(reset, None, Audience::UserOnly).is_ok());
}

#[test]
fn a_backend_that_is_added_can_only_take_away() {
    let engine = engine(&["query:ai.ocr"], &["*"]).and(YesMan);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&engine, "query:ai.embed.v1", Some(LIBRARY)), ErrorCode::DeniedMethod);
    let engine = engine.and(UserBackend);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::DeniedMethod);
    assert_eq!(engine.principal(), Principal::Extension("finance"));
}

#[test]
fn a_backend_that_is_added_leaves_the_rate_limit() {
    let limited = manifest(json!({
        "methods": ["query:ai.ocr"], "libraries": ["*"],
        "rate_limits": { "requests_per_minute": 1, "burst": 1 }
    }));
    let engine = Engine::for_extension(&limited).and(YesMan);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::OK);
    assert_eq!(code(&engine, "query:ai.ocr.v1", Some(LIBRARY)), ErrorCode::Rate);
}

struct Broken;

impl PermissionBackend for Broken {
    fn name(&self) -> &str {
        "broken"
    }

    fn decide(&self, _: &Request<'_>) -> Response {
        panic!("this panic is part of a test")
    }
}

#[test]
fn perm_32_a_backend_that_fails_means_no() {
    let engine = Engine::new(Principal::Extension("finance"), Box::new(Broken), None);
    for _ in 0..2 {
        assert_eq!(code(&engine, "query:ai.ocr.v1", None), ErrorCode::Internal);
    }
}

#[test]
fn deny_wins_whatever_the_order_and_all_reasons_stay() {
    let no = |rule| Response::deny(Reason::new("test", rule, "no"));
    assert_eq!(Response::allow().and(Response::allow()).decision(), Decision::Allow);
    assert_eq!(Response::allow().and(no(DenialReason::Methods)).decision(), Decision::Deny);
    assert_eq!(no(DenialReason::Methods).and(Response::allow()).decision(), Decision::Deny);
    assert_eq!(no(DenialReason::Methods).and(no(DenialReason::Libraries)).reasons().len(), 2);
}

#[test]
fn a_backend_answers_for_its_own_principal_only() {
    let manifest = manifest(json!({ "methods": ["ai.ocr"], "libraries": ["*"] }));
    let call = method("query:ai.ocr.v1");
    let ask = |backend: &dyn PermissionBackend, principal| {
        backend.decide(&Request::new(principal, call, None)).is_allow()
    };
    let backend = ManifestBackend::new(&manifest);
    assert!(ask(&backend, Principal::Extension("finance")));
    assert!(!ask(&backend, Principal::Extension("finance2")) && !ask(&backend, Principal::User));
    assert!(
        ask(&UserBackend, Principal::User) && !ask(&UserBackend, Principal::Extension("finance"))
    );
}

#[test]
fn a_denial_says_rule_backend_and_what_would_allow_it() {
    let engine = engine(&["vdfs.*"], &[]);
    let refusal =
        engine.authorize(method("query:ai.ocr.v1"), Some(LIBRARY), Audience::Everyone).unwrap_err();
    assert_eq!(
        ErrorBody::from(refusal),
        ErrorBody {
            error: format!(
                "finance may not call `query:ai.ocr.v1`: no pattern in its permissions.methods matches; \
             finance may not use library {LIBRARY}: it is not in its permissions.libraries"
            ),
            code: ErrorCode::DeniedMethod,
            details: Some(Box::new(json!({
                "rule": "methods", "backend": "manifest",
                "would_allow": [
                    r#""permissions": {"methods": ["query:ai.ocr"]}"#,
                    format!(r#""permissions": {{"libraries": ["{LIBRARY}"]}}"#),
                ]
            }))),
            retry_after_ms: None,
        }
    );
}

#[test]
fn what_would_allow_a_call_allows_it() {
    for text in ["query:ai.ocr.v3", "action:vdfs.write_sidecar.input.v1"] {
        let denial = engine(&[], &[]).explain(method(text), Some(LIBRARY), Audience::Everyone);
        let mut permissions = json!({});
        for reason in denial.reasons() {
            let line = reason.would_allow.as_ref().unwrap();
            let mut wrapped: Value = serde_json::from_str(&format!("{{{line}}}")).unwrap();
            permissions
                .as_object_mut()
                .unwrap()
                .append(wrapped["permissions"].as_object_mut().unwrap());
        }
        let engine = Engine::for_extension(&manifest(permissions));
        assert_eq!(code(&engine, text, Some(LIBRARY)), ErrorCode::OK);
        assert_eq!(
            code(&engine, "action:core.reset.input.v1", Some(LIBRARY)),
            ErrorCode::DeniedMethod
        );
        assert_eq!(code(&engine, text, Some(OTHER)), ErrorCode::DeniedLibrary);
    }
}

fn limited(per_minute: u32, burst: u32) -> Engine {
    let [per_minute, burst] = [per_minute, burst].map(|n| NonZeroU32::new(n).unwrap());
    Engine::new(Principal::Extension("finance"), Box::new(YesMan), Some(Rate { per_minute, burst }))
}

#[test]
fn call_02_a_request_over_the_rate_says_when_to_come_again() {
    let engine = limited(1, 3);
    for _ in 0..3 {
        assert_eq!(code(&engine, "query:ai.ocr.v1", None), ErrorCode::OK);
    }
    let refusal =
        engine.authorize(method("query:ai.ocr.v1"), None, Audience::Everyone).unwrap_err();
    let Refusal::RateLimited { retry_after_ms } = refusal else { panic!("{refusal}") };
    assert!((30_000..=60_000).contains(&retry_after_ms), "{retry_after_ms}");
    let body = ErrorBody::from(refusal);
    assert_eq!((body.code, body.retry_after_ms), (ErrorCode::Rate, Some(retry_after_ms)));
}

#[test]
fn call_02_denied_requests_cost_as_much() {
    let permissions = json!({ "methods": [], "rate_limits": { "requests_per_minute": 2 } });
    let engine = Engine::for_extension(&manifest(permissions));
    let codes: Vec<_> = (0..3).map(|_| code(&engine, "query:ai.ocr.v1", None)).collect();
    assert_eq!(codes, [ErrorCode::DeniedMethod, ErrorCode::DeniedMethod, ErrorCode::Rate]);
}

#[test]
fn call_02_explaining_costs_nothing() {
    let engine = limited(1, 1);
    for _ in 0..100 {
        assert!(engine.explain(method("query:ai.ocr.v1"), None, Audience::Everyone).is_allow());
    }
    assert_eq!(code(&engine, "query:ai.ocr.v1", None), ErrorCode::OK);
}

#[test]
fn call_02_waiting_as_told_is_enough() {
    let engine = limited(6000, 1);
    assert_eq!(code(&engine, "query:ai.ocr.v1", None), ErrorCode::OK);
    let Err(Refusal::RateLimited { retry_after_ms }) =
        engine.authorize(method("query:ai.ocr.v1"), None, Audience::Everyone)
    else {
        return; // The machine was so slow that the next request was due already.
    };
    std::thread::sleep(std::time::Duration::from_millis(retry_after_ms));
    assert_eq!(code(&engine, "query:ai.ocr.v1", None), ErrorCode::OK);
}

#[test]
fn call_02_two_engines_do_not_share_a_limit() {
    let (one, two) = (limited(1, 1), limited(1, 1));
    assert_eq!(code(&one, "query:ai.ocr.v1", None), ErrorCode::OK);
    assert_eq!(code(&one, "query:ai.ocr.v1", None), ErrorCode::Rate);
    assert_eq!(code(&two, "query:ai.ocr.v1", None), ErrorCode::OK);
}

#[test]
fn call_02_many_threads_get_no_more_than_the_burst() {
    let engine = limited(1, 50);
    let allowed: usize = std::thread::scope(|scope| {
        let ask =
            || (0..50).filter(|_| code(&engine, "query:ai.ocr.v1", None) == ErrorCode::OK).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(allowed, 50);
}
