//! Importing files: they become entries, then the extensions work on them.

use std::{
    collections::{BTreeMap, HashSet},
    hash::Hash,
    io,
    path::{Path, PathBuf},
};

use ext_library_sqlite::{ImportOutcome, ImportedFile, KnownFile, is_gone};
use ext_services::library::LibraryError;
use ext_wire::{EntryPath, ErrorCode, ops::vdfs::MAX_PATH_BYTES};
use uuid::Uuid;

use super::{
    delivery::{
        become_deliverer, become_deliverer_after_others, become_deliverer_soon, deliver_as,
    },
    files, jobs,
    open::OpenLibrary,
    places::{Places, Refused},
    report::{
        Failure, Followed, Skipped, Undecided, WorkProgress, WorkReport, failed_file, path_text,
    },
    seen_files::{self, SeenFiles},
};
use crate::error::CoreError;

/// A file to be imported, and the path of its entry.
struct Planned {
    file: PathBuf,
    entry_path: String,
}

/// Makes entries of the files, delivers their events, and runs the jobs that come of them.
pub(crate) fn import(
    library: &OpenLibrary<'_>,
    paths: &[PathBuf],
    into: Option<&EntryPath>,
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    // A daemon on the same folder would deliver the events as they come, and the report of this import
    // would tell nothing of them. One that is at work already is not waited for before files are read.
    let early = become_deliverer_soon(library)?;
    let unchanged = add(library, paths, into, report, progress)?;
    let deliverer = match early {
        // Nothing is done yet that a report would have to tell of.
        None if paths.is_empty() => become_deliverer_after_others(library, progress)?,
        None => become_deliverer(library, progress)?,
        early => early,
    };
    let Some(deliverer) = deliverer else { return Ok(()) };
    deliver_as(&deliverer, library, &unchanged, report, progress)?;
    report.jobs = jobs::run(library, jobs::ParkedJobs::Try, progress)?;
    if report.jobs.done + report.jobs.failed > 0 {
        // The jobs may have caused events.
        deliver_as(&deliverer, library, &[], report, progress)?;
    }
    report.stopped = library.is_stopped();
    Ok(())
}

/// Makes entries of the files, whose events wait; returns the entries that were there already.
pub(crate) fn add(
    library: &OpenLibrary<'_>,
    paths: &[PathBuf],
    into: Option<&EntryPath>,
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<Vec<Uuid>, CoreError> {
    library.store.ensure_writable()?;
    let files = plan(library, paths, into, report)?;
    let import = ext_services::new_id();
    let unchanged = read_all(library, import, &files, report, progress)?;
    report.stopped = library.is_stopped();
    Ok(unchanged)
}

/// Lets the entries of a file, or of the files below a folder, follow it to another name on the disk.
pub(crate) fn follow_rename(
    library: &OpenLibrary<'_>,
    from: &Path,
    to: &Path,
) -> Result<u64, CoreError> {
    let places = Places::of(&library.store)?;
    let mut followed = 0;
    for (entry, before) in library.store.entries_of_files(from)? {
        let below = before.strip_prefix(from).unwrap_or(Path::new(""));
        // Joining nothing would add a separator.
        let after = if below.as_os_str().is_empty() { to.to_owned() } else { to.join(below) };
        // Another file may have the name by now, and one outside of all folders has no place.
        let Ok(path) = places.entry_path(&after) else { continue };
        if is_gone(&before) && library.store.follow_file(entry, &after, &path)? {
            followed += 1;
        }
    }
    Ok(followed)
}

/// Finds the files, each with an entry path of its own.
fn plan(
    library: &OpenLibrary<'_>,
    paths: &[PathBuf],
    into: Option<&EntryPath>,
    report: &mut WorkReport,
) -> Result<Vec<Planned>, LibraryError> {
    let mut places = Places::of(&library.store)?;
    let mut by_path: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut planned = Vec::new();
    for path in paths {
        for file in files_at(path, into, library, &mut places, report)? {
            let entry_path = match places.entry_path(&file) {
                Ok(entry_path) => entry_path,
                Err(error) => {
                    report.failures.push(failed_file(&file, ErrorCode::Io, error));
                    continue;
                }
            };
            match by_path.insert(entry_path.clone(), file.clone()) {
                None => planned.push(Planned { file, entry_path }),
                Some(same) if same == file => {}
                Some(other) => report.failures.push(clash(&file, &entry_path, &other)),
            }
        }
    }
    // Folders that lie in one another are looked at more than once.
    keep_first(&mut report.skipped, |it| it.path.clone());
    keep_first(&mut report.failures, |it| (it.path.clone(), it.error.clone()));
    Ok(planned)
}

/// Removes the items whose key another one before has.
fn keep_first<T, K: Eq + Hash>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    let mut seen = HashSet::new();
    list.retain(|item| seen.insert(key(item)));
}

/// Finds the files behind one path, and sees to it that they have a place.
fn files_at(
    path: &Path,
    into: Option<&EntryPath>,
    library: &OpenLibrary<'_>,
    places: &mut Places<'_>,
    report: &mut WorkReport,
) -> Result<Vec<PathBuf>, LibraryError> {
    let failed = |(path, error): files::Unseen| failed_file(&path, unseen_code(&error), error);
    let found = match files::find(path, &library.system.own, library.rules.as_ref()) {
        Ok(found) => found,
        Err(unseen) => {
            report.failures.push(failed(unseen));
            return Ok(Vec::new());
        }
    };
    report.failures.extend(found.unseen.into_iter().map(failed));
    let skipped = found.skipped.iter();
    report.skipped.extend(
        skipped.map(|(path, kind)| Skipped { path: path_text(path), kind: (*kind).to_owned() }),
    );
    match places.settle(&found.folder, &found.files, into) {
        Ok(placed) => report.placed.extend(placed),
        Err(Refused::Library(error)) => return Err(error),
        Err(Refused::Folder(failure)) => {
            report.failures.push(failure);
            return Ok(Vec::new());
        }
    }
    Ok(found.files)
}

fn unseen_code(error: &io::Error) -> ErrorCode {
    match error.kind() {
        io::ErrorKind::InvalidInput => ErrorCode::Path,
        _ => ErrorCode::Io,
    }
}

fn clash(file: &Path, entry_path: &str, other: &Path) -> Failure {
    let error = format!(
        "its entry would be `{entry_path}`, as that of {}: rename one of the folders",
        path_text(other)
    );
    failed_file(file, ErrorCode::Conflict, error)
}

/// Makes the entries; returns those that were there already.
fn read_all(
    library: &OpenLibrary<'_>,
    import: Uuid,
    files: &[Planned],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<Vec<Uuid>, CoreError> {
    let (total, mut done) = (files.len() as u64, 0);
    let mut unchanged = Vec::new();
    let mut seen = SeenFiles::of(&library.store);
    for batch in files.chunks(seen_files::BATCH) {
        for (planned, known) in batch.iter().zip(known_files(library, batch)?) {
            if library.is_stopped() {
                report.left = total - done;
                return Ok(unchanged);
            }
            let (added, path) = (report.created + report.updated, (&planned.entry_path).into());
            progress(WorkProgress::Reading { done, total, added, path });
            done += 1;
            unchanged.extend(match known {
                Some(known) => Some(count_known(report, planned, known)),
                None => read_one(library, import, planned, &mut seen, report)?,
            });
        }
    }
    Ok(unchanged)
}

/// Finds the files that need not be read. Who names a file wants it read; a folder that is followed is
/// looked at again and again.
fn known_files(
    library: &OpenLibrary<'_>,
    files: &[Planned],
) -> Result<Vec<Option<KnownFile>>, CoreError> {
    if library.rules.is_none() {
        return Ok(vec![None; files.len()]);
    }
    let files: Vec<_> =
        files.iter().map(|it| (it.file.as_path(), it.entry_path.as_str())).collect();
    Ok(library.store.known_files(&files)?)
}

/// Makes the entry of a file; returns it when it was there already.
fn read_one(
    library: &OpenLibrary<'_>,
    import: Uuid,
    Planned { file, entry_path }: &Planned,
    seen: &mut SeenFiles<'_>,
    report: &mut WorkReport,
) -> Result<Option<Uuid>, CoreError> {
    match library.store.import_file_of(Some(import), file, entry_path) {
        Ok(mut imported) => {
            seen.add(imported.seen.take());
            note_empty(report, file, imported.entry.size);
            report.mended.extend(imported.mended.then(|| path_text(file)));
            let is_old =
                matches!(imported.outcome, ImportOutcome::Unchanged | ImportOutcome::Followed);
            let entry = is_old.then_some(imported.entry.id);
            count(report, file, imported);
            Ok(entry)
        }
        Err(error) if ends_import(error.code()) => Err(error.into()),
        Err(error) => {
            report.failures.push(file_failure(file, entry_path, error));
            Ok(None)
        }
    }
}

/// Counts a file that was not read.
fn count_known(report: &mut WorkReport, planned: &Planned, known: KnownFile) -> Uuid {
    note_empty(report, &planned.file, known.size);
    report.unchanged += 1;
    known.entry
}

fn note_empty(report: &mut WorkReport, file: &Path, size: Option<u64>) {
    if size == Some(0) {
        report.empty.push(path_text(file));
    }
}

/// Counts an imported file.
fn count(report: &mut WorkReport, file: &Path, imported: ImportedFile) {
    let ImportedFile { entry, outcome, before, .. } = imported;
    match outcome {
        ImportOutcome::Created => report.created += 1,
        ImportOutcome::Updated => report.updated += 1,
        ImportOutcome::Unchanged => report.unchanged += 1,
        ImportOutcome::InBin => report.in_bin.push(path_text(file)),
        ImportOutcome::Followed => {
            report
                .followed
                .extend(before.into_iter().map(|from| Followed { from, to: entry.path.clone() }));
            return;
        }
    }
    if !before.is_empty() {
        report.undecided.push(Undecided { path: entry.path, before });
    }
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
    failed_file(file, code, format_args!("{error}{advice}"))
}

/// Returns whether the next file would fail as well: it is the library that cannot be written.
const fn ends_import(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::NoSpace
            | ErrorCode::Corrupt
            | ErrorCode::Schema
            | ErrorCode::Busy
            | ErrorCode::ReadOnly
    )
}
