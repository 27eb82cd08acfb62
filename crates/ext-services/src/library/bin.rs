//! The bin: what the user deleted, until it is gone for good.

use ext_wire::{
    EntryPath,
    ops::vdfs::{Entry, ListBinInput, ListBinOutput},
};
use uuid::Uuid;

use super::Result;

/// The bin of a library. It needs [`Entries`](super::Entries).
///
/// What is in it is found by no other role, but for an import, which leaves its file out. It keeps id,
/// content, sidecars, metadata and versions. How long it stays is the store's to say.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Bin: Send + Sync {
    /// Lists the entries in the bin, the last deleted first, page by page. See
    /// [`ListBin`](ext_wire::ops::vdfs::ListBin).
    ///
    /// `Invalid` for a page of no entry or of more than
    /// [`MAX_PAGE`](ext_wire::ops::vdfs::MAX_PAGE), and for a cursor that no page had. A cursor holds
    /// when its entry has left the bin.
    fn list_bin(&self, input: &ListBinInput) -> Result<ListBinOutput>;

    /// Brings an entry back with all that belonged to it, to its path or another one, and writes the
    /// events `entry.restored` and `entry.updated`.
    ///
    /// `NotFound` when it is not in the bin, `Conflict` when an entry has the path, `Name` for another
    /// path that no new entry may have.
    fn restore_entry(&self, id: Uuid, path: Option<&EntryPath>) -> Result<Entry>;

    /// Removes these entries from the bin for good, or all; returns how many.
    ///
    /// `NotFound`, with nothing removed, when one is not in it.
    fn empty_bin(&self, ids: Option<&[Uuid]>) -> Result<u64>;
}
