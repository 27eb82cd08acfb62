//! Delivering a library's events to the extensions that listen to them.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    thread,
    time::Duration,
};

use ext_manifest::Manifest;
use ext_wire::{ErrorBody, ErrorCode, Event};
use uuid::Uuid;

use crate::{
    Core, CoreError, Failure, ImportProgress, ImportReport,
    library::{EventFailure, Library},
};

/// Name of the file that one deliverer at a time holds.
const LOCK: &str = "delivery.lock";

/// How often an event is tried when the host was too busy for the extension's calls.
const ATTEMPTS: u32 = 5;

/// Lets every installed extension work on all events that wait for it. Before, the failed events of
/// the entries in `again` are put back.
///
/// One program at a time does this for a library, so that no event is worked on twice at once.
pub(crate) fn deliver(
    core: &Core,
    store: &Library,
    library: Uuid,
    again: &[Uuid],
    report: &mut ImportReport,
    progress: &mut dyn FnMut(ImportProgress<'_>),
) -> Result<(), CoreError> {
    let lock = lock(Path::new(&store.info()?.path), progress)?;
    for manifest in core.installed().manifests() {
        let hears = manifest.permissions().libraries().contains(library);
        if hears && !manifest.events().is_empty() {
            let subscriber = Subscriber::new(&manifest);
            store.retry(subscriber.id, again)?;
            subscriber.deliver(core, store, report, progress)?;
        }
    }
    drop(lock);
    Ok(())
}

struct Subscriber<'a> {
    id: &'a str,
    kinds: Vec<&'a str>,
}

impl<'a> Subscriber<'a> {
    fn new(manifest: &'a Manifest) -> Self {
        let kinds = manifest.events().iter().map(String::as_str).collect();
        Self { id: manifest.id(), kinds }
    }

    fn deliver(
        &self,
        core: &Core,
        store: &Library,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<(), CoreError> {
        let total = store.pending(self.id, &self.kinds)?;
        if total == 0 {
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
        store: &Library,
        total: u64,
        report: &mut ImportReport,
        progress: &mut dyn FnMut(ImportProgress<'_>),
    ) -> Result<Vec<Failure>, CoreError> {
        let (mut done, mut failed) = (0, Vec::new());
        while let Some(event) = store.next_event(self.id, &self.kinds)? {
            let (path, extension) = (event.entry.path.as_str(), self.id);
            // An extension that makes entries makes events for the others while it works.
            let total = total.max(done + 1);
            progress(ImportProgress::Working { extension, done, total, path });
            match deliver_one(core, self.id, &event) {
                Ok(()) => {
                    store.acknowledge(self.id, event.id)?;
                    *report.processed.entry(self.id.to_owned()).or_default() += 1;
                }
                Err(error) => {
                    store.fail(self.id, event.id, error.code, &error.error)?;
                    failed.push(failure(self.id, &event, error));
                }
            }
            done += 1;
        }
        Ok(failed)
    }
}

fn deliver_one(core: &Core, id: &str, event: &Event) -> Result<(), ErrorBody> {
    let mut attempt = 1;
    loop {
        match core.manager().deliver(id, event) {
            Err(error) if attempt < ATTEMPTS && is_transient(error.code) => {
                thread::sleep(Duration::from_secs(attempt.into()));
                attempt += 1;
            }
            result => return result,
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

fn lock(folder: &Path, progress: &mut dyn FnMut(ImportProgress<'_>)) -> Result<File, CoreError> {
    let path = folder.join(LOCK);
    let failed = |source| CoreError::Io { path: path.clone(), source };
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            progress(ImportProgress::Waiting);
            file.lock().map_err(failed)?;
            Ok(file)
        }
        Err(TryLockError::Error(error)) => Err(failed(error)),
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
}
