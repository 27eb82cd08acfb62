//! The fence around the parser: own thread, deep stack, time limit, caught panics.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use ext_services::documents::DocumentError;

/// Nested objects and forms make the parser recurse; this is far more than its own depth limits need.
const STACK_BYTES: usize = 64 << 20;

/// Panic by which a device ends when its budget is spent. hayro offers no way to stop early.
struct BudgetSpent(DocumentError);

/// Leaves the interpretation of a page; [`guarded`] turns it back into `error`.
pub(crate) fn stop(error: DocumentError) -> ! {
    resume_unwind(Box::new(BudgetSpent(error)))
}

/// Runs `job` behind the fence. When time is up the thread is left to itself: it holds nothing but
/// its own copy of the document.
pub(crate) fn guarded<T: Send + 'static>(
    time: Duration,
    job: impl FnOnce() -> Result<T, DocumentError> + Send + 'static,
) -> Result<T, DocumentError> {
    let (sender, receiver) = sync_channel(1);
    let work = move || {
        let outcome = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| Err(error(panic)));
        // Nobody listens any more once the time is up.
        let _ = sender.send(outcome);
    };
    let thread = thread::Builder::new().name("pdf".to_owned()).stack_size(STACK_BYTES);
    thread.spawn(work).map_err(|error| malformed(format!("no thread: {error}")))?;
    receiver.recv_timeout(time).unwrap_or_else(|error| Err(no_answer(error, time)))
}

fn no_answer(error: RecvTimeoutError, time: Duration) -> DocumentError {
    match error {
        RecvTimeoutError::Timeout => {
            malformed(format!("reading did not end within {} s", time.as_secs_f32()))
        }
        RecvTimeoutError::Disconnected => malformed("the parser gave no answer"),
    }
}

fn error(panic: Box<dyn std::any::Any + Send>) -> DocumentError {
    match panic.downcast::<BudgetSpent>() {
        Ok(spent) => spent.0,
        Err(_) => malformed("the parser panicked"),
    }
}

/// Makes a [`DocumentError::Malformed`] with this reason.
pub(crate) fn malformed(reason: impl Into<String>) -> DocumentError {
    DocumentError::Malformed { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn result_passes_through() {
        assert_eq!(guarded(MINUTE, || Ok(7)).unwrap(), 7);
    }

    #[test]
    fn panic_becomes_malformed() {
        let error = guarded::<()>(MINUTE, || resume_unwind(Box::new("boom"))).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }));
    }

    #[test]
    fn stop_keeps_its_error() {
        let error = guarded::<()>(MINUTE, || stop(DocumentError::Encrypted)).unwrap_err();
        assert!(matches!(error, DocumentError::Encrypted));
    }

    #[test]
    fn endless_job_is_left_behind() {
        let (_keep, never) = std::sync::mpsc::channel::<()>();
        let job = move || never.recv().map_err(|_| malformed("sender gone"));
        let error = guarded(Duration::from_millis(20), job).unwrap_err();
        assert!(error.to_string().contains("did not end"), "{error}");
    }
}
