//! Jobs.

use ext_wire::{
    ErrorBody,
    ops::jobs::{
        CancelOutput, CheckpointInput, CheckpointOutput, DispatchInput, DispatchOutput, Job,
        ListJobsInput, ListJobsOutput,
    },
};
use thiserror::Error;
use uuid::Uuid;

use super::library::LibraryError;

/// Why the jobs of a library do not what they were asked.
#[derive(Debug, Error)]
pub enum JobError {
    /// The caller can mend it.
    #[error(transparent)]
    Refused(#[from] ErrorBody),
    /// The library failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Keeps the jobs of libraries. `caller` is the extension that asks, `None` for the user: an
/// extension sees and touches its own jobs only.
///
/// What a method acknowledged survives `kill -9`.
#[expect(clippy::missing_errors_doc, reason = "said once: `JobError`, for every method")]
pub trait JobService: Send + Sync {
    /// See `ext_wire::ops::jobs::Dispatch`.
    fn dispatch(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: DispatchInput,
    ) -> Result<DispatchOutput, JobError>;

    /// See `ext_wire::ops::jobs::Status`.
    fn status(&self, caller: Option<&str>, library: Uuid, id: Uuid) -> Result<Job, JobError>;

    /// See `ext_wire::ops::jobs::Cancel`.
    fn cancel(
        &self,
        caller: Option<&str>,
        library: Uuid,
        id: Uuid,
    ) -> Result<CancelOutput, JobError>;

    /// See `ext_wire::ops::jobs::List`.
    fn list(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: ListJobsInput,
    ) -> Result<ListJobsOutput, JobError>;

    /// See `ext_wire::ops::jobs::Checkpoint`.
    fn checkpoint(
        &self,
        caller: Option<&str>,
        library: Uuid,
        input: CheckpointInput,
    ) -> Result<CheckpointOutput, JobError>;
}
