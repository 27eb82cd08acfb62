//! Validation of answers against the JSON Schemas of callers.

use ext_registry::OpError;
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value};

use crate::bad_input::bad_input;

/// Largest schema, in bytes of JSON.
const MAX_SCHEMA_BYTES: usize = 64 << 10;

/// Most characters that are told of an error: it quotes the answer, which can be long.
const MAX_PROBLEM_CHARS: usize = 500;

/// Compiles a schema. It cannot reach outside of itself, and its patterns take linear time.
pub(super) fn compile(schema: &Map<String, Value>) -> Result<Validator, OpError> {
    let schema = Value::Object(schema.clone());
    let bytes = schema.to_string().len();
    if bytes > MAX_SCHEMA_BYTES {
        return Err(bad_input(format_args!(
            "the schema has {bytes} bytes, the limit is {MAX_SCHEMA_BYTES}"
        )));
    }
    jsonschema::options()
        .offline()
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .map_err(|error| bad_input(format_args!("the schema is not valid: {error}")))
}

/// Describes the fault in an answer, if it has one. `null` stands for "the text does not say"
/// whatever the schema says of the property, so properties that are `null` are left out of the
/// check; everything else must hold.
pub(super) fn problem(validator: &Validator, answer: &Value) -> Option<String> {
    let said = without_nulls(answer);
    let error = validator.iter_errors(&said).find(|error| !is_missing(error))?;
    let place = error.instance_path().to_string();
    let error: String = error.to_string().chars().take(MAX_PROBLEM_CHARS).collect();
    Some(format!("the model's answer breaks the schema at `{place}`: {error}"))
}

fn is_missing(error: &jsonschema::ValidationError<'_>) -> bool {
    matches!(error.kind(), jsonschema::error::ValidationErrorKind::Required { .. })
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use ext_wire::ErrorCode;
    use serde_json::json;

    use super::*;

    fn checked(schema: Value, answer: &Value) -> Result<(), ErrorCode> {
        let validator = compile(schema.as_object().unwrap()).map_err(|error| error.code())?;
        problem(&validator, answer).map_or(Ok(()), |_| Err(ErrorCode::ModelAnswer))
    }

    #[test]
    fn null_is_always_an_answer() {
        let schema = json!({ "type": "object", "required": ["amount"],
            "properties": { "amount": { "type": "number" } } });
        assert_eq!(checked(schema.clone(), &json!({ "amount": null })), Ok(()));
        assert_eq!(checked(schema.clone(), &json!({ "amount": 3.2 })), Ok(()));
        assert_eq!(checked(schema, &json!({ "amount": "3.2" })), Err(ErrorCode::ModelAnswer));
    }

    #[test]
    fn net_a_schema_does_not_reach_outside() {
        for reference in ["http://127.0.0.1:1/schema.json", "file:///etc/passwd"] {
            let schema = json!({ "properties": { "a": { "$ref": reference } } });
            assert_eq!(
                checked(schema, &json!({ "a": 1 })),
                Err(ErrorCode::BadInput),
                "{reference}"
            );
        }
        let within = json!({ "$defs": { "n": { "type": "number" } },
            "properties": { "a": { "$ref": "#/$defs/n" } } });
        assert_eq!(checked(within, &json!({ "a": 1 })), Ok(()));
    }

    #[test]
    fn patterns_that_explode_take_no_time() {
        let schema = json!({ "properties": { "a": { "type": "string", "pattern": "^(a+)+$" } } });
        let text = "a".repeat(5000) + "!";
        assert_eq!(checked(schema, &json!({ "a": text })), Err(ErrorCode::ModelAnswer));
    }

    #[test]
    fn schemas_that_are_none_are_refused() {
        assert_eq!(checked(json!({ "type": "nothing" }), &json!({})), Err(ErrorCode::BadInput));
        let large = json!({ "description": "x".repeat(MAX_SCHEMA_BYTES) });
        assert_eq!(checked(large, &json!({})), Err(ErrorCode::BadInput));
    }
}
