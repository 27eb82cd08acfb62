//! The parts that all threads of the daemon share.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use ext_rpc::{LogTail, TraceParent};
use jiff::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;
use spacedrive_core::Core;
use tracing::Span;
use uuid::Uuid;

use crate::changes::Changes;

/// A function that makes the span of a client the parent of ours, where spans are collected.
pub type ContinueTrace = fn(&Span, &TraceParent);

pub(crate) struct Shared {
    pub(crate) core: Core,
    pub(crate) data_folder: PathBuf,
    /// The mistake for which the configuration could not be read again.
    pub(crate) settings: Mutex<Option<String>>,
    pub(crate) changes: Changes,
    /// Ends the daemon, and all work between two of its steps.
    pub(crate) stop: Arc<AtomicBool>,
    pub(crate) since: Timestamp,
    /// The log of this process.
    pub(crate) logs: Option<LogTail>,
    /// The function that lets the traces of clients go on.
    pub(crate) traces: Option<ContinueTrace>,
    pub(crate) work: Mutex<BTreeMap<Uuid, WorkState>>,
    pub(crate) locations: Mutex<BTreeMap<Uuid, LocationState>>,
    /// The last try of the parked jobs of each library: the number of changes before it, and its time.
    pub(crate) parked_jobs: Mutex<BTreeMap<Uuid, (u64, Instant)>>,
}

/// Longest time between two tries of parked jobs.
const PARKED: Duration = Duration::from_secs(30);

/// The work on a library at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WorkState {
    /// The event that is delivered: extension and entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivering: Option<String>,
    /// Jobs that run now.
    pub running_jobs: u32,
    /// The file that is read for search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexing: Option<String>,
    /// The last failure of each kind of work, until it goes well.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failures: BTreeMap<&'static str, String>,
}

/// A location at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LocationState {
    /// True while the folder is watched.
    pub watched: bool,
    /// Files that are not complete yet, or wait to be read.
    pub waiting: u64,
    /// Files that became entries, or got new content, since the daemon began.
    pub added: u64,
    /// Entries that went to the bin with their files, since the daemon began.
    pub removed: u64,
    /// Files that are gone, whose entries stay until the user says that they are deleted.
    pub missing: u64,
    /// The reason for which they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_because: Option<String>,
    /// The last failure, until it goes well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Shared {
    /// Tells whether parked jobs of a library are to be tried: something changed that they may wait
    /// for, or some time passed. A run that tries them writes, which would wake the next one at once.
    pub(crate) fn tries_parked_jobs(&self, library: Uuid) -> bool {
        let (rights, now) = (self.changes.rights(), Instant::now());
        let mut tried = self.parked_jobs.lock();
        let is_due =
            tried.get(&library).is_none_or(|(seen, at)| *seen != rights || now - *at >= PARKED);
        if is_due {
            tried.insert(library, (rights, now));
        }
        is_due
    }

    /// Changes the state of the work on a library.
    pub(crate) fn note(&self, library: Uuid, change: impl FnOnce(&mut WorkState)) {
        change(self.work.lock().entry(library).or_default());
    }

    /// Keeps how a kind of work went; a failure is logged once.
    pub(crate) fn note_end(&self, library: Uuid, work: &'static str, failure: Option<String>) {
        let mut states = self.work.lock();
        let state = states.entry(library).or_default();
        match failure {
            None => drop(state.failures.remove(work)),
            Some(failure) => {
                if state.failures.get(work) != Some(&failure) {
                    tracing::warn!(%library, work, "{failure}");
                }
                state.failures.insert(work, failure);
            }
        }
    }

    /// Changes the state of a location.
    pub(crate) fn note_location(&self, id: Uuid, change: impl FnOnce(&mut LocationState)) {
        change(self.locations.lock().entry(id).or_default());
    }
}
