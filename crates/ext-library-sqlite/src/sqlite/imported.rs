//! Entries that were imported from files of the user.

use ext_services::library::LibraryError;
use ext_wire::ops::vdfs::Entry;

/// The entry type of an imported file.
pub(crate) const FILE: &str = "file";

/// Checks that an entry may get new content from an import: only an imported file may, for the entries
/// of extensions, and those that the user made by hand, are not files.
///
/// # Errors
/// `Denied` for an entry that is not an imported file.
pub(crate) fn may_import_over(entry: &Entry) -> Result<(), LibraryError> {
    if entry.created_by.is_none() && entry.entry_type == FILE {
        return Ok(());
    }
    let maker = entry.created_by.as_deref().unwrap_or("the user");
    let Entry { path, entry_type, .. } = entry;
    Err(LibraryError::Denied(format!(
        "`{path}` is a {entry_type} made by {maker}, not an imported file"
    )))
}
