//! Views that an extension has.

use ext_manifest::{Icon, Manifest, Placement};
use serde_json::{Value, json};

fn parse(views: Value) -> Result<Manifest, String> {
    crate::common::parse(&json!({
        "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
        "operations": [
            { "method": "query:notes.all.v1" },
            { "method": "query:notes.one.v1",
              "input": { "type": "object", "required": ["id"], "properties": { "id": {} } } },
            { "method": "query:notes.open.v1", "input": { "type": "object", "properties": {
                "password": { "type": "string", "writeOnly": true } } } },
            { "method": "action:notes.reveal.input.v1", "answers": "view" },
            { "method": "action:notes.add.input.v1" },
        ],
        "views": views,
    }))
    .map_err(|error| error.to_string())
}

fn view(parts: Value) -> Value {
    let mut view = json!({ "id": "all", "title": "All", "query": "query:notes.all.v1" });
    view.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    view
}

#[test]
fn a_view_is_a_query_with_a_place() {
    let one = json!({ "id": "one", "query": "query:notes.one.v1", "placement": "linked" });
    let manifest = parse(json!([view(json!({ "icon": "table" })), view(one)])).unwrap();
    let [all, one] = manifest.views() else { panic!() };
    assert_eq!(
        (all.id(), all.icon(), all.placement()),
        ("all", Icon::Table, Placement::Navigation)
    );
    assert_eq!((one.icon().name(), one.placement().name()), ("view", "linked"));
    let answers = |method: &str| manifest.operation(method).unwrap().answers_view();
    assert!(answers("query:notes.all.v1") && answers("action:notes.reveal.input.v1"));
    assert!(!answers("action:notes.add.input.v1"));
    let written = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&written).unwrap(), manifest);
}

#[test]
fn what_cannot_be_a_view_is_refused_with_the_reason() {
    for (views, said) in [
        (json!([view(json!({ "query": "query:notes.gone.v1" }))]), "`views[0].query`"),
        (json!([view(json!({ "query": "query:notes.gone.v1" }))]), "not one of its `operations`"),
        (json!([view(json!({ "query": "action:notes.add.input.v1" }))]), "is not a query"),
        (json!([view(json!({ "query": "query:notes.open.v1" }))]), "takes a secret"),
        (json!([view(json!({ "query": "query:notes.one.v1" }))]), "needs the field `id`"),
        (json!([view(json!({})), view(json!({}))]), "`all` is listed twice"),
        (json!([view(json!({ "id": "../x" }))]), "is not the id of a view"),
        (json!([view(json!({ "id": "x".repeat(65) }))]), "is not the id of a view"),
        (json!([view(json!({ "title": "a\u{202e}b" }))]), "hidden character"),
        (json!([view(json!({ "icon": "skull" }))]), "unknown variant `skull`"),
        (json!([view(json!({ "placement": "everywhere" }))]), "unknown variant"),
        (json!([view(json!({ "script": "x.js" }))]), "unknown field `script`"),
        (Value::from(vec![view(json!({})); 33]), "the limit is 32"),
    ] {
        let error = parse(views).unwrap_err();
        assert!(error.contains(said), "{said}: {error}");
    }
}
