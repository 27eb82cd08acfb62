//! Files of a library that are read piece by piece.

use std::{fs::File, io, os::unix::fs::FileExt};

use bytes::Bytes;
use ext_services::library::{LibraryError, Result};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    library::{CONTENT, SqliteLibrary},
    media_type,
    rows::{BlobKind, BlobRef},
    sqlite::{entries, sidecars, versions},
};

/// A content or a sidecar that is open for reading. It stays what it is, whatever becomes of its entry.
#[derive(Debug)]
pub struct OpenedFile {
    /// The name of the entry, or of the sidecar.
    pub name: String,
    /// The media type, where known.
    pub media_type: Option<String>,
    /// The size in bytes.
    pub size: u64,
    /// The BLAKE3 hash, in lower-case hex.
    pub hash: String,
    file: File,
    read: Mutex<Read>,
}

/// The part that was read in order, from the beginning on.
#[derive(Debug, Default)]
struct Read {
    hasher: blake3::Hasher,
    has_gaps: bool,
}

impl OpenedFile {
    /// Reads up to `most` bytes from an offset on; none at the end. Where the whole file is read in
    /// order, its hash is compared before the last bytes are returned.
    ///
    /// # Errors
    /// Those of the system; `InvalidData` when the bytes are not those that were written.
    pub fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; left.min(most)];
        self.file.read_exact_at(&mut bytes, offset)?;
        let mut read = self.read.lock();
        read.has_gaps |= read.hasher.count() != offset;
        if !read.has_gaps {
            read.hasher.update(&bytes);
            let is_whole = read.hasher.count() == self.size;
            if is_whole && read.hasher.finalize().to_hex().as_str() != self.hash {
                let damaged = format!("`{}` is damaged", self.name.escape_debug());
                return Err(io::Error::new(io::ErrorKind::InvalidData, damaged));
            }
        }
        Ok(bytes.into())
    }
}

impl SqliteLibrary {
    /// Opens the content of an entry.
    ///
    /// # Errors
    /// `NotFound` without the entry, or when it has no content; `Corrupt`, `Busy`, `Io`.
    pub fn open_content(&self, entry: Uuid) -> Result<OpenedFile> {
        let found = || self.store.read(|db| entries::by_id(db, entry));
        let content = || {
            let found = found()?;
            let content = found.content_hash.clone().zip(found.size);
            let (hash, size) =
                content.ok_or(LibraryError::NotFound { what: "content of", name: found.name })?;
            Ok(BlobRef { hash, size })
        };
        let what = || self.name_part(CONTENT, entry);
        let (opened, name) = (self.open_blob(BlobKind::Content, what, content)?, found()?);
        Ok(OpenedFile { name: name.name, media_type: name.media_type, ..opened })
    }

    /// Opens a content that an entry had before.
    ///
    /// # Errors
    /// `NotFound` without the entry or the version; `Corrupt`, `Busy`, `Io`.
    pub fn open_version(&self, entry: Uuid, version: u64) -> Result<OpenedFile> {
        let found = || self.store.read(|db| versions::content(db, entry, version));
        let what = || self.name_part(&format!("version {version}"), entry);
        let opened = self.open_blob(BlobKind::Content, what, || Ok(found()?.0))?;
        let name = self.store.read(|db| entries::by_id(db, entry))?.name;
        Ok(OpenedFile { name, media_type: found()?.1, ..opened })
    }

    /// Opens a sidecar.
    ///
    /// # Errors
    /// `NotFound` without the entry or the sidecar; `Corrupt`, `Busy`, `Io`.
    pub fn open_sidecar(&self, entry: Uuid, name: &str) -> Result<OpenedFile> {
        let what = || self.name_part(&format!("the sidecar `{name}`"), entry);
        let opened = self.open_blob(BlobKind::Sidecar, what, || {
            let info = self.store.read(|db| sidecars::get(db, entry, name))?;
            Ok(BlobRef { hash: info.content_hash, size: info.size })
        })?;
        let media_type = media_type::of(name.as_ref(), &[]).map(str::to_owned);
        Ok(OpenedFile { name: name.to_owned(), media_type, ..opened })
    }

    fn open_blob(
        &self,
        kind: BlobKind,
        what: impl Fn() -> Result<String>,
        find: impl Fn() -> Result<BlobRef>,
    ) -> Result<OpenedFile> {
        let open = |blob: &BlobRef| {
            let file = self.blobs.open_file(kind, blob)?;
            Ok(file.map(|file| (file, blob.hash.clone())))
        };
        let ((file, hash), size) = self.read_blob(what, find, open)?;
        Ok(OpenedFile {
            name: String::new(),
            media_type: None,
            size,
            hash,
            file,
            read: Mutex::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8], hash: &str) -> OpenedFile {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let size = bytes.len() as u64;
        let hash = hash.to_owned();
        let (name, media_type, read) = Default::default();
        OpenedFile { name, media_type, size, hash, file, read }
    }

    #[test]
    fn what_was_changed_on_the_disk_is_told_before_its_end() {
        let hash = blake3::hash(b"coffee").to_hex();
        let sound = opened(b"coffee", &hash);
        assert_eq!(sound.read_at(0, 4).unwrap(), "coff");
        assert_eq!(sound.read_at(4, 4).unwrap(), "ee");
        assert!(sound.read_at(6, 4).unwrap().is_empty());
        let changed = opened(b"toffee", &hash);
        assert_eq!(changed.read_at(0, 4).unwrap(), "toff");
        assert_eq!(changed.read_at(4, 4).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(opened(b"toffee", &hash).read_at(2, 2).unwrap(), "ff", "a part has no hash");
    }
}
