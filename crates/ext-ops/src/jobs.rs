//! The operations `jobs.*`.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    Wire,
    ops::jobs::{Cancel, Checkpoint, Dispatch, List, Status},
};

use crate::{BuiltIn, caller_jobs::CallerJobs};
use ext_services::{extensions::ExtensionDirectory, library::LibraryDirectory};

require_service!("jobs", dyn LibraryDirectory);
require_service!("jobs", dyn ExtensionDirectory);

/// Implements an operation that is one call of the caller's jobs, with its input.
macro_rules! operation {
    ($trait:ident<$op:ident>, |$jobs:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $jobs = CallerJobs::of(context)?;
                $body
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

operation!(LibraryAction<Dispatch>, |jobs, input| jobs.dispatch(input));

operation!(LibraryQuery<Status>, |jobs, input| jobs.status(input.job_id));

operation!(LibraryAction<Cancel>, |jobs, input| jobs.cancel(input.job_id));

operation!(LibraryQuery<List>, |jobs, input| jobs.list(input));

operation!(LibraryAction<Checkpoint>, |jobs, input| jobs.checkpoint(input));
