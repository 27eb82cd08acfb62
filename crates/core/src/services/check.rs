//! The check of a library, with all its files.

use ext_library_sqlite::{Damage, DamagedFile as FoundFile};
use ext_services::{
    library::LibraryDirectory,
    work::{WorkRun, flow},
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::work::{DamagedFile, LibraryCheck, WorkProgress},
};

use super::failed;
use crate::system::System;

/// Checks the database, and then all files.
pub(super) fn run(system: &System, run: &WorkRun<'_>) -> Result<LibraryCheck, ErrorBody> {
    (run.progress)(WorkProgress::Checking { done: 0, total: 0 });
    let database = system.libraries.check(run.library).map_err(failed)?;
    let library = system.libraries.open(run.library).map_err(failed)?;
    let report = library.check_files(&mut |done, total| {
        (run.progress)(WorkProgress::Checking { done, total });
        flow(run.stop.as_deref())
    });
    let report = report.map_err(failed)?;
    if report.is_stopped() {
        let message = format!("stopped after {} of {} files", report.checked, report.total);
        return Err(ErrorBody::new(ErrorCode::Stopped, message));
    }
    Ok(LibraryCheck {
        checked: report.checked,
        damaged: report.damaged.len() as u64,
        files: report.damaged.into_iter().take(LibraryCheck::MAX_FILES).map(named).collect(),
        quarantined: database.quarantined,
    })
}

fn named(FoundFile { hash, damage, mut used_by }: FoundFile) -> DamagedFile {
    let damage = match damage {
        Damage::Missing => "missing",
        Damage::Changed => "changed",
        _ => "unreadable",
    };
    used_by.truncate(LibraryCheck::MAX_USERS);
    DamagedFile { hash, damage: damage.to_owned(), used_by }
}
