//! Reading of files that should be there, whatever somebody has put in their place.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use crate::{Error, private_options};

/// Opens a regular file for reading, also through a link. A pipe does not block, and is an error as a
/// device is.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for anything that is not a file; when the system refuses.
pub fn open(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true);
    open_file(path, options)
}

fn open_file(path: &Path, mut options: OpenOptions) -> Result<File, Error> {
    without_waiting(&mut options);
    let file = options.open(path).map_err(Error::of("opened", path))?;
    let found = file.metadata().map_err(Error::of("opened", path))?;
    if !found.is_file() {
        let reason = io::Error::new(io::ErrorKind::InvalidData, "it is not a regular file");
        return Err(Error::of("opened", path)(reason));
    }
    Ok(file)
}

/// Opens a regular file for reading and for writing at its end, also through a link. It is created when
/// it is not there, for its owner only.
///
/// # Errors
/// As [`open`].
pub fn open_append(path: &Path) -> Result<File, Error> {
    let mut options = private_options();
    options.read(true).append(true).create(true);
    open_file(path, options)
}

/// Reads a regular file whole, which has at most `most` bytes.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] when it has more; as [`open`].
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let file = open(path)?;
    let length = file.metadata().map_or(0, |found| found.len());
    read_expected(file, length, most).map_err(Error::of("read", path))
}

/// Reads a regular file of at most `most` bytes that is a text.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when it is not UTF-8; as [`read`].
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    let not_text =
        |error| Error::of("read", path)(io::Error::new(io::ErrorKind::InvalidData, error));
    String::from_utf8(read(path, most)?).map_err(|error| not_text(error.utf8_error()))
}

/// Reads an open file from where it stands, of which at most `most` bytes are left.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] when more are left; when the system refuses.
pub fn read_all(file: impl Read, most: u64) -> io::Result<Vec<u8>> {
    read_expected(file, 0, most)
}

/// Reads what is left of a file, which should have `length` bytes: room for them is made at once.
fn read_expected(file: impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more, so that the end is found without more room.
    let room = usize::try_from(length.min(most)).unwrap_or(0).saturating_add(1);
    let _ = bytes.try_reserve_exact(room); // reading says so when there is none
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let reason = format!("it has more than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
}

#[cfg(not(unix))]
const fn without_waiting(_: &mut OpenOptions) {}

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
            let error = io::Error::from(read(refused, 9).unwrap_err());
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{}", refused.display());
            assert!(open_append(refused).is_err(), "{}", refused.display());
        }
        let missing = io::Error::from(read(&file, 9).unwrap_err());
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        fs::write(&file, b"fine").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(
            (read(&file, 4).unwrap(), read(&link, 9).unwrap()),
            (b"fine".to_vec(), b"fine".to_vec())
        );
        assert_eq!(read_text(&file, 4).unwrap(), "fine");
    }

    #[test]
    fn path_09_no_more_is_read_than_the_caller_can_use() {
        let folder = tempfile::tempdir().unwrap();
        let sparse = folder.path().join("sparse");
        File::create(&sparse).unwrap().set_len(10 << 30).unwrap();
        let error = read(&sparse, 3).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().ends_with("it has more than 3 bytes"), "{error}");
        fs::write(&sparse, [0xff]).unwrap();
        let error = read_text(&sparse, 3).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn what_is_appended_stands_behind_what_there_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for _ in 0..2 {
            io::Write::write_all(&mut open_append(&path).unwrap(), b"x").unwrap();
        }
        assert_eq!(read(&path, 2).unwrap(), b"xx");
    }
}
