//! Operations on libraries that take long. But for one, only the user calls these.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use super::work_looks::{
    CheckLibraryInput, CountWaitingOutput, DamagedFile, LibraryCheck, ListUnreadableInput,
    ListUnreadableOutput, UnreadableContent,
};
use super::{
    direction::{wire_input, wire_output},
    extensions::ExtensionRef,
    family::family,
    jobs::JobProgress,
    no_input::NoInput,
};
use crate::ErrorBody;

family! {
    "work", include_str!("work.md");

    /// Imports files and folders of this machine, and lets the extensions work on them.
    ///
    /// The jobs that come of it are run as well. Files with hidden names and links are left out. Files that were imported before are offered
    /// again to extensions that failed on them. Reading for search is [`Index`], after it.
    ///
    /// Errors: `E_PATH` when a path is not absolute, or `into` is no path of an entry; `E_NOSPACE`,
    /// `E_CORRUPT`, `E_SCHEMA` when the library fails. What fails of single files is in the report.
    LibraryAction(host_only) Import = "action:work.import.input.v1", ImportInput => WorkReport;
    /// Lets the extensions work on the events that wait for them, and runs the jobs that come of it.
    ///
    /// Errors: as [`Import`].
    LibraryAction(host_only) Deliver = "action:work.deliver.input.v1", NoInput => WorkReport;
    /// Puts the last event of each entry back for an extension that has dealt with it.
    ///
    /// [`Deliver`] delivers them.
    ///
    /// Errors: `E_NOT_FOUND` when the extension is not installed.
    LibraryAction(host_only) DeliverAgain = "action:work.deliver_again.input.v1",
        DeliverAgainInput => DeliverAgainOutput;
    /// Delivers dead letters again: one, all of an extension, or all; then whatever else waits.
    ///
    /// Errors: as [`Import`].
    LibraryAction(host_only) Replay = "action:work.replay.input.v1", ReplayInput => WorkReport;
    /// Lists the events that extensions could not work on, by extension, oldest first.
    LibraryQuery(host_only) ListFailures = "query:work.list_failures.v1",
        NoInput => ListFailuresOutput;
    /// Counts the events that wait for an extension; [`Deliver`] delivers them.
    ///
    /// Errors: `E_NOT_FOUND` when the extension is not installed.
    LibraryQuery(host_only) CountWaiting = "query:work.count_waiting.v1",
        ExtensionRef => CountWaitingOutput;
    /// Lists the contents that could not be read for search, by path.
    ///
    /// Those that were not read yet are not among them.
    LibraryQuery(host_only) ListUnreadable = "query:work.list_unreadable.v1",
        ListUnreadableInput => ListUnreadableOutput;
    /// Runs the jobs that may run now, and those that they dispatch, until none is left.
    ///
    /// Errors: as [`Import`]. The error that a job ends with is in the job.
    LibraryAction(host_only) RunJobs = "action:work.run_jobs.input.v1", NoInput => WorkReport;
    /// Reads the contents that search does not know yet, and makes the vectors of their texts.
    ///
    /// Without a model no vectors are made. When another program is at it, nothing is done.
    ///
    /// Errors: as [`Import`]. A content that cannot be read is in the report.
    LibraryAction(host_only) Index = "action:work.index.input.v1", NoInput => IndexReport;
    /// Checks the database of the library, and compares all its files with their hashes.
    ///
    /// Files that belong to nothing are moved to its folder `quarantine`. It takes long: it may be
    /// dispatched as a job. One that is stopped answers what it found until then.
    ///
    /// Errors: `E_CORRUPT` when the database is damaged; `E_IO`; `E_BUSY`.
    LibraryAction(host_only) CheckLibrary = "action:work.check_library.input.v1",
        CheckLibraryInput => LibraryCheck;
    /// Looks at the folders that the library follows, as a daemon does when it begins.
    ///
    /// What came becomes entries, and entries whose files were deleted go to the bin. Folders that are
    /// paused are left out. Extensions may call it: which folders there are is up to the user. It takes
    /// long: it may be dispatched as a job.
    ///
    /// Errors: `E_NOT_FOUND` when the library does not follow the folder; as [`Import`].
    LibraryAction ScanLocations = "action:work.scan_locations.input.v1",
        ScanLocationsInput => ScanLocationsOutput;
}

wire_input! {
    /// Input of [`ScanLocations`].
    pub struct ScanLocationsInput {
        /// The folder [default: all that the library follows].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub location_id: Option<Uuid>,
    }
}

wire_output! {
    /// Output of [`ScanLocations`].
    pub struct ScanLocationsOutput {
        /// The folders, in the order in which they were added.
        pub locations: Vec<LocationScan>,
    }

    /// The results of a look at a folder.
    #[derive(Default)]
    pub struct LocationScan {
        /// The location.
        pub location_id: Uuid,
        /// Files that became new entries.
        pub created: u64,
        /// Files with new content for their entry.
        pub updated: u64,
        /// Files that were there already.
        pub unchanged: u64,
        /// Entries that went to the bin, because their files were deleted.
        pub removed: u64,
        /// Entries that stay until the user says that their files are deleted.
        pub held: u64,
        /// Files that could not be read.
        pub failed: u64,
        /// True when it was left out, because it is paused.
        pub paused: bool,
        /// The first thing that went wrong, for the user only: it names files of this machine.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
    }
}

wire_input! {
    /// Input of [`Import`].
    pub struct ImportInput {
        /// Files and folders: absolute paths, or `file:` URLs for names that are not UTF-8.
        pub paths: Vec<String>,
        /// Path in the library below which the files become entries [default: a place of their own,
        /// by where they lie].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub into: Option<String>,
    }

    /// Input of [`DeliverAgain`].
    pub struct DeliverAgainInput {
        /// The extension.
        pub extension: String,
        /// Only entries at this path, or below it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub under: Option<String>,
    }

    /// Input of [`Replay`].
    pub struct ReplayInput {
        /// The extension [default: all].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
        /// The event [default: all].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub event_id: Option<u64>,
    }
}

wire_output! {
    /// The result of an import, a replay or a run of jobs: what was done, and what failed.
    #[derive(Default)]
    pub struct WorkReport {
        /// Files that became new entries.
        pub created: u64,
        /// Files with new content for their entry.
        pub updated: u64,
        /// Files that were there already.
        pub unchanged: u64,
        /// Files that the user deleted from the library and that are as they were then, by path: their
        /// entries stay in the bin.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub in_bin: Vec<String>,
        /// Files whose content the library had lost, or had damaged, and has again, by path. They are
        /// counted elsewhere as well.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub mended: Vec<String>,
        /// Entries whose files got another name or folder since they were imported.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub followed: Vec<Followed>,
        /// New entries of files that may be others under another name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub undecided: Vec<Undecided>,
        /// Folders that got a place other than their name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub placed: Vec<PlacedFolder>,
        /// Links, pipes and the like that lie in the folders.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub parts: BTreeMap<String, PartsReport>,
        /// Results of the jobs that ran.
        pub jobs: JobReport,
        /// Texts that got a vector of their meaning, for search.
        pub embedded: u64,
        /// Results of indexing for search, where that was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub index: Option<IndexReport>,
        /// Milliseconds that it all took.
        pub duration_ms: u64,
        /// Failures; everything else is done.
        pub failures: Vec<Failure>,
    }

    /// A folder that was imported, and where its files are entries.
    pub struct PlacedFolder {
        /// The folder.
        pub folder: String,
        /// The path in the library below which its files are.
        pub place: String,
    }

    /// An entry that followed its file to another name or folder.
    pub struct Followed {
        /// Its path before.
        pub from: String,
        /// Its path now: the same one, where the user had moved it or the new one is taken.
        pub to: String,
    }

    /// A new entry with the content of several entries whose files are gone.
    pub struct Undecided {
        /// The path of the new entry.
        pub path: String,
        /// The paths of the others.
        pub before: Vec<String>,
    }

    /// A link, pipe or the like that lies in a folder which was imported.
    pub struct Skipped {
        /// Its path.
        pub path: String,
        /// Its kind: a symbolic link, or a pipe, socket or device.
        pub kind: String,
    }

    /// Records of an extension, counted.
    #[derive(Default)]
    pub struct PartsReport {
        /// Entries by what came of them, in the words of the extension: `booked`.
        pub outcomes: BTreeMap<String, u64>,
        /// Parts that were looked at, and that nothing came of.
        pub unused: u64,
        /// Parts that were not looked at.
        pub unread: u64,
        /// Entries with such parts, at most [`PartsReport::MAX_ENTRIES`]; those with unread ones first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub entries: Vec<UnusedParts>,
    }

    /// An entry with parts that were not used.
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

    /// Results of indexing contents for search.
    #[derive(Default)]
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
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub problems: Vec<UnindexedContent>,
    }

    /// A content that was not read for search.
    pub struct UnindexedContent {
        /// The path of its entry.
        pub path: String,
        /// The reason.
        pub reason: String,
        /// True when a reader is away, and it is tried again; else it is left alone until it changes.
        pub again: bool,
    }

    /// Results of jobs.
    #[derive(Default)]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub next_at: Option<String>,
    }

    /// A file, an extension or an entry that the work failed on.
    pub struct Failure {
        /// The file as the user named it, or the path of the entry.
        pub path: String,
        /// The entry, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry_id: Option<Uuid>,
        /// The extension that could not work on it; `None` when the file could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
        /// Name of the error code.
        pub code: String,
        /// The error message.
        pub error: String,
    }

    /// Output of [`DeliverAgain`].
    pub struct DeliverAgainOutput {
        /// Events that were put back.
        pub events: u64,
    }

    /// Output of [`ListFailures`].
    pub struct ListFailuresOutput {
        /// The events, by extension, oldest first.
        pub failures: Vec<FailedEvent>,
    }

    /// An event that an extension could not work on.
    pub struct FailedEvent {
        /// The event.
        pub event_id: u64,
        /// Kind of the event.
        pub kind: String,
        /// The extension.
        pub extension: String,
        /// The entry that it is about.
        pub entry_id: Uuid,
        /// Name of the entry.
        pub entry_name: String,
        /// Name of the error code.
        pub code: String,
        /// The error message.
        pub error: String,
        /// Number of attempts.
        pub attempts: u32,
        /// Time of the last attempt, RFC 3339, UTC.
        pub at: String,
        /// Time of the next attempt; without one it is a dead letter, and only [`Replay`] delivers it
        /// again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retry_at: Option<String>,
    }
}

impl WorkReport {
    /// Adds the results of indexing.
    pub fn add_index(&mut self, index: IndexReport) {
        self.embedded = index.embedded;
        self.index = Some(index);
    }
}

impl PartsReport {
    /// Most entries that are named.
    pub const MAX_ENTRIES: usize = 20;
}

impl IndexReport {
    /// Most contents that are named.
    pub const MAX_PROBLEMS: usize = 20;
}

/// A step of an import, a delivery or a run of jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkProgress<'a> {
    /// A file is read.
    Reading {
        /// Files done before it.
        done: u64,
        /// All files.
        total: u64,
        /// Files of those done that became entries, or gave an entry new content.
        #[serde(default)]
        added: u64,
        /// The path of its entry.
        path: Cow<'a, str>,
    },
    /// Another program delivers the events of this library; this one waits.
    WaitingToDeliver,
    /// An extension is loaded; that takes seconds.
    Loading {
        /// Its id.
        extension: Cow<'a, str>,
    },
    /// An event is delivered to an extension.
    Delivering {
        /// Its id.
        extension: Cow<'a, str>,
        /// Events done before it.
        done: u64,
        /// All events for this extension.
        total: u64,
        /// The path of the entry.
        path: Cow<'a, str>,
    },
    /// Another program runs the jobs of this library; this one waits.
    WaitingToRunJobs,
    /// A job starts.
    JobStarted {
        /// The job.
        id: Uuid,
        /// Its operation.
        method: Cow<'a, str>,
    },
    /// A job made progress.
    JobProgress {
        /// The job.
        id: Uuid,
        /// Its progress.
        progress: Cow<'a, JobProgress>,
    },
    /// A run of a job ended.
    JobEnded {
        /// The job.
        id: Uuid,
        /// The error that it ended with, if any.
        error: Option<Cow<'a, ErrorBody>>,
    },
    /// The text of a content is read, for search.
    Indexing {
        /// Contents done before it.
        done: u64,
        /// All contents.
        total: u64,
        /// The path of its entry.
        path: Cow<'a, str>,
    },
    /// A library is copied.
    Copying {
        /// Files or entries done.
        done: u64,
        /// All of them.
        total: u64,
    },
    /// Files of the library are compared with their hashes.
    Checking {
        /// Files done.
        done: u64,
        /// All files.
        total: u64,
    },
    /// Texts get vectors of their meaning, for search.
    Embedding {
        /// Texts done.
        done: u64,
        /// All texts that need one.
        total: u64,
    },
}
