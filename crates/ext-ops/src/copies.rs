//! The operations `copies.*`, for the user only.

use ext_registry::{Context, CoreAction, LibraryAction, OpError, register, require_service};
use ext_services::copies::LibraryCopies;
use ext_wire::ops::{
    copies::{
        BackUp, BackUpInput, BackupReport, Export, ExportInput, ExportReport, Restore, RestoreInput,
    },
    libraries::LibraryInfo,
    work::WorkProgress,
};

use crate::{BuiltIn, job_watch};

require_service!("copies", dyn LibraryCopies);

impl LibraryAction<BackUp> for BuiltIn {
    async fn execute(input: BackUpInput, context: Context<'_>) -> Result<BackupReport, OpError> {
        let copies = context.service::<dyn LibraryCopies>()?;
        job_watch::run(context, |run| copies.back_up(run, input))
    }
}
register!(LibraryAction<BackUp> for BuiltIn);

impl CoreAction<Restore> for BuiltIn {
    async fn execute(input: RestoreInput, context: Context<'_>) -> Result<LibraryInfo, OpError> {
        let copies = context.service::<dyn LibraryCopies>()?;
        let progress = &|step: WorkProgress<'_>| context.progress().tell(step);
        Ok(copies.restore(context.deadline().stop_flag(), progress, input)?)
    }
}
register!(CoreAction<Restore> for BuiltIn);

impl LibraryAction<Export> for BuiltIn {
    async fn execute(input: ExportInput, context: Context<'_>) -> Result<ExportReport, OpError> {
        let copies = context.service::<dyn LibraryCopies>()?;
        job_watch::run(context, |run| copies.export(run, input))
    }
}
register!(LibraryAction<Export> for BuiltIn);
