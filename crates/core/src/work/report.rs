//! Progress and results of work on a library.

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{jobs::JobProgress, vdfs::Entry},
    parts::{Part, PartsRecord},
};
use serde::Serialize;
use uuid::Uuid;

use crate::error::CoreError;

/// A step of an import, a delivery or a run of jobs.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum WorkProgress<'a> {
    /// A file is read.
    Reading {
        /// Files done before it.
        done: u64,
        /// All files.
        total: u64,
        /// The path of its entry.
        path: &'a str,
    },
    /// Another program delivers the events of this library; this one waits.
    WaitingToDeliver,
    /// An extension is loaded; that takes seconds.
    Loading {
        /// Its id.
        extension: &'a str,
    },
    /// An event is delivered to an extension.
    Delivering {
        /// Its id.
        extension: &'a str,
        /// Events done before it.
        done: u64,
        /// All events for this extension.
        total: u64,
        /// The path of the entry.
        path: &'a str,
    },
    /// Another program runs the jobs of this library; this one waits.
    WaitingToRunJobs,
    /// A job starts.
    JobStarted {
        /// The job.
        id: Uuid,
        /// Its operation.
        method: &'a str,
    },
    /// A job made progress.
    JobProgress {
        /// The job.
        id: Uuid,
        /// Its progress.
        progress: &'a JobProgress,
    },
    /// A run of a job ended.
    JobEnded {
        /// The job.
        id: Uuid,
        /// The error that it ended with, if any.
        error: Option<&'a ErrorBody>,
    },
    /// The text of a content is read, for search.
    Indexing {
        /// Contents done before it.
        done: u64,
        /// All contents.
        total: u64,
        /// The path of its entry.
        path: &'a str,
    },
    /// Texts get vectors of their meaning, for search.
    Embedding {
        /// Texts done.
        done: u64,
        /// All texts that need one.
        total: u64,
    },
}

/// The result of an import, a replay or a run of jobs: what was done, and what failed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WorkReport {
    /// Files that became new entries.
    pub created: u64,
    /// Files with new content for their entry.
    pub updated: u64,
    /// Files that were there already.
    pub unchanged: u64,
    /// Files that the user deleted from the library and that are as they were then, by path: their
    /// entries stay in the bin.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_bin: Vec<String>,
    /// Entries whose files got another name or folder since they were imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub followed: Vec<Followed>,
    /// New entries of files that may be others under another name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<Undecided>,
    /// Folders that got a place other than their name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<PlacedFolder>,
    /// Links, pipes and the like that lie in the folders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
    /// Files that have no content, by path.
    pub empty: Vec<String>,
    /// True when the work was stopped before its end; the next import goes on.
    pub stopped: bool,
    /// Files that were not looked at, because the work was stopped.
    pub left: u64,
    /// Events that extensions worked on, by extension; of those that extensions recorded the parts
    /// of, the ones that something came of.
    pub processed: BTreeMap<String, u64>,
    /// Records of the entries that extensions looked at, counted, by extension.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, PartsReport>,
    /// Results of the jobs that ran.
    pub jobs: JobReport,
    /// Texts that got a vector of their meaning, for search.
    pub embedded: u64,
    /// Results of indexing for search, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<IndexReport>,
    /// Milliseconds that it all took.
    pub duration_ms: u64,
    /// Failures; everything else is done.
    pub failures: Vec<Failure>,
}

/// A folder that was imported, and where its files are entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacedFolder {
    /// The folder.
    pub folder: String,
    /// The path in the library below which its files are.
    pub place: String,
}

/// An entry that followed its file to another name or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// Its path before.
    pub from: String,
    /// Its path now: the same one, where the user had moved it or the new one is taken.
    pub to: String,
}

/// A new entry with the content of several entries whose files are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undecided {
    /// The path of the new entry.
    pub path: String,
    /// The paths of the others.
    pub before: Vec<String>,
}

/// A link, pipe or the like that lies in a folder which was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Its kind: a symbolic link, or a pipe, socket or device.
    pub kind: &'static str,
}

impl WorkReport {
    /// Adds the results of indexing.
    pub fn add_index(&mut self, index: IndexReport) {
        self.embedded = index.embedded;
        self.index = Some(index);
    }

    /// Lets `work` fill in a report, and measures its time.
    pub(crate) fn of(
        work: impl FnOnce(&mut Self) -> Result<(), CoreError>,
    ) -> Result<Self, CoreError> {
        let started = Instant::now();
        let mut report = Self::default();
        work(&mut report)?;
        report.duration_ms = millis(started.elapsed());
        Ok(report)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Writes a path as text, with the bytes that are not UTF-8 as `\xe9`, so that two paths are never one
/// text.
pub(crate) fn path_text(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let chunks = bytes.utf8_chunks();
    chunks.map(|chunk| format!("{}{}", chunk.valid(), chunk.invalid().escape_ascii())).collect()
}

/// Records of an extension, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PartsReport {
    /// Entries by what came of them, in the words of the extension: `booked`.
    pub outcomes: BTreeMap<String, u64>,
    /// Parts that were looked at, and that nothing came of.
    pub unused: u64,
    /// Parts that were not looked at.
    pub unread: u64,
    /// Entries with such parts, at most [`PartsReport::MAX_ENTRIES`]; those with unread ones first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<UnusedParts>,
}

/// An entry with parts that were not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedParts {
    /// The entry.
    pub entry_id: Uuid,
    /// Its path.
    pub path: String,
    /// Parts that were looked at, and that nothing came of.
    pub unused: u64,
    /// Parts that were not looked at.
    pub unread: u64,
}

impl PartsReport {
    /// Most entries that are named.
    pub const MAX_ENTRIES: usize = 20;

    /// Counts the record of an entry in.
    pub(crate) fn add(&mut self, entry: &Entry, record: &PartsRecord) {
        let unread = record.count(Part::is_unread) + record.more;
        let unused = record.count(Part::is_unused);
        *self.outcomes.entry(record.outcome.clone()).or_default() += 1;
        self.unread += unread;
        self.unused += unused;
        if unread + unused > 0 {
            let path = entry.path.clone();
            self.entries.push(UnusedParts { entry_id: entry.id, path, unused, unread });
            self.entries.sort_by_key(|entry| entry.unread == 0);
            self.entries.truncate(Self::MAX_ENTRIES);
        }
    }
}

/// Results of indexing contents for search.
#[derive(Debug, Clone, Default, Serialize)]
pub struct IndexReport {
    /// Contents whose text was read.
    pub read: u64,
    /// Contents without a text that can be read; they are not tried again until they change.
    pub without_text: u64,
    /// Texts that got a vector of their meaning.
    pub embedded: u64,
    /// Contents that are still to be read.
    pub unread: u64,
    /// True when the work was stopped before its end; the next run resumes it.
    pub stopped: bool,
    /// True when nothing was done, because another program indexes this library.
    pub elsewhere: bool,
    /// Contents that were not read, and the reasons; at most [`IndexReport::MAX_PROBLEMS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<UnindexedContent>,
}

/// A content that was not read for search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnindexedContent {
    /// The path of its entry.
    pub path: String,
    /// The reason.
    pub reason: String,
    /// True when a reader is away, and it is tried again; else it is left alone until it changes.
    pub again: bool,
}

impl IndexReport {
    /// Most contents that are named.
    pub const MAX_PROBLEMS: usize = 20;
}

/// Results of jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobReport {
    /// Jobs that ended well.
    pub done: u64,
    /// Jobs that ended with an error.
    pub failed: u64,
    /// Jobs that will be retried.
    pub again: u64,
    /// Jobs that may not run now.
    pub parked: u64,
    /// Time at which the next job that waits may run, RFC 3339, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<String>,
}

/// A file, an extension or an entry that the work failed on.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The file as the user named it, or the path of the entry.
    pub path: String,
    /// The entry, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<Uuid>,
    /// The extension that could not work on it; `None` when the file could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Name of the error code.
    pub code: &'static str,
    /// The error message.
    pub error: String,
}

impl Failure {
    pub(crate) fn of_file(path: &Path, code: ErrorCode, error: impl ToString) -> Self {
        Self {
            path: path_text(path),
            entry_id: None,
            extension: None,
            code: code.name(),
            error: error.to_string(),
        }
    }

    pub(crate) fn of_extension(id: &str, error: ErrorBody) -> Self {
        Self {
            path: String::new(),
            entry_id: None,
            extension: Some(id.to_owned()),
            code: error.code.name(),
            error: error.error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_with_unread_parts_are_named_first() {
        let entry = |path: &str| -> Entry {
            let json = serde_json::json!({"id": Uuid::nil(), "name": path, "path": path,
                "entry_type": "file", "metadata": {}, "created_at": "", "updated_at": ""});
            serde_json::from_value(json).unwrap()
        };
        let part = |read| Part { read, ..Part::new("text/plain", 1) };
        let record = |outcome: &str, read| PartsRecord {
            outcome: outcome.into(),
            parts: vec![part(read)],
            more: 0,
        };
        let mut report = PartsReport::default();
        for number in 0..PartsReport::MAX_ENTRIES {
            report.add(&entry(&format!("{number}.eml")), &record("not_a_receipt", true));
        }
        report.add(&entry("z.eml"), &record("not_read", false));
        assert_eq!((report.unused, report.unread), (PartsReport::MAX_ENTRIES as u64, 1));
        assert_eq!(report.entries.len(), PartsReport::MAX_ENTRIES);
        assert_eq!(report.entries[0].path, "z.eml");
        assert_eq!(report.outcomes["not_a_receipt"], PartsReport::MAX_ENTRIES as u64);
    }

    #[test]
    #[cfg(unix)]
    fn a_name_that_is_not_utf8_is_written_with_its_bytes() {
        let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"caf\xe9\n.eml");
        assert_eq!(path_text(Path::new(name)), "caf\\xe9\n.eml");
    }
}
