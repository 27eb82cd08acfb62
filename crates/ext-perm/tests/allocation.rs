//! The path of every allowed call.

use ext_manifest::Manifest;
use ext_perm::Engine;
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
        allocation_counter::measure(|| drop(engine.authorize(method, Some(Uuid::max()), false)))
            .count_total
    };
    assert_eq!(count(get), 0);
    assert!(count(denied) > 0);
}
