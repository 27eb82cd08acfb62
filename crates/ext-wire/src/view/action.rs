//! Buttons and forms of a view.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Input, parts};

parts! {
    /// A button: it calls an operation of the extension as the user, or opens one of its views.
    pub struct Action {
        /// The text of the button.
        pub label: String,
        /// The target.
        pub target: Target,
        /// The part of the input that is fixed.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub input: Input,
        /// The fields that a person fills in, up to 32.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub fields: Vec<FormField>,
        /// True when only fields are sent that were changed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub changed_only: bool,
        /// The question that is asked first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub confirm: Option<String>,
        /// True when it destroys something.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub danger: bool,
        /// The step after it succeeded.
        #[serde(default, skip_serializing_if = "Then::is_reload")]
        pub then: Then,
    }

    /// The target of a button: `{"method": "action:notes.add.input.v1"}`, `{"view": "notes"}`.
    pub enum Target {
        /// An operation of the extension.
        Method(String),
        /// A view of the extension, which is opened with the input.
        View(String),
    }

    /// A field that a person fills in.
    pub struct FormField {
        /// The field of the input; dots lead into objects, as in `values.vendor`.
        pub name: String,
        /// The label.
        pub label: String,
        /// The explanation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// The kind.
        #[serde(default)]
        pub kind: FieldKind,
        /// The value at first: a text, a number or `true`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Value>,
        /// True when it must be filled in.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub required: bool,
        /// The choices, up to 200.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub choices: Vec<Choice>,
    }

    /// One of several values.
    pub struct Choice {
        /// The value that is sent.
        pub value: String,
        /// The text that is shown.
        pub label: String,
    }
}

/// The kind of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A line.
    #[default]
    Text,
    /// Several lines.
    LongText,
    /// A number.
    Number,
    /// A date: `2026-01-31`.
    Date,
    /// A box to tick: `true`, or left out.
    Flag,
    /// One of the choices.
    Choice,
    /// A secret, which is not shown; the schema of the operation marks it `writeOnly`.
    Secret,
}

/// The step after an operation that succeeded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The view is asked for again.
    #[default]
    Reload,
    /// The answer, which is a view, is shown until the person closes it.
    Show,
}

impl Then {
    pub(super) fn is_reload(&self) -> bool {
        *self == Self::Reload
    }
}
