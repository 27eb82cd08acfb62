//! Types of the operations on the bin.

use uuid::Uuid;

use super::{
    super::direction::{wire_input, wire_input_with_constructor, wire_output},
    Entry, default_page,
};

wire_input_with_constructor! {
    /// Input of [`ListBin`](super::ListBin).
    pub struct ListBinInput {
        /// Only entries that had this path when they were deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<String>,
        /// Cursor: the page behind the one that ended with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<String>,
        /// Most entries to return, 1 to 1000.
        #[serde(default = "default_page")]
        pub limit: u32,
    }
}

wire_input! {
    /// Input of [`RestoreEntry`](super::RestoreEntry).
    pub struct RestoreEntryInput {
        /// The entry.
        pub entry_id: Uuid,
        /// The path to bring it back to; left out: the one that it had.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<String>,
    }

    /// Input of [`EmptyBin`](super::EmptyBin).
    pub struct EmptyBinInput {
        /// The entries; left out: all that are in the bin.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_ids: Option<Vec<Uuid>>,
    }
}

impl Default for ListBinInput {
    fn default() -> Self {
        Self { path: None, after: None, limit: default_page() }
    }
}

wire_output! {
    /// An entry that the user deleted.
    pub struct BinnedEntry {
        /// The entry, as it was.
        pub entry: Entry,
        /// When it was deleted, RFC 3339, UTC.
        pub binned_at: String,
    }

    /// Output of [`ListBin`](super::ListBin).
    pub struct ListBinOutput {
        /// One page of entries, the last deleted first.
        pub entries: Vec<BinnedEntry>,
        /// Cursor of the next page, to pass as `after`; left out when this was the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<String>,
    }

    /// Output of [`EmptyBin`](super::EmptyBin).
    pub struct EmptyBinOutput {
        /// Number of the entries that are gone.
        pub removed: u64,
    }
}
