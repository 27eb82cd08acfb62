//! Entries, their content and metadata.

use ext_wire::{
    EntryPath, VettedEntry,
    ops::vdfs::{
        CreateEntryOutput, Entry, EntryDetails, ListChangesInput, ListChangesOutput,
        ListEntriesInput, ListEntriesOutput, ReadContentInput, ReadContentOutput,
        UpdateMetadataInput,
    },
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{LibraryError, Result};

/// Changes of the entries of a library since a cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryChanges {
    /// Entries that changed, as they are now.
    pub entries: Vec<Entry>,
    /// Entries that are gone, each with the path that it had.
    pub removed: Vec<(Uuid, String)>,
    /// Cursor of the next page.
    pub next: String,
    /// True when the next page has more already.
    pub more: bool,
    /// True when all entries are listed anew.
    pub anew: bool,
}

impl EntryChanges {
    /// Makes the output of the operation, without the paths of what is gone.
    #[must_use]
    pub fn into_output(self) -> ListChangesOutput {
        let Self { entries, removed, next, more, anew } = self;
        let removed = removed.into_iter().map(|(id, _)| id).collect();
        ListChangesOutput { entries, removed, next, more, anew }
    }
}

/// The entries of a library.
///
/// A store that has [`Events`](super::Events) as well writes the event of a change in the transaction
/// of the change.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Entries: Send + Sync {
    /// Makes an entry, or returns the one at its path, unchanged. See
    /// [`CreateEntry`](ext_wire::ops::vdfs::CreateEntry).
    ///
    /// Names, sizes and the form of the path were checked by [`VettedEntry::vet`]. `Quota` when the
    /// extension would have more bytes of content, sidecars and metadata than it may.
    fn create_entry(&self, caller: Option<&str>, new: VettedEntry) -> Result<CreateEntryOutput>;

    /// Finds an entry, with the first page of its sidecars; `NotFound` when there is none.
    fn get_entry(&self, id: Uuid) -> Result<EntryDetails>;

    /// Lists entries in the order of their making, page by page. See
    /// [`ListEntries`](ext_wire::ops::vdfs::ListEntries).
    ///
    /// `Invalid` for a page of no entry or of more than
    /// [`MAX_PAGE`](ext_wire::ops::vdfs::MAX_PAGE).
    fn list_entries(&self, input: ListEntriesInput) -> Result<ListEntriesOutput>;

    /// Lists what changed since a cursor, page by page. See
    /// [`ListChanges`](ext_wire::ops::vdfs::ListChanges).
    ///
    /// `Unsupported` by stores that do not number changes, as is the default; `Invalid` for a limit out
    /// of range and for a cursor that is none.
    fn list_changes(&self, _input: ListChangesInput) -> Result<EntryChanges> {
        Err(LibraryError::Unsupported("changes"))
    }

    /// Reads bytes of an entry's content. See
    /// [`ReadContent`](ext_wire::ops::vdfs::ReadContent).
    ///
    /// `NotFound` without the entry, `Invalid` when it has no content or the offset is behind the
    /// end, `TooLarge` for more than an attachment holds.
    fn read_content(&self, input: ReadContentInput) -> Result<ReadContentOutput>;

    /// Applies a JSON Merge Patch and returns the metadata after it.
    ///
    /// `NotFound` without the entry; with nothing changed, `TooLarge` when the result is over
    /// [`MAX_METADATA_BYTES`](ext_wire::ops::vdfs::MAX_METADATA_BYTES), and `Conflict`
    /// ([`LibraryError::ensure_unchanged`](super::LibraryError::ensure_unchanged)) where the input's
    /// `only_if` does not hold. That is compared in the transaction of the change. `Quota` when the
    /// metadata become longer and the extension would have more bytes than it may; what it adds to
    /// the metadata of others counts.
    fn update_metadata(
        &self,
        caller: Option<&str>,
        input: UpdateMetadataInput,
    ) -> Result<Map<String, Value>>;

    /// Gives an entry another path, for the user. See
    /// [`MoveEntry`](ext_wire::ops::vdfs::MoveEntry).
    ///
    /// `NotFound` without the entry, `Conflict` when another one has the path, `Name` for a path that
    /// no new entry may have.
    fn move_entry(&self, id: Uuid, path: &EntryPath) -> Result<Entry>;

    /// Removes an entry with all that belongs to it: sidecars, events, vectors. False when there is
    /// none, `Denied` for an extension that did not make it. A store that has [`Bin`](super::Bin) moves
    /// what the user removes there.
    fn delete_entry(&self, caller: Option<&str>, id: Uuid) -> Result<bool>;
}
