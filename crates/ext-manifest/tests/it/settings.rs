//! The schema of settings.

use ext_manifest::Manifest;
use serde_json::{Value, json};

fn parse(settings: &Value) -> Result<Manifest, String> {
    let manifest = json!({
        "id": "notes", "name": "Notes", "version": "0.1.0", "wasm_file": "notes.wasm",
        "settings": settings,
    });
    Manifest::parse(manifest.to_string().as_bytes()).map_err(|error| error.to_string())
}

fn one(schema: Value) -> Result<Manifest, String> {
    parse(&json!({ "properties": { "it": schema } }))
}

fn check(schema: Value, value: &Value) -> Result<(), String> {
    let manifest = one(schema).unwrap();
    manifest.settings().unwrap().get("it").unwrap().check(value)
}

#[test]
fn settings_have_a_schema_a_default_and_texts() {
    let currency = json!({ "type": "string", "title": "Home currency", "enum": ["EUR", "USD"],
        "default": "EUR", "description": "Amounts are shown in it" });
    let secret = json!({ "type": "array", "items": { "type": "string" }, "writeOnly": true });
    let manifest =
        parse(&json!({ "type": "object", "properties": { "currency": currency, "keys": secret } }))
            .unwrap();
    let settings = manifest.settings().unwrap();
    let currency = settings.get("currency").unwrap();
    assert_eq!((currency.title(), currency.is_secret()), (Some("Home currency"), false));
    assert_eq!(currency.default(), Some(&json!("EUR")));
    assert!(currency.check(&json!("USD")).is_ok() && currency.check(&json!("usd")).is_err());
    let keys = settings.get("keys").unwrap();
    assert!(keys.is_secret() && keys.is_list() && settings.get("other").is_none());
    let again = serde_json::to_vec(&manifest).unwrap();
    assert_eq!(Manifest::parse(&again).unwrap(), manifest);
}

#[test]
fn a_secret_may_be_marked_at_its_items() {
    let manifest =
        one(json!({ "type": "array", "items": { "type": "string", "writeOnly": true } })).unwrap();
    assert!(manifest.settings().unwrap().get("it").unwrap().is_secret());
}

#[test]
fn a_problem_with_a_secret_does_not_hold_it() {
    let schema = json!({ "type": "string", "minLength": 20, "writeOnly": true });
    let problem = check(schema, &json!("canary-7731")).unwrap_err();
    assert!(!problem.contains("canary"), "{problem}");
}

#[test]
fn a_path_is_one_of_an_entry() {
    let schema = json!({ "type": "string", "format": "path" });
    assert_eq!(check(schema.clone(), &json!("mails/2026")), Ok(()));
    assert!(check(schema, &json!("../other")).is_err());
}

#[test]
fn schemas_that_are_not_valid_are_refused_with_their_place() {
    for (schema, place) in [
        (json!({ "type": "nothing" }), "`settings.properties.it`"),
        (json!({ "defualt": 1 }), "`settings.properties.it.defualt`: unknown keyword"),
        (json!({ "type": "integer", "default": "three" }), "`settings.properties.it.default`"),
        (json!({ "$ref": "http://127.0.0.1:1/" }), "unknown keyword `$ref`"),
        (json!({ "items": { "$ref": "#" } }), "`settings.properties.it.items.$ref`"),
        (json!({ "type": "integer", "writeOnly": true }), "a secret is a `string`"),
        (json!({ "type": "string", "writeOnly": true, "default": "x" }), "no value of a secret"),
        (
            json!({ "type": "array", "writeOnly": true, "items": { "type": "string", "enum": ["x"] } }),
            "no value of a secret",
        ),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string", "writeOnly": true } } }),
            "can be secret",
        ),
        (json!({ "title": "a\u{202e}b" }), "`settings.properties.it.title`"),
        (json!(7), "it is not an object"),
    ] {
        let refused = one(schema.clone()).unwrap_err();
        assert!(refused.contains(place), "{schema}: {refused}");
    }
    for (settings, place) in [
        (json!({}), "`settings.properties`"),
        (json!({ "type": "array", "properties": {} }), "`settings.type`"),
        (json!({ "properties": { "Home": {} } }), "a setting has a name like"),
        (json!({ "properties": { "__proto__": {} } }), "a setting has a name like"),
        (json!({ "required": ["a"], "properties": {} }), "unknown keyword `required`"),
        (json!([]), "`settings`"),
    ] {
        let refused = parse(&settings).unwrap_err();
        assert!(refused.contains(place), "{settings}: {refused}");
    }
    let many: serde_json::Map<String, Value> =
        (0..65).map(|n| (format!("s{n}"), json!({}))).collect();
    assert!(parse(&json!({ "properties": many })).unwrap_err().contains("the limit is 64"));
}

#[test]
fn no_extension_has_the_id_of_a_family_of_operations() {
    let families = ext_wire::ops::FAMILIES.iter().map(|family| family.name);
    for id in families {
        assert!(ext_manifest::RESERVED_IDS.contains(&id), "{id}");
    }
}
