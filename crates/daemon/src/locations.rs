//! Folders that libraries follow.
//!
//! A folder is looked at as a whole when the daemon begins, when the system lost count of its changes
//! and when the user asks for it; in between the system tells which files changed. A file is read when
//! it has been quiet for a moment, so that no half of it becomes an entry.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant, SystemTime},
};

use ext_wire::ops::{locations::Location, work::Failure};
use notify::{
    EventKind, RecursiveMode, Watcher,
    event::{ModifyKind, RenameMode},
};
use spacedrive_core::{CoreError, FollowedFolder, RemovalLook, WorkProgress};

use crate::{
    failed_files::FailedFiles,
    shared::{LocationState, Shared},
    threads::Threads,
};

/// Time without a change after which a file counts as complete.
const QUIET: Duration = Duration::from_millis(250);
/// Time without the loss of a file after which those that are lost count as deleted: programs remove a
/// file and write it anew.
const GONE: Duration = Duration::from_secs(1);
/// Longest time for which a look at a whole folder waits for that.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// Time between two looks at the files that wait.
const TICK: Duration = Duration::from_millis(50);
/// Time between two tries to watch a folder that is away, and after a failure.
const AWAY: Duration = Duration::from_secs(5);
/// Most files that are read at once.
const BATCH: usize = 500;

type News = Result<notify::Event, notify::Error>;

/// A location, and the thread that follows it.
pub(crate) struct Follower {
    pub(crate) location: Location,
    _thread: Threads,
}

impl Follower {
    pub(crate) fn start(shared: &Arc<Shared>, location: Location) -> std::io::Result<Self> {
        let mut thread = Threads::default();
        let (shared, followed) = (Arc::clone(shared), location.clone());
        let (waiting, gone, gone_at, failed) = Default::default();
        thread.start("location", move |stop| {
            Run { shared, location: followed, stop, waiting, gone, gone_at, failed }.run();
        })?;
        Ok(Self { location, _thread: thread })
    }

    /// Tells whether a location is the one that is followed, in all that makes a difference to that.
    pub(crate) fn follows(&self, location: &Location) -> bool {
        let Location { accept_deletions, looked_at, .. } = location.clone();
        *location == Location { accept_deletions, looked_at, ..self.location.clone() }
    }
}

/// A file that changed, as it was last seen.
struct Waiting {
    since: Instant,
    size: u64,
    modified: Option<SystemTime>,
}

struct Run {
    shared: Arc<Shared>,
    location: Location,
    stop: Arc<AtomicBool>,
    waiting: BTreeMap<PathBuf, Waiting>,
    /// Files and folders that are gone, and when the last of them went.
    gone: BTreeSet<PathBuf>,
    gone_at: Option<Instant>,
    failed: FailedFiles,
}

impl Run {
    fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            let failure = match self.watch() {
                Ok(()) => return,
                Err(failure) => failure,
            };
            tracing::warn!(folder = self.location.folder, "{failure}");
            let state = move |state: &mut LocationState| {
                (state.watched, state.failure) = (false, Some(failure));
            };
            self.shared.note_location(self.location.id, state);
            self.pause(AWAY);
        }
    }

    /// Watches the folder until the end; an error is a folder that cannot be watched now.
    fn watch(&mut self) -> Result<(), String> {
        let folder = PathBuf::from(&self.location.folder);
        let (send, news) = channel();
        let mut watcher = notify::recommended_watcher(move |event: News| drop(send.send(event)))
            .map_err(|error| format!("the folder cannot be watched: {error}"))?;
        // First the watch, then the look: what comes in between is seen twice, and not missed.
        watcher
            .watch(&folder, RecursiveMode::Recursive)
            .map_err(|error| format!("the folder cannot be watched: {error}"))?;
        self.shared.note_location(self.location.id, |state| {
            (state.watched, state.failure) = (true, None);
        });
        self.wait_for_quiet(&news);
        self.look_at_all(&folder)?;
        self.follow(&folder, &news)
    }

    /// Looks at the whole folder: what came, and then what is gone.
    fn look_at_all(&mut self, folder: &Path) -> Result<(), String> {
        self.add(&[folder.to_owned()])?;
        self.remove(RemovalLook::due(&self.location))?;
        if self.stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let noted = self.shared.core.note_look(&self.location);
        noted.map_err(|error| format!("the look cannot be noted: {error}"))?;
        self.location.looked_at = Some(jiff::Timestamp::now().to_string());
        self.location.accept_deletions = false;
        Ok(())
    }

    /// Waits until nobody writes into the folder, though not for long, so that a look at all of it
    /// reads no half of a file.
    fn wait_for_quiet(&mut self, news: &Receiver<News>) {
        let end = Instant::now() + LONGEST_WAIT;
        while Instant::now() < end && !self.stop.load(Ordering::Relaxed) {
            match news.recv_timeout(QUIET) {
                Ok(event) => drop(self.take(event)),
                Err(_) => return,
            }
        }
    }

    fn follow(&mut self, folder: &Path, news: &Receiver<News>) -> Result<(), String> {
        while !self.stop.load(Ordering::Relaxed) {
            match news.recv_timeout(TICK) {
                Ok(event) => {
                    let mut lost = self.take(event);
                    while let Ok(event) = news.try_recv() {
                        lost |= self.take(event);
                    }
                    if lost {
                        self.wait_for_quiet(news);
                        self.look_at_all(folder)?;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err("the watch ended".to_owned()),
            }
            if !folder.is_dir() {
                return Err("the folder is away".to_owned());
            }
            let complete = self.complete();
            if !complete.is_empty() {
                self.add(&complete)?;
            }
            let again = self.failed.take_due(Instant::now());
            if !again.is_empty() {
                self.add(&again)?;
            }
            if self.gone_at.is_some_and(|at| at.elapsed() >= GONE) {
                self.gone_at = None;
                let gone = std::mem::take(&mut self.gone);
                self.remove(RemovalLook::Told(&gone))?;
            }
        }
        Ok(())
    }

    /// Takes news of files; returns true when the system lost count of them.
    fn take(&mut self, event: News) -> bool {
        let Ok(event) = event else { return true };
        if let EventKind::Modify(ModifyKind::Name(RenameMode::Both)) = event.kind
            && let [from, to] = event.paths.as_slice()
        {
            self.rename(from, to);
        }
        let is_change = matches!(
            event.kind,
            EventKind::Create(_)
                | EventKind::Modify(_)
                | EventKind::Remove(_)
                | EventKind::Any
                | EventKind::Other
        );
        if is_change {
            for path in &event.paths {
                self.look_at(path, Instant::now());
            }
        }
        event.need_rescan()
    }

    /// Lets entries follow their files. What does not work out becomes new entries.
    fn rename(&self, from: &Path, to: &Path) {
        if self.is_left_out(to) {
            return;
        }
        let library = self.shared.core.library(self.location.library_id);
        match library.and_then(|library| library.follow_rename(from, to)) {
            Ok(0) => {}
            Ok(_) => self.shared.changes.tell(self.location.library_id),
            Err(error) => tracing::warn!(folder = self.location.folder, "{error}"),
        }
    }

    /// Returns whether an import would leave a file out.
    fn is_left_out(&self, path: &Path) -> bool {
        is_hidden(Path::new(&self.location.folder), path) || self.shared.core.is_own_file(path)
    }

    /// Lets a file or folder wait until it is quiet.
    fn look_at(&mut self, path: &Path, now: Instant) {
        if self.is_left_out(path) {
            return;
        }
        let Ok(found) = fs::symlink_metadata(path) else {
            self.waiting.remove(path);
            self.gone.insert(path.to_owned());
            self.gone_at = Some(now);
            return;
        };
        if !found.is_file() {
            // It may stand in the place of a file.
            self.gone.insert(path.to_owned());
            self.gone_at = Some(now);
        }
        if found.is_file() || found.is_dir() {
            let (size, modified) = (found.len(), found.modified().ok());
            self.waiting.insert(path.to_owned(), Waiting { since: now, size, modified });
        }
    }

    /// Returns the files that were quiet for long enough.
    fn complete(&mut self) -> Vec<PathBuf> {
        let now = Instant::now();
        let ripe = self.waiting.iter().filter(|(_, it)| now - it.since >= QUIET);
        let ripe: Vec<PathBuf> = ripe.take(BATCH).map(|(path, _)| path.clone()).collect();
        let mut complete = Vec::new();
        for path in ripe {
            let Some(before) = self.waiting.remove(&path) else { continue };
            let Ok(found) = fs::symlink_metadata(&path) else { continue };
            if (found.len(), found.modified().ok()) == (before.size, before.modified) {
                complete.push(path);
            } else {
                self.look_at(&path, now);
            }
        }
        let waiting = (self.waiting.len() + complete.len()) as u64;
        self.shared.note_location(self.location.id, |state| state.waiting = waiting);
        complete
    }

    /// Makes entries of files and folders.
    fn add(&mut self, paths: &[PathBuf]) -> Result<(), String> {
        let mut noted = 0;
        let added = self.try_add(paths, &mut noted);
        let waiting = self.waiting.len() as u64;
        match added {
            Ok((added, failures)) => {
                self.note_added(&mut noted, added, waiting);
                self.note_failures(&failures);
                Ok(())
            }
            Err(error) => Err(format!("its library cannot be written: {error}")),
        }
    }

    /// Notes what could not be read. The last failure stands until nothing is left to be tried again.
    fn note_failures(&mut self, failures: &[Failure]) {
        self.failed.note(failures, Instant::now());
        let first = failures.first();
        let first = first.map(|failure| format!("{}: {}", failure.path, failure.error));
        if let Some(failure) = &first {
            tracing::warn!(folder = self.location.folder, "{failure}");
        }
        if first.is_some() || self.failed.is_empty() {
            self.shared.note_location(self.location.id, |state| state.failure = first);
        }
    }

    /// Makes the entries; `noted` counts those that the state of the location has already.
    fn try_add(
        &self,
        paths: &[PathBuf],
        noted: &mut u64,
    ) -> Result<(u64, Vec<Failure>), CoreError> {
        let Location { folder, into, ignore, library_id, .. } = &self.location;
        let library = self.shared.core.library(*library_id)?.with_stop(Arc::clone(&self.stop));
        let followed = FollowedFolder { folder: Path::new(folder), into: into.as_deref(), ignore };
        let quiet_later = self.waiting.len() as u64;
        let report = library.add_followed(&followed, paths, &mut |step| {
            if let WorkProgress::Reading { done, total, added, .. } = step {
                self.note_added(noted, added, total - done + quiet_later);
            }
        })?;
        let added = report.created + report.updated;
        if added > 0 {
            self.shared.changes.tell(self.location.library_id);
        }
        Ok((added, report.failures))
    }

    /// Notes how many files of a look became entries so far, of which `noted` are counted already.
    fn note_added(&self, noted: &mut u64, added: u64, waiting: u64) {
        let more = added.saturating_sub(std::mem::replace(noted, added));
        self.shared.note_location(self.location.id, |state| {
            state.added += more;
            state.waiting = waiting;
        });
    }

    /// Moves entries to the bin whose files are gone, unless the user wants to keep them.
    fn remove(&self, look: RemovalLook<'_>) -> Result<(), String> {
        if self.location.keep_deleted {
            return Ok(());
        }
        let library = self.shared.core.library(self.location.library_id);
        let folder = Path::new(&self.location.folder);
        let report = library.and_then(|library| {
            library.with_stop(Arc::clone(&self.stop)).follow_removals(folder, look)
        });
        let report = report.map_err(|error| format!("its library cannot be written: {error}"))?;
        if report.removed > 0 {
            self.shared.changes.tell(self.location.library_id);
        }
        if let Some(reason) = &report.reason {
            tracing::warn!(folder = self.location.folder, "no entry is removed: {reason}");
        }
        self.shared.note_location(self.location.id, |state| {
            state.removed += report.removed;
            // A look at some files says nothing of the others.
            if report.reason.is_some() || !matches!(look, RemovalLook::Told(_)) {
                (state.missing, state.missing_because) = (report.held, report.reason);
            }
        });
        Ok(())
    }

    fn pause(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
        }
    }
}

/// Tells whether a file, or a folder above it, is hidden: an import leaves these out as well.
fn is_hidden(folder: &Path, path: &Path) -> bool {
    let below = path.strip_prefix(folder).unwrap_or(path);
    below.iter().any(|name| name.as_encoded_bytes().first() == Some(&b'.'))
}
