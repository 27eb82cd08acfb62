//! Operations on the settings of extensions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};
use crate::SecretText;

family! {
    "settings", include_str!("settings.md");

    /// Returns the caller's settings as they are in the library: what the user set, else the defaults.
    ///
    /// Settings without a value are left out. A value that does not fit the schema any more counts as
    /// not set.
    ///
    /// Errors: `E_BAD_INPUT` when the caller is not an extension; `E_CRED_*` for secrets.
    LibraryQuery Get = "query:settings.get.v1", NoInput => GetSettingsOutput;
    /// Lists the settings of an extension with their values, without those of secrets.
    ///
    /// Errors: `E_NOT_FOUND` when there is no such extension or library; `E_CORRUPT`; `E_IO`; `E_CRED_*`.
    CoreQuery(host_only) List = "query:settings.list.v1", SettingsRef => ListSettingsOutput;
    /// Sets settings of an extension, or takes values back, all of them or none.
    ///
    /// Errors: `E_NOT_FOUND` when there is no such extension, library or setting; `E_BAD_INPUT` when a
    /// value does not fit the schema, or a secret stands under `values`; `E_CORRUPT`; `E_IO`; `E_CRED_*`.
    CoreAction(host_only) Set = "action:settings.set.input.v1", SetSettingsInput => SetSettingsOutput;
}

/// Most bytes of the values of one extension in one library, or for all, as JSON.
pub const MAX_VALUES_BYTES: usize = 256 << 10;
/// Most items of a secret that is a list.
pub const MAX_SECRET_ITEMS: usize = 100;

/// The value of a setting that is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
// Untagged, so that an error quotes nothing of the input.
#[serde(untagged, expecting = "a secret is a text or a list of texts")]
pub enum SecretValue {
    /// A text.
    One(SecretText),
    /// A list of texts.
    List(Vec<SecretText>),
}

/// Place where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettingSource {
    /// The user set it for this library.
    Library,
    /// The user set it for all libraries.
    All,
    /// The schema has a default.
    Default,
    /// It has no value.
    Unset,
}

wire_input! {
    /// An extension, and the library in which its settings are meant.
    pub struct SettingsRef {
        /// The extension.
        pub extension_id: String,
        /// The library [default: the settings for all libraries].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
    }

    /// Input of [`Set`].
    pub struct SetSettingsInput {
        /// The extension.
        pub extension_id: String,
        /// The library [default: all libraries].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
        /// Values by the names of the settings.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub values: Map<String, Value>,
        /// Values of settings that are secrets. They go to the vault, and nowhere else.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub secrets: BTreeMap<String, SecretValue>,
        /// Names of settings whose value, in this library or for all, is taken back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub reset: Vec<String>,
    }
}

wire_output! {
    /// Output of [`Get`].
    pub struct GetSettingsOutput {
        /// Values by the names of the settings.
        pub values: Map<String, Value>,
        /// Values of settings that are secrets.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub secrets: BTreeMap<String, SecretValue>,
    }

    /// Output of [`List`].
    pub struct ListSettingsOutput {
        /// The settings of the schema, then values that are kept for settings of another version.
        pub settings: Vec<Setting>,
    }

    /// A setting of an extension.
    pub struct Setting {
        /// Its name.
        pub name: String,
        /// Its title, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// Its description, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// JSON Schema of the value; left out when this version of the extension has no such setting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub schema: Option<Value>,
        /// True for a secret, whose value is not told.
        pub secret: bool,
        /// The value that is in force.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Value>,
        /// Place where the value comes from.
        pub source: SettingSource,
        /// The reason why a value that the user set is not in force; it is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
    }

    /// Output of [`Set`].
    pub struct SetSettingsOutput {
        /// Names of the settings that have another value now, sorted.
        pub changed: Vec<String>,
    }
}
