//! The operations `work.*`: for the user only, but for the look at folders.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_services::work::{LibraryWork, WorkRun};
use ext_wire::{
    Wire,
    ops::work::{
        CheckLibrary, CountWaiting, Deliver, DeliverAgain, Import, Index, ListFailures,
        ListUnreadable, Replay, RunJobs, ScanLocations, ScanLocationsInput, ScanLocationsOutput,
    },
};

use crate::{BuiltIn, job_watch};

require_service!("work", dyn LibraryWork);

/// Implements an operation that is one run of the service.
macro_rules! run {
    ($trait:ident<$op:ident>, |$work:ident, $run:ident, $input:ident| $body:expr) => {
        impl $trait<$op> for BuiltIn {
            async fn execute(
                $input: <$op as Wire>::Input,
                context: Context<'_>,
            ) -> Result<<$op as Wire>::Output, OpError> {
                let $work = context.service::<dyn LibraryWork>()?;
                job_watch::run(context, |$run: &WorkRun<'_>| $body)
            }
        }
        register!($trait<$op> for BuiltIn);
    };
}

run!(LibraryAction<Import>, |work, run, input| work.import(run, input));

run!(LibraryAction<Deliver>, |work, run, _input| work.deliver(run));

run!(LibraryAction<DeliverAgain>, |work, run, input| work.deliver_again(run, input));

run!(LibraryAction<Replay>, |work, run, input| work.replay(run, input));

run!(LibraryQuery<ListFailures>, |work, run, _input| work.failures(run));

run!(LibraryAction<RunJobs>, |work, run, _input| work.run_jobs(run));

run!(LibraryAction<Index>, |work, run, _input| work.index(run));

run!(LibraryQuery<CountWaiting>, |work, run, input| work.count_waiting(run, &input.extension));

run!(LibraryQuery<ListUnreadable>, |work, run, input| work.unreadable(run, input));

run!(LibraryAction<CheckLibrary>, |work, run, input| work.check_library(run, input));

impl LibraryAction<ScanLocations> for BuiltIn {
    async fn execute(
        input: ScanLocationsInput,
        context: Context<'_>,
    ) -> Result<ScanLocationsOutput, OpError> {
        let work = context.service::<dyn LibraryWork>()?;
        let mut output = job_watch::run(context, |run| work.scan_locations(run, input))?;
        if context.extension().is_some() {
            output.locations.iter_mut().for_each(|location| location.problem = None);
        }
        Ok(output)
    }
}
register!(LibraryAction<ScanLocations> for BuiltIn);
