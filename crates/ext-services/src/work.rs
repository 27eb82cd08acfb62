//! Work on libraries that takes long.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ext_wire::{
    ErrorBody,
    ops::work::{
        CheckLibraryInput, CountWaitingOutput, DeliverAgainInput, DeliverAgainOutput, ImportInput,
        IndexReport, LibraryCheck, ListFailuresOutput, ListUnreadableInput, ListUnreadableOutput,
        ReplayInput, ScanLocationsInput, ScanLocationsOutput, WorkProgress, WorkReport,
    },
};
use uuid::Uuid;

/// A run of work: the library that it is done on, and the caller that waits for it.
pub struct WorkRun<'a> {
    /// The library.
    pub library: Uuid,
    /// A flag that ends it after the step at hand.
    pub stop: Option<Arc<AtomicBool>>,
    /// The job that it is, which may have begun already and been killed.
    pub job: Option<Uuid>,
    /// A function that is told each step.
    pub progress: &'a dyn Fn(WorkProgress<'_>),
}

/// Returns whether work goes on, or was stopped by its flag.
pub fn flow(stop: Option<&AtomicBool>) -> ControlFlow<()> {
    match stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// The work on the libraries of a host. Each of its methods blocks until the work is done.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `work.*`")]
pub trait LibraryWork: Send + Sync {
    /// Imports files, and lets the extensions work on them.
    fn import(&self, run: &WorkRun<'_>, input: ImportInput) -> Result<WorkReport, ErrorBody>;

    /// Delivers the events that wait, and runs the jobs that come of them.
    fn deliver(&self, run: &WorkRun<'_>) -> Result<WorkReport, ErrorBody>;

    /// Puts the last event of each entry back for an extension.
    fn deliver_again(
        &self,
        run: &WorkRun<'_>,
        input: DeliverAgainInput,
    ) -> Result<DeliverAgainOutput, ErrorBody>;

    /// Delivers dead letters again.
    fn replay(&self, run: &WorkRun<'_>, input: ReplayInput) -> Result<WorkReport, ErrorBody>;

    /// Lists the events that extensions could not work on.
    fn failures(&self, run: &WorkRun<'_>) -> Result<ListFailuresOutput, ErrorBody>;

    /// Counts the events that wait for an extension.
    fn count_waiting(
        &self,
        run: &WorkRun<'_>,
        extension: &str,
    ) -> Result<CountWaitingOutput, ErrorBody>;

    /// Lists the contents that could not be read for search.
    fn unreadable(
        &self,
        run: &WorkRun<'_>,
        input: ListUnreadableInput,
    ) -> Result<ListUnreadableOutput, ErrorBody>;

    /// Runs the jobs that may run.
    fn run_jobs(&self, run: &WorkRun<'_>) -> Result<WorkReport, ErrorBody>;

    /// Reads contents for search.
    fn index(&self, run: &WorkRun<'_>) -> Result<IndexReport, ErrorBody>;

    /// Checks the database and all files.
    fn check_library(
        &self,
        run: &WorkRun<'_>,
        input: CheckLibraryInput,
    ) -> Result<LibraryCheck, ErrorBody>;

    /// Looks at the folders that the library follows.
    fn scan_locations(
        &self,
        run: &WorkRun<'_>,
        input: ScanLocationsInput,
    ) -> Result<ScanLocationsOutput, ErrorBody>;
}
