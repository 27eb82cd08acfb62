//! Jobs: work that runs later, and resumes where it stopped.

use ext_abi::ErrorCode;
use ext_wire::ops::jobs::{
    Cancel, Checkpoint, CheckpointInput, Dispatch, DispatchInput, DispatchOutput, Job, JobContext,
    JobRef, List, ListJobsInput, ProgressReport, Status,
};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::SpacedriveClient;
use crate::error::{Error, Result};

/// Work that runs later, and resumes where it stopped: [`SpacedriveClient::jobs`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Jobs<'a>(pub(super) &'a SpacedriveClient);

impl<'a> Jobs<'a> {
    /// Dispatches a job: `method` is one of the extension's own operations. The host runs it later,
    /// also after a crash.
    ///
    /// # Errors
    /// [`ErrorCode::AbiExport`] when the manifest does not declare the operation,
    /// [`ErrorCode::Busy`] when the extension has too many jobs that are not over.
    pub fn dispatch(&self, method: &str, input: &impl Serialize) -> Result<Uuid> {
        let (method, input) = (method.to_owned(), serde_json::to_value(input)?);
        let job = DispatchInput { method, input, ..DispatchInput::default() };
        Ok(self.dispatch_with(&job)?.job_id)
    }

    /// Dispatches a job as [`Self::dispatch`] does, with a key (while a job with this key is
    /// not over, no second one is made) and a delay.
    ///
    /// # Errors
    /// As [`Self::dispatch`].
    pub fn dispatch_with(&self, job: &DispatchInput) -> Result<DispatchOutput> {
        self.0.call_op::<Dispatch>(job)
    }

    /// Returns the state of a job of this extension.
    ///
    /// # Errors
    /// [`Error::is_not_found`] when there is none.
    pub fn status(&self, job_id: Uuid) -> Result<Job> {
        self.0.call_op::<Status>(&JobRef { job_id })
    }

    /// Ends a job of this extension; tells whether it was not over yet.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn cancel(&self, job_id: Uuid) -> Result<bool> {
        Ok(self.0.call_op::<Cancel>(&JobRef { job_id })?.cancelled)
    }

    /// Lists the jobs of this extension, the newest first.
    ///
    /// # Errors
    /// The host's error.
    pub fn list(&self, input: &ListJobsInput) -> Result<Vec<Job>> {
        Ok(self.0.call_op::<List>(input)?.jobs)
    }

    /// Returns the job as which the running operation was started; `None` when somebody called it.
    #[must_use]
    pub fn current(&self) -> Option<&'a JobContext> {
        self.0.job.as_deref()
    }

    /// Returns the checkpoint at which the job ended before; `None` for the first start, and
    /// outside a job.
    ///
    /// # Errors
    /// When the checkpoint is not a `T`.
    pub fn last_checkpoint<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let value = self.current().and_then(|job| job.checkpoint.clone());
        value.map(serde_json::from_value).transpose().map_err(Error::from)
    }

    /// Keeps where the running job stands and how far it is; after a crash it gets `at` back by
    /// [`Self::last_checkpoint`]. Returns whether the job should end because somebody cancelled it.
    ///
    /// # Errors
    /// [`ErrorCode::Conflict`] outside a job.
    pub fn checkpoint(
        &self,
        at: &impl Serialize,
        progress: Option<ProgressReport>,
    ) -> Result<bool> {
        let outside = || Error::new(ErrorCode::Conflict, "checkpoints need a running job");
        let job_id = self.current().ok_or_else(outside)?.id;
        let checkpoint = Some(serde_json::to_value(at)?);
        let input = CheckpointInput { job_id, checkpoint, progress };
        Ok(self.0.call_op::<Checkpoint>(&input)?.cancelled)
    }
}
