//! The description of all methods, for generators of clients: <https://spec.open-rpc.org>, version 1.3.2.

use serde_json::{Map, Value, json};
use spacedrive_core::OfferedOperation;

/// Describes operations as an OpenRPC document: what `rpc.discover` answers.
///
/// ```
/// let data = tempfile::tempdir()?;
/// let core = spacedrive_core::Core::open(data.path())?;
/// let document = spacedrive_daemon::openrpc_document(&core.operations());
/// assert_eq!(document["openrpc"], "1.3.2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn document(operations: &[OfferedOperation]) -> Value {
    let mut schemas = Map::new();
    let methods: Vec<Value> =
        operations.iter().map(|operation| method(operation, &mut schemas)).collect();
    json!({
        "openrpc": "1.3.2",
        "info": { "title": "Spacedrive", "version": env!("CARGO_PKG_VERSION") },
        "methods": methods,
        "components": { "schemas": schemas },
    })
}

fn method(operation: &OfferedOperation, schemas: &mut Map<String, Value>) -> Value {
    let OfferedOperation { method, summary, needs_library, input, output, .. } = operation;
    let mut params = Vec::new();
    if *needs_library != Some(false) {
        let required = *needs_library == Some(true);
        let schema = json!({ "type": "string", "format": "uuid" });
        params.push(json!({ "name": "library", "required": required, "schema": schema }));
    }
    let input = embed(input.as_ref(), &format!("{method}.input"), schemas);
    params.push(json!({ "name": "input", "required": false, "schema": input }));
    let output = embed(output.as_ref(), &format!("{method}.output"), schemas);
    json!({
        "name": method,
        "summary": summary,
        "paramStructure": "by-name",
        "params": params,
        "result": { "name": "output", "schema": output },
    })
}

/// Makes a schema part of the document: its definitions go to the components, under names of its own.
fn embed(schema: Option<&Value>, name: &str, schemas: &mut Map<String, Value>) -> Value {
    let Some(schema) = schema else { return Value::Bool(true) };
    let mut schema = schema.clone();
    let prefix = format!("{}.", name.replace(':', "-"));
    point_to_components(&mut schema, &prefix);
    let Some(object) = schema.as_object_mut() else { return schema };
    object.remove("$schema");
    if let Some(Value::Object(definitions)) = object.remove("$defs") {
        let named =
            definitions.into_iter().map(|(name, schema)| (format!("{prefix}{name}"), schema));
        schemas.extend(named);
    }
    schema
}

/// Rewrites the references of a schema, which are written from its root.
fn point_to_components(schema: &mut Value, prefix: &str) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
            {
                *reference = format!("#/components/schemas/{prefix}{name}");
            }
            fields.values_mut().for_each(|field| point_to_components(field, prefix));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point_to_components(item, prefix)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists the references in a value.
    fn references(value: &Value) -> Vec<String> {
        match value {
            Value::Object(fields) => {
                let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
                own.into_iter().chain(fields.values().flat_map(references)).collect()
            }
            Value::Array(items) => items.iter().flat_map(references).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_operation_is_described_and_every_reference_leads_somewhere() {
        let data = tempfile::tempdir().unwrap();
        let core = spacedrive_core::Core::open(data.path()).unwrap();
        let operations = core.operations();
        let document = document(&operations);
        let methods = document["methods"].as_array().unwrap();
        assert_eq!(methods.len(), operations.len());
        let references = references(&document);
        assert!(references.len() > 20, "{references:?}");
        for reference in references {
            let pointer = reference.strip_prefix('#').unwrap().to_owned();
            assert!(document.pointer(&pointer).is_some(), "{reference}");
        }
        let list = methods.iter().find(|it| it["name"] == "query:vdfs.list_entries.v1").unwrap();
        assert_eq!(list["params"][0]["required"], true);
        assert_eq!(list["params"][1]["schema"]["type"], "object");
    }
}
