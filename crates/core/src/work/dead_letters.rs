//! Events that extensions could not work on.

use ext_services::library::{EventFailure, Events};
use serde::Serialize;
use uuid::Uuid;

use super::{
    delivery::deliver,
    open::OpenLibrary,
    report::{WorkProgress, WorkReport},
};
use crate::error::CoreError;

/// An event that an extension could not work on, and that is not retried without being asked.
#[derive(Debug, Clone, Serialize)]
pub struct DeadLetter {
    /// The event.
    pub event_id: u64,
    /// Kind of the event.
    pub kind: String,
    /// The extension.
    pub extension: String,
    /// The entry that it is about.
    pub entry_id: Uuid,
    /// Name of the entry.
    pub entry_name: String,
    /// Name of the error code.
    pub code: &'static str,
    /// The error message.
    pub error: String,
    /// Number of attempts.
    pub attempts: u32,
    /// Time of the last attempt, RFC 3339, UTC.
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

/// Lists all failures, those that will be retried as well, by extension.
pub(crate) fn failures(
    library: &OpenLibrary<'_>,
) -> Result<Vec<(String, EventFailure)>, CoreError> {
    let mut all = Vec::new();
    for manifest in library.system.installed.manifests() {
        let failures = library.store.failures(manifest.id())?;
        all.extend(failures.into_iter().map(|failure| (manifest.id().to_owned(), failure)));
    }
    Ok(all)
}

/// Lists the failures that will not be retried, by extension.
pub(crate) fn dead_letters(library: &OpenLibrary<'_>) -> Result<Vec<DeadLetter>, CoreError> {
    let failures = failures(library)?.into_iter();
    let dead = failures.filter(|(_, failure)| failure.retry_at.is_none());
    Ok(dead.map(|(extension, failure)| DeadLetter::new(extension, failure)).collect())
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
    deliver(library, &[], report, progress)
}
