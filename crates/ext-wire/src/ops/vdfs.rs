//! Operations on entries of a library, their content, metadata and sidecars.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_input_with_constructor, wire_output},
    family::family,
};
use crate::Blob;

mod bin;
mod sidecars;

pub use bin::{
    BinnedEntry, EmptyBinInput, EmptyBinOutput, ListBinInput, ListBinOutput, RestoreEntryInput,
};
pub use sidecars::{
    ListSidecarsInput, ListSidecarsOutput, ReadSidecarOutput, SidecarInfo, SidecarRef,
    WriteSidecarInput,
};

family! {
    "vdfs", include_str!("vdfs.md");

    /// Makes an entry, or returns the one at its path.
    ///
    /// The path is the entry's identity: when the library already has an entry at this path, that
    /// entry is returned unchanged, with `created` false. One that another extension made is
    /// `E_DENIED_ARG`. A new one makes the event `entry.created`.
    ///
    /// Errors: `E_PATH`; `E_BAD_INPUT`; `E_DENIED_ARG`; `E_ABI_TOO_LARGE`; `E_NOSPACE` over the extension's room in
    /// the library.
    LibraryAction CreateEntry = "action:vdfs.create_entry.input.v1", NewEntry => CreateEntryOutput;
    /// Returns one entry and its sidecars.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryQuery GetEntry = "query:vdfs.get_entry.v1", EntryRef => EntryDetails;
    /// Lists entries in the order of their making, page by page.
    ///
    /// All conditions must hold.
    ///
    /// Errors: `E_BAD_INPUT` for a limit out of range.
    LibraryQuery ListEntries = "query:vdfs.list_entries.v1", ListEntriesInput => ListEntriesOutput;
    /// Lists entries that changed since a cursor, and those that are gone, page by page.
    ///
    /// An entry changes when it is made or moved, and with its name, content, metadata and sidecars. Each
    /// is listed once, as it is now, in the order of the last changes; without a cursor all entries
    /// are. So whoever keeps something that follows from entries, such as an index, reads what is new
    /// since it was made, however it changed.
    ///
    /// Errors: `E_BAD_INPUT` for a limit out of range, and for a cursor that no page had.
    LibraryQuery ListChanges = "query:vdfs.list_changes.v1", ListChangesInput => ListChangesOutput;
    /// Returns bytes of an entry's content.
    ///
    /// Errors: `E_NOT_FOUND`; `E_BAD_INPUT` for an entry without content or an offset behind the
    /// end; `E_ABI_TOO_LARGE` over 64 MiB at once.
    LibraryQuery ReadContent = "query:vdfs.read_content.v1", ReadContentInput => ReadContentOutput;
    /// Reads the contents of entries and compares them with their hashes.
    ///
    /// It takes long: it may be dispatched as a job, which goes on where it stopped. What the caller
    /// may not touch is left out.
    ///
    /// Errors: `E_STOPPED`; `E_DEADLINE`.
    LibraryQuery CheckContents = "query:vdfs.check_contents.v1", CheckContentsInput => CheckContentsOutput;
    /// Changes metadata by a JSON Merge Patch (RFC 7396).
    ///
    /// Keys of the patch are set, `null` removes one, all others stay. The keys `<id>` and `<id>.…`
    /// belong to the extension of that id. Where the patch was made of values that were read before,
    /// `only_if` has them: another program may have changed them since.
    ///
    /// Errors: `E_NOT_FOUND`; `E_DENIED_ARG`; `E_ABI_TOO_LARGE`; `E_NOSPACE`; `E_CONFLICT`, with nothing
    /// changed, where `only_if` does not hold: read the entry, and make the patch anew.
    LibraryAction UpdateMetadata = "action:vdfs.update_metadata.input.v1", UpdateMetadataInput => UpdateMetadataOutput;
    /// Gives an entry another path.
    ///
    /// A file that is imported again is found at its new path. The name changes with the path where it
    /// was the last part of it. Another path makes the event `entry.moved`.
    ///
    /// Errors: `E_NOT_FOUND`; `E_PATH`; `E_CONFLICT` when another entry has the path.
    LibraryAction(host_only) MoveEntry = "action:vdfs.move_entry.input.v1", MoveEntryInput => Entry;
    /// Lists the entries that the user deleted, the last first, page by page.
    ///
    /// Errors: `E_BAD_INPUT` for a limit out of range or a cursor that no page had.
    LibraryQuery(host_only) ListBin = "query:vdfs.list_bin.v1", ListBinInput => ListBinOutput;
    /// Brings a deleted entry back with all that belonged to it.
    ///
    /// Makes the events `entry.restored` and `entry.updated`.
    ///
    /// Errors: `E_NOT_FOUND` when it is not in the bin; `E_CONFLICT` when another entry has the path;
    /// `E_PATH`.
    LibraryAction(host_only) RestoreEntry = "action:vdfs.restore_entry.input.v1", RestoreEntryInput => Entry;
    /// Removes entries from the bin for good.
    ///
    /// Errors: `E_NOT_FOUND`, with nothing removed, when one is not in the bin.
    LibraryAction(host_only) EmptyBin = "action:vdfs.empty_bin.input.v1", EmptyBinInput => EmptyBinOutput;
    /// Removes an entry with its content and sidecars.
    ///
    /// What the user removes goes to the bin, where it stays for 30 days or as the configuration says.
    /// An extension may remove only entries that it made, and they are gone at once. Makes the event
    /// `entry.deleted`.
    ///
    /// Errors: `E_DENIED_ARG`.
    LibraryAction DeleteEntry = "action:vdfs.delete_entry.input.v1", EntryRef => DeleteOutput;
    /// Lists the contents that an imported file had before, the newest first.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryQuery ListVersions = "query:vdfs.list_versions.v1", EntryRef => ListVersionsOutput;
    /// Gives an imported file a content that it had before.
    ///
    /// The present content becomes a version. The file on the disk stays as it is; the next change of
    /// it is imported as any other. Makes the event `entry.updated`.
    ///
    /// Errors: `E_NOT_FOUND`; `E_DENIED_ARG` for an entry that is no imported file.
    LibraryAction(host_only) RestoreVersion = "action:vdfs.restore_version.input.v1", VersionRef => Entry;
    /// Writes a sidecar, whole.
    ///
    /// An older one of the same name is replaced. An extension may replace only its own. Where the bytes
    /// were made of the older one's, `only_if` has its hash: another program may have written it since.
    ///
    /// Errors: `E_NOT_FOUND`; `E_PATH`; `E_DENIED_ARG`; `E_ABI_TOO_LARGE`; `E_NOSPACE` over the
    /// extension's room in the library, and over 100 sidecars of one writer at the entry; `E_CONFLICT`,
    /// with nothing changed, where `only_if` does not hold: read the sidecar, and make it anew.
    LibraryAction WriteSidecar = "action:vdfs.write_sidecar.input.v1", WriteSidecarInput => SidecarInfo;
    /// Returns a sidecar, whole.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryQuery ReadSidecar = "query:vdfs.read_sidecar.v1", SidecarRef => ReadSidecarOutput;
    /// Lists the sidecars of an entry by name, page by page.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryQuery ListSidecars = "query:vdfs.list_sidecars.v1", ListSidecarsInput => ListSidecarsOutput;
    /// Removes a sidecar.
    ///
    /// An extension may remove only its own.
    ///
    /// Errors: `E_NOT_FOUND` when there is no such entry; `E_DENIED_ARG`.
    LibraryAction DeleteSidecar = "action:vdfs.delete_sidecar.input.v1", SidecarRef => DeleteOutput;
}

/// Longest entry path, in bytes.
pub const MAX_PATH_BYTES: usize = 1024;
/// Longest entry or sidecar name, in bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// Largest metadata of an entry, in bytes of JSON.
pub const MAX_METADATA_BYTES: usize = 64 << 10;
/// Largest sidecar, in bytes.
pub const MAX_SIDECAR_BYTES: usize = 64 << 20;
/// Most sidecars that one writer may have at an entry.
pub const MAX_SIDECARS: u32 = 100;
/// Most sidecars in one page.
pub const MAX_SIDECAR_PAGE: usize = 200;
/// Most conditions on metadata in one list or search.
pub const MAX_CONDITIONS: usize = 64;
/// Most entries or hits in one page.
pub const MAX_PAGE: u32 = 1000;

fn default_page() -> u32 {
    100
}

wire_output! {
    /// An entry of a library: a file, or something that an extension made.
    pub struct Entry {
        /// Its id.
        pub id: Uuid,
        /// Its name; for an imported file its file name.
        pub name: String,
        /// Its path in the library: segments joined by `/`, unique.
        pub path: String,
        /// Its type: `file` for an imported file, else the type that its maker gave it.
        pub entry_type: String,
        /// Media type of the content, where known: `message/rfc822`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
        /// Bytes of content; left out for an entry without content.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub size: Option<u64>,
        /// BLAKE3 of the content, in hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub content_hash: Option<String>,
        /// Id of the extension that made it; left out when the user did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<String>,
        /// Metadata, free in form.
        pub metadata: Map<String, Value>,
        /// When it was made, RFC 3339, UTC.
        pub created_at: String,
        /// When it was last changed, RFC 3339, UTC.
        pub updated_at: String,
    }
}

wire_input! {
    /// Reference to an entry.
    pub struct EntryRef {
        /// The entry.
        pub entry_id: Uuid,
    }

    /// An entry to be made: the input of [`CreateEntry`].
    pub struct NewEntry {
        /// Its name; 1 to 255 bytes, no `/`, no control characters.
        pub name: String,
        /// Its path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
        pub path: String,
        /// Its type: a word such as `receipt` or `FinancialDocument`, compared exactly.
        pub entry_type: String,
        /// Metadata, free in form, at most 64 KiB of JSON.
        #[serde(default)]
        pub metadata: Map<String, Value>,
        /// Its content, if it has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub content: Option<Blob>,
        /// Media type of the content; only with content.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
    }
}

wire_output! {
    /// Output of [`CreateEntry`].
    pub struct CreateEntryOutput {
        /// The entry, new or as it was.
        pub entry: Entry,
        /// False when it was there already.
        pub created: bool,
    }

    /// Output of [`GetEntry`].
    pub struct EntryDetails {
        /// The entry.
        pub entry: Entry,
        /// Its sidecars by name, up to 200.
        pub sidecars: Vec<SidecarInfo>,
        /// Cursor of the sidecars that are left, to pass as `after` to
        /// `query:vdfs.list_sidecars.v1`; left out when these are all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_sidecar: Option<String>,
    }
}

wire_input_with_constructor! {
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
        /// Cursor: the page behind the one that ended with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<u64>,
        /// Most entries to return, 1 to 1000.
        #[serde(default = "default_page")]
        pub limit: u32,
    }
}

/// Most entries that [`CheckContents`] names.
pub const MAX_DAMAGED: usize = 1000;

wire_input! {
    /// Input of [`CheckContents`].
    pub struct CheckContentsInput {
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
    }
}

wire_output! {
    /// Output of [`CheckContents`].
    #[derive(Default)]
    pub struct CheckContentsOutput {
        /// Contents that are as they were.
        pub sound: u64,
        /// Contents that are missing, changed or unreadable.
        pub damaged: u64,
        /// The entries of the first 1,000 of them.
        pub entries: Vec<Uuid>,
    }
}

wire_output! {
    /// Output of [`ListEntries`].
    pub struct ListEntriesOutput {
        /// One page of entries.
        pub entries: Vec<Entry>,
        /// Cursor of the next page, to pass as `after`; left out when this was the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next: Option<u64>,
    }
}

wire_input_with_constructor! {
    /// Input of [`ListChanges`].
    pub struct ListChangesInput {
        /// Only entries whose path starts with these segments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path_prefix: Option<String>,
        /// Cursor: what changed behind the page that ended with it, for the same `path_prefix`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub after: Option<String>,
        /// Most changes of a page, 1 to 1000.
        #[serde(default = "default_page")]
        pub limit: u32,
    }
}

impl Default for ListChangesInput {
    fn default() -> Self {
        Self { path_prefix: None, after: None, limit: default_page() }
    }
}

wire_output! {
    /// Output of [`ListChanges`].
    pub struct ListChangesOutput {
        /// Entries that changed, as they are now.
        pub entries: Vec<Entry>,
        /// Ids of entries that are gone, or no longer below `path_prefix`; some of them may never
        /// have been listed.
        pub removed: Vec<Uuid>,
        /// Cursor of the next page, to pass as `after`, now or when there are changes again.
        pub next: String,
        /// True when the next page has more already.
        pub more: bool,
        /// True when all entries are listed anew: there was no cursor, or the library was restored since
        /// then. What was known before counts no longer.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub anew: bool,
    }
}

wire_input! {
    /// Input of [`ReadContent`].
    pub struct ReadContentInput {
        /// The entry.
        pub entry_id: Uuid,
        /// Offset of the first byte.
        #[serde(default)]
        pub offset: u64,
        /// Bytes at most; left out: all that is left. More than the attachment limit is refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub length: Option<u64>,
    }
}

wire_output! {
    /// Output of [`ReadContent`].
    pub struct ReadContentOutput {
        /// The bytes.
        pub data: Blob,
        /// Bytes of the whole content.
        pub size: u64,
    }
}

wire_input! {
    /// Input of [`UpdateMetadata`].
    pub struct UpdateMetadataInput {
        /// The entry.
        pub entry_id: Uuid,
        /// The merge patch; the metadata has at most 64 KiB of JSON after it.
        pub metadata: Map<String, Value>,
        /// Values that top-level keys must still have; `null` for a key that must not be there.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub only_if: Map<String, Value>,
    }
}

impl UpdateMetadataInput {
    /// Makes a change that depends on nothing.
    #[must_use]
    pub fn new(entry_id: Uuid, metadata: Map<String, Value>) -> Self {
        Self { entry_id, metadata, only_if: Map::new() }
    }

    /// Makes a change of metadata that were read before: the keys of the patch must still have the
    /// values that they have in `read`.
    #[must_use]
    pub fn of_unchanged(
        entry_id: Uuid,
        metadata: Map<String, Value>,
        read: &Map<String, Value>,
    ) -> Self {
        let value = |key: &String| (key.clone(), read.get(key).cloned().unwrap_or_default());
        let only_if = metadata.keys().map(value).collect();
        Self { entry_id, metadata, only_if }
    }

    /// Finds a key whose value is another one than `only_if` has.
    ///
    /// ```
    /// use ext_wire::ops::vdfs::UpdateMetadataInput;
    /// use serde_json::{Map, Value, from_str};
    ///
    /// let read: Map<String, Value> = from_str(r#"{"tags": ["tea"]}"#)?;
    /// let patch: Map<String, Value> = from_str(r#"{"tags": ["coffee", "tea"], "seen": true}"#)?;
    /// let input = UpdateMetadataInput::of_unchanged(uuid::Uuid::nil(), patch, &read);
    /// assert_eq!(input.changed_key(&read), None);
    /// let meanwhile: Map<String, Value> = from_str(r#"{"tags": ["tea", "2026"]}"#)?;
    /// assert_eq!(input.changed_key(&meanwhile), Some("tags"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn changed_key(&self, metadata: &Map<String, Value>) -> Option<&str> {
        let differs = |(key, value): &(&String, &Value)| {
            *metadata.get(key.as_str()).unwrap_or(&Value::Null) != **value
        };
        self.only_if.iter().find(differs).map(|(key, _)| key.as_str())
    }
}

wire_output! {
    /// Output of [`UpdateMetadata`].
    pub struct UpdateMetadataOutput {
        /// The metadata after the change.
        pub metadata: Map<String, Value>,
    }

    /// Output of the operations that remove something.
    pub struct DeleteOutput {
        /// False when there was nothing to remove.
        pub deleted: bool,
    }
}

wire_input! {
    /// Input of [`MoveEntry`].
    pub struct MoveEntryInput {
        /// The entry.
        pub entry_id: Uuid,
        /// Its new path: relative, segments joined by `/`, no `.` or `..`; 1 to 1024 bytes.
        pub path: String,
    }
}

wire_output! {
    /// A content that an entry had before.
    pub struct EntryVersion {
        /// Its number, which rises with each version of the entry.
        pub version: u64,
        /// Its size in bytes.
        pub size: u64,
        /// Its BLAKE3 hash, in lower-case hex.
        pub content_hash: String,
        /// Its media type, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub media_type: Option<String>,
        /// When another content took its place, RFC 3339, UTC.
        pub replaced_at: String,
    }

    /// Output of [`ListVersions`].
    pub struct ListVersionsOutput {
        /// The versions, the newest first.
        pub versions: Vec<EntryVersion>,
    }
}

wire_input! {
    /// Reference to a version: the input of [`RestoreVersion`].
    pub struct VersionRef {
        /// The entry.
        pub entry_id: Uuid,
        /// Number of the version.
        pub version: u64,
    }
}

impl Default for ListEntriesInput {
    /// Asks for the first page of everything.
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

impl NewEntry {
    /// Makes an entry without metadata and content.
    pub fn new(
        name: impl Into<String>,
        path: impl Into<String>,
        entry_type: impl Into<String>,
    ) -> Self {
        let (name, path, entry_type) = (name.into(), path.into(), entry_type.into());
        Self { name, path, entry_type, ..Self::default() }
    }
}
