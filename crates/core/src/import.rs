//! Importing files: they become entries, then the extensions work on them.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use ext_library_sqlite::{ImportOutcome, SqliteLibrary};
use ext_wire::{ErrorBody, ErrorCode};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Core, CoreError, JobReport, JobRun, delivery,
    files::{self, Found},
};

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ImportProgress<'a> {
    /// A file is being read.
    Reading {
        /// Files done before it.
        done: u64,
        /// All files.
        total: u64,
        /// Where its entry will stand.
        path: &'a str,
    },
    /// An extension is being loaded; that takes seconds.
    Loading {
        /// Its id.
        extension: &'a str,
    },
    /// An extension works on an entry.
    Working {
        /// Its id.
        extension: &'a str,
        /// Events that it is done with.
        done: u64,
        /// Events that it had to work on.
        total: u64,
        /// The entry's path.
        path: &'a str,
    },
    /// Another program works on this library's events; this one waits.
    Waiting,
    /// Entries get vectors of their meaning, for search.
    Embedding {
        /// Entries done.
        done: u64,
        /// All that need one.
        total: u64,
    },
    /// A job runs.
    Job {
        /// Its operation.
        method: &'a str,
    },
}

/// What was imported, and what failed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    /// Files that became new entries.
    pub created: u64,
    /// Files with new content for their entry.
    pub updated: u64,
    /// Files that were there already.
    pub unchanged: u64,
    /// Events that extensions worked on, by extension.
    pub processed: BTreeMap<String, u64>,
    /// What became of the jobs that extensions made.
    pub jobs: JobReport,
    /// Entries that got a vector of their meaning, for search.
    pub embedded: u64,
    /// Milliseconds that it all took.
    pub duration_ms: u64,
    /// What failed; everything else is done.
    pub failures: Vec<Failure>,
}

/// Something that failed in an import.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// The file as the user named it, or the path of the entry.
    pub path: String,
    /// The entry, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<Uuid>,
    /// The extension that could not work on it; `None` when the file could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Name of the error code.
    pub code: &'static str,
    /// What went wrong and what to do.
    pub error: String,
}

impl Failure {
    pub(crate) fn of_file(path: &std::path::Path, code: ErrorCode, error: impl ToString) -> Self {
        Self {
            path: path.display().to_string(),
            entry_id: None,
            extension: None,
            code: code.name(),
            error: error.to_string(),
        }
    }

    pub(crate) fn of_extension(id: &str, error: ErrorBody) -> Self {
        Self {
            path: String::new(),
            entry_id: None,
            extension: Some(id.to_owned()),
            code: error.code.name(),
            error: error.error,
        }
    }
}

impl Core {
    /// Imports files and folders (with all that is in them, but for hidden files), then lets every
    /// installed extension work on the events that wait for it in this library and runs the jobs
    /// that may run; returns when all is done. What was interrupted goes on with the next import, and files that are imported again
    /// are offered again to extensions that failed on them.
    ///
    /// # Errors
    /// When the library itself fails. A file that cannot be imported, an extension that cannot be
    /// loaded, and an entry that an extension could not work on are in the report.
    pub fn import(
        &self,
        library: Uuid,
        paths: &[PathBuf],
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<ImportReport, CoreError> {
        let started = std::time::Instant::now();
        let store = self.libraries().open(library)?;
        let mut report = ImportReport::default();
        let files = collect(paths, &mut report);
        let unchanged = read_all(&store, &files, &mut report, progress)?;
        delivery::deliver(self, &store, library, &unchanged, &mut report, progress)?;
        self.run_jobs_of_import(library, &store, &mut report, progress)?;
        report.embedded = self.embed_pending(library, &mut |done, total| {
            progress(ImportProgress::Embedding { done, total });
        })?;
        report.duration_ms = millis(started.elapsed());
        Ok(report)
    }

    /// Runs the jobs that wait, and delivers what they caused.
    fn run_jobs_of_import(
        &self,
        library: Uuid,
        store: &SqliteLibrary,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<(), CoreError> {
        let show = &mut |run: JobRun| match run {
            JobRun::Started { method, .. } => progress(ImportProgress::Job { method: &method }),
            JobRun::Waiting => progress(ImportProgress::Waiting),
            JobRun::Progress { .. } | JobRun::Ended { .. } => {}
        };
        report.jobs = self.run_jobs(library, show)?;
        if report.jobs.done + report.jobs.failed > 0 {
            delivery::deliver(self, store, library, &[], report, progress)?;
        }
        Ok(())
    }
}

/// The files, each with an entry path of its own.
fn collect(paths: &[PathBuf], report: &mut ImportReport) -> Vec<Found> {
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

fn clash(found: &Found, other: &std::path::Path) -> Failure {
    let error = format!(
        "its entry would be `{}`, as that of {}: rename one of the folders",
        found.entry_path,
        other.display()
    );
    Failure::of_file(&found.file, ErrorCode::Conflict, error)
}

/// Makes the entries; returns those that were there already.
fn read_all(
    library: &SqliteLibrary,
    files: &[Found],
    report: &mut ImportReport,
    progress: &mut dyn FnMut(ImportProgress<'_>),
) -> Result<Vec<Uuid>, CoreError> {
    let total = files.len() as u64;
    let mut unchanged = Vec::new();
    for (done, Found { file, entry_path }) in (0..).zip(files) {
        progress(ImportProgress::Reading { done, total, path: entry_path });
        match library.import_file(file, entry_path) {
            Ok(imported) => match imported.outcome {
                ImportOutcome::Created => report.created += 1,
                ImportOutcome::Updated => report.updated += 1,
                ImportOutcome::Unchanged => {
                    report.unchanged += 1;
                    unchanged.push(imported.entry.id);
                }
            },
            Err(error) if ends_import(error.code()) => return Err(error.into()),
            Err(error) => report.failures.push(Failure::of_file(file, error.code(), error)),
        }
    }
    Ok(unchanged)
}

/// Whether the next file would fail as well.
const fn ends_import(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::NoSpace | ErrorCode::Corrupt | ErrorCode::Schema)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
