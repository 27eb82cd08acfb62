//! Descriptions of extensions for the user.

use ext_manifest::Manifest;
use ext_wire::ops::extensions::ExtensionInfo;

/// Describes a version to the user.
pub(crate) fn describe(manifest: &Manifest, wasm_hash: String) -> ExtensionInfo {
    let permissions = manifest.permissions();
    ExtensionInfo {
        id: manifest.id().to_owned(),
        name: manifest.name().to_owned(),
        version: manifest.version().to_string(),
        description: manifest.description().unwrap_or_default().to_owned(),
        wasm_hash,
        methods: permissions.methods().iter().map(ToString::to_string).collect(),
        libraries: permissions.libraries().clone().into(),
        events: manifest.events().to_vec(),
        operations: methods(manifest),
    }
}

/// Describes an extension of which nothing but the id is known.
pub(crate) fn unknown(id: &str) -> ExtensionInfo {
    let id = id.to_owned();
    let (version, description, wasm_hash) = Default::default();
    let (methods, libraries, events, operations) = Default::default();
    ExtensionInfo {
        name: id.clone(),
        id,
        version,
        description,
        wasm_hash,
        methods,
        libraries,
        events,
        operations,
    }
}

/// Lists the methods of the operations that a version offers.
pub(crate) fn methods(manifest: &Manifest) -> Vec<String> {
    manifest.operations().iter().map(|operation| operation.method().to_owned()).collect()
}
