//! The schema as the server gets it: `null` is an answer to everything.
//!
//! A server that forces the model to follow a schema would force it to guess what the text does not
//! say. So every property may be `null` and all of them have to stand there.

use serde_json::{Map, Value, json};

/// Schemas within each other that are looked into; deeper ones stay as they are.
const MAX_DEPTH: usize = 16;

/// Returns the schema for a model that may answer as it likes.
pub(crate) fn free() -> Value {
    json!({
        "type": "object",
        "properties": { "answer": { "type": ["string", "number", "boolean", "null"] } },
        "required": ["answer"],
        "additionalProperties": false,
    })
}

/// Returns the schema of an object, with `null` allowed for its properties.
pub(crate) fn object(schema: &Map<String, Value>) -> Value {
    Value::Object(widened(schema, MAX_DEPTH))
}

fn widened(schema: &Map<String, Value>, depth: usize) -> Map<String, Value> {
    let mut schema = schema.clone();
    let Some(depth) = depth.checked_sub(1) else { return schema };
    if let Some(Value::Object(items)) = schema.get_mut("items") {
        *items = widened(items, depth);
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        let mut names: Vec<String> = properties.keys().cloned().collect();
        names.sort();
        properties.values_mut().for_each(|property| or_null(property, depth));
        schema.insert("required".into(), json!(names));
    }
    schema
}

fn or_null(property: &mut Value, depth: usize) {
    let Value::Object(schema) = property else { return };
    let mut schema = widened(schema, depth);
    if allow_null(&mut schema) {
        *property = Value::Object(schema);
    } else {
        *property = json!({ "anyOf": [schema, { "type": "null" }] });
    }
}

/// Adds `null` to types and choices; false where the schema says it in another way.
fn allow_null(schema: &mut Map<String, Value>) -> bool {
    let elsewhere = ["$ref", "anyOf", "oneOf", "allOf", "not", "const", "if"];
    if elsewhere.iter().any(|key| schema.contains_key(*key)) {
        return false;
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum")
        && !choices.contains(&Value::Null)
    {
        choices.push(Value::Null);
    }
    let null = json!("null");
    match schema.get_mut("type") {
        Some(Value::Array(types)) if !types.contains(&null) => types.push(null),
        Some(one @ Value::String(_)) if *one != null => *one = Value::Array(vec![one.take(), null]),
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widen(schema: Value) -> Value {
        object(schema.as_object().unwrap())
    }

    #[test]
    fn every_property_may_be_null_and_has_to_be_there() {
        let schema = json!({ "type": "object", "required": [], "properties": {
            "amount": { "type": "number", "description": "total" },
            "kind": { "enum": ["a", "b"] },
            "flag": { "type": ["boolean", "null"] },
            "part": { "$ref": "#/$defs/part" },
            "any": true,
        } });
        assert_eq!(
            widen(schema),
            json!({ "type": "object", "required": ["amount", "any", "flag", "kind", "part"],
                "properties": {
                    "amount": { "type": ["number", "null"], "description": "total" },
                    "any": true,
                    "flag": { "type": ["boolean", "null"] },
                    "kind": { "enum": ["a", "b", null] },
                    "part": { "anyOf": [{ "$ref": "#/$defs/part" }, { "type": "null" }] },
                } })
        );
    }

    #[test]
    fn what_lies_deeper_too() {
        let schema = json!({ "properties": { "items": { "type": "array", "items": {
            "type": "object", "properties": { "price": { "type": "number" } } } } } });
        let wide = widen(schema);
        let item = &wide["properties"]["items"]["items"];
        assert_eq!(item["properties"]["price"]["type"], json!(["number", "null"]));
        assert_eq!(item["required"], json!(["price"]));
        // The array may be null, the objects in it may not.
        assert_eq!(item["type"], json!("object"));
    }

    #[test]
    fn json_01_endless_depth_ends() {
        let mut schema = json!({ "type": "number" });
        for _ in 0..100 {
            schema = json!({ "type": "object", "properties": { "a": schema } });
        }
        assert!(widen(schema).is_object());
    }
}
