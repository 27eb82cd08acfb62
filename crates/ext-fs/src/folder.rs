//! Folders and files for their owner only.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::ErrorKind,
    path::Path,
};

use crate::Error;

/// Creates a folder, with those above it, for its owner only. A folder that exists stays as it is.
///
/// # Errors
/// When the system refuses, or something else has the name.
pub fn create_private_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::of("created", folder))
}

/// Creates a folder as [`create_private_folder`] does, unless that cannot be done here: then it stays
/// missing, and what would be in it is. For folders that are read as well.
///
/// # Errors
/// As [`create_private_folder`], but for a place that is read-only.
pub fn create_private_folder_if_writable(folder: &Path) -> Result<(), Error> {
    let created = create_private_folder(folder);
    let is_read_only = |error: &Error| {
        let kind = error.source.kind();
        matches!(kind, ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
    };
    if created.as_ref().is_err_and(is_read_only) { Ok(()) } else { created }
}

/// Takes the permissions of others away from an existing folder.
///
/// # Errors
/// When the system refuses.
pub fn make_private(folder: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .map_err(Error::of("made private", folder))?;
    let _ = folder;
    Ok(())
}

/// Returns options to open a file with; if they create it, it is for its owner only.
#[must_use]
pub fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
