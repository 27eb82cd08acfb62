//! A good manifest, and ways to break it.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use ext_manifest::{Manifest, ManifestError};
use serde_json::{Value, json};

/// Makes a manifest with every field.
pub fn full() -> Value {
    json!({
        "$schema": "manifest.schema.json", "id": "finance", "name": "Finance", "version": "0.1.0", "description": "books receipts",
        "author": "Ann", "homepage": "https://example.com/finance",
        "abi_version": 1, "wasm_file": "finance.wasm", "min_core_version": "0.1.0",
        "wasi": true,
        "permissions": {
            "methods": ["vdfs.*", "query:ai.ocr"], "libraries": ["*"],
            "allowed_domains": ["https://api.example.com"],
            "rate_limits": { "requests_per_minute": 6000, "concurrent_jobs": 2,
                "open_core_jobs": 20, "core_jobs_per_hour": 60 },
            "max_memory_mb": 512
        },
        "events": ["entry.created"],
        "operations": [{ "method": "query:finance.export.v1", "description": "booked receipts" }],
        "commands": [{ "name": "receipt", "description": "The receipts", "commands": [{
            "name": "list", "description": "Lists them", "operation": "query:finance.export.v1",
            "arguments": [{ "name": "from", "description": "First day" }],
            "columns": [{ "name": "VENDOR", "value": "vendor" }], "empty": "no receipt"
        }] }],
        "views": [{ "id": "all", "title": "All", "query": "query:finance.export.v1" }],
        "settings": { "properties": { "currency": { "type": "string", "default": "EUR" } } },
        "limits": {
            "memory_mb": 512, "call_timeout_ms": 600_000, "compute_timeout_ms": 10_000,
            "max_json_bytes": 1_048_576, "instances": 1, "queued_calls": 256,
            "table_elements": 10_000, "stack_kb": 1024, "log_lines_per_second": 100
        }
    })
}

/// Makes the full manifest with the value at `pointer` (RFC 6901) set.
pub fn with(pointer: &str, value: Value) -> Value {
    let mut manifest = full();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer starts with /");
    manifest.pointer_mut(parent).expect("the parent is there")[key] = value;
    manifest
}

/// Makes the full manifest without the field at `pointer`.
pub fn without(pointer: &str) -> Value {
    let mut manifest = full();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer starts with /");
    let parent = manifest.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.expect("an object").remove(key).expect("the field is there");
    manifest
}

/// Parses a manifest given as a value.
pub fn parse(manifest: &Value) -> Result<Manifest, ManifestError> {
    Manifest::parse(manifest.to_string().as_bytes())
}

/// Parses what must be wrong and gives back the field that is blamed and the whole message.
pub fn blame(manifest: &Value) -> (String, String) {
    let error = parse(manifest).expect_err(&manifest.to_string());
    assert_eq!(error.code(), ext_wire::ErrorCode::Manifest);
    let message = error.to_string();
    match error {
        ManifestError::Field { field, .. } => (field, message),
        other => panic!("no field is blamed: {other}"),
    }
}
