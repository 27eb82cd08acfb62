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
    let created = builder.create(folder).map_err(|error| match error.kind() {
        // The system says that the file exists, which is what one wants of a folder.
        ErrorKind::AlreadyExists => ErrorKind::NotADirectory.into(),
        _ => error,
    });
    created.map_err(Error::of("created", folder))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_way_of_a_folder_is_told_as_such() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        std::fs::write(&file, "x").unwrap();
        for folder in [file.clone(), file.join("below")] {
            let error = create_private_folder(&folder).unwrap_err();
            assert_eq!(error.source.kind(), ErrorKind::NotADirectory, "{error}");
        }
        create_private_folder(&temp.path().join("new/er")).unwrap();
        create_private_folder(temp.path()).unwrap();
    }
}
