//! Types of the operations on sidecars.

use uuid::Uuid;

use super::super::direction::{wire_input, wire_output};
use crate::Blob;

wire_input! {
    /// Input of [`WriteSidecar`](super::WriteSidecar).
    pub struct WriteSidecarInput {
        /// The entry.
        pub entry_id: Uuid,
        /// Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or
        /// trailing dot; 1 to 255 bytes.
        pub name: String,
        /// Its bytes, at most 64 MiB.
        pub data: Blob,
        /// `content_hash` of the sidecar that is replaced; the empty text where there must be none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub only_if: Option<String>,
    }

    /// Input of [`ListSidecars`](super::ListSidecars).
    pub struct ListSidecarsInput {
        /// The entry.
        pub entry_id: Uuid,
        /// Cursor: the page behind the one that ended with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<String>,
    }

    /// Reference to a sidecar.
    pub struct SidecarRef {
        /// The entry.
        pub entry_id: Uuid,
        /// Name of the sidecar.
        pub name: String,
    }
}

wire_output! {
    /// A sidecar without its bytes.
    pub struct SidecarInfo {
        /// Its name.
        pub name: String,
        /// Its size in bytes.
        pub size: u64,
        /// BLAKE3 of its bytes, in hex.
        pub content_hash: String,
        /// Id of the extension that wrote it; left out when the user did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub written_by: Option<String>,
        /// When it was written, RFC 3339, UTC.
        pub updated_at: String,
    }

    /// Output of [`ReadSidecar`](super::ReadSidecar).
    pub struct ReadSidecarOutput {
        /// The bytes.
        pub data: Blob,
    }

    /// Output of [`ListSidecars`](super::ListSidecars).
    pub struct ListSidecarsOutput {
        /// One page of sidecars by name, up to 200.
        pub sidecars: Vec<SidecarInfo>,
        /// Cursor of the next page, to pass as `after`; left out when this was the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<String>,
    }
}

impl WriteSidecarInput {
    /// Writes `data` as the sidecar `name`, whatever is there.
    pub fn new(entry_id: Uuid, name: impl Into<String>, data: impl Into<Blob>) -> Self {
        Self { entry_id, name: name.into(), data: data.into(), only_if: None }
    }

    /// Writes `data`, which were made of the sidecar as it was read: as long as it is that one, or as
    /// there is none.
    ///
    /// ```
    /// use ext_wire::ops::vdfs::WriteSidecarInput;
    ///
    /// let first = WriteSidecarInput::of_unchanged(uuid::Uuid::nil(), "a.txt", "tea", None);
    /// assert_eq!(first.only_if.as_deref(), Some(""));
    /// assert!(first.holds(None));
    /// ```
    pub fn of_unchanged(
        entry_id: Uuid,
        name: impl Into<String>,
        data: impl Into<Blob>,
        read: Option<&SidecarInfo>,
    ) -> Self {
        let hash = read.map(|read| read.content_hash.clone()).unwrap_or_default();
        Self { only_if: Some(hash), ..Self::new(entry_id, name, data) }
    }

    /// Returns whether `only_if` holds for the sidecar that is there now, if there is one.
    #[must_use]
    pub fn holds(&self, now: Option<&SidecarInfo>) -> bool {
        let now = now.map(|now| now.content_hash.as_str()).unwrap_or_default();
        self.only_if.as_deref().is_none_or(|hash| hash == now)
    }
}
