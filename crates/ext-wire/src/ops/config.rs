//! Operations on the configuration of the host. Only the user calls these, never an extension.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    direction::{wire_input, wire_output},
    family::family,
    no_input::NoInput,
};

family! {
    "config", include_str!("config.md");

    /// Lists the settings: those that can be changed here, then what else the file says.
    ///
    /// Errors: `E_IO` when the file cannot be read.
    CoreQuery(host_only) Get = "query:config.get.v1", NoInput => ConfigOutput;
    /// Changes settings in the file, and returns all; the rest of it, comments as well, stays as it is.
    ///
    /// Errors: `E_BAD_INPUT` for a setting that is not changed here or a value that it cannot have, with
    /// nothing changed; `E_CONFLICT` when the file is another one by now; `E_CORRUPT` when it is not
    /// valid; `E_IO`.
    CoreAction(host_only) Set = "action:config.set.input.v1", SetConfigInput => ConfigOutput;
}

/// Kind of the values of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigKind {
    /// A whole number.
    Number,
    /// One of `choices`.
    Choice,
}

/// Reason for which a setting is not changed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FixedReason {
    /// It says what extensions may do.
    Rights,
    /// It says how extensions and documents are isolated.
    Isolation,
    /// It says what can be reached over the network, or names a server.
    Servers,
    /// It says where the key of all secrets is.
    Key,
    /// It is one of the others.
    Other,
}

/// Time from which a change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigApplies {
    /// At once.
    AtOnce,
    /// From the next start of the program.
    AfterRestart,
}

wire_input! {
    /// Input of [`Set`].
    pub struct SetConfigInput {
        /// Values by the names of their settings.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub values: Map<String, Value>,
        /// Settings that get their defaults.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub reset: Vec<String>,
        /// The `version` of the file that was changed: another one is a conflict [default: any].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub version: Option<String>,
    }
}

wire_output! {
    /// Output of [`Get`] and [`Set`].
    pub struct ConfigOutput {
        /// The file.
        pub path: String,
        /// BLAKE3 of the file, in hex; of nothing where there is none.
        pub version: String,
        /// The problem of a file that is not valid, with its line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
        /// The settings.
        pub settings: Vec<ConfigSetting>,
    }

    /// A setting.
    pub struct ConfigSetting {
        /// Its name: `storage.keep_days`.
        pub name: String,
        /// Its meaning, in one line, where it can be changed here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub about: Option<String>,
        /// Its value in the file; left out where the default counts, and for a secret.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Value>,
        /// The value without the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub default: Option<Value>,
        /// Kind of its values, where it can be changed here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<ConfigKind>,
        /// Smallest number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub min: Option<u64>,
        /// Largest number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub max: Option<u64>,
        /// Values that it can have.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub choices: Vec<String>,
        /// True for a secret, whose value is never shown.
        #[serde(default)]
        pub secret: bool,
        /// Reason for which it is not changed here; left out where it can be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub fixed: Option<FixedReason>,
        /// Time from which a change counts.
        pub applies: ConfigApplies,
    }
}
