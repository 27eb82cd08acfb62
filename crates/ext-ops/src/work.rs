//! The operations `work.*`, for the user only.

use ext_registry::{Context, LibraryAction, LibraryQuery, OpError, register, require_service};
use ext_services::work::{LibraryWork, WorkRun};
use ext_wire::{
    Wire,
    ops::work::{
        Deliver, DeliverAgain, Import, Index, ListFailures, Replay, RunJobs, WorkProgress,
    },
};

use crate::BuiltIn;

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
                let (library, stop) = (context.library()?, context.deadline().stop_flag());
                let progress = &|step: WorkProgress<'_>| context.progress().tell(step);
                let $run = &WorkRun { library, stop, progress };
                Ok($body?)
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
