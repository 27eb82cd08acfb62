//! The backend alone, in an engine, in a manager, and in the suite that each backend passes.

use std::{ops::Range, sync::Arc};

use ext_manager::{Engine, Manager, ManagerConfig, Registry, Services};
use ext_manifest::Manifest;
use ext_perm::{
    All, Audience, Author, NumberedRule, PermissionBackend, Principal, Request, RuleBackend,
};
use ext_perm_conformance::{EXTENSION, PolicyRule, check};
use ext_wire::{ErrorCode, Method};
use permission_backend::OfficeHours;

const METHOD: &str = "query:vdfs.get_entry.v1";

fn manifest() -> Manifest {
    Manifest::parse(
        br#"{
            "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
            "permissions": { "methods": ["vdfs.*"], "libraries": ["*"] }
        }"#,
    )
    .unwrap()
}

fn allowed_at(at: &str) -> bool {
    let method = Method::parse(METHOD).unwrap();
    let request = Request::new(Principal::Extension("notes"), method, None);
    OfficeHours::new(8..18).decide(&Request { at: at.parse().unwrap(), ..request }).is_allow()
}

#[test]
fn the_office_opens_and_closes_on_the_hour() {
    assert!(!allowed_at("2027-01-31T07:59:59Z"));
    assert!(allowed_at("2027-01-31T08:00:00Z"));
    assert!(allowed_at("2027-01-31T17:59:59Z"));
    assert!(!allowed_at("2027-01-31T18:00:00Z"));
}

fn code(hours: Range<i8>, method: &str) -> ErrorCode {
    let engine = Engine::for_extension(&manifest()).and(OfficeHours::new(hours));
    let method = Method::parse(method).unwrap();
    let answer = engine.authorize(method, None, Audience::Everyone);
    answer.map_or_else(|refusal| refusal.code(), |_| ErrorCode::OK)
}

#[test]
fn an_open_office_allows_what_the_manifest_does_and_a_closed_one_nothing() {
    assert_eq!(code(0..24, METHOD), ErrorCode::OK);
    assert_eq!(code(0..24, "query:ai.ocr.v1"), ErrorCode::DeniedMethod);
    assert_eq!(code(0..0, METHOD), ErrorCode::DeniedMethod);
}

#[test]
fn a_manager_makes_its_engines_with_it() {
    let authority =
        |manifest: &Manifest, _: &str| Engine::for_extension(manifest).and(OfficeHours::new(8..18));
    let config = ManagerConfig { authority: Arc::new(authority), ..ManagerConfig::default() };
    let registry = Arc::new(Registry::collect().unwrap());
    let manager = Manager::with_config(registry, Services::default(), config).unwrap();
    assert!(manager.list().is_empty());
}

/// Rules, in an office that is always open: the laws of the rules hold for both together.
fn in_open_office(rules: &[PolicyRule]) -> Box<dyn PermissionBackend> {
    let numbered = (0..).zip(rules).map(|(id, rule)| NumberedRule {
        id,
        place: format!("rule {id}"),
        statement: rule.statement(),
    });
    let rules = RuleBackend::new(Author::Administrator, EXTENSION, numbered);
    let hours = OfficeHours::new(0..24);
    Box::new(All::new("rules in office hours", vec![Box::new(rules), Box::new(hours)]))
}

#[test]
fn it_keeps_the_laws_of_permission_backends() {
    check(256, in_open_office);
}
