//! Delivering a library's events to the extensions that listen to them.

use std::{collections::BTreeMap, path::Path, thread, time::Duration};

use ext_fs::Lock;
use ext_library_sqlite::SqliteLibrary;
use ext_manager::ExtensionState;
use ext_manifest::Manifest;
use ext_services::library::{EventFailure, Events, HandlerError};
use ext_wire::{ErrorBody, ErrorCode, Event};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use crate::{Core, CoreError, Failure, ImportProgress, ImportReport};

/// Name of the file that one deliverer at a time holds.
const LOCK: &str = "delivery.lock";

/// How often an event is tried when the host was too busy for the extension's calls.
const ATTEMPTS: u32 = 5;
/// The longest pause between two of these.
const LONGEST: Duration = Duration::from_secs(10);
/// An event that is tried again within this time is waited for.
const SOON: SignedDuration = SignedDuration::from_secs(10);
/// How often is looked whether it is time.
const LOOK: Duration = Duration::from_millis(50);

/// Lets every installed extension work on all events that wait for it. Before, the failed events of
/// the entries in `again` are put back.
///
/// One program at a time does this for a library, so that no event is worked on twice at once.
pub(crate) fn deliver(
    core: &Core,
    store: &SqliteLibrary,
    library: Uuid,
    again: &[Uuid],
    report: &mut ImportReport,
    progress: &mut dyn FnMut(ImportProgress<'_>),
) -> Result<(), CoreError> {
    let folder = store.info()?.path;
    let lock = Lock::acquire_or_wait(&Path::new(&folder).join(LOCK), || {
        progress(ImportProgress::Waiting)
    })?;
    for manifest in core.installed().manifests() {
        let receives = manifest.permissions().libraries().contains(library);
        let subscriber = Subscriber::new(&manifest, store)?;
        if receives && !subscriber.kinds.is_empty() {
            store.retry(subscriber.id, again)?;
            subscriber.deliver(core, store, report, progress)?;
        }
    }
    drop(lock);
    Ok(())
}

struct Subscriber<'a> {
    id: &'a str,
    kinds: Vec<String>,
}

impl<'a> Subscriber<'a> {
    /// It receives what its manifest names, and what it subscribed to in this library.
    fn new(manifest: &'a Manifest, store: &SqliteLibrary) -> Result<Self, CoreError> {
        let mut kinds = store.subscriptions(manifest.id())?;
        kinds.extend(manifest.events().iter().cloned());
        kinds.sort();
        kinds.dedup();
        Ok(Self { id: manifest.id(), kinds })
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.iter().map(String::as_str).collect()
    }

    fn deliver(
        &self,
        core: &Core,
        store: &SqliteLibrary,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<(), CoreError> {
        let total = store.pending(self.id, &self.kinds())?;
        if total == 0 && !retries_soon(store, self.id)? {
            return Ok(());
        }
        progress(ImportProgress::Loading { extension: self.id });
        if let Err(error) = core.ensure_loaded(self.id) {
            report.failures.push(Failure::of_extension(self.id, error.into()));
            return Ok(());
        }
        let failed = self.work(core, store, total, report, progress)?;
        report.failures.extend(failed);
        Ok(())
    }

    fn work(
        &self,
        core: &Core,
        store: &SqliteLibrary,
        total: u64,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<Vec<Failure>, CoreError> {
        let (mut done, mut failed) = (0, BTreeMap::new());
        while let Some(event) = self.next(store)? {
            let (path, extension) = (event.entry.path.as_str(), self.id);
            // An extension that makes entries makes events for the others while it works.
            let total = total.max(done + 1);
            if !core.manager().receives(extension, event.library_id, path) {
                store.acknowledge(self.id, event.id)?;
                done += 1;
                continue;
            }
            core.grant_service().event_received(extension, &event.kind, event.library_id);
            progress(ImportProgress::Working { extension, done, total, path });
            match deliver_one(core, self.id, &event) {
                Ok(()) => {
                    store.acknowledge(self.id, event.id)?;
                    failed.remove(&event.id);
                    *report.processed.entry(self.id.to_owned()).or_default() += 1;
                }
                Err(error) if error.code == ErrorCode::Stopped && is_stopped(core, self.id) => {
                    // The event waits until the extension may run again.
                    failed.insert(event.id, Failure::of_extension(self.id, error));
                    break;
                }
                Err(error) => {
                    let may_pass = may_pass(error.code);
                    let why = HandlerError { code: error.code, message: &error.error, may_pass };
                    store.fail(self.id, event.id, &why)?;
                    failed.insert(event.id, failure(self.id, &event, error));
                }
            }
            done += 1;
        }
        Ok(failed.into_values().collect())
    }

    /// The next event; waits for one that is tried again soon.
    fn next(&self, store: &SqliteLibrary) -> Result<Option<Event>, CoreError> {
        loop {
            if let Some(event) = store.next_event(self.id, &self.kinds())? {
                return Ok(Some(event));
            }
            if !retries_soon(store, self.id)? {
                return Ok(None);
            }
            thread::sleep(LOOK);
        }
    }
}

/// Whether an event is to be tried again within [`SOON`].
fn retries_soon(store: &SqliteLibrary, id: &str) -> Result<bool, CoreError> {
    let Some(at) = store.next_retry(id)? else { return Ok(false) };
    let at: Option<Timestamp> = at.parse().ok();
    Ok(at.is_some_and(|at| at.duration_since(Timestamp::now()) <= SOON))
}

/// Whether the extension takes no events for now, whatever they are.
fn is_stopped(core: &Core, id: &str) -> bool {
    let loaded = core.manager().list();
    let health = loaded.iter().find(|loaded| loaded.manifest.id() == id);
    health.is_none_or(|loaded| loaded.health.state == ExtensionState::Quarantined)
}

/// Whether the same event may go well later.
const fn may_pass(code: ErrorCode) -> bool {
    is_transient(code) || matches!(code, ErrorCode::Io | ErrorCode::NoSpace | ErrorCode::Internal)
}

fn deliver_one(core: &Core, id: &str, event: &Event) -> Result<(), ErrorBody> {
    let mut attempt = 1;
    loop {
        match core.manager().deliver(id, event) {
            Err(error) if attempt < ATTEMPTS && is_transient(error.code()) => {
                let asked = error.retry_after_ms().map(Duration::from_millis);
                thread::sleep(asked.unwrap_or(Duration::from_secs(attempt.into())).min(LONGEST));
                attempt += 1;
            }
            result => return Ok(result?),
        }
    }
}

const fn is_transient(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Rate | ErrorCode::Busy)
}

fn failure(id: &str, event: &Event, error: ErrorBody) -> Failure {
    Failure {
        path: event.entry.path.clone(),
        entry_id: Some(event.entry.id),
        extension: Some(id.to_owned()),
        code: error.code.name(),
        error: error.error,
    }
}

impl Core {
    /// The events of a library that extensions could not work on, by extension, oldest first. An
    /// import of the same files tries them again.
    ///
    /// # Errors
    /// When the library fails.
    pub fn failures(&self, library: Uuid) -> Result<Vec<(String, EventFailure)>, CoreError> {
        let store = self.libraries().open(library)?;
        let mut all = Vec::new();
        for manifest in self.installed().manifests() {
            let failures = store.failures(manifest.id())?;
            all.extend(failures.into_iter().map(|failure| (manifest.id().to_owned(), failure)));
        }
        Ok(all)
    }

    /// The events of a library that are not tried again by themselves, by extension, oldest first.
    ///
    /// # Errors
    /// When the library fails.
    pub fn dead_letters(&self, library: Uuid) -> Result<Vec<DeadLetter>, CoreError> {
        let failures = self.failures(library)?.into_iter();
        let dead = failures.filter(|(_, failure)| failure.retry_at.is_none());
        Ok(dead.map(|(extension, failure)| DeadLetter::new(extension, failure)).collect())
    }

    /// Delivers dead letters again: one, all of an extension, or all; then whatever else waits.
    ///
    /// # Errors
    /// When the library itself fails. What fails again is in the report.
    pub fn replay(
        &self,
        library: Uuid,
        extension: Option<&str>,
        event: Option<u64>,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<ImportReport, CoreError> {
        let store = self.libraries().open(library)?;
        let wanted = |id: &str| extension.is_none_or(|extension| extension == id);
        for manifest in self.installed().manifests() {
            if wanted(manifest.id()) {
                store.replay(manifest.id(), event)?;
            }
        }
        let mut report = ImportReport::default();
        deliver(self, &store, library, &[], &mut report, progress)?;
        Ok(report)
    }
}

/// An event that an extension could not work on, and that is not tried again by itself.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// The event.
    pub event_id: u64,
    /// Its kind.
    pub kind: String,
    /// The extension.
    pub extension: String,
    /// The entry that it is about.
    pub entry_id: Uuid,
    /// What the entry is called.
    pub entry_name: String,
    /// Name of the error code.
    pub code: &'static str,
    /// What went wrong.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last, RFC 3339, UTC.
    pub at: String,
}

impl DeadLetter {
    fn new(extension: String, failure: EventFailure) -> Self {
        Self {
            event_id: failure.event_id,
            kind: failure.kind,
            extension,
            entry_id: failure.entry_id,
            entry_name: failure.entry_name,
            code: failure.code.name(),
            error: failure.message,
            attempts: failure.attempts,
            at: failure.at,
        }
    }
}
