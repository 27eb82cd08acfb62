//! Atomic replacement of files.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::Path,
};

use tempfile::NamedTempFile;

use crate::Error;

/// Replaces a file, or creates it, for its owner only. The replacement is atomic: a reader finds the
/// old content or the new one, also after a crash of the machine.
///
/// # Errors
/// When the system refuses; the old file is there then.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    replace_with(path, |file| file.write_all(bytes).map_err(Error::of("written", path)))
}

/// Replaces a file, as [`replace`] does, by what `write` writes.
///
/// # Errors
/// When the system refuses, or `write` fails; the old file is there then.
pub fn replace_with<E: From<Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = temporary_beside(path)?;
    write(file.as_file_mut())?;
    let failed = Error::of("replaced", path);
    file.as_file().sync_all().map_err(&failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(sync_folder_of(path)?)
}

/// Creates a file, for its owner only, which must not exist. It appears atomically.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] when it is there; when the system refuses.
pub fn create_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = Error::of("created", path);
    let mut file = temporary_beside(path)?;
    file.write_all(bytes).map_err(&failed)?;
    file.as_file().sync_all().map_err(&failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    sync_folder_of(path)
}

/// Renames a file, or a folder, within its file system. A file at the new name is replaced.
///
/// # Errors
/// When the system refuses.
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::of("renamed", from))?;
    sync_folder_of(to)?;
    match folder_of(from) == folder_of(to) {
        true => Ok(()),
        false => sync_folder_of(from),
    }
}

/// Creates a file with a name of its own, for its owner only.
fn temporary_beside(path: &Path) -> Result<NamedTempFile, Error> {
    NamedTempFile::new_in(folder_of(path)).map_err(Error::of("created", path))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Flushes the folder of a file to the disk, and with it a new name in it.
fn sync_folder_of(path: &Path) -> Result<(), Error> {
    sync_folder(folder_of(path))
}

/// Flushes a folder to the disk, and with it the names in it. Windows cannot and need not do it, nor can
/// some file systems.
///
/// # Errors
/// When the system refuses.
pub fn sync_folder(folder: &Path) -> Result<(), Error> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if !cannot_sync(&error) => Err(Error::of("flushed to the disk", folder)(error)),
        _ => Ok(()),
    }
}

fn cannot_sync(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported)
}
