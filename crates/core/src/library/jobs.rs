//! Jobs, as those that keep and run them see them.

use ext_services::library::LibraryError;
use ext_wire::{
    ErrorBody,
    ops::jobs::{Job, JobState, MAX_OPEN_JOBS},
};
use serde_json::Value;
use uuid::Uuid;

use super::Library;

/// A job to be written down; its method and sizes are checked.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Its id.
    pub id: Uuid,
    /// The extension whose operation it runs.
    pub extension: String,
    /// The operation.
    pub method: String,
    /// JSON text of the input.
    pub input: String,
    /// While a job with this key is not over, there is no second one.
    pub key: Option<String>,
    /// Version of the extension that made it.
    pub version: String,
    /// When it may run, as the library writes times.
    pub run_at: String,
}

/// What became of a job that was to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatched {
    /// It is there.
    Created,
    /// There is one with its key already.
    Existing(Uuid),
    /// The extension has as many as it may have.
    Full,
}

/// A job that runs from now on.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its id.
    pub id: Uuid,
    /// The extension whose operation it runs.
    pub extension: String,
    /// The operation.
    pub method: String,
    /// Its input, JSON.
    pub input: Vec<u8>,
    /// Version of the extension that made it.
    pub version: String,
    /// 1 for the first start.
    pub attempt: u32,
    /// Where it goes on.
    pub checkpoint: Option<Value>,
}

/// How a run of a job ended.
#[derive(Debug, Clone)]
pub enum JobEnd {
    /// Well, with this output.
    Done(Value),
    /// With an error.
    Failed(ErrorBody),
    /// With an error that may pass: again at this time.
    Again(ErrorBody, String),
    /// It may not run; looked at again when jobs are run next.
    Parked(ErrorBody),
}

/// What a job that runs is told when it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// To go on.
    GoOn,
    /// To end.
    End,
}

/// Every method fails with a [`LibraryError`] when the library does.
#[expect(clippy::missing_errors_doc, reason = "said once for all above")]
impl Library {
    /// Writes a job down, unless its key or the number of open jobs is in the way.
    pub fn add_job(&self, new: &NewJob) -> Result<Dispatched, LibraryError> {
        self.store.add_job(new, MAX_OPEN_JOBS)
    }

    /// A job.
    pub fn job(&self, id: Uuid) -> Result<Option<Job>, LibraryError> {
        self.store.job(id)
    }

    /// Jobs, the newest first; of one extension, or of all.
    pub fn jobs(
        &self,
        extension: Option<&str>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>, LibraryError> {
        self.store.jobs(extension, state, limit)
    }

    /// Cancels a job; false when it is over.
    pub fn cancel_job(&self, id: Uuid) -> Result<bool, LibraryError> {
        self.store.cancel_job(id)
    }

    /// Keeps what a running job says of itself, JSON texts; `None` when it does not run.
    pub fn checkpoint_job(
        &self,
        id: Uuid,
        checkpoint: Option<&str>,
        progress: Option<&str>,
    ) -> Result<Option<Wanted>, LibraryError> {
        self.store.checkpoint_job(id, checkpoint, progress)
    }

    /// Puts jobs back that ran when the program ended, and those that were parked. Only for the one
    /// that holds the lock of the library's jobs.
    pub fn recover_jobs(&self) -> Result<(), LibraryError> {
        self.store.recover_jobs()
    }

    /// The next job that may run now, of an extension that is not in `full`; it counts as running.
    pub fn claim_job(&self, full: &[&str]) -> Result<Option<Claimed>, LibraryError> {
        self.store.claim_job(full)
    }

    /// Writes down how a run ended.
    pub fn end_job(&self, id: Uuid, end: &JobEnd) -> Result<(), LibraryError> {
        self.store.end_job(id, end)
    }

    /// When the next job that waits may run, RFC 3339, UTC.
    pub fn next_job_at(&self) -> Result<Option<String>, LibraryError> {
        self.store.next_job_at()
    }
}
