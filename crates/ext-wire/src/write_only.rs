//! Secrets in the schemas of inputs: the mark `writeOnly` of JSON Schema.
//!
//! A value that is marked so may come in and is never told again: an operation that takes one is not
//! run as a job or by a schedule, whose inputs and outputs are kept, and is not offered to assistants.

use serde_json::{Map, Value};

/// The keyword of JSON Schema.
const WRITE_ONLY: &str = "writeOnly";
/// The keyword for the properties of an object.
const PROPERTIES: &str = "properties";

/// Returns whether a schema marks a value as secret, anywhere in it.
///
/// ```
/// use serde_json::json;
///
/// let login = json!({ "properties": { "password": { "type": "string", "writeOnly": true } } });
/// assert!(ext_wire::write_only::takes_secrets(&login));
/// assert!(!ext_wire::write_only::takes_secrets(&json!({ "type": "object" })));
/// ```
#[must_use]
pub fn takes_secrets(schema: &Value) -> bool {
    match schema {
        Value::Object(fields) => is_marked(fields) || fields.values().any(takes_secrets),
        Value::Array(items) => items.iter().any(takes_secrets),
        _ => false,
    }
}

/// Returns whether a field of the input, at its top, is a secret or holds one.
#[must_use]
pub fn is_secret(schema: &Value, field: &str) -> bool {
    let property = schema.get(PROPERTIES).and_then(|properties| properties.get(field));
    property.is_some_and(takes_secrets)
}

/// Finds a field of an input that is a secret or holds one.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({ "properties": { "pin": { "writeOnly": true }, "name": {} } });
/// let input = json!({ "name": "a", "pin": "1234" });
/// assert_eq!(ext_wire::write_only::secret_in(&schema, &input), Some("pin"));
/// ```
#[must_use]
pub fn secret_in<'i>(schema: &Value, input: &'i Value) -> Option<&'i str> {
    let fields = input.as_object()?.keys();
    fields.map(String::as_str).find(|field| is_secret(schema, field))
}

fn is_marked(fields: &Map<String, Value>) -> bool {
    fields.get(WRITE_ONLY).is_some_and(|marked| *marked == true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_is_found_wherever_it_stands() {
        for schema in [
            json!({ "writeOnly": true }),
            json!({ "properties": { "a": { "items": { "writeOnly": true } } } }),
            json!({ "anyOf": [{ "type": "null" }, { "$defs": { "a": { "writeOnly": true } } }] }),
        ] {
            assert!(takes_secrets(&schema), "{schema}");
        }
        for schema in [json!({ "writeOnly": false }), json!("writeOnly"), json!(null)] {
            assert!(!takes_secrets(&schema), "{schema}");
        }
    }

    #[test]
    fn only_fields_that_are_given_are_secrets_in_an_input() {
        let schema = json!({ "properties": { "a": { "items": { "writeOnly": true } }, "b": {} } });
        assert_eq!(secret_in(&schema, &json!({ "a": ["x"] })), Some("a"));
        assert_eq!(secret_in(&schema, &json!({ "b": "x" })), None);
        assert_eq!(secret_in(&schema, &json!("a")), None);
    }
}
