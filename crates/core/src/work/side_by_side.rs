//! Delivery to several extensions side by side, so that a slow one holds up no other.
//!
//! Each extension gets its events one after the other, in their order.

use std::{
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
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
    let round = &Round::new(subscribers);
    thread::scope(|scope| {
        let (send, steps) = channel();
        let start = |member| {
            let send = send.clone();
            scope.spawn(move || deliver_to(member, round, &send))
        };
        let running: Vec<_> = round.members.iter().map(start).collect();
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

/// What the threads of a delivery know of each other.
struct Round<'r, 's> {
    members: Vec<Member<'r, 's>>,
    /// Members that deliver at this moment.
    busy: AtomicUsize,
    /// The number of times that one began to deliver again.
    began: AtomicUsize,
}

struct Member<'r, 's> {
    subscriber: &'r Subscriber<'s>,
    /// It has left: what waits for it waits for the next delivery.
    is_gone: AtomicBool,
}

impl<'r, 's> Round<'r, 's> {
    /// Creates the round of these subscribers, all of them busy.
    fn new(subscribers: &'r [Subscriber<'s>]) -> Self {
        let member = |subscriber| Member { subscriber, is_gone: AtomicBool::new(false) };
        let members: Vec<_> = subscribers.iter().map(member).collect();
        let (busy, began) = (AtomicUsize::new(members.len()), AtomicUsize::new(0));
        Self { members, busy, began }
    }

    /// Notes that a member delivers, until the value is dropped.
    fn begin(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::SeqCst);
        self.began.fetch_add(1, Ordering::SeqCst);
        Busy(&self.busy)
    }

    /// Returns whether nobody delivers, and nothing waits for anybody who is there: then nobody will
    /// cause an event any more. Whoever began meanwhile may have caused one for a member that was
    /// looked at before.
    fn is_over(&self) -> Result<bool, CoreError> {
        let began = self.began.load(Ordering::SeqCst);
        if self.busy.load(Ordering::SeqCst) > 0 {
            return Ok(false);
        }
        for member in &self.members {
            if !member.is_gone.load(Ordering::SeqCst) && member.subscriber.has_events()? {
                return Ok(false);
            }
        }
        Ok(self.began.load(Ordering::SeqCst) == began)
    }
}

/// The delivery of a member, which ends with this value.
struct Busy<'r>(&'r AtomicUsize);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The presence of a member, which ends with this value, also by a panic: the others would wait for it.
struct Presence<'r>(&'r AtomicBool);

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Delivers to one extension until nothing waits for any of them: while others work, they may cause
/// more.
fn deliver_to(
    member: &Member<'_, '_>,
    round: &Round<'_, '_>,
    send: &Sender<WorkProgress<'static>>,
) -> (WorkReport, Result<(), CoreError>) {
    let _presence = Presence(&member.is_gone);
    let mut busy = Busy(&round.busy);
    let mut report = WorkReport::default();
    let mut progress = |progress: WorkProgress<'_>| {
        // Whoever called waits for all of them.
        let _ = owned(progress).map(|step| send.send(step));
    };
    loop {
        let delivered = member.subscriber.deliver(&mut report, &mut progress);
        drop(busy);
        if delivered.is_err() || !report.failures.is_empty() {
            // What failed waits for the next delivery.
            return (report, delivered);
        }
        match wait(member.subscriber, round) {
            Ok(true) => busy = round.begin(),
            Ok(false) => return (report, Ok(())),
            Err(error) => return (report, Err(error)),
        }
    }
}

/// Waits until there are events for a subscriber; returns false when there will be none.
fn wait(subscriber: &Subscriber<'_>, round: &Round<'_, '_>) -> Result<bool, CoreError> {
    loop {
        if subscriber.is_to_end() || round.is_over()? {
            return Ok(false);
        }
        thread::sleep(LOOK);
        if subscriber.has_events()? {
            return Ok(true);
        }
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
