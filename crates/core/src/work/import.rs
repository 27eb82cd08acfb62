//! Importing files: they become entries, then the extensions work on them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ext_library_sqlite::ImportOutcome;
use ext_services::library::LibraryError;
use ext_wire::{ErrorCode, ops::vdfs::MAX_PATH_BYTES};
use uuid::Uuid;

use super::{
    delivery::deliver,
    embedding::embed_pending,
    files::{self, Found},
    jobs,
    open::OpenLibrary,
    report::{Failure, WorkProgress, WorkReport, path_text},
};
use crate::error::CoreError;

/// Makes entries of the files, delivers their events, and runs the jobs that come of them.
pub(crate) fn import(
    library: &OpenLibrary<'_>,
    paths: &[PathBuf],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    let files = collect(paths, report);
    let unchanged = read_all(library, &files, report, progress)?;
    deliver(library, &unchanged, report, progress)?;
    report.jobs = jobs::run(library, progress)?;
    if report.jobs.done + report.jobs.failed > 0 {
        // The jobs may have caused events.
        deliver(library, &[], report, progress)?;
    }
    report.embedded = embed_pending(library, progress)?;
    report.stopped = library.is_stopped();
    Ok(())
}

/// Finds the files, each with an entry path of its own.
fn collect(paths: &[PathBuf], report: &mut WorkReport) -> Vec<Found> {
    let mut by_path: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut files = Vec::new();
    for found in paths.iter().flat_map(|path| files::find(path)) {
        match found {
            Err((path, error)) => {
                report.failures.push(Failure::of_file(&path, ErrorCode::Io, error));
            }
            Ok(found) => match by_path.insert(found.entry_path.clone(), found.file.clone()) {
                None => files.push(found),
                Some(same) if same == found.file => {}
                Some(other) => report.failures.push(clash(&found, &other)),
            },
        }
    }
    files
}

fn clash(found: &Found, other: &Path) -> Failure {
    let error = format!(
        "its entry would be `{}`, as that of {}: rename one of the folders",
        found.entry_path,
        path_text(other)
    );
    Failure::of_file(&found.file, ErrorCode::Conflict, error)
}

/// Makes the entries; returns those that were there already.
fn read_all(
    library: &OpenLibrary<'_>,
    files: &[Found],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<Vec<Uuid>, CoreError> {
    let total = files.len() as u64;
    let mut unchanged = Vec::new();
    for (done, Found { file, entry_path }) in (0..).zip(files) {
        if library.is_stopped() {
            report.left = total - done;
            break;
        }
        progress(WorkProgress::Reading { done, total, path: entry_path });
        match library.store.import_file(file, entry_path) {
            Ok(imported) => {
                if imported.entry.size == Some(0) {
                    report.empty.push(path_text(file));
                }
                match imported.outcome {
                    ImportOutcome::Created => report.created += 1,
                    ImportOutcome::Updated => report.updated += 1,
                    ImportOutcome::Unchanged => {
                        report.unchanged += 1;
                        unchanged.push(imported.entry.id);
                    }
                }
            }
            Err(error) if ends_import(error.code()) => return Err(error.into()),
            Err(error) => report.failures.push(file_failure(file, entry_path, error)),
        }
    }
    Ok(unchanged)
}

/// Describes a file that could not be imported. One whose name a library refuses needs another name.
fn file_failure(file: &Path, entry_path: &str, error: LibraryError) -> Failure {
    let code = error.code();
    let advice = match error {
        LibraryError::Name(_) if entry_path.len() > MAX_PATH_BYTES => {
            ": rename its folders to something shorter, or import one of them by itself"
        }
        LibraryError::Name(_) => ": rename it",
        _ => "",
    };
    Failure::of_file(file, code, format_args!("{error}{advice}"))
}

/// Returns whether the next file would fail as well.
const fn ends_import(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSpace | ErrorCode::Corrupt | ErrorCode::Schema)
}
