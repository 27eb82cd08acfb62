//! The operations that can be called: the built-in ones, and those of installed extensions.

use serde::Serialize;

/// The families of operations that are for the user alone, and never for whoever acts for the user with
/// fewer rights (a token, an assistant): they reach other folders of the machine, install programs, have
/// calls made later with the rights of the user, change what others may do or which secrets they use, and
/// configure the host.
pub const USER_FAMILIES: &[&str] = &[
    "config",
    "copies",
    "extensions",
    "locations",
    "permissions",
    "schedules",
    "secret_store",
    "work",
];

/// An operation that can be called.
#[derive(Debug, Clone, Serialize)]
pub struct OfferedOperation {
    /// The method.
    pub method: String,
    /// Summary of what it does.
    pub summary: String,
    /// The installed extension that offers it; `None` for a built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// True when it needs a library; `None` when only the extension knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_library: Option<bool>,
    /// True when only the user may call it, never an extension.
    pub host_only: bool,
    /// True when its answer is a view, for people.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub answers_view: bool,
    /// JSON Schema of the input: of a built-in one, and of one whose manifest has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<serde_json::Value>,
    /// JSON Schema of the output, of a built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<serde_json::Value>,
}

impl From<ext_registry::Operation> for OfferedOperation {
    fn from(operation: ext_registry::Operation) -> Self {
        Self {
            method: operation.method.to_owned(),
            summary: operation.summary.to_owned(),
            extension: None,
            needs_library: Some(operation.needs_library),
            host_only: operation.host_only,
            answers_view: false,
            input: Some(operation.input.to_value()),
            output: Some(operation.output.to_value()),
        }
    }
}

impl OfferedOperation {
    /// Returns whether its input has a secret, marked `writeOnly`: its input and output are kept
    /// nowhere, and it is no tool of an assistant.
    #[must_use]
    pub fn takes_secrets(&self) -> bool {
        self.input.as_ref().is_some_and(ext_wire::write_only::takes_secrets)
    }

    /// Lists the operations that an installed extension offers.
    pub(crate) fn of_extension(
        manifest: &ext_manifest::Manifest,
    ) -> impl Iterator<Item = Self> + '_ {
        manifest.operations().iter().map(|operation| Self {
            method: operation.method().to_owned(),
            summary: operation.description().to_owned(),
            extension: Some(manifest.id().to_owned()),
            needs_library: None,
            host_only: true,
            answers_view: operation.answers_view(),
            input: operation.input().cloned(),
            output: None,
        })
    }
}
