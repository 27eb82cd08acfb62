//! Sidecars: files beside entries.

use ext_wire::ops::vdfs::{ListSidecarsInput, ListSidecarsOutput, SidecarInfo, WriteSidecarInput};
use uuid::Uuid;

use super::Result;

/// The sidecars of a library.
///
/// A sidecar belongs to the extension, or the user, that wrote it: another extension may read it, but
/// neither replace nor delete it. The user may do both. Every method answers `NotFound` without the
/// entry.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Sidecars: Send + Sync {
    /// Writes a sidecar, whole; an older one of the same name is replaced. See
    /// [`WriteSidecar`](ext_wire::ops::vdfs::WriteSidecar).
    ///
    /// `Name` for an illegal name and for one that differs from another's by case only, `TooLarge`
    /// over [`MAX_SIDECAR_BYTES`](ext_wire::ops::vdfs::MAX_SIDECAR_BYTES), `Denied` when the older
    /// one is another's, `Quota` when the extension would have more bytes than it may, `TooMany` over
    /// [`MAX_SIDECARS`](ext_wire::ops::vdfs::MAX_SIDECARS) of one writer.
    fn write_sidecar(&self, caller: Option<&str>, input: WriteSidecarInput) -> Result<SidecarInfo>;

    /// Reads the bytes of a sidecar; `NotFound` when there is none.
    fn read_sidecar(&self, entry: Uuid, name: &str) -> Result<Vec<u8>>;

    /// Lists the sidecars of an entry by name, in pages of
    /// [`MAX_SIDECAR_PAGE`](ext_wire::ops::vdfs::MAX_SIDECAR_PAGE). A cursor is the name of the last
    /// sidecar of its page.
    fn list_sidecars(&self, input: &ListSidecarsInput) -> Result<ListSidecarsOutput>;

    /// Removes a sidecar; false when there is none, `Denied` when it is another's.
    fn delete_sidecar(&self, caller: Option<&str>, entry: Uuid, name: &str) -> Result<bool>;
}
