//! The files.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use ext_fs::{Lock, create_private_folder, private_options, rename};
use jiff::Timestamp;

use super::{
    Event,
    record::{Entry, hash},
};
use crate::CoreError;

/// When a file is full, in bytes.
const FILE_BYTES: u64 = 4 << 20;

/// Full files that are kept; the oldest goes first.
const FILES: usize = 16;

/// Longest record, in bytes; nothing that is written comes near.
const LINE_BYTES: u64 = 64 << 10;

const CURRENT: &str = "log.jsonl";

/// The hash that the first record holds.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The audit log of a data folder. Several programs may write to it at once.
#[derive(Debug)]
pub struct AuditLog {
    folder: PathBuf,
    file_bytes: u64,
    lost: AtomicU64,
}

/// What a check of the log found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Records that are whole, each linked to the one before it.
    pub records: u64,
    /// Number of the first record that is kept; older ones were rotated away.
    pub first: u64,
    /// The last line is not whole, as a crash can leave it. It is not counted.
    pub torn: bool,
    /// The first record that does not fit, and why.
    pub broken: Option<String>,
}

impl AuditLog {
    /// The log of a data folder, which is made when missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(data_folder: &Path) -> Result<Self, CoreError> {
        Self::with_size(data_folder, FILE_BYTES)
    }

    fn with_size(data_folder: &Path, file_bytes: u64) -> Result<Self, CoreError> {
        let folder = data_folder.join("audit");
        create_private_folder(&folder)?;
        Ok(Self { folder, file_bytes, lost: AtomicU64::new(0) })
    }

    /// Adds records. A log that cannot be written stops nobody: what is lost is counted, and the
    /// count is recorded as soon as records can be written again.
    pub fn append(&self, events: impl IntoIterator<Item = Event>) {
        let mut events: Vec<Event> = events.into_iter().collect();
        if events.is_empty() {
            return;
        }
        let (added, lost) = (events.len() as u64, self.lost.swap(0, Ordering::AcqRel));
        if lost > 0 {
            events.push(Event::Lost { count: lost });
        }
        if let Err(error) = self.try_append(events) {
            self.lost.fetch_add(added + lost, Ordering::AcqRel);
            tracing::warn!(%error, "the audit log cannot be written");
        }
    }

    fn try_append(&self, events: Vec<Event>) -> io::Result<()> {
        let _lock = Lock::acquire(&self.folder.join("lock"))?;
        let path = self.folder.join(CURRENT);
        let mut file = private_options().read(true).append(true).create(true).open(&path)?;
        let (mut seq, mut prev, torn) = self.last(&mut file)?;
        let mut text = String::from(if torn { "\n" } else { "" });
        for event in events {
            seq += 1;
            let line = serde_json::to_string(&Entry { seq, at: Timestamp::now(), prev, event })?;
            prev = hash(&line);
            text += &line;
            text.push('\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        if file.metadata()?.len() > self.file_bytes {
            self.rotate(&path)?;
        }
        Ok(())
    }

    /// Number and hash of the last whole record, and whether half a line stands behind it.
    fn last(&self, file: &mut File) -> io::Result<(u64, String, bool)> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LINE_BYTES)))?;
        let mut tail = Vec::new();
        file.take(LINE_BYTES).read_to_end(&mut tail)?;
        let torn = tail.last().is_some_and(|byte| *byte != b'\n');
        if let Some((seq, hash)) = last_of(&tail) {
            return Ok((seq, hash, torn));
        }
        let older = self.rotated()?.pop().map(fs::read).transpose()?.unwrap_or_default();
        Ok(last_of(&older).map_or((0, NOTHING.to_owned(), torn), |(seq, hash)| (seq, hash, torn)))
    }

    fn rotate(&self, path: &Path) -> io::Result<()> {
        let mut first = String::new();
        BufReader::new(File::open(path)?).take(LINE_BYTES).read_line(&mut first)?;
        let seq = serde_json::from_str::<Entry>(&first).map(|entry| entry.seq).unwrap_or_default();
        rename(path, &self.folder.join(format!("log-{seq:020}.jsonl")))?;
        let rotated = self.rotated()?;
        let old = rotated.len().saturating_sub(FILES);
        rotated.into_iter().take(old).try_for_each(fs::remove_file)
    }

    /// The full files, oldest first.
    fn rotated(&self) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
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

    fn lines(&self) -> Result<Vec<String>, CoreError> {
        let failed = |source| CoreError::Io { path: self.folder.clone(), source };
        let mut lines = Vec::new();
        for path in self.files().map_err(failed)? {
            let bytes = fs::read(&path).map_err(failed)?;
            let text = String::from_utf8_lossy(&bytes);
            lines.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        }
        Ok(lines)
    }

    /// The last records, oldest first, of one extension or of all. Lines that are not whole are
    /// left out.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn tail(&self, count: usize, extension: Option<&str>) -> Result<Vec<Entry>, CoreError> {
        let lines = self.lines()?;
        let entries = lines.iter().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let wanted = |entry: &Entry| extension.is_none() || entry.event.extension() == extension;
        let all: Vec<Entry> = entries.filter(wanted).collect();
        let from = all.len().saturating_sub(count);
        Ok(all.into_iter().skip(from).collect())
    }

    /// Checks that every record is linked to the one before it.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn verify(&self) -> Result<Verified, CoreError> {
        let lines = self.lines()?;
        let mut found = Verified { records: 0, first: 0, torn: false, broken: None };
        let mut before: Option<(u64, String)> = None;
        for (index, line) in lines.iter().enumerate() {
            let Ok(entry) = serde_json::from_str::<Entry>(line) else {
                // Half a record is what a crash leaves; the records after it do not link to it.
                found.torn = true;
                if index + 1 < lines.len() && !links(lines.get(index + 1), before.as_ref()) {
                    found.broken = Some(format!("line {} is no record", index + 1));
                    return Ok(found);
                }
                continue;
            };
            if let Some(problem) = mismatch(&entry, before.as_ref()) {
                found.broken = Some(problem);
                return Ok(found);
            }
            found.first = if found.records == 0 { entry.seq } else { found.first };
            found.records += 1;
            before = Some((entry.seq, hash(line)));
        }
        Ok(found)
    }
}

fn links(line: Option<&String>, before: Option<&(u64, String)>) -> bool {
    let entry = line.and_then(|line| serde_json::from_str::<Entry>(line).ok());
    entry.is_some_and(|entry| mismatch(&entry, before).is_none())
}

fn mismatch(entry: &Entry, before: Option<&(u64, String)>) -> Option<String> {
    match before {
        // The first record that is kept: only when it is the very first its link is known.
        None if entry.seq == 1 && entry.prev != NOTHING => {
            Some("record 1 is not the first".to_owned())
        }
        None => None,
        Some((seq, _)) if entry.seq != seq + 1 => {
            Some(format!("record {} follows record {seq}", entry.seq))
        }
        Some((seq, hash)) if entry.prev != *hash => {
            Some(format!("record {seq} is not what record {} was linked to", entry.seq))
        }
        Some(_) => None,
    }
}

fn last_of(bytes: &[u8]) -> Option<(u64, String)> {
    let text = String::from_utf8_lossy(bytes);

    text.lines().rev().find_map(|line| {
        let entry = serde_json::from_str::<Entry>(line).ok()?;
        Some((entry.seq, hash(line)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(bytes: u64) -> (tempfile::TempDir, AuditLog) {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::with_size(folder.path(), bytes).unwrap();
        (folder, log)
    }

    fn event(n: u64) -> Event {
        Event::Called { extension: "demo".into(), method: format!("query:a.b.v{n}"), count: n }
    }

    fn current(folder: &Path) -> PathBuf {
        folder.join("audit").join(CURRENT)
    }

    #[test]
    fn records_are_linked_also_over_starts_and_threads() {
        let (folder, log) = log(FILE_BYTES);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (1..=5).for_each(|n| log.append([event(n)])));
            }
        });
        AuditLog::open(folder.path()).unwrap().append([event(9), event(10)]);
        let whole = Verified { records: 22, first: 1, torn: false, broken: None };
        assert_eq!(log.verify().unwrap(), whole);
        assert_eq!(log.tail(1, Some("demo")).unwrap()[0].event, event(10));
        assert!(log.tail(5, Some("other")).unwrap().is_empty());
    }

    #[test]
    fn log_11_a_record_that_is_changed_left_out_or_moved_shows() {
        let (folder, log) = log(FILE_BYTES);
        (1..=6).for_each(|n| log.append([event(n)]));
        let path = current(folder.path());
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let changed = text.replacen("\"count\":3", "\"count\":4", 1);
        let without = text.replacen(&format!("{}\n", lines[2]), "", 1);
        let mut moved = lines.clone();
        moved.swap(2, 3);
        for bad in [changed, without, format!("{}\n", moved.join("\n"))] {
            fs::write(&path, bad).unwrap();
            assert!(log.verify().unwrap().broken.is_some());
        }
        fs::write(&path, &text).unwrap();
        assert_eq!(log.verify().unwrap().broken, None);
    }

    #[test]
    fn crsh_17_a_torn_record_costs_itself_only() {
        let (folder, log) = log(FILE_BYTES);
        (1..=3).for_each(|n| log.append([event(n)]));
        let path = current(folder.path());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.len() - 20]).unwrap();
        let found = log.verify().unwrap();
        assert_eq!((found.records, found.torn, found.broken), (2, true, None));
        log.append([event(4)]);
        let found = log.verify().unwrap();
        assert_eq!((found.records, found.torn, found.broken), (3, true, None));
    }

    #[test]
    fn log_11_full_files_are_rotated_and_the_chain_goes_on() {
        let (folder, log) = log(600);
        (1..=200).for_each(|n| log.append([event(n)]));
        let found = log.verify().unwrap();
        assert_eq!(found.broken, None);
        assert!(found.first > 1 && found.records < 200, "{found:?}");
        let files = fs::read_dir(folder.path().join("audit")).unwrap().count();
        assert!(files <= FILES + 2, "{files}");
    }

    #[test]
    fn log_08_a_log_that_cannot_be_written_stops_nobody_and_counts() {
        let (folder, log) = log(FILE_BYTES);
        log.append([event(1)]);
        let (path, away) = (current(folder.path()), folder.path().join("away"));
        fs::rename(&path, &away).unwrap();
        fs::create_dir(&path).unwrap();
        log.append([event(2), event(3)]);
        fs::remove_dir(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        log.append([event(4)]);
        let tail = log.tail(2, None).unwrap();
        assert_eq!(tail[1].event, Event::Lost { count: 2 });
        assert_eq!(log.verify().unwrap().broken, None);
    }
}
