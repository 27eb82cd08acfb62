//! The handle of one library: import, delivery and jobs.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use ext_services::library::LibraryError;
use ext_wire::EntryPath;
use uuid::Uuid;

use crate::{
    error::CoreError,
    system::System,
    work::{
        dead_letters, delivery, import, indexing,
        jobs::{self, ParkedJobs},
        open::OpenLibrary,
        removed_files::{self, RemovalLook, RemovalReport},
        report::{FailedEvent, IndexReport, WorkProgress, WorkReport, timed},
        rules::Rules,
    },
};

/// A folder that a library follows.
#[derive(Debug, Clone, Copy)]
pub struct FollowedFolder<'a> {
    /// Its path.
    pub folder: &'a Path,
    /// The place of its entries [default: as an import chooses it].
    pub into: Option<&'a str>,
    /// Patterns of files and folders that are left out.
    pub ignore: &'a [String],
}

/// One library: [`Core::library`](crate::Core::library) opens it.
///
/// Three methods let extensions work and return a [`WorkReport`], and [`index`](Self::index) lets search
/// find what came; all report their progress to a function. One program at a time delivers the events of a library, and one runs its jobs: another
/// one waits.
///
/// ```
/// # let data = tempfile::tempdir()?;
/// # let file = data.path().join("note.txt");
/// # std::fs::write(&file, "Coffee, 3.20 EUR")?;
/// # let core = spacedrive_core::Core::open(data.path())?;
/// # let id = core.libraries().create("Papers")?.id;
/// use ext_services::library::LibraryDirectory;
///
/// let library = core.library(id)?;
/// let report = library.import(&[file], &mut |_| {})?;
/// assert_eq!((report.created, report.failures.len()), (1, 0));
/// assert_eq!(library.run_jobs(&mut |_| {})?.jobs.done, 0);
/// assert!(library.dead_letters()?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LibraryHandle<'a> {
    library: OpenLibrary<'a>,
}

impl<'a> LibraryHandle<'a> {
    pub(crate) fn open(system: &'a System, id: Uuid) -> Result<Self, CoreError> {
        Ok(Self { library: OpenLibrary::new(system, id)? })
    }

    /// Lets a flag end the work of this handle: after the file, the event or the batch at hand, and
    /// after the jobs that run.
    #[must_use]
    pub fn with_stop(mut self, stop: Arc<AtomicBool>) -> Self {
        self.library.stop = stop;
        self
    }

    /// Imports files and folders (with all that is in them, but for hidden files), then lets every
    /// installed extension work on the events that wait for it, and runs the jobs that may run;
    /// returns when all is done; [`index`](Self::index) comes after it. An interrupted import resumes with the next one, and files that are
    /// imported again are offered again to extensions that failed on them.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library itself fails, and, without paths, when another program
    /// that works on it gets nowhere; [`CoreError::Io`] when its lock cannot be taken. A file that cannot
    /// be imported, an extension that cannot be loaded, and an entry that an extension could not work on
    /// are in the report.
    pub fn import(
        &self,
        paths: &[PathBuf],
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        timed(|report| import::import(&self.library, paths, None, report, progress))
    }

    /// Imports files and folders as [`Self::import`] does, into a place that the caller names: the
    /// files of each folder become entries below it. A folder that was imported before stays where it
    /// is, and is in the report's failures.
    ///
    /// # Errors
    /// [`LibraryError::Name`](ext_services::library::LibraryError::Name) when the place is not a valid
    /// path of an entry; as [`Self::import`].
    pub fn import_into(
        &self,
        place: &str,
        paths: &[PathBuf],
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        let place: EntryPath = place.parse().map_err(LibraryError::from)?;
        timed(|report| import::import(&self.library, paths, Some(&place), report, progress))
    }

    /// Makes entries of files and folders as [`Self::import`] and [`Self::import_into`] do, and leaves
    /// their events to [`Self::deliver`].
    ///
    /// # Errors
    /// As [`Self::import_into`].
    pub fn add(
        &self,
        paths: &[PathBuf],
        into: Option<&str>,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        let into = into.map(str::parse::<EntryPath>).transpose().map_err(LibraryError::from)?;
        timed(|report| import::add(&self.library, paths, into.as_ref(), report, progress).map(drop))
    }

    /// Makes entries of files of a folder that is followed, as [`Self::add`] does, without those that
    /// its rules leave out: `ignore`, and the files `.spacedriveignore` and, in working trees of git,
    /// `.gitignore` ([patterns](https://git-scm.com/docs/gitignore)). Rules that cannot be read let
    /// nothing in, and are in the report's failures.
    ///
    /// # Errors
    /// As [`Self::import_into`].
    pub fn add_followed(
        mut self,
        followed: &FollowedFolder<'_>,
        paths: &[PathBuf],
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        self.library.rules = Some(Rules::new(followed.folder, followed.ignore));
        // What is below the folder has its place below that of the folder.
        let is_root = paths.iter().all(|path| path == followed.folder);
        self.add(paths, followed.into.filter(|_| is_root), progress)
    }

    /// Moves entries to the bin whose files were deleted from a folder that is followed. Where it looks
    /// as if the folder, or a disk in it, were away, nothing is done, and the report says so.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library fails.
    pub fn follow_removals(
        &self,
        folder: &Path,
        look: RemovalLook<'_>,
    ) -> Result<RemovalReport, CoreError> {
        removed_files::follow(&self.library, folder, look)
    }

    /// Lets the entries of a file, or of the files of a folder, follow it to another name on the disk.
    /// Entries that the user moved, and those whose new path is taken, stay where they are. Returns the
    /// number of those that have another path now.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library fails.
    pub fn follow_rename(&self, from: &Path, to: &Path) -> Result<u64, CoreError> {
        import::follow_rename(&self.library, from, to)
    }

    /// Lists the events that extensions could not work on, by extension, oldest first. An import of
    /// the same files tries them again.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library fails.
    pub fn failures(&self) -> Result<Vec<FailedEvent>, CoreError> {
        dead_letters::failures(&self.library)
    }

    /// Lists the events that are not retried without being asked, by extension, oldest first.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library fails.
    pub fn dead_letters(&self) -> Result<Vec<FailedEvent>, CoreError> {
        dead_letters::dead_letters(&self.library)
    }

    /// Delivers dead letters again: one, all of an extension, or all; then whatever else waits.
    ///
    /// # Errors
    /// As [`Self::import`]. The events that fail again are in the report.
    pub fn replay(
        &self,
        extension: Option<&str>,
        event: Option<u64>,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        timed(|report| dead_letters::replay(&self.library, extension, event, report, progress))
    }

    /// Returns the number of events that wait for an extension; an import delivers them.
    ///
    /// # Errors
    /// [`CoreError::NotInstalled`], [`CoreError::Manifest`] when its files cannot be read,
    /// [`CoreError::Library`] when the library fails.
    pub fn waiting_events(&self, extension: &str) -> Result<u64, CoreError> {
        delivery::waiting(&self.library, extension)
    }

    /// Schedules the last event of each entry at or below the path `under`, or of every entry, for
    /// another delivery to an extension that has dealt with it; an import delivers them. Handlers are
    /// idempotent, so a new version of an extension can work again on what an older one has seen.
    /// Returns the number of events.
    ///
    /// # Errors
    /// As [`Self::waiting_events`].
    pub fn deliver_again(&self, extension: &str, under: Option<&str>) -> Result<u64, CoreError> {
        delivery::again(&self.library, extension, under)
    }

    /// Lets every installed extension work on the events that wait for it; returns when none is left
    /// but those that are retried later ([`Self::next_retry_at`]).
    ///
    /// # Errors
    /// As [`Self::import`].
    pub fn deliver(
        &self,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        timed(|report| delivery::deliver(&self.library, &[], report, progress))
    }

    /// Returns the time of the next retry of a failed event, RFC 3339, UTC.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library fails.
    pub fn next_retry_at(&self) -> Result<Option<String>, CoreError> {
        delivery::next_retry_at(&self.library)
    }

    /// Runs the jobs that may run now, and those that they dispatch, until none is left; jobs that
    /// wait for a later time stay. Up to `concurrent_jobs` of an extension (its manifest's) run at the
    /// same time.
    ///
    /// # Errors
    /// As [`Self::import`]. The error that a job ends with is in the job.
    pub fn run_jobs(
        &self,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        timed(|report| {
            report.jobs = jobs::run(&self.library, ParkedJobs::Try, progress)?;
            Ok(())
        })
    }

    /// Runs jobs as [`Self::run_jobs`] does, and says what is to be done with those that are parked: a
    /// program that runs jobs again and again tries them when something changed that they may wait for.
    ///
    /// # Errors
    /// As [`Self::run_jobs`].
    pub fn run_jobs_with(
        &self,
        parked: ParkedJobs,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<WorkReport, CoreError> {
        timed(|report| {
            report.jobs = jobs::run(&self.library, parked, progress)?;
            Ok(())
        })
    }

    /// Reads the texts of contents that search does not know yet, and makes the vectors of texts that
    /// lack one. Where there is no model, no vectors are made: a search then goes by words, and says
    /// why. An interrupted run is resumed by the next one; when another program is at it, nothing is
    /// done.
    ///
    /// # Errors
    /// [`CoreError::Library`] when the library or the model fails; [`CoreError::Io`] when the lock
    /// cannot be taken. A content that cannot be read is in the report.
    pub fn index(
        &self,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<IndexReport, CoreError> {
        indexing::index(&self.library, progress)
    }
}
