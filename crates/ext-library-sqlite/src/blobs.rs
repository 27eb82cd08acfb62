//! The files of a library: content of entries and sidecars, each kept under its hash.
//!
//! A file is written to the session's folder first, and moved to its place inside the transaction
//! that writes its row. Names that people or extensions choose never reach the disk, and no link
//! inside a library is followed.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::FileExt,
    path::Path,
};

use bytes::Bytes;
use ext_fs::Dir;
use ext_services::library::LibraryError;

use crate::{
    fault::{Fault, LIBRARY, Outcome},
    rows::{BlobKind, BlobRef},
    session::{DeadSession, Session},
};

/// The bytes of a large file that are in memory at a time.
const CHUNK: usize = 1 << 20;
/// The folder of files without a row.
const QUARANTINE: &str = "quarantine";

/// The files of one library.
#[derive(Debug)]
pub(super) struct Blobs {
    pub(super) library: Dir,
    /// The session, or the reason for which nothing is written: the disk had no room for it, or is
    /// read-only.
    session: Result<Session, NoSession>,
}

/// The reasons for which there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoSession {
    NoSpace,
    ReadOnly,
}

impl From<NoSession> for Fault {
    fn from(reason: NoSession) -> Self {
        Self::from(match reason {
            NoSession::NoSpace => LibraryError::NoSpace,
            NoSession::ReadOnly => LibraryError::ReadOnly(LIBRARY),
        })
    }
}

/// A written file that has no place yet, which is removed on drop unless it was moved.
#[derive(Debug)]
pub(super) struct Staged<'a> {
    blobs: &'a Blobs,
    session: &'a Session,
    name: String,
    placed: bool,
    /// The hash and the size of the bytes that were written.
    pub(super) blob: BlobRef,
}

impl Blobs {
    /// Opens the files in a library's folder; returns the sessions that died with the library open, too.
    pub(super) fn open(folder: &Path) -> Outcome<(Self, Vec<DeadSession>)> {
        let library = Dir::open(folder)?;
        let (session, dead) = match Session::begin(&library) {
            Err(fault) if fault.is_no_space() => (Err(NoSession::NoSpace), Vec::new()),
            begun => begun.map(|(session, dead)| (Ok(session), dead))?,
        };
        Ok((Self { library, session }, dead))
    }

    /// Opens the files in a library's folder for reading: nobody is told, and nothing is recovered.
    pub(super) fn open_read_only(folder: &Path) -> Outcome<Self> {
        Ok(Self { library: Dir::open(folder)?, session: Err(NoSession::ReadOnly) })
    }

    /// Returns whether nothing can be written.
    pub(super) fn is_read_only(&self) -> bool {
        matches!(self.session, Err(NoSession::ReadOnly))
    }

    /// Writes bytes to the session's folder.
    pub(super) fn stage(&self, bytes: &[u8]) -> Outcome<Staged<'_>> {
        self.stage_reader(&mut &*bytes)
    }

    /// Writes all bytes of `source`, 1 MiB at a time.
    pub(super) fn stage_reader(&self, source: &mut dyn Read) -> Outcome<Staged<'_>> {
        let session = self.session.as_ref().map_err(|reason| *reason)?;
        let (name, mut file) = session.create_file()?;
        let blob = BlobRef { hash: String::new(), size: 0 };
        // From here on the file is removed when something fails.
        let mut staged = Staged { blobs: self, session, name, placed: false, blob };
        staged.blob = copy(source, &mut file)?;
        file.sync_all()?;
        Ok(staged)
    }

    /// Reads all bytes of a blob; `None` when there is no file. A file that does not have the hash in its
    /// name is an error.
    pub(super) fn read(&self, kind: BlobKind, blob: &BlobRef) -> Outcome<Option<Bytes>> {
        let Some(bytes) = self.read_range(kind, blob, 0..blob.size)? else { return Ok(None) };
        if blake3::hash(&bytes).to_hex().as_str() != blob.hash {
            return Err(damaged(&blob.hash));
        }
        Ok(Some(bytes))
    }

    /// Reads some bytes of a blob; `None` when there is no file.
    pub(super) fn read_range(
        &self,
        kind: BlobKind,
        blob: &BlobRef,
        range: std::ops::Range<u64>,
    ) -> Outcome<Option<Bytes>> {
        let Some(file) = self.open_file(kind, blob)? else { return Ok(None) };
        let length = range.end.saturating_sub(range.start);
        let length = usize::try_from(length).map_err(|_| damaged(&blob.hash))?;
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, range.start)?;
        Ok(Some(bytes.into()))
    }

    /// Opens the file of a blob; `None` when there is none. One of another size is an error.
    pub(super) fn open_file(&self, kind: BlobKind, blob: &BlobRef) -> Outcome<Option<File>> {
        let file = self.shard(kind, &blob.hash).and_then(|shard| shard.file(&blob.hash));
        let Some(file) = found(file)? else { return Ok(None) };
        if file.metadata()?.len() != blob.size {
            return Err(damaged(&blob.hash));
        }
        Ok(Some(file))
    }

    /// Reads a blob's file, and compares its hash.
    pub(super) fn state(&self, kind: BlobKind, hash: &str) -> Outcome<BlobState> {
        match open_blob(&self.library, kind, hash)? {
            Ok(file) => copy_checked(file, &mut io::sink(), hash),
            Err(state) => Ok(state),
        }
    }

    /// Returns whether a blob has its file.
    pub(super) fn is_there(&self, kind: BlobKind, hash: &str) -> Outcome<bool> {
        let there = self.shard(kind, hash).and_then(|shard| shard.has_file(hash));
        Ok(found(there)?.unwrap_or(false))
    }

    /// Removes a blob that no row names.
    pub(super) fn remove(&self, kind: BlobKind, hash: &str) -> Outcome<()> {
        found(self.shard(kind, hash).and_then(|shard| shard.remove(hash)))?;
        Ok(())
    }

    /// Moves the blobs whose hash starts with the two digits `prefix` and is not `in_use` to the
    /// quarantine; returns their number. Where nothing can be written they stay.
    pub(super) fn quarantine(
        &self,
        kind: BlobKind,
        prefix: &str,
        in_use: &HashSet<String>,
    ) -> Outcome<u64> {
        if self.is_read_only() {
            return Ok(0);
        }
        let Some(shard) = found(self.shard(kind, prefix))? else { return Ok(0) };
        let mut moved = 0;
        for name in shard.names()?.iter().filter(|name| !in_use.contains(*name)) {
            shard.rename(name, &self.library.make_dir(QUARANTINE)?, name)?;
            moved += 1;
        }
        Ok(moved)
    }

    /// Lets the next process that opens the library look for files without a row.
    pub(super) fn mark_unclean(&self) {
        self.session.iter().for_each(Session::mark_unclean);
    }

    /// Opens the folder of the blobs whose hash starts as `hash` does.
    fn shard(&self, kind: BlobKind, hash: &str) -> Result<Dir, ext_fs::Error> {
        self.library.dir(folder(kind))?.dir(prefix(hash))
    }
}

impl Staged<'_> {
    /// Moves the file to its place.
    pub(super) fn place(&mut self, kind: BlobKind) -> Outcome<()> {
        let hash = &self.blob.hash;
        let shard = self.blobs.library.make_dir(folder(kind))?.make_dir(prefix(hash))?;
        self.session.folder().rename(&self.name, &shard, hash)?;
        self.placed = true;
        Ok(())
    }

    /// Reads the file back, which was not moved yet.
    pub(super) fn read(&self) -> Outcome<Vec<u8>> {
        let file = self.session.folder().file(&self.name)?;
        Ok(ext_fs::read_all(file, self.blob.size)?)
    }

    /// Returns whether the file was moved to its place.
    pub(super) fn is_placed(&self) -> bool {
        self.placed
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.placed
            && let Err(error) = self.session.folder().remove(&self.name)
        {
            tracing::debug!(%error, "a temporary file stays until the session ends");
        }
    }
}

/// The state of a blob's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlobState {
    /// It has the hash in its name.
    Sound,
    /// It is not there.
    Missing,
    /// It has another hash.
    Changed,
    /// It is no file, or the system does not give its bytes.
    Unreadable,
}

/// Copies a file to another folder of the same form, unless it is there. One that is not sound is not
/// copied.
pub(super) fn copy_blob(from: &Dir, to: &Dir, kind: BlobKind, hash: &str) -> Outcome<BlobState> {
    let target = to.make_dir(folder(kind))?.make_dir(prefix(hash))?;
    if target.has_file(hash)? {
        return Ok(BlobState::Sound);
    }
    let source = match open_blob(from, kind, hash)? {
        Ok(source) => source,
        Err(state) => return Ok(state),
    };
    let mut file = target.create_file(hash)?;
    let state = copy_checked(source, &mut file, hash)?;
    match state {
        BlobState::Sound => file.sync_all()?,
        _ => drop(target.remove(hash)?),
    }
    Ok(state)
}

/// Opens a blob's file, or says what is there instead. A system that lacks room for another open file
/// says nothing about this one.
fn open_blob(library: &Dir, kind: BlobKind, hash: &str) -> Outcome<Result<File, BlobState>> {
    match library.dir(folder(kind)).and_then(|all| all.dir(prefix(hash))?.file(hash)) {
        Ok(file) => Ok(Ok(file)),
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => Ok(Err(BlobState::Missing)),
        Err(error) => match error.source.raw_os_error() {
            Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM) => Err(error.into()),
            _ => Ok(Err(BlobState::Unreadable)),
        },
    }
}

/// Copies a blob's file, and compares its hash.
fn copy_checked(source: File, to: &mut dyn Write, hash: &str) -> Outcome<BlobState> {
    let mut source = Reading { file: source, has_failed: false };
    match copy(&mut source, to) {
        Ok(written) if written.hash == hash => Ok(BlobState::Sound),
        Ok(_) => Ok(BlobState::Changed),
        Err(_) if source.has_failed => Ok(BlobState::Unreadable),
        Err(fault) => Err(fault),
    }
}

/// A file that remembers whether it was the one that failed.
struct Reading {
    file: File,
    has_failed: bool,
}

impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        self.has_failed |= read.as_ref().is_err_and(|it| it.kind() != io::ErrorKind::Interrupted);
        read
    }
}

fn folder(kind: BlobKind) -> &'static str {
    match kind {
        BlobKind::Content => "content",
        BlobKind::Sidecar => "sidecars",
    }
}

fn prefix(hash: &str) -> &str {
    hash.get(..2).unwrap_or_default()
}

fn damaged(hash: &str) -> Fault {
    LibraryError::Corrupt(format!("the file {hash} is not what was written")).into()
}

/// Returns what was found; `None` when it is not there.
fn found<T>(result: Result<T, ext_fs::Error>) -> Outcome<Option<T>> {
    match result {
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => Ok(None),
        result => Ok(Some(result?)),
    }
}

fn copy(source: &mut dyn Read, file: &mut dyn Write) -> Outcome<BlobRef> {
    let mut hasher = blake3::Hasher::new();
    let mut chunk = Vec::new();
    loop {
        chunk.clear();
        if source.take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            break;
        }
        hasher.update(&chunk);
        file.write_all(&chunk)?;
    }
    Ok(BlobRef { hash: hasher.finalize().to_hex().to_string(), size: hasher.count() })
}
