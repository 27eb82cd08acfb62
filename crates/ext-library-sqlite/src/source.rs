//! A file of the user that is being imported.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Seek},
    path::{Path, PathBuf},
};

use ext_services::library::LibraryError;

use super::fault::Outcome;

/// How many of the first bytes tell the media type.
const HEAD_BYTES: u64 = 8 << 10;

/// An open file, which is noticed when it changes.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    file: File,
    before: Metadata,
}

impl Source {
    /// Opens a regular file; links, folders, pipes and devices are refused.
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        refuse_special(path, &fs::symlink_metadata(path).map_err(|error| failed(path, &error))?)?;
        let file = open_options().open(path).map_err(|error| failed(path, &error))?;
        let before = file.metadata().map_err(|error| failed(path, &error))?;
        refuse_special(path, &before)?;
        Ok(Self { path: path.to_owned(), file, before })
    }

    /// BLAKE3 of the file, in hex; reads on from the beginning afterwards.
    pub(super) fn hash(&mut self) -> Outcome<String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut self.file).map_err(|error| failed(&self.path, &error))?;
        self.file.rewind()?;
        self.ensure_unchanged(hasher.count())?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Media type by the name, else by the first bytes; reads on from the beginning afterwards.
    pub(super) fn media_type(&mut self) -> Outcome<Option<String>> {
        if let Some(by_name) = mime_guess::from_path(&self.path).first_raw() {
            return Ok(Some(by_name.to_owned()));
        }
        let mut head = Vec::new();
        (&self.file)
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(|error| failed(&self.path, &error))?;
        self.file.rewind()?;
        Ok(infer::get(&head).map(|kind| kind.mime_type().to_owned()))
    }

    /// Fails when the file is not what it was when it was opened, or `read` bytes are not all.
    pub(super) fn ensure_unchanged(&self, read: u64) -> Outcome<()> {
        let now = self.file.metadata().map_err(|error| failed(&self.path, &error))?;
        let same_time = now.modified().ok() == self.before.modified().ok();
        if same_time && now.len() == self.before.len() && read == now.len() {
            return Ok(());
        }
        let path = self.path.display();
        Err(LibraryError::Io(format!("{path} changed while it was read: import it again")).into())
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let named = |error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
        };
        self.file.read(buffer).map_err(named)
    }
}

/// The path may have been exchanged since it was looked at: a link is still not followed, and a
/// pipe does not block.
fn open_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    options
}

fn refuse_special(path: &Path, metadata: &Metadata) -> Result<(), LibraryError> {
    let kind = metadata.file_type();
    let what = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_symlink() {
        "a symbolic link"
    } else {
        "a pipe, socket or device"
    };
    Err(LibraryError::Io(format!("{} is {what}, not a file", path.display())))
}

fn failed(path: &Path, error: &io::Error) -> LibraryError {
    LibraryError::Io(format!("cannot read {}: {error}", path.display()))
}
