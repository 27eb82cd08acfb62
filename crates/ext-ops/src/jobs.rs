//! `jobs.*`.

use ext_registry::{
    Context, LibraryAction, LibraryQuery, OpError, register_library_action, register_library_query,
};
use ext_wire::ops::jobs::{
    CancelOutput, CheckpointInput, CheckpointOutput, DispatchInput, DispatchOutput, Job, JobRef,
    ListJobsInput, ListJobsOutput,
};

use crate::caller_jobs::CallerJobs;

/// Declares an operation that is one call of the caller's jobs, with its input.
macro_rules! operation {
    ($trait:ident, $name:ident, $register:ident, $method:literal, $summary:literal,
     |$jobs:ident, $input:ident: $in:ty| $body:expr => $out:ty) => {
        struct $name;

        impl $trait for $name {
            type Input = $in;
            type Output = $out;

            async fn execute($input: $in, context: Context<'_>) -> Result<$out, OpError> {
                let $jobs = CallerJobs::of(context)?;
                $body
            }
        }
        $register!($name, $method, $summary);
    };
}

operation!(LibraryAction, DispatchAction, register_library_action, "jobs.dispatch",
    "Writes down a job, to be run later",
    |jobs, input: DispatchInput| jobs.dispatch(input) => DispatchOutput);

operation!(LibraryQuery, StatusQuery, register_library_query, "jobs.status",
    "How a job fares",
    |jobs, input: JobRef| jobs.status(input.job_id) => Job);

operation!(LibraryAction, CancelAction, register_library_action, "jobs.cancel",
    "Ends a job",
    |jobs, input: JobRef| jobs.cancel(input.job_id) => CancelOutput);

operation!(LibraryQuery, ListQuery, register_library_query, "jobs.list",
    "Jobs, the newest first",
    |jobs, input: ListJobsInput| jobs.list(input) => ListJobsOutput);

operation!(LibraryAction, CheckpointAction, register_library_action, "jobs.checkpoint",
    "Says how far a running job is, and where it goes on after a crash",
    |jobs, input: CheckpointInput| jobs.checkpoint(input) => CheckpointOutput);
