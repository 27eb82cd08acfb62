//! Reading of files that should be there, whatever somebody has put in their place.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use crate::Error;

/// Opens a regular file for reading, also through a link. A pipe does not block, and is an error as a
/// device is.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for anything that is not a file; when the system refuses.
pub fn open(path: &Path) -> Result<File, Error> {
    let file = nonblocking().open(path).map_err(Error::of("opened", path))?;
    let found = file.metadata().map_err(Error::of("opened", path))?;
    if !found.is_file() {
        let reason = io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file");
        return Err(Error::of("opened", path)(reason));
    }
    Ok(file)
}

/// Reads a regular file whole.
///
/// # Errors
/// As [`open`].
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(Error::of("read", path))?;
    Ok(bytes)
}

#[cfg(unix)]
fn nonblocking() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = OpenOptions::new();
    options.read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options
}

#[cfg(not(unix))]
fn nonblocking() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn path_09_a_pipe_in_place_of_a_file_is_an_error_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, file, link) =
            (folder.path().join("pipe"), folder.path().join("file"), folder.path().join("link"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        for refused in [pipe.as_path(), folder.path(), Path::new("/dev/zero")] {
            let error = io::Error::from(read(refused).unwrap_err());
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{}", refused.display());
        }
        let missing = io::Error::from(read(&file).unwrap_err());
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        fs::write(&file, b"fine").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(
            (read(&file).unwrap(), read(&link).unwrap()),
            (b"fine".to_vec(), b"fine".to_vec())
        );
    }
}
