//! The memory that a guest may use for files of its own.

use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicU64,
        Ordering::{Relaxed, SeqCst},
    },
};

/// The cost of a file, a folder or a link besides its bytes.
pub(super) const NODE_BYTES: u64 = 1024;

/// A number of bytes that is asked before memory is taken.
#[derive(Debug)]
pub(super) struct Quota {
    limit: u64,
    used: AtomicU64,
}

impl Quota {
    pub(super) const fn new(limit: u64) -> Self {
        Self { limit, used: AtomicU64::new(0) }
    }

    /// Takes bytes; false when there are not so many left.
    pub(super) fn take(&self, bytes: u64) -> bool {
        let add = |used: u64| used.checked_add(bytes).filter(|used| *used <= self.limit);
        self.used.fetch_update(SeqCst, SeqCst, add).is_ok()
    }

    /// Counts bytes that were used without being asked for: nothing more is given until they are back.
    pub(super) fn force(&self, bytes: u64) {
        let _ = self.used.fetch_update(SeqCst, SeqCst, |used| Some(used.saturating_add(bytes)));
    }

    pub(super) fn give_back(&self, bytes: u64) {
        let _ = self.used.fetch_update(SeqCst, SeqCst, |used| Some(used.saturating_sub(bytes)));
    }

    #[cfg(test)]
    pub(super) fn used(&self) -> u64 {
        self.used.load(SeqCst)
    }
}

/// A file that is open, by however many handles. What it costs is given back when it has no name any
/// more and its last handle is closed, not before.
#[derive(Debug)]
pub(super) struct OpenFile {
    quota: Arc<Quota>,
    is_removed: AtomicBool,
    bytes: AtomicU64,
}

impl OpenFile {
    pub(super) const fn new(quota: Arc<Quota>, bytes: u64) -> Self {
        Self { quota, is_removed: AtomicBool::new(false), bytes: AtomicU64::new(bytes) }
    }

    pub(super) fn quota(&self) -> &Quota {
        &self.quota
    }

    pub(super) fn set_bytes(&self, bytes: u64) {
        self.bytes.store(bytes, Relaxed);
    }

    pub(super) fn remove(&self) {
        self.is_removed.store(true, Relaxed);
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        if self.is_removed.load(Relaxed) {
            self.quota.give_back(self.bytes.load(Relaxed).saturating_add(NODE_BYTES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_given_than_there_is() {
        let quota = Quota::new(10);
        assert!(quota.take(10) && !quota.take(1) && !quota.take(u64::MAX));
        quota.give_back(4);
        assert!(quota.take(4) && !quota.take(1));
        quota.force(100);
        quota.give_back(50);
        assert!(!quota.take(1), "what was forced is owed");
    }

    #[test]
    fn a_removed_file_is_paid_for_until_it_is_closed() {
        let quota = Arc::new(Quota::new(5000));
        assert!(quota.take(2000 + NODE_BYTES));
        let file = Arc::new(OpenFile::new(Arc::clone(&quota), 2000));
        file.remove();
        assert_eq!(quota.used(), 2000 + NODE_BYTES);
        drop(file);
        assert_eq!(quota.used(), 0);
    }
}
