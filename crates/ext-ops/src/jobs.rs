//! `jobs.*`.

use ext_registry::{
    Context, LibraryAction, LibraryQuery, OpError, register_library_action, register_library_query,
    require_service,
};
use ext_wire::ops::jobs::{
    CancelOutput, CheckpointInput, CheckpointOutput, DispatchInput, DispatchOutput, Job, JobRef,
    ListJobsInput, ListJobsOutput,
};

use crate::libraries;
use ext_services::jobs::{JobError, JobService};

require_service!("jobs", dyn JobService);

/// Declares an operation that is one call of the service, with the caller, its library and input.
macro_rules! operation {
    ($trait:ident, $name:ident, $register:ident, $method:literal, $summary:literal,
     |$jobs:ident, $caller:ident, $library:ident, $input:ident: $in:ty| $body:expr => $out:ty) => {
        struct $name;

        impl $trait for $name {
            type Input = $in;
            type Output = $out;

            async fn execute($input: $in, context: Context<'_>) -> Result<$out, OpError> {
                let $jobs = context.service::<dyn JobService>()?;
                let ($caller, $library) = (context.extension(), context.library()?);
                $body.map_err(error)
            }
        }
        $register!($name, $method, $summary);
    };
}

operation!(LibraryAction, DispatchAction, register_library_action, "jobs.dispatch",
    "Writes down a job, to be run later",
    |jobs, caller, library, input: DispatchInput|
    jobs.dispatch(caller, library, input) => DispatchOutput);

operation!(LibraryQuery, StatusQuery, register_library_query, "jobs.status",
    "How a job fares",
    |jobs, caller, library, input: JobRef| jobs.status(caller, library, input.job_id) => Job);

operation!(LibraryAction, CancelAction, register_library_action, "jobs.cancel",
    "Ends a job",
    |jobs, caller, library, input: JobRef|
    jobs.cancel(caller, library, input.job_id) => CancelOutput);

operation!(LibraryQuery, ListQuery, register_library_query, "jobs.list",
    "Jobs, the newest first",
    |jobs, caller, library, input: ListJobsInput|
    jobs.list(caller, library, input) => ListJobsOutput);

operation!(LibraryAction, CheckpointAction, register_library_action, "jobs.checkpoint",
    "Says how far a running job is, and where it goes on after a crash",
    |jobs, caller, library, input: CheckpointInput|
    jobs.checkpoint(caller, library, input) => CheckpointOutput);

fn error(error: JobError) -> OpError {
    match error {
        JobError::Refused(body) => body.into(),
        JobError::Library(error) => libraries::error(error),
    }
}
