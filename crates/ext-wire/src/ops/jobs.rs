//! Operations on jobs: operations of an extension that run later, survive a crash, and resume where
//! they stopped.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    family::family,
};
use crate::Wire;

family! {
    "jobs", include_str!("jobs.md");

    /// Dispatches a job: an operation that runs later.
    ///
    /// It is one that the extension offers, or a long one of the core. A job of the core runs in the
    /// name of the caller, which must have the permission to call the operation then and at each of its
    /// steps. While a job with the same `key` is not over, no second one is made.
    ///
    /// Errors: `E_ABI_EXPORT` when the manifest does not declare the operation; `E_DENIED_METHOD` for
    /// one of the core that the caller may not call, or may not leave to others, and for one of an
    /// extension whose manifest does not ask for `jobs.dispatch`; `E_UNKNOWN_METHOD`
    /// when the core has no such operation; `E_BAD_INPUT`, also for one that does not run as a job;
    /// `E_ABI_TOO_LARGE`; `E_BUSY` when 1000 jobs of the extension are not over, or as many of the core as
    /// its manifest says; `E_RATE` when it dispatched as many of the core within an hour.
    LibraryAction Dispatch = "action:jobs.dispatch.input.v1", DispatchInput => DispatchOutput;
    /// Returns a job.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryQuery Status = "query:jobs.status.v1", JobRef => Job;
    /// Ends a job: one that waits at once, one that runs when it makes its next checkpoint.
    ///
    /// Errors: `E_NOT_FOUND`.
    LibraryAction Cancel = "action:jobs.cancel.input.v1", JobRef => CancelOutput;
    /// Lists jobs, the newest first.
    ///
    /// Errors: `E_BAD_INPUT`.
    LibraryQuery List = "query:jobs.list.v1", ListJobsInput => ListJobsOutput;
    /// Keeps a checkpoint of a running job, at which it resumes after a crash, and its progress.
    ///
    /// Errors: `E_CONFLICT` when the job does not run; `E_NOT_FOUND`; `E_ABI_TOO_LARGE`.
    LibraryAction Checkpoint = "action:jobs.checkpoint.input.v1", CheckpointInput => CheckpointOutput;
}

/// Longest key of a job, in bytes.
pub const MAX_KEY_BYTES: usize = 256;
/// Largest input, checkpoint or output that is kept of a job, in bytes of JSON.
pub const MAX_JOB_JSON_BYTES: usize = 256 << 10;
/// Longest delay, in milliseconds: 31 days.
pub const MAX_DELAY_MS: u64 = 31 * 24 * 60 * 60 * 1000;
/// Most jobs of one extension in one library that are not over.
pub const MAX_OPEN_JOBS: u64 = 1000;

/// An operation of the core that takes long, and may be dispatched as a job as those of extensions may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoreJob {
    /// The operation.
    pub method: &'static str,
    /// True for one that only the user calls, and only the user dispatches.
    pub is_user_only: bool,
}

impl CoreJob {
    /// All of them. What stands here runs in the name of whoever dispatched it.
    pub const ALL: [Self; 8] = [
        Self::of::<super::search::ReadAgain>(),
        Self::of::<super::search::MakeVectors>(),
        Self::of::<super::search::RebuildIndex>(),
        Self::of::<super::vdfs::CheckContents>(),
        Self::of::<super::work::CheckLibrary>(),
        Self::of::<super::work::ScanLocations>(),
        Self::of::<super::copies::BackUp>(),
        Self::of::<super::copies::Export>(),
    ];

    const fn of<W: Wire>() -> Self {
        Self { method: W::METHOD, is_user_only: W::HOST_ONLY }
    }

    /// Finds the one with a method.
    #[must_use]
    pub fn find(method: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.method == method)
    }
}

/// The name that stands for the extension of jobs that the user dispatched and the core runs.
pub const CORE: &str = "core";

/// Priority of a job among those that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobPriority {
    /// It runs when no other waits.
    Low,
    /// The jobs that wait longest run first.
    #[default]
    Normal,
    /// It runs before others.
    High,
}

impl JobPriority {
    /// Returns whether it is that of most jobs.
    #[must_use]
    pub fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// The job waits for its turn, or for its time.
    Waiting,
    /// The job runs.
    Running,
    /// The job may not run now; `error` says why. It is checked again each time that jobs are run.
    Parked,
    /// The job ended well.
    Done,
    /// The job ended with an error.
    Failed,
    /// The job was cancelled.
    Cancelled,
}

impl JobState {
    /// All states.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Running, Self::Parked, Self::Done, Self::Failed, Self::Cancelled];

    /// Returns the name that crosses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Parked => "parked",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns the state with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns whether the job will not run any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

wire_input! {
    /// Input of [`Dispatch`].
    pub struct DispatchInput {
        /// The operation: one of the extension's own, as its manifest declares it, or one of the core
        /// that may be dispatched, as its documentation says.
        pub method: String,
        /// Its input, at most 256 KiB of JSON.
        #[serde(default)]
        pub input: Value,
        /// Key for idempotent dispatch, 1 to 256 bytes: while a job with this key is not over, no
        /// second one is made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key: Option<String>,
        /// Delay before it runs, in milliseconds, up to 31 days.
        #[serde(default)]
        pub delay_ms: u64,
        /// Priority among the jobs that wait.
        #[serde(default, skip_serializing_if = "JobPriority::is_normal")]
        pub priority: JobPriority,
    }
}

wire_output! {
    /// Output of [`Dispatch`].
    pub struct DispatchOutput {
        /// The job.
        pub job_id: Uuid,
        /// False when there was one with this key already.
        pub created: bool,
    }
}

wire_input! {
    /// Reference to a job.
    pub struct JobRef {
        /// Its id.
        pub job_id: Uuid,
    }
}

wire_output! {
    /// A job.
    pub struct Job {
        /// Its id.
        pub id: Uuid,
        /// The extension whose operation it runs.
        pub extension: String,
        /// The operation.
        pub method: String,
        /// Its key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub key: Option<String>,
        /// Its state.
        pub state: JobState,
        /// ProgressReport that it reported.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub progress: Option<JobProgress>,
        /// Number of times that it was started.
        pub attempts: u32,
        /// Output of the operation, when it ended well.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub output: Option<Value>,
        /// Last failure, or the reason why it is parked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub error: Option<JobFailure>,
        /// When it may run, RFC 3339, UTC.
        pub run_at: String,
        /// When it was made, RFC 3339, UTC.
        pub created_at: String,
        /// When it changed last, RFC 3339, UTC.
        pub updated_at: String,
    }
}

wire_input! {
    /// ProgressReport that a job reports. [`JobProgress`] is the same, as a host tells it.
    pub struct ProgressReport {
        /// Steps that are done.
        pub done: u64,
        /// All steps, when they are known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<u64>,
        /// Description of the present step, for a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub message: Option<String>,
    }
}

wire_output! {
    /// ProgressReport of a job: the last [`ProgressReport`], as a host tells it. It is a type of its own,
    /// because it goes the other way.
    pub struct JobProgress {
        /// Steps that are done.
        pub done: u64,
        /// All steps, when they are known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub total: Option<u64>,
        /// Description of the present step, for a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub message: Option<String>,
    }

    /// Failure of a job.
    pub struct JobFailure {
        /// Name of the error code.
        pub code: String,
        /// Message for a person.
        pub error: String,
    }

    /// Output of [`Cancel`].
    pub struct CancelOutput {
        /// False when it was over already.
        pub cancelled: bool,
    }
}

wire_input! {
    /// Input of [`List`].
    pub struct ListJobsInput {
        /// Only those in this state.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state: Option<JobState>,
        /// Most jobs to return, 1 to 1000; left out: 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
    }
}

wire_output! {
    /// Output of [`List`].
    pub struct ListJobsOutput {
        /// The jobs: an extension sees its own, the user all.
        pub jobs: Vec<Job>,
    }
}

wire_input! {
    /// Input of [`Checkpoint`].
    pub struct CheckpointInput {
        /// The job, which must run now.
        pub job_id: Uuid,
        /// Checkpoint that the job gets back when it is started again, at most 256 KiB of JSON;
        /// left out: as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub checkpoint: Option<Value>,
        /// ProgressReport of the job; left out: as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub progress: Option<ProgressReport>,
    }
}

wire_output! {
    /// Output of [`Checkpoint`].
    pub struct CheckpointOutput {
        /// True when the job was cancelled: it should return soon.
        pub cancelled: bool,
    }

    /// Context of an operation that runs as a job.
    pub struct JobContext {
        /// The job.
        pub id: Uuid,
        /// Number of the start, 1 for the first.
        pub attempt: u32,
        /// The last checkpoint, when there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub checkpoint: Option<Value>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_cross_by_their_names() {
        for state in JobState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
            assert_eq!(JobState::from_name(state.name()), Some(state));
        }
        assert_eq!(JobState::from_name("lost"), None);
    }
}
