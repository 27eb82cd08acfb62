//! Entries of a library, their content, metadata and sidecar files.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{wire, wire_type};
use crate::Blob;

wire! {
    /// Makes an entry. The path is the entry's identity: when the library already has an entry at
    /// this path, that entry is returned unchanged, with `created` false.
    CreateEntry = "action:vdfs.create_entry.input.v1", CreateEntryInput => CreateEntryOutput;
    /// One entry with the names of its sidecars.
    GetEntry = "query:vdfs.get_entry.v1", EntryRef => EntryDetails;
    /// Entries in the order of their making, page by page.
    ListEntries = "query:vdfs.list_entries.v1", ListEntriesInput => ListEntriesOutput;
    /// Bytes of an entry's content.
    ReadContent = "query:vdfs.read_content.v1", ReadContentInput => ReadContentOutput;
    /// Changes metadata by a JSON Merge Patch (RFC 7396): `null` removes a key.
    UpdateMetadata = "action:vdfs.update_metadata.input.v1", UpdateMetadataInput => UpdateMetadataOutput;
    /// Removes an entry with its content and sidecars.
    DeleteEntry = "action:vdfs.delete_entry.input.v1", EntryRef => DeleteOutput;
    /// Writes a sidecar file, whole; an older one of the same name is replaced.
    WriteSidecar = "action:vdfs.write_sidecar.input.v1", WriteSidecarInput => SidecarInfo;
    /// Reads a sidecar file, whole.
    ReadSidecar = "query:vdfs.read_sidecar.v1", SidecarRef => ReadSidecarOutput;
    /// The sidecars of an entry, by name.
    ListSidecars = "query:vdfs.list_sidecars.v1", EntryRef => ListSidecarsOutput;
    /// Removes a sidecar file.
    DeleteSidecar = "action:vdfs.delete_sidecar.input.v1", SidecarRef => DeleteOutput;
}

/// Longest entry path, in bytes.
pub const MAX_PATH_BYTES: usize = 1024;
/// Longest entry or sidecar name, in bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// Largest metadata of an entry, in bytes of JSON.
pub const MAX_METADATA_BYTES: usize = 64 << 10;
/// Largest sidecar, in bytes.
pub const MAX_SIDECAR_BYTES: usize = 64 << 20;
/// Most entries or hits in one page.
pub const MAX_PAGE: u32 = 1000;

fn default_page() -> u32 {
    100
}

wire_type! {
    /// A thing in the library.
    pub struct Entry {
        /// Its id.
        pub id: Uuid,
        /// What it is called; for an imported file its file name.
        pub name: String,
        /// Where it stands in the library: segments joined by `/`, unique.
        pub path: String,
        /// What it is: `file` for an imported file, else what its maker said.
        pub entry_type: String,
        /// Media type of the content, where known: `message/rfc822`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
        /// Bytes of content; `None` for an entry without content.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub size: Option<u64>,
        /// BLAKE3 of the content, in hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub content_hash: Option<String>,
        /// Id of the extension that made it; `None` when the user did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<String>,
        /// Free data about it.
        pub metadata: Map<String, Value>,
        /// When it was made, RFC 3339, UTC.
        pub created_at: String,
        /// When it was last changed, RFC 3339, UTC.
        pub updated_at: String,
    }

    /// Names an entry.
    pub struct EntryRef {
        /// The entry.
        pub entry_id: Uuid,
    }

    /// Input of [`CreateEntry`].
    pub struct CreateEntryInput {
        /// What it is called; 1 to [`MAX_NAME_BYTES`] bytes, no `/`, no control characters.
        pub name: String,
        /// Where it stands: relative, segments joined by `/`, no `.` or `..`.
        pub path: String,
        /// What it is: a snake-case word such as `receipt`.
        pub entry_type: String,
        /// Free data about it.
        #[serde(default)]
        pub metadata: Map<String, Value>,
        /// Its content, if it has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub content: Option<Blob>,
        /// Media type of the content.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
    }

    /// Output of [`CreateEntry`].
    pub struct CreateEntryOutput {
        /// The entry, new or as it was.
        pub entry: Entry,
        /// Whether it is new.
        pub created: bool,
    }

    /// Output of [`GetEntry`].
    pub struct EntryDetails {
        /// The entry.
        pub entry: Entry,
        /// Its sidecars, by name.
        pub sidecars: Vec<SidecarInfo>,
    }

    /// Input of [`ListEntries`]: all conditions must hold.
    pub struct ListEntriesInput {
        /// Only entries of this type.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_type: Option<String>,
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
        /// Only entries whose metadata has these values at these top-level keys.
        #[serde(default)]
        pub metadata: Map<String, Value>,
        /// Go on behind the page that ended with this cursor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<u64>,
        /// Most entries to return, 1 to [`MAX_PAGE`].
        #[serde(default = "default_page")]
        pub limit: u32,
    }

    /// Output of [`ListEntries`].
    pub struct ListEntriesOutput {
        /// One page of entries.
        pub entries: Vec<Entry>,
        /// Pass as `after` to get the next page; `None` when this was the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<u64>,
    }

    /// Input of [`ReadContent`].
    pub struct ReadContentInput {
        /// The entry.
        pub entry_id: Uuid,
        /// First byte.
        #[serde(default)]
        pub offset: u64,
        /// Bytes at most; `None`: all that is left. More than the attachment limit is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub length: Option<u64>,
    }

    /// Output of [`ReadContent`].
    pub struct ReadContentOutput {
        /// The bytes.
        pub data: Blob,
        /// Bytes of the whole content.
        pub size: u64,
    }

    /// Input of [`UpdateMetadata`].
    pub struct UpdateMetadataInput {
        /// The entry.
        pub entry_id: Uuid,
        /// The merge patch.
        pub metadata: Map<String, Value>,
    }

    /// Output of [`UpdateMetadata`].
    pub struct UpdateMetadataOutput {
        /// The metadata after the change.
        pub metadata: Map<String, Value>,
    }

    /// Output of the operations that remove something.
    pub struct DeleteOutput {
        /// Whether there was something to remove.
        pub deleted: bool,
    }

    /// Input of [`WriteSidecar`].
    pub struct WriteSidecarInput {
        /// The entry.
        pub entry_id: Uuid,
        /// Name of the sidecar: `receipt.json`. Letters, digits, `.`, `_`, `-`; no leading or
        /// trailing dot; 1 to [`MAX_NAME_BYTES`] bytes.
        pub name: String,
        /// Its bytes.
        pub data: Blob,
    }

    /// Names a sidecar.
    pub struct SidecarRef {
        /// The entry.
        pub entry_id: Uuid,
        /// Name of the sidecar.
        pub name: String,
    }

    /// A sidecar without its bytes.
    pub struct SidecarInfo {
        /// Its name.
        pub name: String,
        /// Its size in bytes.
        pub size: u64,
        /// BLAKE3 of its bytes, in hex.
        pub content_hash: String,
        /// Id of the extension that wrote it; `None` when the user did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub written_by: Option<String>,
        /// When it was written, RFC 3339, UTC.
        pub updated_at: String,
    }

    /// Output of [`ReadSidecar`].
    pub struct ReadSidecarOutput {
        /// The bytes.
        pub data: Blob,
    }

    /// Output of [`ListSidecars`].
    pub struct ListSidecarsOutput {
        /// The sidecars, by name.
        pub sidecars: Vec<SidecarInfo>,
    }
}

impl Default for ListEntriesInput {
    /// The first page of everything.
    fn default() -> Self {
        Self {
            entry_type: None,
            path_prefix: None,
            metadata: Map::new(),
            after: None,
            limit: default_page(),
        }
    }
}
