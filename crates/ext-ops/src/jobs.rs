//! `jobs.*`.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    Wire,
    ops::jobs::{Cancel, Checkpoint, Dispatch, List, Status},
};

use crate::{BuiltIn, libraries};
use ext_services::jobs::{JobError, JobService};

require_service!("jobs", dyn JobService);

/// Implements an operation that is one call of the service, with the caller, its library and input.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$jobs:ident, $caller:ident, $library:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $jobs = context.service::<dyn JobService>()?;
                let ($caller, $library) = (context.extension(), context.library()?);
                $body.map_err(error)
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(LibraryAction<Dispatch>, |jobs, caller, library, input| jobs
    .dispatch(caller, library, input));

operation!(LibraryQuery<Status>, |jobs, caller, library, input| jobs.status(
    caller,
    library,
    input.job_id
));

operation!(LibraryAction<Cancel>, |jobs, caller, library, input| jobs.cancel(
    caller,
    library,
    input.job_id
));

operation!(LibraryQuery<List>, |jobs, caller, library, input| jobs.list(caller, library, input));

operation!(LibraryAction<Checkpoint>, |jobs, caller, library, input| jobs
    .checkpoint(caller, library, input));

fn error(error: JobError) -> OpError {
    match error {
        JobError::Refused(body) => body.into(),
        JobError::Library(error) => libraries::error(error),
    }
}
