//! The service behind the operations `copies.*`.

use std::{
    ops::ControlFlow,
    sync::{Arc, atomic::AtomicBool},
};

use ext_library_sqlite::{Damage, SqliteLibrary};
use ext_services::{
    copies::LibraryCopies,
    work::{WorkRun, flow},
};
use ext_wire::{
    ErrorBody,
    ops::{
        copies::{BackUpInput, BackupReport, ExportInput, ExportReport, LostFile, RestoreInput},
        libraries::LibraryInfo,
        work::WorkProgress,
    },
};

use super::{SystemRef, failed, work::absolute};
use crate::export::Export;

impl LibraryCopies for SystemRef {
    fn back_up(&self, run: &WorkRun<'_>, input: BackUpInput) -> Result<BackupReport, ErrorBody> {
        let (system, to) = (self.get()?, absolute(&input.to)?);
        let step = &mut |done, total| told(run.stop.as_deref(), run.progress, done, total);
        let backup = system.libraries.back_up(run.library, &to, step).map_err(failed)?;
        let library = system.libraries.open(run.library).map_err(failed)?;
        let lost = lost(&library, &backup.missing, &backup.damaged)?;
        Ok(BackupReport {
            format: backup.format,
            library_id: backup.library_id,
            name: backup.name,
            made_at: backup.made_at,
            database_hash: backup.database_hash,
            files: backup.files,
            missing: backup.missing,
            damaged: backup.damaged,
            lost,
        })
    }

    fn restore(
        &self,
        stop: Option<Arc<AtomicBool>>,
        progress: &dyn Fn(WorkProgress<'_>),
        input: RestoreInput,
    ) -> Result<LibraryInfo, ErrorBody> {
        let (system, from) = (self.get()?, absolute(&input.from)?);
        let step = &mut |done, total| told(stop.as_deref(), progress, done, total);
        system.libraries.restore_backup(&from, step).map_err(failed)
    }

    fn export(&self, run: &WorkRun<'_>, input: ExportInput) -> Result<ExportReport, ErrorBody> {
        let ExportInput { to, under } = input;
        let (system, to) = (self.get()?, absolute(&to)?);
        let library = system.libraries.open(run.library).map_err(failed)?;
        let step = |done, total| told(run.stop.as_deref(), run.progress, done, total);
        Export { library: &library, to: &to, under, step: &step }.run()
    }
}

/// Tells how far a copy is, and whether it goes on.
fn told(
    stop: Option<&AtomicBool>,
    progress: &dyn Fn(WorkProgress<'_>),
    done: u64,
    total: u64,
) -> ControlFlow<()> {
    progress(WorkProgress::Copying { done, total });
    flow(stop)
}

/// Names what belongs to files that a backup lacks.
fn lost(
    library: &SqliteLibrary,
    missing: &[String],
    changed: &[String],
) -> Result<Vec<LostFile>, ErrorBody> {
    let missing = missing.iter().map(|hash| (hash, Damage::Missing));
    let all = missing.chain(changed.iter().map(|hash| (hash, Damage::Changed)));
    let named = all.map(|(hash, damage)| {
        let used_by = library.users_of(hash).map_err(failed)?;
        let damage = match damage {
            Damage::Missing => "missing",
            _ => "changed",
        };
        Ok(LostFile { hash: hash.clone(), damage: damage.to_owned(), used_by })
    });
    named.collect()
}
