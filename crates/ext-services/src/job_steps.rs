//! The job within which an operation of the host runs.

use ext_wire::{ErrorBody, ops::jobs::ProgressReport};
use serde_json::Value;
use uuid::Uuid;

/// The job within which a long operation runs. Without one the operation runs to its end.
#[expect(clippy::missing_errors_doc, reason = "said once: the reason why the job must end now")]
pub trait JobSteps: Send + Sync {
    /// Returns the id of the job, which is the same each time that it is run.
    fn id(&self) -> Uuid;

    /// Returns the last checkpoint, where the operation resumes.
    fn checkpoint(&self) -> Option<Value>;

    /// Checks that the job may go on, before it touches the next thing: it was not cancelled, the host
    /// does not end, and whoever dispatched it still has the right.
    fn ensure_may_go_on(&self) -> Result<(), ErrorBody>;

    /// Keeps a checkpoint and the progress.
    fn keep(&self, checkpoint: &Value, progress: &ProgressReport) -> Result<(), ErrorBody>;
}
