//! The path of every allowed call.

use ext_manifest::Manifest;
use ext_perm::{Audience, Engine};
use ext_wire::Method;
use uuid::Uuid;

#[test]
fn an_allow_does_not_allocate_and_a_denial_does() {
    let manifest = Manifest::parse(
        br#"{ "id": "finance", "name": "Finance", "version": "0.1.0", "wasm_file": "finance.wasm",
              "permissions": { "methods": ["query:ai.ocr", "vdfs.*"], "libraries": ["*"] } }"#,
    )
    .unwrap();
    let engine = Engine::for_extension(&manifest);
    let [get, denied] =
        ["query:vdfs.get_entry.v1", "query:search.entries.v1"].map(|m| Method::parse(m).unwrap());
    let count = |method| {
        allocation_counter::measure(|| {
            drop(engine.authorize(method, Some(Uuid::max()), Audience::Everyone))
        })
        .count_total
    };
    drop(engine.authorize(get, Some(Uuid::max()), Audience::Everyone));
    assert_eq!(count(get), 0);
    assert!(count(denied) > 0);
}

#[test]
fn an_allow_among_a_thousand_rules_does_not_allocate() {
    use ext_perm::{Author, Effect, NumberedRule, Principal, Rule, RuleBackend};
    let rule = |id: u64| {
        let library = ext_manifest::LibraryScope::Only([Uuid::from_u128(id.into())].into());
        let methods = vec![ext_manifest::MethodPattern::parse("vdfs.*").unwrap()];
        let (methods, libraries) = (Some(methods), Some(library));
        let statement = Rule { methods, libraries, ..Rule::new(Effect::Allow) };
        NumberedRule { id, place: String::new(), statement }
    };
    let grants = RuleBackend::new(Author::User, "finance", (1..=1000).map(rule));
    let engine = Engine::new(Principal::Extension("finance"), Box::new(grants), None);
    let get = Method::parse("query:vdfs.get_entry.v1").unwrap();
    let ask = || engine.authorize(get, Some(Uuid::from_u128(1000)), Audience::Everyone).is_ok();
    assert!(ask());
    let count = allocation_counter::measure(|| assert!(ask())).count_total;
    assert_eq!(count, 0);
}
