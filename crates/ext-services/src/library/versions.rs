//! The contents that imported files had before.

use ext_wire::ops::vdfs::{Entry, EntryVersion};
use uuid::Uuid;

use super::Result;

/// The history of the imported files of a library. It needs [`Entries`](super::Entries).
///
/// A version is kept when an import gives a file another content; how many and how long is the
/// store's to say.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Versions: Send + Sync {
    /// Lists the contents that an entry had before, the newest first; `NotFound` without the entry.
    fn list_versions(&self, entry: Uuid) -> Result<Vec<EntryVersion>>;

    /// Gives an imported file the content of a version; the present one becomes a version, so that
    /// nothing is lost. See [`RestoreVersion`](ext_wire::ops::vdfs::RestoreVersion).
    ///
    /// `NotFound` without the entry or the version, `Denied` when it is no imported file.
    fn restore_version(&self, entry: Uuid, version: u64) -> Result<Entry>;
}
