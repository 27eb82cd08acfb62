//! Metadata: JSON Merge Patch and the size limit.

use ext_services::library::LibraryError;
use ext_wire::ops::vdfs::MAX_METADATA_BYTES;
use serde_json::{Map, Value};

/// Applies a JSON Merge Patch (RFC 7396) to an object.
pub(super) fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.remove(&key)),
            Value::Object(inner) => merge_object(target.entry(key).or_insert(Value::Null), inner),
            other => drop(target.insert(key, other)),
        }
    }
}

fn merge_object(target: &mut Value, patch: Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        merge(target, patch);
    }
}

/// The metadata as JSON text, unless it is over the limit.
pub(super) fn to_json(metadata: &Map<String, Value>) -> Result<String, LibraryError> {
    let text = serde_json::to_string(metadata)
        .map_err(|error| LibraryError::Invalid(format!("the metadata is no JSON: {error}")))?;
    if text.len() > MAX_METADATA_BYTES {
        return Err(LibraryError::TooLarge {
            what: "metadata",
            got: text.len() as u64,
            limit: MAX_METADATA_BYTES as u64,
        });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_examples_of_rfc_7396() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in cases {
            let mut merged = object(target.clone());
            merge(&mut merged, object(patch.clone()));
            assert_eq!(Value::Object(merged), expected, "{target} patched with {patch}");
        }
    }

    #[test]
    fn the_limit_counts_bytes_of_json() {
        let of = |n: usize| object(json!({"k": "x".repeat(n)}));
        assert!(to_json(&of(MAX_METADATA_BYTES - 8)).is_ok());
        let error = to_json(&of(MAX_METADATA_BYTES - 7)).unwrap_err();
        assert_eq!(error.code(), ext_wire::ErrorCode::AbiTooLarge);
    }
}
