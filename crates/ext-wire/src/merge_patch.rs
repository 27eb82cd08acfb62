//! JSON Merge Patch (RFC 7396), by which metadata is changed.

use serde_json::{Map, Value};

/// Applies a patch to an object: `null` removes a key, objects are merged, everything else replaces.
///
/// ```
/// use ext_wire::merge_patch;
/// use serde_json::{Map, Value, from_str};
///
/// let mut metadata: Map<String, Value> = from_str(r#"{"draft": true, "vendor": {"name": "Ada"}}"#)?;
/// merge_patch::apply(&mut metadata, from_str(r#"{"draft": null, "vendor": {"id": 7}}"#)?);
/// let merged: Map<String, Value> = from_str(r#"{"vendor": {"name": "Ada", "id": 7}}"#)?;
/// assert_eq!(metadata, merged);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn apply(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.remove(&key)),
            Value::Object(inner) => apply_to(target.entry(key).or_insert(Value::Null), inner),
            other => drop(target.insert(key, other)),
        }
    }
}

fn apply_to(target: &mut Value, patch: Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        apply(target, patch);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    /// Those of appendix A whose target and patch are objects.
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
            apply(&mut merged, object(patch.clone()));
            assert_eq!(Value::Object(merged), expected, "{target} patched with {patch}");
        }
    }
}
