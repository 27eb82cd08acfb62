//! The threads that work on a library: they deliver its events, run its jobs, and let search find its
//! contents.
//!
//! A library is open only while something is done, so that it can be deleted in between.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ext_wire::ErrorCode;
use jiff::Timestamp;
use spacedrive_core::{CoreError, LibraryHandle, ParkedJobs, WorkProgress};
use uuid::Uuid;

use crate::{shared::Shared, threads::Threads};

/// Longest time between two looks, whatever the system tells of changes.
const LOOK: Duration = Duration::from_secs(30);
/// Time between two looks after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Time without a change after which contents are read for search: events and jobs go first.
const QUIET: Duration = Duration::from_millis(500);
/// Longest time in which a thread does not see that it is to end.
const TICK: Duration = Duration::from_millis(200);

/// One kind of work: it returns the time after which there may be more to do.
type Work = fn(&Shared, &LibraryHandle<'_>, Uuid) -> Result<Option<Timestamp>, CoreError>;

/// Starts the threads of a library. They end by themselves when it is gone.
pub(crate) fn start(shared: &Arc<Shared>, library: Uuid) -> std::io::Result<Threads> {
    let mut threads = Threads::default();
    let kinds: [(&'static str, Work, Duration); 3] = [
        ("deliver", deliver, Duration::ZERO),
        ("jobs", run_jobs, Duration::ZERO),
        ("index", index, QUIET),
    ];
    for (name, work, quiet) in kinds {
        let shared = Arc::clone(shared);
        threads.start(name, move |stop| Worker { shared, library, stop, name }.run(work, quiet))?;
    }
    Ok(threads)
}

struct Worker {
    shared: Arc<Shared>,
    library: Uuid,
    stop: Arc<AtomicBool>,
    name: &'static str,
}

impl Worker {
    fn run(&self, work: Work, quiet: Duration) {
        // A change that comes while there is work is seen by the next look.
        let mut seen = self.shared.changes.count(self.library);
        while !self.stop.load(Ordering::Relaxed) {
            let next = match self.work_once(work) {
                Ok(next) => next.map_or(LOOK, until),
                Err(error) if is_gone(&error) => return,
                Err(error) => {
                    self.shared.note_end(self.library, self.name, Some(error.to_string()));
                    AFTER_FAILURE
                }
            };
            seen = self.wait(seen, next);
            self.wait_for_quiet(&mut seen, quiet);
        }
    }

    fn work_once(&self, work: Work) -> Result<Option<Timestamp>, CoreError> {
        let library = self.shared.core.library(self.library)?.with_stop(Arc::clone(&self.stop));
        work(&self.shared, &library, self.library)
    }

    /// Waits for a change, for a time, or for the end.
    fn wait(&self, seen: u64, mut time: Duration) -> u64 {
        loop {
            let step = time.min(TICK);
            let now = self.shared.changes.wait(self.library, seen, step);
            time = time.saturating_sub(step);
            if now != seen || time.is_zero() || self.stop.load(Ordering::Relaxed) {
                return now;
            }
        }
    }

    fn wait_for_quiet(&self, seen: &mut u64, quiet: Duration) {
        while !quiet.is_zero() && !self.stop.load(Ordering::Relaxed) {
            let now = self.wait(*seen, quiet);
            if now == *seen {
                return;
            }
            *seen = now;
        }
    }
}

fn deliver(
    shared: &Shared,
    library: &LibraryHandle<'_>,
    id: Uuid,
) -> Result<Option<Timestamp>, CoreError> {
    let report = library.deliver(&mut |progress| {
        if let WorkProgress::Delivering { extension, path, .. } = progress {
            shared.note(id, |state| state.delivering = Some(format!("{extension}: {path}")));
        }
    });
    shared.note(id, |state| state.delivering = None);
    // A failed event is kept in the library; one that reached no extension is told here.
    let failure = report?.failures.into_iter().find(|failure| failure.entry_id.is_none());
    shared.note_end(id, "deliver", failure.map(|failure| failure.error));
    Ok(library.next_retry_at()?.and_then(|at| at.parse().ok()))
}

fn run_jobs(
    shared: &Shared,
    library: &LibraryHandle<'_>,
    id: Uuid,
) -> Result<Option<Timestamp>, CoreError> {
    let parked = if shared.tries_parked_jobs(id) { ParkedJobs::Try } else { ParkedJobs::Leave };
    let report = library.run_jobs_with(parked, &mut |progress| match progress {
        WorkProgress::JobStarted { .. } => shared.note(id, |state| state.running_jobs += 1),
        WorkProgress::JobEnded { .. } => {
            shared.note(id, |state| state.running_jobs = state.running_jobs.saturating_sub(1));
        }
        _ => {}
    });
    shared.note(id, |state| state.running_jobs = 0);
    let next = report?.jobs.next_at;
    shared.note_end(id, "jobs", None);
    Ok(next.and_then(|at| at.parse().ok()))
}

fn index(
    shared: &Shared,
    library: &LibraryHandle<'_>,
    id: Uuid,
) -> Result<Option<Timestamp>, CoreError> {
    let report = library.index(&mut |progress| {
        let text = match progress {
            WorkProgress::Indexing { path, .. } => path.into_owned(),
            WorkProgress::Embedding { done, total } => format!("vectors: {done} of {total}"),
            _ => return,
        };
        shared.note(id, |state| state.indexing = Some(text));
    });
    shared.note(id, |state| state.indexing = None);
    report?;
    shared.note_end(id, "index", None);
    Ok(None)
}

/// Returns the time until a moment; at least a little, so that one that passed keeps nobody busy.
fn until(moment: Timestamp) -> Duration {
    let time = moment.duration_since(Timestamp::now());
    Duration::try_from(time).unwrap_or_default().clamp(Duration::from_millis(50), LOOK)
}

fn is_gone(error: &CoreError) -> bool {
    matches!(error, CoreError::Library(error) if error.code() == ErrorCode::NotFound)
}
