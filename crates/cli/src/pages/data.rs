//! JSON and TOML: manifests, and parts of them, fit the schema, and configurations are read as such.

use ext_manifest::Manifest;
use serde_json::{Map, Value, json};
use spacedrive_core::config::Config;

/// Checks a block of JSON: a value, lines of values, or a part of a manifest without the braces around it.
pub(super) fn check_json(text: &str) -> Result<(), String> {
    let parsed = serde_json::from_str(text)
        .or_else(|error| serde_json::from_str(&format!("{{{text}}}")).map_err(|_| error));
    match parsed {
        Ok(Value::Object(object)) => check_object(object, text),
        Ok(_) => Ok(()),
        Err(error) => {
            let is_value = |line: &str| serde_json::from_str::<Value>(line).is_ok();
            text.lines().all(is_value).then_some(()).ok_or_else(|| error.to_string())
        }
    }
}

fn check_object(object: Map<String, Value>, text: &str) -> Result<(), String> {
    let mut schema = ext_manifest::schema().to_value();
    if object.contains_key("wasm_file") {
        return Manifest::parse(text.as_bytes()).map(drop).map_err(|error| error.to_string());
    }
    let is_field = |name: &String| schema["properties"].get(name).is_some();
    if object.contains_key("method") && !object.contains_key("jsonrpc") {
        schema = json!({ "$ref": "#/$defs/RawOperation", "$defs": schema["$defs"] });
    } else if object.keys().all(is_field) {
        schema["required"] = json!([]);
    } else {
        return Ok(());
    }
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    validator.validate(&Value::Object(object)).map_err(|error| error.to_string())
}

/// Checks a block of TOML: a `Cargo.toml`, or a part of `config.toml`.
pub(super) fn check_toml(text: &str) -> Result<(), String> {
    if text.starts_with("[package]") {
        return toml::from_str::<toml::Table>(text).map(drop).map_err(|error| error.to_string());
    }
    Config::parse(text).map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_and_their_parts_fit() {
        let manifest = r#"{ "id": "a_b", "name": "A", "version": "1.0.0", "wasm_file": "a.wasm" }"#;
        assert_eq!(check_json(manifest), Ok(()));
        assert_eq!(check_json(r#""events": ["entry.created"]"#), Ok(()));
        assert_eq!(check_json("{\"a\": 1}\n{\"a\": 2}\n"), Ok(()));
        for wrong in [
            manifest.replace("1.0.0", "1"),
            manifest.replace("name", "nmae"),
            r#""events": [5]"#.to_owned(),
            r#"{ "method": "query:a.b.v1", "inputs": {} }"#.to_owned(),
            "{".to_owned(),
        ] {
            assert!(check_json(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn configurations_have_known_keys() {
        assert_eq!(check_toml("[package]\nname = \"a\"\n"), Ok(()));
        assert_eq!(check_toml("[extensions]\nisolation = \"process\"\n"), Ok(()));
        assert!(check_toml("[extensions]\nisolaton = \"process\"\n").is_err());
        assert!(check_toml("[package]\nname = a\n").is_err());
    }
}
