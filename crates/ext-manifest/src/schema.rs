//! The JSON Schema of the manifest, for editors and documentation.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    domain::DomainPattern,
    library::LibraryScope,
    pattern::MethodPattern,
    raw::{RawManifest, RawWasiWorld},
    value::{
        Amount, CommandName, EventKind, Homepage, Id, Int, Object, SemVer, Text, ViewId, WasmFile,
    },
    wasi::RawWasi,
};

/// Id of the schema: the name of its file, beside whatever refers to it.
const ID: &str = "manifest.schema.json";

/// Returns the JSON Schema of `manifest.json`. It knows the fields by their first name, not by
/// aliases, and does not replace [`Manifest::parse`](crate::Manifest::parse), which checks more.
#[must_use]
pub fn schema() -> Schema {
    let mut schema = schemars::schema_for!(RawManifest);
    schema.insert("$id".to_owned(), ID.into());
    schema
}

/// Implements the schema of a type that is read from one JSON value.
macro_rules! inline {
    ([$($generics:tt)*] $type:ty, $schema:tt) => {
        impl<$($generics)*> JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

inline!([] Id, {
    "type": "string", "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$", "minLength": 2, "maxLength": 64
});
inline!([] ViewId, {
    "type": "string", "pattern": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$", "maxLength": 64
});
inline!([] CommandName, {
    "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 32
});
inline!([] WasmFile, {
    "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]*\\.wasm$", "maxLength": 128
});
inline!([] Homepage, {
    "type": "string", "format": "uri", "pattern": "^https?://", "maxLength": 2048
});
inline!([] EventKind, {
    "anyOf": [
        { "type": "string", "enum": ext_wire::event::KINDS },
        { "type": "string", "pattern": "^ext\\.[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$" }
    ]
});
inline!([] SemVer, { "type": "string", "examples": ["0.1.0"] });
inline!([] MethodPattern, { "type": "string", "examples": ["vdfs.*", "query:ai.ocr"] });
inline!([] DomainPattern, {
    "type": "string", "pattern": "^(https?|imaps?)://", "examples": ["https://api.example.com"]
});
inline!([] LibraryScope, {
    "type": "array", "items": { "type": "string" }, "uniqueItems": true, "examples": [["*"]]
});
inline!([const MIN: usize, const MAX: usize] Text<MIN, MAX>, {
    "type": "string", "minLength": MIN, "maxLength": MAX
});
inline!([const MIN: u32, const MAX: u32] Int<MIN, MAX>, {
    "type": "integer", "minimum": MIN, "maximum": MAX
});
inline!([const MAX: u64] Amount<MAX>, { "type": "integer", "minimum": 0, "maximum": MAX });

impl JsonSchema for RawWasi {
    fn schema_name() -> Cow<'static, str> {
        "Wasi".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let world = generator.subschema_for::<RawWasiWorld>();
        json_schema!({
            "anyOf": [{ "type": "boolean" }, { "enum": ["files", "command"] }, world]
        })
    }
}

impl<T: JsonSchema> JsonSchema for Object<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
