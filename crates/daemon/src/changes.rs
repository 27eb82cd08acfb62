//! The news that something was written to a library: for threads that work on it, and for clients
//! that follow it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;
use uuid::Uuid;

/// Counters of changes, one for each library.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    counters: Mutex<BTreeMap<Uuid, watch::Sender<u64>>>,
    changed: Condvar,
    /// Number of changes of what is allowed, or installed, and of the health of what is.
    rights: watch::Sender<u64>,
}

impl Changes {
    /// Tells of a change of a library.
    pub(crate) fn tell(&self, library: Uuid) {
        let mut counters = self.counters.lock();
        counters.entry(library).or_default().send_modify(|count| *count += 1);
        self.changed.notify_all();
    }

    /// Tells of a change of what is allowed or installed, which every library may wait for.
    pub(crate) fn tell_all(&self) {
        self.rights.send_modify(|count| *count += 1);
        let counters = self.counters.lock();
        counters.values().for_each(|counter| counter.send_modify(|count| *count += 1));
        self.changed.notify_all();
    }

    /// Returns the number of changes of what is allowed or installed.
    pub(crate) fn rights(&self) -> u64 {
        *self.rights.borrow()
    }

    /// Follows what is allowed or installed, and the health of what is.
    pub(crate) fn subscribe_rights(&self) -> watch::Receiver<u64> {
        self.rights.subscribe()
    }

    /// Follows a library.
    pub(crate) fn subscribe(&self, library: Uuid) -> watch::Receiver<u64> {
        self.counters.lock().entry(library).or_default().subscribe()
    }

    /// Returns the number of changes so far.
    pub(crate) fn count(&self, library: Uuid) -> u64 {
        *self.counters.lock().entry(library).or_default().borrow()
    }

    /// Waits until there are more changes than `seen`, or for a time; returns their number.
    pub(crate) fn wait(&self, library: Uuid, seen: u64, time: Duration) -> u64 {
        let end = Instant::now() + time;
        let mut counters = self.counters.lock();
        loop {
            let now = *counters.entry(library).or_default().borrow();
            if now != seen || self.changed.wait_until(&mut counters, end).timed_out() {
                return now;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ends_the_wait_and_time_does_so_too() {
        let (changes, library) = (Changes::default(), Uuid::new_v4());
        assert_eq!(changes.wait(library, 0, Duration::from_millis(1)), 0);
        changes.tell(library);
        assert_eq!(changes.wait(library, 0, Duration::from_secs(60)), 1);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| changes.wait(library, 1, Duration::from_secs(60)));
            changes.tell_all();
            assert_eq!(waiting.join().unwrap(), 2);
        });
        assert_eq!(changes.count(Uuid::new_v4()), 0);
    }
}
