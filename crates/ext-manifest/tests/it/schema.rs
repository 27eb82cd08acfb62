//! The JSON Schema knows what the parser knows.
#![cfg(feature = "schema")]

use serde_json::{Value, json};

#[test]
fn every_field_is_in_the_schema_and_no_other_is_allowed() {
    let schema = ext_manifest::schema().to_value();
    let full = crate::common::full();
    assert_eq!(keys(&schema["properties"]), keys(&full));
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["required"], json!(["id", "name", "version", "wasm_file"]));
    let text = schema.to_string();
    for section in ["permissions", "limits"] {
        for field in keys(&full[section]) {
            assert!(text.contains(&format!("\"{field}\"")), "{field}");
        }
    }
    assert!(text.contains(r#""maximum":4096"#), "{text}");
}

fn keys(object: &Value) -> std::collections::BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}
