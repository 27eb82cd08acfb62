//! The file of calls: what extensions do in any process on a data folder, while somebody watches.
//!
//! ```text
//! <data folder>/calls/
//!     watched             its time says when somebody watched last
//!     calls.jsonl         one line for each call, without what is in it
//!     calls.1.jsonl       the lines before those
//! ```

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime},
};

use ext_fs::{create_private_folder, private_options};
use ext_manager::{CallObserver, ObservedCall};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::CoreError;

/// Folder of the file, in the data folder.
const FOLDER: &str = "calls";
/// Time between two looks whether somebody watches.
const LOOK_INTERVAL_MS: u64 = 500;
/// Time for which calls are written down after somebody watched: a watcher may build meanwhile.
const WATCHED: Duration = Duration::from_secs(60);
/// Size from which on the file is rotated. With the one before it, there are about twice as many bytes.
const MAX_BYTES: u64 = 1 << 20;
/// Most bytes that a watcher takes at once.
const MAX_READ: u64 = 4 << 20;

/// A call of an extension, as it is written down: who, what, how long and how much, never what was in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedCall {
    /// When it ended, in milliseconds since 1970.
    pub at_ms: u64,
    /// The process that the extension ran in, or was served by.
    pub process: u32,
    /// The id of the extension.
    pub extension: String,
    /// True for a call of the host by the extension; false for an operation or an event that it
    /// received.
    pub is_outgoing: bool,
    /// The method, or the kind of the event.
    pub method: String,
    /// The time that it took.
    pub ms: f64,
    /// `OK`, or the code of its error.
    pub code: String,
    /// Bytes of the payload.
    pub sent_bytes: usize,
    /// Bytes of the answer.
    pub received_bytes: usize,
}

impl RecordedCall {
    fn new(call: &ObservedCall<'_>) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            at_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            process: process::id(),
            extension: call.extension.to_owned(),
            is_outgoing: call.is_outgoing,
            method: call.method.to_owned(),
            ms: (call.duration.as_secs_f64() * 1e6).round() / 1e3,
            code: call.code.name().to_owned(),
            sent_bytes: call.sent_bytes,
            received_bytes: call.received_bytes,
        }
    }
}

/// The writer of the file. It looks for a watcher twice a second at most, and writes only for one.
pub(crate) struct CallFile {
    folder: PathBuf,
    started: Instant,
    /// When the next look is due, in milliseconds since `started`.
    next_look: AtomicU64,
    is_on: AtomicBool,
    file: Mutex<Option<File>>,
    /// An observer in this program, which sees all calls.
    pub(crate) also: OnceLock<Arc<dyn CallObserver>>,
}

impl CallFile {
    pub(crate) fn new(data_folder: &Path) -> Self {
        let (next_look, is_on, file) = Default::default();
        let folder = data_folder.join(FOLDER);
        Self { folder, started: Instant::now(), next_look, is_on, file, also: OnceLock::new() }
    }

    /// Starts to watch.
    pub(crate) fn watch(&self) -> Result<CallWatch, CoreError> {
        let failed = |source| CoreError::Io { path: self.folder.clone(), source };
        create_private_folder(&self.folder)?;
        let mut watch = CallWatch { folder: self.folder.clone(), file: None, partial: Vec::new() };
        watch.keep_on().map_err(failed)?;
        watch.file = watch.open();
        if let Some(file) = &mut watch.file {
            file.seek(SeekFrom::End(0)).map_err(failed)?;
        }
        self.next_look.store(0, Relaxed);
        Ok(watch)
    }

    /// Returns whether another program watches; looks twice a second at most.
    fn has_watcher(&self) -> bool {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        if now >= self.next_look.load(Relaxed) {
            self.next_look.store(now.saturating_add(LOOK_INTERVAL_MS), Relaxed);
            self.is_on.store(is_watched(&self.folder), Relaxed);
        }
        self.is_on.load(Relaxed)
    }

    fn append(&self, line: &[u8]) -> io::Result<()> {
        let mut file = self.file.lock();
        let is_full = |file: &File| file.metadata().is_ok_and(|found| found.len() > MAX_BYTES);
        if file.as_ref().is_some_and(is_full) {
            self.rotate()?;
            *file = None;
        }
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(self.open()?),
        };
        // One write, so that the lines of several processes do not mix.
        file.write_all(line)
    }

    fn open(&self) -> io::Result<File> {
        private_options().create(true).append(true).open(current(&self.folder))
    }

    /// Makes room for a new file, unless another process just did.
    fn rotate(&self) -> io::Result<()> {
        let Some(_lock) = ext_fs::Lock::try_acquire(&self.folder.join(".lock"))? else {
            return Ok(());
        };
        let path = current(&self.folder);
        let is_full = fs::metadata(&path).is_ok_and(|found| found.len() > MAX_BYTES);
        if is_full { fs::rename(&path, before(&self.folder)) } else { Ok(()) }
    }
}

impl CallObserver for CallFile {
    fn is_on(&self) -> bool {
        self.also.get().is_some() || self.has_watcher()
    }

    fn observe(&self, call: &ObservedCall<'_>) {
        if let Some(also) = self.also.get() {
            also.observe(call);
        }
        if !self.has_watcher() {
            return;
        }
        let line = serde_json::to_vec(&RecordedCall::new(call)).map_err(io::Error::from);
        let written = line.and_then(|line| self.append(&[line, b"\n".to_vec()].concat()));
        if let Err(error) = written {
            // The call itself has been made.
            tracing::debug!(%error, "a call was not written down");
        }
    }
}

fn current(folder: &Path) -> PathBuf {
    folder.join("calls.jsonl")
}

fn before(folder: &Path) -> PathBuf {
    folder.join("calls.1.jsonl")
}

fn watched(folder: &Path) -> PathBuf {
    folder.join("watched")
}

fn is_watched(folder: &Path) -> bool {
    let modified = fs::metadata(watched(folder)).and_then(|found| found.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|passed| passed < WATCHED))
}

/// A watcher of calls; while it is asked, all processes on the data folder write theirs down.
#[derive(Debug)]
pub struct CallWatch {
    folder: PathBuf,
    file: Option<File>,
    /// The beginning of a line whose end is not there yet.
    partial: Vec<u8>,
}

impl CallWatch {
    /// Returns the calls since the last time. It has to be asked once a minute, or processes stop to
    /// write.
    ///
    /// # Errors
    /// [`CoreError::Io`] when the folder of the calls cannot be written.
    pub fn next_calls(&mut self) -> Result<Vec<RecordedCall>, CoreError> {
        let path = self.folder.clone();
        self.read().map_err(|source| CoreError::Io { path, source })
    }

    fn read(&mut self) -> io::Result<Vec<RecordedCall>> {
        self.keep_on()?;
        let mut calls = self.lines()?;
        let is_full = |file: &File| file.metadata().is_ok_and(|found| found.len() > MAX_BYTES);
        if self.file.as_ref().is_none_or(is_full) {
            self.file = self.open();
            self.partial.clear();
            calls.extend(self.lines()?);
        }
        Ok(calls)
    }

    /// Reads the whole lines that are new in the file at hand.
    fn lines(&mut self) -> io::Result<Vec<RecordedCall>> {
        let Some(file) = &self.file else { return Ok(Vec::new()) };
        file.take(MAX_READ).read_to_end(&mut self.partial)?;
        let whole = self.partial.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.partial.drain(..whole).collect();
        let lines = lines.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    fn keep_on(&self) -> io::Result<()> {
        let options = &mut private_options();
        let file = options.create(true).write(true).truncate(true).open(watched(&self.folder))?;
        file.set_modified(SystemTime::now())
    }

    fn open(&self) -> Option<File> {
        ext_fs::open(&current(&self.folder)).ok()
    }
}

impl Drop for CallWatch {
    fn drop(&mut self) {
        // Another watcher makes it again.
        let _ = fs::remove_file(watched(&self.folder));
    }
}

#[cfg(test)]
mod tests {
    use ext_wire::ErrorCode;

    use super::*;

    fn call(method: &str) -> ObservedCall<'_> {
        ObservedCall {
            extension: "demo",
            is_outgoing: true,
            method,
            duration: Duration::from_micros(1500),
            code: ErrorCode::OK,
            sent_bytes: 2,
            received_bytes: 30,
        }
    }

    /// Writes a call as a process does that asks first.
    fn write(file: &CallFile, method: &str) {
        file.next_look.store(0, Relaxed);
        if file.is_on() {
            file.observe(&call(method));
        }
    }

    #[test]
    fn nothing_is_written_until_somebody_watches() {
        let data = tempfile::tempdir().unwrap();
        let (one, other) = (CallFile::new(data.path()), CallFile::new(data.path()));
        write(&one, "query:core.status.v1");
        assert!(!data.path().join(FOLDER).exists());

        let mut watch = other.watch().unwrap();
        assert_eq!(watch.next_calls().unwrap(), []);
        write(&one, "query:core.status.v1");
        write(&other, "query:vdfs.get_entry.v1");
        let calls = watch.next_calls().unwrap();
        let methods: Vec<_> = calls.iter().map(|call| call.method.as_str()).collect();
        assert_eq!(methods, ["query:core.status.v1", "query:vdfs.get_entry.v1"]);
        assert_eq!((calls[0].ms, calls[0].code.as_str()), (1.5, "OK"));
        assert_eq!(watch.next_calls().unwrap(), []);

        drop(watch);
        write(&one, "query:core.status.v1");
        assert_eq!(fs::read_to_string(current(&one.folder)).unwrap().lines().count(), 2);
        let mut later = one.watch().unwrap();
        assert_eq!(later.next_calls().unwrap(), [], "what was before is not told again");
    }

    #[test]
    fn the_file_is_bounded_and_a_watcher_misses_nothing() {
        let data = tempfile::tempdir().unwrap();
        let file = CallFile::new(data.path());
        let mut watch = file.watch().unwrap();
        let (mut written, mut seen) = (0, 0);
        for _ in 0..30 {
            for _ in 0..500 {
                file.observe(&call("query:core.status.v1"));
                written += 1;
            }
            seen += watch.next_calls().unwrap().len();
        }
        seen += watch.next_calls().unwrap().len();
        assert_eq!(seen, written);
        let size = |path: PathBuf| fs::metadata(path).unwrap().len();
        let sizes = [size(current(&file.folder)), size(before(&file.folder))];
        assert!(sizes.iter().all(|bytes| *bytes < MAX_BYTES + 1000), "{sizes:?}");
    }

    #[test]
    fn half_a_line_waits_for_its_end() {
        let data = tempfile::tempdir().unwrap();
        let file = CallFile::new(data.path());
        let mut watch = file.watch().unwrap();
        let line = serde_json::to_vec(&RecordedCall::new(&call("query:a.b.v1"))).unwrap();
        let (start, end) = line.split_at(20);
        file.append(start).unwrap();
        assert_eq!(watch.next_calls().unwrap(), []);
        file.append(&[end, b"\nno json\n"].concat()).unwrap();
        assert_eq!(watch.next_calls().unwrap().len(), 1);
    }
}
