//! A file of the user that is being imported.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Seek},
    path::Path,
    time::SystemTime,
};

use ext_services::library::LibraryError;
use uuid::Uuid;

use crate::{
    fault::Outcome,
    file_gone, media_type,
    seen::{SeenFile, Stamp},
    source_path::SourcePath,
};

/// The number of first bytes that tell the media type.
const HEAD_BYTES: u64 = 8 << 10;

/// An open file, whose changes are noticed.
#[derive(Debug)]
pub(super) struct Source {
    path: SourcePath,
    file: File,
    before: Metadata,
    /// The hash of what was read of it last.
    hash: Option<String>,
}

impl Source {
    /// Opens a regular file; links, folders, pipes and devices are refused.
    pub(super) fn open(path: &Path) -> Outcome<Self> {
        refuse_special(&fs::symlink_metadata(path).map_err(unreadable)?)?;
        let file = open_options().open(path).map_err(unreadable)?;
        let before = file.metadata().map_err(unreadable)?;
        refuse_special(&before)?;
        Ok(Self { path: SourcePath::of(path).map_err(unreadable)?, file, before, hash: None })
    }

    /// Returns its path.
    pub(super) fn path(&self) -> &SourcePath {
        &self.path
    }

    /// Returns its size when it was opened, in bytes.
    pub(super) fn size(&self) -> u64 {
        self.before.len()
    }

    /// Checks that an entry which was imported from `old` may be imported from this file: not when
    /// `old` is another file that is still there.
    pub(super) fn ensure_owns(&self, old: Option<&SourcePath>) -> Result<(), LibraryError> {
        match old {
            Some(old) if old != &self.path && !self.is_gone_or_same(old.as_path()) => {
                Err(self.conflict_with(old))
            }
            _ => Ok(()),
        }
    }

    fn conflict_with(&self, old: &SourcePath) -> LibraryError {
        let other = old.as_path().display();
        LibraryError::Conflict(match self.path.respelled_in(old) {
            Some((this, there)) => format!(
                "its name differs from that of {other} in Unicode form only, `{}` here and `{}` \
                 there, and a library has one entry for both: rename one of them",
                this.escape_default(),
                there.escape_default()
            ),
            None => format!(
                "its entry is the one of {other}: rename one of them, or import it into another place"
            ),
        })
    }

    /// Returns whether a path leads to no file, or to this one: some file systems find a file by all
    /// spellings of its name.
    pub(super) fn is_gone_or_same(&self, path: &Path) -> bool {
        let is_same = |found: Metadata| is_same(&found, &self.before);
        file_gone::is_gone(path) || fs::symlink_metadata(path).is_ok_and(is_same)
    }

    /// Returns the BLAKE3 hash of the file, in hex, for which it is read once; the next read starts at
    /// the beginning.
    pub(super) fn hash(&mut self) -> Outcome<String> {
        if let Some(hash) = &self.hash {
            return Ok(hash.clone());
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut self.file).map_err(unreadable)?;
        self.file.rewind()?;
        let hash = hasher.finalize().to_hex().to_string();
        self.was_read(hasher.count(), &hash)?;
        Ok(hash)
    }

    /// Takes the hash of all that was read; an error when the file is not as it was when it was opened,
    /// or has another size.
    pub(super) fn was_read(&mut self, read: u64, hash: &str) -> Outcome<()> {
        self.ensure_unchanged(read)?;
        self.hash = Some(hash.to_owned());
        Ok(())
    }

    /// Describes the file as the one of an entry; `None` when it was not read, or has just changed.
    pub(super) fn seen(&self, entry: Uuid) -> Option<SeenFile> {
        let now = SystemTime::now();
        let after = self.file.metadata().ok()?;
        let same = Stamp::of(&after) == Stamp::of(&self.before);
        let hash = self.hash.clone().filter(|_| same)?;
        SeenFile::of(entry, hash, &after, now)
    }

    /// Finds the media type; the next read starts at the beginning.
    pub(super) fn media_type(&mut self) -> Outcome<Option<String>> {
        let path = self.path.as_path().to_owned();
        self.media_type_as(&path)
    }

    /// Finds the media type that it has under another name; the next read starts at the beginning.
    pub(super) fn media_type_as(&mut self, name: &Path) -> Outcome<Option<String>> {
        let mut head = Vec::new();
        (&self.file).take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
        self.file.rewind()?;
        Ok(media_type::of(name, &head).map(str::to_owned))
    }

    /// Checks that the file is as it was when it was opened, and has `read` bytes.
    fn ensure_unchanged(&self, read: u64) -> Outcome<()> {
        let now = self.file.metadata().map_err(unreadable)?;
        let same_time = now.modified().ok() == self.before.modified().ok();
        if same_time && now.len() == self.before.len() && read == now.len() {
            return Ok(());
        }
        Err(LibraryError::Io("it changed while it was read: import it again".into()).into())
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Returns options for a path that may have been replaced since it was checked: a link is not followed,
/// and a pipe does not block.
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

fn refuse_special(metadata: &Metadata) -> Result<(), LibraryError> {
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
    Err(LibraryError::Io(format!("it is {what}, not a file")))
}

fn unreadable(error: io::Error) -> LibraryError {
    LibraryError::Io(format!("it cannot be read: {error}"))
}
