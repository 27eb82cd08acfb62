//! The files of a library: content of entries and sidecars, each kept under its hash.
//!
//! A file is written to the session's folder first, and moved to its place inside the transaction
//! that writes its row. Names that people or extensions choose never reach the disk.

use std::{collections::HashSet, io::Read, path::Path as FilePath};

use bytes::Bytes;
use ext_services::library::LibraryError;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path,
};
use pollster::block_on;

use super::{
    fault::Outcome,
    rows::{BlobKind, BlobRef},
    session::{DeadSession, Session},
};

/// How much of a large file is in memory at a time, in bytes.
const CHUNK: usize = 1 << 20;
/// Where files without a row go.
const QUARANTINE: &str = "quarantine";

/// The files of one library.
///
/// `LocalFileSystem` does its work on the calling thread where there is no tokio runtime, and on
/// the runtime's blocking threads where there is one, so [`block_on`] is right in both cases.
#[derive(Debug)]
pub(super) struct Blobs {
    files: LocalFileSystem,
    session: Session,
}

/// A written file that has no place yet; removed when dropped, unless it was moved.
#[derive(Debug)]
pub(super) struct Staged<'a> {
    blobs: &'a Blobs,
    path: Path,
    placed: bool,
    /// What was written.
    pub(super) blob: BlobRef,
}

impl Blobs {
    /// The files in a library's folder, and the sessions that died with the library open.
    pub(super) fn open(folder: &FilePath) -> Outcome<(Self, Vec<DeadSession>)> {
        let (session, dead) = Session::begin(folder)?;
        let files = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok((Self { files, session }, dead))
    }

    /// Writes bytes.
    pub(super) fn stage(&self, bytes: Bytes) -> Outcome<Staged<'_>> {
        let (hash, size) = (blake3::hash(&bytes).to_hex().to_string(), bytes.len() as u64);
        let path = self.session.new_path();
        block_on(self.files.put(&path, bytes.into()))?;
        Ok(Staged { blobs: self, path, placed: false, blob: BlobRef { hash, size } })
    }

    /// Writes all that `source` gives, holding 1 MiB of it at a time.
    pub(super) fn stage_reader(&self, source: &mut dyn Read) -> Outcome<Staged<'_>> {
        let path = self.session.new_path();
        let mut upload = block_on(self.files.put_multipart(&path))?;
        let blob = copy(source, upload.as_mut())?;
        block_on(upload.complete())?;
        Ok(Staged { blobs: self, path, placed: false, blob })
    }

    /// All bytes of a blob; `None` when there is no file. A file that is not what its name says is
    /// an error.
    pub(super) fn read(&self, kind: BlobKind, blob: &BlobRef) -> Outcome<Option<Bytes>> {
        let Some(bytes) = self.read_range(kind, blob, 0..blob.size)? else { return Ok(None) };
        if blake3::hash(&bytes).to_hex().as_str() != blob.hash {
            return Err(damaged(&blob.hash));
        }
        Ok(Some(bytes))
    }

    /// Some bytes of a blob; `None` when there is no file.
    pub(super) fn read_range(
        &self,
        kind: BlobKind,
        blob: &BlobRef,
        range: std::ops::Range<u64>,
    ) -> Outcome<Option<Bytes>> {
        let path = path(kind, &blob.hash);
        match block_on(self.files.head(&path)) {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Ok(meta) if meta.size != blob.size => return Err(damaged(&blob.hash)),
            head => head?,
        };
        if range.is_empty() {
            return Ok(Some(Bytes::new()));
        }
        match block_on(self.files.get_range(&path, range)) {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            bytes => Ok(Some(bytes?)),
        }
    }

    /// Whether a blob has its file, of the right size.
    pub(super) fn is_there(&self, kind: BlobKind, hash: &str) -> Outcome<bool> {
        match block_on(self.files.head(&path(kind, hash))) {
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            head => Ok(head.map(|_| true)?),
        }
    }

    /// Removes a blob that no row names.
    pub(super) fn remove(&self, kind: BlobKind, hash: &str) -> Outcome<()> {
        match block_on(self.files.delete(&path(kind, hash))) {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            done => Ok(done?),
        }
    }

    /// Moves the blobs whose hash starts with the two digits `prefix` and is not `in_use` to the
    /// quarantine; returns how many.
    pub(super) fn quarantine(
        &self,
        kind: BlobKind,
        prefix: &str,
        in_use: &HashSet<String>,
    ) -> Outcome<u64> {
        let folder = Path::from_iter([folder(kind), prefix]);
        let files = block_on(self.files.list_with_delimiter(Some(&folder)))?.objects;
        let mut moved = 0;
        for file in files {
            let name = file.location.filename().unwrap_or_default();
            if !in_use.contains(name) {
                block_on(self.files.rename(&file.location, &Path::from_iter([QUARANTINE, name])))?;
                moved += 1;
            }
        }
        Ok(moved)
    }

    /// Lets the next one that opens the library look for files without a row.
    pub(super) fn mark_unclean(&self) {
        self.session.mark_unclean();
    }
}

impl Staged<'_> {
    /// Moves the file to its place.
    pub(super) fn place(&mut self, kind: BlobKind) -> Outcome<()> {
        block_on(self.blobs.files.rename(&self.path, &path(kind, &self.blob.hash)))?;
        self.placed = true;
        Ok(())
    }

    /// Whether the file was moved to its place.
    pub(super) fn is_placed(&self) -> bool {
        self.placed
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = block_on(self.blobs.files.delete(&self.path))
        {
            tracing::debug!(%error, "a temporary file stays until the session ends");
        }
    }
}

fn folder(kind: BlobKind) -> &'static str {
    match kind {
        BlobKind::Content => "content",
        BlobKind::Sidecar => "sidecars",
    }
}

fn path(kind: BlobKind, hash: &str) -> Path {
    Path::from_iter([folder(kind), hash.get(..2).unwrap_or_default(), hash])
}

fn damaged(hash: &str) -> super::fault::Fault {
    LibraryError::Corrupt(format!("the file {hash} is not what was written")).into()
}

fn copy(source: &mut dyn Read, upload: &mut dyn MultipartUpload) -> Outcome<BlobRef> {
    let mut hasher = blake3::Hasher::new();
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        if source.take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            break;
        }
        hasher.update(&chunk);
        block_on(upload.put_part(chunk.into()))?;
    }
    Ok(BlobRef { hash: hasher.finalize().to_hex().to_string(), size: hasher.count() })
}
