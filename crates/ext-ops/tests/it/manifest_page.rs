//! The page `docs/manifest.md` says what the schema of the manifest says.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::schema_tables::{Types, compare, one_line};

/// Returns the schema with the names that a reader of JSON expects: `RawLimits` is `Limits`.
fn schema() -> Value {
    let text = serde_json::to_string(&ext_manifest::schema()).unwrap();
    serde_json::from_str(&text.replace("\"Raw", "\"").replace("/Raw", "/")).unwrap()
}

#[test]
fn the_page_of_the_manifest_is_up_to_date() {
    let schema = schema();
    let types: BTreeMap<String, Value> =
        schema["$defs"].as_object().unwrap().clone().into_iter().collect();
    let types = Types { by_name: types, has_bounds: true };
    let head = one_line(&schema["description"]);
    let fields = types.fields("field", &schema);
    compare("manifest.md", &format!("{head}\n\n{fields}{}", types.sections()));
}
