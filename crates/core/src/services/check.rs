//! The check of a library, with all its files.

use ext_library_sqlite::{Damage, DamagedFile as FoundFile, FilesReport, SqliteLibrary};
use ext_services::{
    library::{LibraryDirectory, LibraryError},
    work::{WorkRun, flow},
};
use ext_wire::{
    ErrorBody,
    ops::work::{CheckLibraryInput, DamagedFile, LibraryCheck, WorkProgress},
};

use super::failed;
use crate::system::System;

/// Checks the database, and then all files, or only whether they are there.
pub(super) fn run(
    system: &System,
    run: &WorkRun<'_>,
    input: &CheckLibraryInput,
) -> Result<LibraryCheck, ErrorBody> {
    (run.progress)(WorkProgress::Checking { done: 0, total: 0 });
    let database = system.libraries.check(run.library).map_err(failed)?;
    let library = system.libraries.open(run.library).map_err(failed)?;
    let report = match input.names_only {
        true => missing(&library, database.missing),
        false => library.check_files(&mut |done, total| {
            (run.progress)(WorkProgress::Checking { done, total });
            flow(run.stop.as_deref())
        }),
    };
    let report = report.map_err(failed)?;
    let (files, users) = match run.job {
        Some(_) => (LibraryCheck::MAX_FILES_OF_JOB, LibraryCheck::MAX_USERS_OF_JOB),
        None => (LibraryCheck::MAX_FILES, LibraryCheck::MAX_USERS),
    };
    let named = |file| damaged_file(file, users);
    Ok(LibraryCheck {
        checked: report.checked,
        total: report.total,
        stopped: report.is_stopped(),
        damaged: report.damaged.len() as u64,
        files: report.damaged.into_iter().take(files).map(named).collect(),
        quarantined: database.quarantined,
    })
}

/// Reports the files that are missing, of which none was read.
fn missing(library: &SqliteLibrary, hashes: Vec<String>) -> Result<FilesReport, LibraryError> {
    let damaged = hashes.into_iter().map(|hash| {
        let used_by = library.users_of(&hash)?;
        Ok(FoundFile { hash, damage: Damage::Missing, used_by })
    });
    Ok(FilesReport { damaged: damaged.collect::<Result<_, LibraryError>>()?, ..Default::default() })
}

/// Describes a damaged file, with at most `users` of the entries that it belongs to.
pub(super) fn damaged_file(found: FoundFile, users: usize) -> DamagedFile {
    let FoundFile { hash, damage, mut used_by } = found;
    let damage = match damage {
        Damage::Missing => "missing",
        Damage::Changed => "changed",
        _ => "unreadable",
    };
    let used_by_more = used_by.len().saturating_sub(users) as u64;
    used_by.truncate(users);
    DamagedFile { hash, damage: damage.to_owned(), used_by, used_by_more }
}
