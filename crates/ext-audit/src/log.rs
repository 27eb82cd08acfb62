//! The files of the log.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use ext_fs::{
    Lock, create_private_folder_if_writable, is_read_only, open_append, read, read_all, rename,
};
use jiff::Timestamp;

use crate::{
    AuditError, AuditEvent, AuditRecord, Verification,
    record::{NO_HASH, hash},
    verify::verify,
};

/// The bytes at the end of a file that are searched for the last record before the whole file is.
const TAIL_BYTES: u64 = 64 << 10;

/// The most bytes of a file that are read. It is far more than a full one has, also with long records.
const MAX_BYTES: u64 = 256 << 20;

const CURRENT: &str = "log.jsonl";
const LOCK: &str = "lock";

/// The size at which a file of the log is full, and the number of full files that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The bytes of a full file.
    pub file_bytes: u64,
    /// The number of full files that are kept; the oldest is deleted first.
    pub files: usize,
}

impl Default for Rotation {
    /// Returns 16 files of 4 MiB.
    fn default() -> Self {
        Self { file_bytes: 4 << 20, files: 16 }
    }
}

/// An append-only log in a folder. Several programs may write to it at once.
#[derive(Debug)]
pub struct AuditLog {
    folder: PathBuf,
    rotation: Rotation,
    lost: AtomicU64,
}

impl AuditLog {
    /// Opens the log in a folder, which is created when missing.
    ///
    /// # Errors
    /// [`AuditError::Io`] when the folder cannot be created.
    pub fn open(folder: &Path) -> Result<Self, AuditError> {
        Self::with_rotation(folder, Rotation::default())
    }

    /// Opens the log in a folder, with files of another size or number.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_rotation(folder: &Path, rotation: Rotation) -> Result<Self, AuditError> {
        create_private_folder_if_writable(folder)?;
        Ok(Self { folder: folder.to_owned(), rotation, lost: AtomicU64::new(0) })
    }

    /// Appends records. A log that cannot be written stops no call: lost records are counted, and the
    /// count is recorded as soon as records can be written again. In a folder that is read-only nothing
    /// is recorded.
    pub fn append(&self, events: impl IntoIterator<Item = AuditEvent>) {
        let mut events: Vec<AuditEvent> = events.into_iter().collect();
        if events.is_empty() {
            return;
        }
        let (added, lost) = (events.len() as u64, self.lost.swap(0, Ordering::AcqRel));
        if lost > 0 {
            events.push(AuditEvent::Lost { count: lost });
        }
        if is_read_only(&self.folder) {
            tracing::debug!("the audit log is not written: its folder is read-only");
        } else if let Err(error) = self.try_append(events) {
            self.lost.fetch_add(added + lost, Ordering::AcqRel);
            tracing::warn!(%error, "the audit log cannot be written");
        }
    }

    fn try_append(&self, events: Vec<AuditEvent>) -> io::Result<()> {
        let _lock = Lock::acquire(&self.folder.join(LOCK))?;
        let path = self.folder.join(CURRENT);
        let mut file = open_append(&path)?;
        let (before, text) = (file.metadata()?.len(), self.lines_after(&mut file, events)?);
        if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_data()) {
            // All of them are counted as lost, so none of them stays.
            let _ = file.set_len(before);
            return Err(error);
        }
        // The records are there; a file that is too long is put aside after the next ones.
        if before + text.len() as u64 > self.rotation.file_bytes
            && let Err(error) = self.rotate(&path)
        {
            tracing::warn!(%error, "a full file of the audit log stays for now");
        }
        Ok(())
    }

    /// Renders the lines of events, which continue the chain of a file.
    fn lines_after(&self, file: &mut File, events: Vec<AuditEvent>) -> io::Result<String> {
        let (mut seq, mut prev, torn) = self.last(file)?;
        let mut text = String::from(if torn { "\n" } else { "" });
        for event in events {
            seq += 1;
            let record = AuditRecord { seq, at: Timestamp::now(), prev, event: event.bounded() };
            let line = serde_json::to_string(&record)?;
            prev = hash(line.as_bytes());
            text += &line;
            text.push('\n');
        }
        Ok(text)
    }

    /// Finds number and hash of the last whole record, and whether a torn line follows it.
    fn last(&self, file: &mut File) -> io::Result<(u64, String, bool)> {
        let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
        let tail = read_from(file, start)?;
        let torn = tail.last().is_some_and(|byte| *byte != b'\n');
        let mut found = last_of(&tail);
        if found.is_none() && start > 0 {
            found = last_of(&read_from(file, 0)?);
        }
        if found.is_none() {
            let older = self.rotated()?.pop().map(|path| read(&path, MAX_BYTES)).transpose()?;
            found = older.as_deref().and_then(last_of);
        }
        let (seq, hash) = found.unwrap_or((0, NO_HASH.to_owned()));
        Ok((seq, hash, torn))
    }

    fn rotate(&self, path: &Path) -> io::Result<()> {
        let first = lines(&read(path, MAX_BYTES)?).find_map(AuditRecord::parse);
        let seq = first.map(|record| record.seq).unwrap_or_default();
        rename(path, &self.folder.join(format!("log-{seq:020}.jsonl")))?;
        let rotated = self.rotated()?;
        let old = rotated.len().saturating_sub(self.rotation.files);
        rotated.into_iter().take(old).try_for_each(fs::remove_file)
    }

    /// Lists the full files, oldest first.
    fn rotated(&self) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(paths),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with("log-") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = self.rotated()?;
        files.push(self.folder.join(CURRENT));
        Ok(files.into_iter().filter(|path| path.exists()).collect())
    }

    /// Reads the lines of each file, oldest first, while nobody writes or puts a file aside. Where
    /// nobody ever wrote there is no lock.
    fn lines(&self) -> Result<Vec<Vec<Vec<u8>>>, AuditError> {
        let _lock = Lock::share_existing(&self.folder.join(LOCK)).ok();
        let failed = |source| AuditError::io(&self.folder, source);
        let read =
            |path: PathBuf| Ok(lines(&read(&path, MAX_BYTES)?).map(<[u8]>::to_vec).collect());
        let files = self.files().map_err(failed)?;
        files.into_iter().map(read).collect::<io::Result<_>>().map_err(failed)
    }

    /// Returns the last records, oldest first, of one extension or of all. Torn lines are left out.
    ///
    /// # Errors
    /// [`AuditError::Io`] when the files cannot be read; [`AuditError::Damaged`] when no line of them is a
    /// record.
    pub fn tail(
        &self,
        count: usize,
        extension: Option<&str>,
    ) -> Result<Vec<AuditRecord>, AuditError> {
        let lines = self.lines()?;
        let records = lines.iter().flatten().filter_map(|line| AuditRecord::parse(line));
        let mut records = records.peekable();
        if records.peek().is_none() && lines.iter().any(|lines| !lines.is_empty()) {
            return Err(AuditError::Damaged { path: self.folder.join(CURRENT) });
        }
        let fits =
            |record: &AuditRecord| extension.is_none() || record.event.extension() == extension;
        let all: Vec<AuditRecord> = records.filter(fits).collect();
        let from = all.len().saturating_sub(count);
        Ok(all.into_iter().skip(from).collect())
    }

    /// Checks that every record is linked to the one before it.
    ///
    /// # Errors
    /// [`AuditError::Io`] when the files cannot be read.
    pub fn verify(&self) -> Result<Verification, AuditError> {
        Ok(verify(&self.lines()?).0)
    }

    /// Lists the numbers of the records behind which the chain begins anew, because an older
    /// program lost its place after a record of 64 KiB or more. Such a place is not a sign of a
    /// change, and [`verify`](Self::verify) goes on behind it.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn restarts(&self) -> Result<Vec<u64>, AuditError> {
        Ok(verify(&self.lines()?).1)
    }
}

fn read_from(file: &mut File, start: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    read_all(file, MAX_BYTES)
}

/// Splits a file into its lines, without those that are empty.
fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

fn last_of(bytes: &[u8]) -> Option<(u64, String)> {
    lines(bytes).rev().find_map(|line| Some((AuditRecord::parse(line)?.seq, hash(line))))
}

#[cfg(test)]
mod tests;
