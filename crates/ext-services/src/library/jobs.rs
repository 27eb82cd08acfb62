//! Jobs as rows, on which the runner of jobs builds.

use std::time::Duration;

use ext_wire::{
    ErrorBody,
    ops::jobs::{Job, JobPriority, JobState, ProgressReport},
};
use serde_json::Value;
use uuid::Uuid;

use super::Result;

/// A job to be dispatched; its method and sizes are checked.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The extension in whose name it runs.
    pub extension: String,
    /// The operation.
    pub method: String,
    /// The operation's input.
    pub input: Value,
    /// While a job of the extension with this key is open, there is no second one.
    pub key: Option<String>,
    /// Version of the extension that made it.
    pub version: String,
    /// The time from now until it may run.
    pub delay: Duration,
    /// Its priority.
    pub priority: JobPriority,
}

/// Limits of an extension for the jobs of the core that it dispatches in a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreJobLimits {
    /// The number of those that are not over.
    pub open: u32,
    /// The number of those that are dispatched within an hour, over or not.
    pub per_hour: u32,
}

/// Outcome of [`Jobs::add_job`] and [`Jobs::add_core_job`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatched {
    /// The job is dispatched, with this id.
    Created(Uuid),
    /// This one is open and has the same key.
    Existing(Uuid),
    /// The extension has [`MAX_OPEN_JOBS`](ext_wire::ops::jobs::MAX_OPEN_JOBS) already, or as many of the
    /// core as it may have.
    Full,
    /// The extension dispatched as many jobs of the core within an hour as it may; there is room for
    /// another one after this time.
    TooOften(Duration),
}

/// A job that runs from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedJob {
    /// Its id.
    pub id: Uuid,
    /// The extension whose operation it runs.
    pub extension: String,
    /// The operation.
    pub method: String,
    /// The operation's input.
    pub input: Value,
    /// Version of the extension that made it.
    pub version: String,
    /// Number of the start, 1 for the first.
    pub attempt: u32,
    /// The last checkpoint, where it resumes.
    pub checkpoint: Option<Value>,
}

/// The end of a run.
#[derive(Debug, Clone)]
pub enum JobEnd {
    /// Done, with this output.
    Done(Value),
    /// Failed for good.
    Failed(ErrorBody),
    /// Failed in a way that may pass: it is retried after this time.
    Again(ErrorBody, Duration),
    /// Not begun, or stopped on request: it is started after this time. Does not count as an attempt.
    Deferred(ErrorBody, Duration),
    /// Not allowed to run; it waits again after [`Jobs::recover_jobs`]. Does not count as an attempt.
    Parked(ErrorBody),
}

/// The answer to a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobSignal {
    /// The job goes on.
    Continue,
    /// Somebody cancelled the job: it should end.
    Cancel,
}

/// The jobs of a library. A job is open while it waits, runs or is parked.
///
/// One program at a time runs the jobs of a library; the runner ensures that.
#[expect(clippy::missing_errors_doc, reason = "said once: `LibraryError`, for every method")]
pub trait Jobs: Send + Sync {
    /// Dispatches a job, unless its key or the number of open jobs is in the way. Of those that are
    /// over, a store may drop the oldest, and keeps at least the newest 1000 of an extension.
    fn add_job(&self, new: &NewJob) -> Result<Dispatched>;

    /// Dispatches a job of the core for an extension as [`add_job`](Self::add_job) does, within limits.
    /// Those that are over count for an hour, so that none of them is dropped before.
    fn add_core_job(&self, new: &NewJob, limits: CoreJobLimits) -> Result<Dispatched>;

    /// Finds a job.
    fn job(&self, id: Uuid) -> Result<Option<Job>>;

    /// Lists up to `limit` jobs, the newest first: of one extension or all, in one state or any.
    fn list_jobs(
        &self,
        extension: Option<&str>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>>;

    /// Cancels a job: at once when it does not run, else at its next checkpoint. False when it is
    /// not open.
    fn cancel_job(&self, id: Uuid) -> Result<bool>;

    /// Keeps checkpoint and progress of a running job, `None` for as it was; returns `None` when it
    /// does not run. A checkpoint that differs from the one before sets its attempts back to 1.
    fn checkpoint_job(
        &self,
        id: Uuid,
        checkpoint: Option<&Value>,
        progress: Option<&ProgressReport>,
    ) -> Result<Option<JobSignal>>;

    /// Puts back the jobs that ran when the program ended, and those that were parked. Only for the
    /// one that runs the jobs of the library, and only before it claims one.
    fn recover_jobs(&self) -> Result<()>;

    /// Claims a job of those that may run now, of an extension that is not in `full`: of those with the
    /// highest priority one of the extension that has the fewest running, and of these the one that has
    /// waited longest. It counts as running.
    fn claim_job(&self, full: &[&str]) -> Result<Option<ClaimedJob>>;

    /// Ends a run. A job that somebody cancelled meanwhile is cancelled, unless it is done. Nothing
    /// happens when the job does not run.
    fn end_job(&self, id: Uuid, end: &JobEnd) -> Result<()>;

    /// Returns when the next job that waits may run, RFC 3339, UTC.
    fn next_job_at(&self) -> Result<Option<String>>;
}
