//! Manifests completed by what code declares, and mismatches that are refused.

use ext_declared::Declared;
use serde_json::{Value, json};

const SECTION: &str = r#"{"event":"entry.updated"}
{"operation":{"method":"query:notes.words.v1","description":"Counts words"}}
{"event":"entry.created"}
{"operation":{"method":"query:notes.all.v1"}}
{"view":{"id":"all","title":"All notes","query":"query:notes.all.v1"}}
"#;

fn complete(section: &str, manifest: &Value) -> Result<Value, String> {
    let declared = Declared::parse(section.as_bytes()).map_err(|error| error.to_string())?;
    let manifest = declared.complete(manifest.to_string().as_bytes());
    Ok(serde_json::from_slice(&manifest.map_err(|error| error.to_string())?).unwrap())
}

#[test]
fn what_the_author_left_out_comes_from_the_code() {
    let manifest = complete(SECTION, &json!({ "id": "notes", "permissions": { "methods": [] } }));
    let expected = json!({
        "id": "notes",
        "permissions": { "methods": [] },
        "events": ["entry.created", "entry.updated"],
        "operations": [
            { "method": "query:notes.all.v1" },
            { "method": "query:notes.words.v1", "description": "Counts words" },
        ],
        "views": [{ "id": "all", "title": "All notes", "query": "query:notes.all.v1" }],
    });
    assert_eq!(manifest.unwrap(), expected);
}

#[test]
fn what_the_author_wrote_stays_and_a_complete_manifest_is_the_same_afterwards() {
    let source = json!({
        "events": ["entry.updated", "entry.created"],
        "operations": [{ "method": "query:notes.words.v1", "input": { "type": "object" } }],
        "views": [{ "id": "all", "icon": "list" }, { "id": "more", "query": "query:notes.all.v1" }],
    });
    let manifest = complete(SECTION, &source).unwrap();
    assert_eq!(manifest["events"], source["events"]);
    assert_eq!(manifest["operations"][0]["input"], json!({ "type": "object" }));
    assert_eq!(manifest["operations"][0]["description"], "Counts words");
    assert_eq!(manifest["views"][0]["icon"], "list");
    assert_eq!(manifest["views"][0]["title"], "All notes");
    assert_eq!(complete(SECTION, &manifest).unwrap(), manifest);
}

#[test]
fn the_order_of_the_section_makes_no_difference() {
    let reversed: Vec<&str> = SECTION.lines().rev().collect();
    let reversed = reversed.join("\n");
    let empty = json!({});
    assert_eq!(complete(SECTION, &empty), complete(&reversed, &empty));
}

#[test]
fn a_mismatch_is_refused_with_the_place() {
    let cases = [
        (
            json!({ "events": ["entry.deleted"] }),
            "`events[0]` in manifest.json: no function is marked",
        ),
        (
            json!({ "operations": [{ "method": "query:notes.ghost.v1" }] }),
            "`operations[0].method` in manifest.json: no function of the code is `query:notes.ghost.v1`",
        ),
        (
            json!({ "operations": [{ "method": "query:notes.words.v1", "description": "Other" }] }),
            "`operations[0].description` in manifest.json: the code says \"Counts words\"",
        ),
        (json!({ "views": [{ "id": "all", "title": "Others" }] }), "`views[0].title`"),
        (json!({ "operations": {} }), "`operations` in manifest.json: it is not a list"),
        (json!([]), "is not a JSON object"),
    ];
    for (manifest, says) in cases {
        let error = complete(SECTION, &manifest).unwrap_err();
        assert!(error.contains(says), "{manifest}: {error}");
    }
}

#[test]
fn two_functions_of_one_name_are_refused() {
    for line in [r#"{"event":"entry.created"}"#, r#"{"operation":{"method":"query:notes.all.v1"}}"#]
    {
        let error = complete(&format!("{SECTION}{line}\n"), &json!({})).unwrap_err();
        assert!(error.contains("two functions of the code are"), "{error}");
    }
}

#[test]
fn a_function_for_all_events_takes_those_of_the_manifest() {
    let section = "{\"event\":\"*\"}\n";
    let manifest = json!({ "events": ["entry.created", "ext.finance.booked"] });
    assert_eq!(complete(section, &manifest).unwrap(), manifest);
    assert!(complete(section, &json!({})).unwrap_err().contains("names no kind"));
}

#[test]
fn a_section_that_no_sdk_wrote_is_refused_with_its_line() {
    for (section, says) in [
        ("{\"event\":\"entry.created\"}\nnonsense", "line 2: expected"),
        ("{\"later\":1}", "line 1: `later` is not known here"),
        ("\u{fffd}", "line 1"),
    ] {
        let error = complete(section, &json!({})).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(Declared::of_wasm(b"\0asm\x01\0\0\0").unwrap(), None);
}
