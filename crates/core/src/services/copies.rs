//! The service behind the operations `copies.*`.

use std::{
    num::NonZeroU32,
    ops::ControlFlow,
    sync::{Arc, atomic::AtomicBool},
};

use ext_library_sqlite::{
    BackupTarget, Damage, DamagedFile as FoundFile, SqliteLibrary, WrittenBackup,
};
use ext_services::{
    copies::LibraryCopies,
    work::{WorkRun, flow},
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        copies::{
            BackUpInput, BackupReport, ExportInput, ExportReport, MAX_KEPT_BACKUPS, RestoreInput,
        },
        libraries::LibraryInfo,
        work::{DamagedFile, LibraryCheck, WorkProgress},
    },
};

use super::{SystemRef, check, failed, work::absolute};
use crate::export::Export;

impl LibraryCopies for SystemRef {
    fn back_up(&self, run: &WorkRun<'_>, input: BackUpInput) -> Result<BackupReport, ErrorBody> {
        let BackUpInput { to, keep } = input;
        let (system, to) = (self.get()?, absolute(&to)?);
        let keep = keep.map(number_to_keep).transpose()?;
        let step = &mut |done, total| told(run.stop.as_deref(), run.progress, done, total);
        let target = BackupTarget { folder: &to, keep, job: run.job };
        let written = system.libraries.back_up_to(run.library, target, step).map_err(failed)?;
        let WrittenBackup { mut backup, folder, removed } = written;
        let users = match run.job {
            Some(_) => {
                backup.missing.truncate(BackupReport::MAX_NAMED);
                backup.damaged.truncate(BackupReport::MAX_NAMED);
                LibraryCheck::MAX_USERS_OF_JOB
            }
            None => LibraryCheck::MAX_USERS,
        };
        let library = system.libraries.open(run.library).map_err(failed)?;
        let lost = lost(&library, &backup.missing, &backup.damaged, users)?;
        Ok(BackupReport {
            folder: folder.display().to_string(),
            removed,
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
        let export = Export { library: &library, to: &to, under, job: run.job, step: &step };
        let mut report = export.run()?;
        if run.job.is_some() {
            report.copied.truncate(ExportReport::MAX_NAMED);
            report.failures.truncate(ExportReport::MAX_NAMED);
        }
        Ok(report)
    }
}

/// Checks the number of backups to keep.
fn number_to_keep(keep: u32) -> Result<NonZeroU32, ErrorBody> {
    let keep = NonZeroU32::new(keep).filter(|keep| keep.get() <= MAX_KEPT_BACKUPS);
    keep.ok_or_else(|| {
        let message = format!("`keep` is from 1 to {MAX_KEPT_BACKUPS}");
        ErrorBody::new(ErrorCode::BadInput, message)
    })
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
    users: usize,
) -> Result<Vec<DamagedFile>, ErrorBody> {
    let missing = missing.iter().map(|hash| (hash, Damage::Missing));
    let all = missing.chain(changed.iter().map(|hash| (hash, Damage::Changed)));
    let named = all.map(|(hash, damage)| {
        let used_by = library.users_of(hash).map_err(failed)?;
        Ok(check::damaged_file(FoundFile { hash: hash.clone(), damage, used_by }, users))
    });
    named.collect()
}
