//! Values of a view, each with its kind.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Input, parts};

parts! {
    /// A value, with its kind: `{"text": "Tea"}`, `{"money": {"amount": 2.5, "currency": "EUR"}}`.
    pub enum Cell {
        /// Nothing: the text `"empty"`.
        Empty,
        /// A text.
        Text(String),
        /// A number.
        Number(f64),
        /// An amount of money.
        Money(Money),
        /// A date, `2026-01-31`, or a time, `2026-01-31T09:30:00Z`.
        Date(String),
        /// A link to an entry of the library.
        Entry(EntryLink),
        /// A link to a view of the same extension.
        View(ViewLink),
        /// A short text in a frame.
        Badge(Badge),
        /// A part of a whole, from 0 to 1.
        Progress(f64),
        /// A picture.
        Thumbnail(Thumbnail),
    }

    /// An amount of money.
    pub struct Money {
        /// The amount.
        pub amount: f64,
        /// The code of the currency (ISO 4217).
        pub currency: String,
    }

    /// A link to an entry of the library.
    pub struct EntryLink {
        /// Id of the entry.
        pub entry_id: Uuid,
        /// The text of the link.
        pub text: String,
    }

    /// A link to a view of the same extension.
    pub struct ViewLink {
        /// Id of the view.
        pub view: String,
        /// The text of the link.
        pub text: String,
        /// The input of its query.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub input: Input,
    }

    /// A short text in a frame.
    pub struct Badge {
        /// The text.
        pub text: String,
        /// The tone.
        #[serde(default, skip_serializing_if = "Tone::is_neutral")]
        pub tone: Tone,
    }

    /// A picture that stands beside an entry.
    pub struct Thumbnail {
        /// Id of the entry.
        pub entry_id: Uuid,
        /// Name of the sidecar that has the picture (PNG, JPEG, WebP).
        pub sidecar: String,
        /// The text in its place.
        pub alt: String,
    }
}

/// The tone of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// All is well.
    Good,
    /// Something to look at.
    Warning,
    /// Something is wrong.
    Bad,
}

impl Tone {
    pub(super) fn is_neutral(&self) -> bool {
        *self == Self::Neutral
    }
}
