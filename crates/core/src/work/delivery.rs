//! Delivering a library's events to the extensions that listen to them.

use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

use ext_fs::Lock;
use ext_library_sqlite::SqliteLibrary;
use ext_manager::{ExtensionState, Manager};
use ext_manifest::Manifest;
use ext_services::library::{Events, HandlerError, LibraryError, Sidecars};
use ext_wire::{
    ErrorBody, ErrorCode, Event,
    event::{ENTRY_CREATED, ENTRY_UPDATED},
    parts::{self, PartsRecord},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    open::OpenLibrary,
    report::{Failure, WorkProgress, WorkReport, count_parts, failed_extension},
    retry, settings_changed, side_by_side,
};
use crate::{error::CoreError, system::System};

/// Name of the file that one deliverer at a time holds.
const LOCK: &str = "delivery.lock";

/// Time for which a daemon that looks at the events is waited for.
const BRIEFLY: Duration = Duration::from_secs(2);

/// Time for which another program may get nowhere until it is no longer waited for.
const STANDS_STILL: Duration = Duration::from_secs(8);

/// Number of attempts for an event when the host was too busy for the extension's calls.
const MAX_ATTEMPTS: u32 = 5;
/// Longest pause between two of these.
const MAX_BACK_OFF: Duration = Duration::from_secs(10);
/// Time within which a retry that is due is waited for.
const SOON: SignedDuration = SignedDuration::from_secs(10);
/// Pause between two checks whether a retry is due.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Lets every installed extension work on all events that wait for it. Before, the failed events of
/// the entries in `retry` are put back.
///
/// One program at a time does this for a library, so that no event is delivered twice at once.
pub(crate) fn deliver(
    library: &OpenLibrary<'_>,
    retry: &[Uuid],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    match become_deliverer(library, progress)? {
        Some(deliverer) => deliver_as(&deliverer, library, retry, report, progress),
        None => Ok(()),
    }
}

/// The right to deliver the events of a library, which one program at a time has.
pub(crate) struct Deliverer {
    _lock: Lock,
}

/// Waits for the right to deliver; `None` when the work is to end meanwhile.
pub(crate) fn become_deliverer(
    library: &OpenLibrary<'_>,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<Option<Deliverer>, CoreError> {
    let waiting = || progress(WorkProgress::WaitingToDeliver);
    Ok(library.lock(LOCK, waiting)?.map(|lock| Deliverer { _lock: lock }))
}

/// Waits for the right to deliver as long as whoever has it gets on; `None` when the work is to end
/// meanwhile, `Busy` when the other one stands still.
pub(crate) fn become_deliverer_after_others(
    library: &OpenLibrary<'_>,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<Option<Deliverer>, CoreError> {
    let (mut seen, mut since) = (None, Instant::now());
    while !library.is_stopped() {
        if let Some(deliverer) = become_deliverer_soon(library)? {
            return Ok(Some(deliverer));
        }
        progress(WorkProgress::WaitingToDeliver);
        let now = Some(waiting_for_all(library)?);
        if now != seen {
            (seen, since) = (now, Instant::now());
        } else if since.elapsed() >= STANDS_STILL {
            return Err(LibraryError::Busy.into());
        }
    }
    Ok(None)
}

/// Takes the right to deliver if nobody has it for long; `None` when somebody has.
pub(crate) fn become_deliverer_soon(
    library: &OpenLibrary<'_>,
) -> Result<Option<Deliverer>, CoreError> {
    let lock = Lock::acquire_within(&library.lock_file(LOCK)?, BRIEFLY)?;
    Ok(lock.map(|lock| Deliverer { _lock: lock }))
}

/// Delivers as [`deliver`] does, for whoever has the right already.
pub(crate) fn deliver_as(
    _deliverer: &Deliverer,
    library: &OpenLibrary<'_>,
    retry: &[Uuid],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    let OpenLibrary { system, id, store, .. } = library;
    let manifests = system.installed.manifests();
    let mut subscribers = Vec::new();
    for manifest in manifests.iter().filter(|it| it.permissions().libraries().contains(*id)) {
        let subscriber = Subscriber::new(library, manifest);
        if subscriber.kinds.is_empty() {
            continue;
        }
        // Before the events, so that they are worked on with the settings in force.
        if let Err(error) = settings_changed::tell(system, store, manifest, *id) {
            report.failures.push(failed_extension(subscriber.id, error));
        }
        store.retry(subscriber.id, retry)?;
        subscribers.push(subscriber);
    }
    match subscribers.as_slice() {
        [] => Ok(()),
        [only] => only.deliver(report, progress),
        several => side_by_side::deliver(several, report, progress),
    }
}

/// Counts the events that wait for an extension, also where nobody has delivered any to it yet.
pub(crate) fn waiting(library: &OpenLibrary<'_>, id: &str) -> Result<u64, CoreError> {
    let manifest = library.system.installed.manifest(id)?;
    if !manifest.permissions().libraries().contains(library.id) {
        return Ok(0);
    }
    let subscriber = Subscriber::new(library, &manifest);
    Ok(library.store.pending(id, &subscriber.kinds())?)
}

/// Counts the events that wait for each installed extension.
fn waiting_for_all(library: &OpenLibrary<'_>) -> Result<Vec<u64>, CoreError> {
    let manifests = library.system.installed.manifests();
    manifests.iter().map(|manifest| waiting(library, manifest.id())).collect()
}

/// Returns the time of the next retry of an event that an installed extension failed on.
pub(crate) fn next_retry_at(library: &OpenLibrary<'_>) -> Result<Option<String>, CoreError> {
    let mut next: Option<String> = None;
    for manifest in library.system.installed.manifests() {
        let retry = library.store.next_retry(manifest.id())?;
        next = [next, retry].into_iter().flatten().min();
    }
    Ok(next)
}

/// Schedules the events of entries for another delivery to an extension; returns their number.
pub(crate) fn again(
    library: &OpenLibrary<'_>,
    id: &str,
    under: Option<&str>,
) -> Result<u64, CoreError> {
    let manifest = library.system.installed.manifest(id)?;
    let subscriber = Subscriber::new(library, &manifest);
    Ok(library.store.redeliver(id, &subscriber.kinds(), under)?)
}

/// An extension that receives events of a library.
pub(super) struct Subscriber<'a> {
    library: &'a OpenLibrary<'a>,
    system: &'a System,
    store: &'a SqliteLibrary,
    id: &'a str,
    kinds: Vec<String>,
}

impl<'a> Subscriber<'a> {
    /// Makes a subscriber of the kinds that its manifest names. Older programs let it subscribe to
    /// others in a library, which its user was not asked about.
    fn new(library: &'a OpenLibrary<'a>, manifest: &'a Manifest) -> Self {
        let OpenLibrary { system, store, .. } = library;
        Self { library, system, store, id: manifest.id(), kinds: manifest.events().to_vec() }
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.iter().map(String::as_str).collect()
    }

    /// Returns whether the work is to end, whatever waits.
    pub(super) fn is_to_end(&self) -> bool {
        self.library.is_stopped()
    }

    /// Returns whether events wait for it.
    pub(super) fn has_events(&self) -> Result<bool, CoreError> {
        Ok(self.store.pending(self.id, &self.kinds())? > 0)
    }

    pub(super) fn deliver(
        &self,
        report: &mut WorkReport,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<(), CoreError> {
        let total = self.store.pending(self.id, &self.kinds())?;
        if total == 0 && !self.retries_soon()? {
            return Ok(());
        }
        progress(WorkProgress::Loading { extension: self.id.into() });
        if let Err(error) = self.system.ensure_loaded(self.id) {
            report.failures.push(failed_extension(self.id, error.into()));
            return Ok(());
        }
        let failed = self.deliver_all(total, report, progress)?;
        report.failures.extend(failed);
        Ok(())
    }

    fn deliver_all(
        &self,
        total: u64,
        report: &mut WorkReport,
        progress: &mut dyn FnMut(WorkProgress<'_>),
    ) -> Result<Vec<Failure>, CoreError> {
        let (mut done, mut failed) = (0, BTreeMap::new());
        let mut recorded = BTreeMap::new();
        while let Some(event) = self.next()? {
            // An extension that makes entries makes events for the others while it works.
            let total = total.max(done + 1);
            let (extension, path) = (self.id, event.entry.path.as_str());
            match self.may_receive(&event) {
                Ok(true) => {}
                Ok(false) => {
                    self.store.acknowledge(self.id, event.id)?;
                    done += 1;
                    continue;
                }
                Err(error) => {
                    // No answer is no denial: this event and those behind it wait.
                    failed.insert(event.id, failed_extension(self.id, error));
                    break;
                }
            }
            done += 1;
            let (extension, path) = (extension.into(), path.into());
            progress(WorkProgress::Delivering { extension, done: done - 1, total, path });
            match deliver_one(&self.system.manager, self.id, &event) {
                Ok(()) => {
                    self.store.acknowledge(self.id, event.id)?;
                    failed.remove(&event.id);
                    failed.retain(|_, failure| !is_mended(failure, &event));
                    let record = self.record(&event);
                    if record.as_ref().is_none_or(PartsRecord::is_used) {
                        *report.processed.entry(self.id.to_owned()).or_default() += 1;
                    }
                    recorded.extend(record.map(|record| (event.entry.id, (event.entry, record))));
                }
                Err(error) if is_not_running(error.code) && self.is_stopped() => {
                    // The event waits until the extension may run again.
                    failed.insert(event.id, failed_extension(self.id, error));
                    break;
                }
                Err(error) => {
                    self.fail(&event, &error)?;
                    failed.insert(event.id, failure(self.id, &event, error));
                    let record = self.record(&event);
                    recorded.extend(record.map(|record| (event.entry.id, (event.entry, record))));
                }
            }
        }
        for (entry, record) in recorded.values() {
            count_parts(report.parts.entry(self.id.to_owned()).or_default(), entry, record);
        }
        Ok(failed.into_values().collect())
    }

    /// Returns whether the extension may receive the event, which is then on record; an error when that
    /// cannot be decided.
    fn may_receive(&self, event: &Event) -> Result<bool, ErrorBody> {
        let receives = self.system.manager.receives(self.id, event)?;
        if receives {
            self.system.grants().event_received(self.id, &event.kind, event.library_id);
        }
        Ok(receives)
    }

    /// Returns what the extension recorded of the entry's parts; `None` when it recorded nothing.
    fn record(&self, event: &Event) -> Option<PartsRecord> {
        let name = parts::sidecar_name(self.id);
        let data = self.store.read_sidecar(event.entry.id, &name).ok()?;
        serde_json::from_slice(&data).ok()
    }

    fn fail(&self, event: &Event, error: &ErrorBody) -> Result<(), CoreError> {
        let may_pass = retry::may_pass(error.code);
        let why = HandlerError { code: error.code, message: &error.error, may_pass };
        self.store.fail(self.id, event.id, &why)?;
        Ok(())
    }

    /// Returns the next event, `None` when the work is to end; waits for a retry that is due soon.
    fn next(&self) -> Result<Option<Event>, CoreError> {
        while !self.library.is_stopped() {
            if let Some(event) = self.store.next_event(self.id, &self.kinds())? {
                return Ok(Some(event));
            }
            if !self.retries_soon()? {
                return Ok(None);
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(None)
    }

    /// Returns whether a retry is due within [`SOON`].
    fn retries_soon(&self) -> Result<bool, CoreError> {
        let Some(at) = self.store.next_retry(self.id)? else { return Ok(false) };
        let at: Option<Timestamp> = at.parse().ok();
        Ok(at.is_some_and(|at| at.duration_since(Timestamp::now()) <= SOON))
    }

    /// Returns whether the extension takes no events for now.
    fn is_stopped(&self) -> bool {
        let loaded = self.system.manager.list();
        let health = loaded.iter().find(|loaded| loaded.manifest.id() == self.id);
        health.is_none_or(|loaded| loaded.health.state == ExtensionState::Quarantined)
    }
}

/// Returns whether a code can mean that the event reached no extension.
const fn is_not_running(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Stopped | ErrorCode::NotFound)
}

pub(super) fn deliver_one(manager: &Manager, id: &str, event: &Event) -> Result<(), ErrorBody> {
    let mut attempt = 1;
    loop {
        match manager.deliver(id, event) {
            Err(error) if attempt < MAX_ATTEMPTS && retry::is_busy(error.code()) => {
                let asked = error.retry_after_ms().map(Duration::from_millis);
                let back_off = asked.unwrap_or(Duration::from_secs(attempt.into()));
                thread::sleep(back_off.min(MAX_BACK_OFF));
                attempt += 1;
            }
            result => return Ok(result?),
        }
    }
}

/// Returns whether a failure is about the entry that was worked on now, as it is now.
fn is_mended(failure: &Failure, event: &Event) -> bool {
    let of_content = [ENTRY_CREATED, ENTRY_UPDATED].contains(&event.kind.as_str());
    of_content && failure.entry_id == Some(event.entry.id)
}

fn failure(id: &str, event: &Event, error: ErrorBody) -> Failure {
    Failure {
        path: event.entry.path.clone(),
        entry_id: Some(event.entry.id),
        extension: Some(id.to_owned()),
        code: error.code.name().to_owned(),
        error: error.error,
    }
}
