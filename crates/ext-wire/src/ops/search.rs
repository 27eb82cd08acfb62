//! Search in a library.

use serde_json::{Map, Value};

use super::{vdfs::Entry, wire, wire_type};

wire! {
    /// Full-text search over names, metadata and text sidecars.
    Entries = "query:search.entries.v1", SearchInput => SearchOutput;
}

fn default_limit() -> u32 {
    20
}

wire_type! {
    /// Input of [`Entries`].
    pub struct SearchInput {
        /// Words that must all occur; a trailing `*` on a word matches its beginnings.
        pub text: String,
        /// Only entries of this type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_type: Option<String>,
        /// Only entries whose metadata has these values at these top-level keys.
        #[serde(default)]
        pub metadata: Map<String, Value>,
        /// Most hits, 1 to [`super::vdfs::MAX_PAGE`].
        #[serde(default = "default_limit")]
        pub limit: u32,
    }

    /// Output of [`Entries`].
    pub struct SearchOutput {
        /// Best first.
        pub hits: Vec<SearchHit>,
    }

    /// One hit.
    pub struct SearchHit {
        /// The entry.
        pub entry: Entry,
        /// Where it was found; matches stand between `[` and `]`.
        pub snippet: String,
        /// Higher is better; comparable within one answer only.
        pub score: f64,
    }
}

impl SearchInput {
    /// A search for `text` in everything.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), entry_type: None, metadata: Map::new(), limit: default_limit() }
    }
}
