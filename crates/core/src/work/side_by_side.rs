//! Delivery to several extensions side by side, so that a slow one holds up no other.
//!
//! Each extension gets its events one after the other, in their order.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
    time::Duration,
};

use super::{
    delivery::Subscriber,
    report::{WorkProgress, WorkReport},
};
use crate::error::CoreError;

/// Time between two looks of an extension that is done at what the others caused.
const LOOK: Duration = Duration::from_millis(25);

/// Delivers to all; returns when nothing waits for any of them. The failure of the library is the one
/// of the first extension that met it.
pub(super) fn deliver(
    subscribers: &[Subscriber<'_>],
    report: &mut WorkReport,
    progress: &mut dyn FnMut(WorkProgress<'_>),
) -> Result<(), CoreError> {
    let busy = AtomicUsize::new(subscribers.len());
    thread::scope(|scope| {
        let (send, steps) = channel();
        let start = |subscriber| {
            let (send, busy) = (send.clone(), &busy);
            scope.spawn(move || deliver_to(subscriber, busy, &send))
        };
        let running: Vec<_> = subscribers.iter().map(start).collect();
        drop(send);
        for step in steps {
            progress(step);
        }
        let mut result = Ok(());
        for thread in running {
            let (part, delivered) = thread.join().unwrap_or_else(|panic| {
                std::panic::resume_unwind(panic);
            });
            add(report, part);
            result = result.and(delivered);
        }
        result
    })
}

/// Delivers to one extension until nothing waits for it and all others are done as well: while they
/// work, they may cause more.
fn deliver_to(
    subscriber: &Subscriber<'_>,
    busy: &AtomicUsize,
    send: &Sender<WorkProgress<'static>>,
) -> (WorkReport, Result<(), CoreError>) {
    let mut report = WorkReport::default();
    let mut progress = |progress: WorkProgress<'_>| {
        // Whoever called waits for all of them.
        let _ = owned(progress).map(|step| send.send(step));
    };
    loop {
        let delivered = subscriber.deliver(&mut report, &mut progress);
        busy.fetch_sub(1, Ordering::SeqCst);
        if delivered.is_err() || !report.failures.is_empty() {
            // What failed waits for the next delivery.
            return (report, delivered);
        }
        loop {
            if busy.load(Ordering::SeqCst) == 0 {
                return (report, Ok(()));
            }
            thread::sleep(LOOK);
            match subscriber.has_events() {
                Ok(false) => {}
                Ok(true) => break,
                Err(error) => return (report, Err(error)),
            }
        }
        busy.fetch_add(1, Ordering::SeqCst);
    }
}

/// Adds the results of a delivery to one extension.
fn add(report: &mut WorkReport, part: WorkReport) {
    report.failures.extend(part.failures);
    for (extension, processed) in part.processed {
        *report.processed.entry(extension).or_default() += processed;
    }
    report.parts.extend(part.parts);
}

/// Makes a step of a delivery one that may go to another thread.
fn owned(step: WorkProgress<'_>) -> Option<WorkProgress<'static>> {
    match step {
        WorkProgress::Loading { extension } => {
            Some(WorkProgress::Loading { extension: extension.into_owned().into() })
        }
        WorkProgress::Delivering { extension, done, total, path } => {
            let (extension, path) = (extension.into_owned().into(), path.into_owned().into());
            Some(WorkProgress::Delivering { extension, done, total, path })
        }
        _ => None,
    }
}
