//! The trial of a version: from its first start until it is in use.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

/// The trial of one version, shared by its guests and their gates.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    over: Arc<AtomicBool>,
    candidate: bool,
}

impl Trial {
    /// Returns the trial of an installed version: the user has it already, whatever its start does.
    pub(crate) fn of_installed() -> Self {
        Self { over: Arc::default(), candidate: false }
    }

    /// Returns the trial of a version that may still be refused, so that nothing of it may stay.
    pub(crate) fn of_candidate() -> Self {
        Self { candidate: true, ..Self::of_installed() }
    }

    /// Returns true until the version is in use: its faults go to the caller that starts it, and do
    /// not count against the version that runs.
    pub(crate) fn is_on(&self) -> bool {
        !self.over.load(SeqCst)
    }

    /// Returns true for a candidate that nobody has accepted yet.
    pub(crate) fn is_read_only(&self) -> bool {
        self.candidate && self.is_on()
    }

    /// Ends the trial: the version is in use from now on.
    pub(crate) fn accept(&self) {
        self.over.store(true, SeqCst);
    }
}
