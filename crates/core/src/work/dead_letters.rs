//! Events that extensions could not work on.

use ext_services::library::{EventFailure, Events};

use super::{
    delivery::deliver,
    open::OpenLibrary,
    report::{FailedEvent, WorkProgress, WorkReport},
};
use crate::error::CoreError;

/// Lists all failures, those that will be retried as well, by extension.
pub(crate) fn failures(library: &OpenLibrary<'_>) -> Result<Vec<FailedEvent>, CoreError> {
    let mut all = Vec::new();
    for manifest in library.system.installed.manifests() {
        let failures = library.store.failures(manifest.id())?;
        all.extend(failures.into_iter().map(|failure| described(manifest.id(), failure)));
    }
    Ok(all)
}

/// Lists the failures that will not be retried, by extension.
pub(crate) fn dead_letters(library: &OpenLibrary<'_>) -> Result<Vec<FailedEvent>, CoreError> {
    let mut failures = failures(library)?;
    failures.retain(|failure| failure.retry_at.is_none());
    Ok(failures)
}

fn described(extension: &str, failure: EventFailure) -> FailedEvent {
    FailedEvent {
        event_id: failure.event_id,
        kind: failure.kind,
        extension: extension.to_owned(),
        entry_id: failure.entry_id,
        entry_name: failure.entry_name,
        code: failure.code.name().to_owned(),
        error: failure.message,
        attempts: failure.attempts,
        at: failure.at,
        retry_at: failure.retry_at,
    }
}

/// Puts dead letters back and delivers what waits.
pub(crate) fn replay(
    library: &OpenLibrary<'_>,
    extension: Option<&str>,
    event: Option<u64>,
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    let wanted = |id: &str| extension.is_none_or(|extension| extension == id);
    for manifest in library.system.installed.manifests() {
        if wanted(manifest.id()) {
            library.store.replay(manifest.id(), event)?;
        }
    }
    deliver(library, &[], report, progress)?;
    report.stopped = library.is_stopped();
    Ok(())
}
