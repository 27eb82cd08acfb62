//! The news of commits, for whoever waits for changes.

use std::{
    fmt::{self, Debug, Formatter},
    sync::{Arc, OnceLock},
};

use uuid::Uuid;

/// A function that is told the library of each commit of this program, once others see it.
pub type CommitObserver = Box<dyn Fn(Uuid) + Send + Sync>;

/// The observer of all libraries of a data folder, once there is one.
#[derive(Clone, Default)]
pub(crate) struct Commits(Arc<OnceLock<CommitObserver>>);

impl Commits {
    /// Sets the observer; false when there is one.
    pub(crate) fn observe(&self, observer: CommitObserver) -> bool {
        self.0.set(observer).is_ok()
    }

    pub(crate) fn tell(&self, library: Uuid) {
        if let Some(observer) = self.0.get() {
            observer(library);
        }
    }
}

impl Debug for Commits {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commits").field("observed", &self.0.get().is_some()).finish()
    }
}
