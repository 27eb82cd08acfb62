//! A library that is worked on.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ext_fs::Lock;

use ext_library_sqlite::SqliteLibrary;
use uuid::Uuid;

use super::rules::Rules;
use crate::{error::CoreError, system::System};

/// An open library, and the system that works on it.
pub(crate) struct OpenLibrary<'a> {
    pub(crate) system: &'a System,
    pub(crate) id: Uuid,
    pub(crate) store: Arc<SqliteLibrary>,
    /// A flag that ends the work between two of its steps.
    pub(crate) stop: Arc<AtomicBool>,
    /// Files that are left out of a folder that is followed.
    pub(crate) rules: Option<Rules>,
}

/// The time between two looks at the flag while another program is waited for.
const TICK: Duration = Duration::from_millis(200);

impl<'a> OpenLibrary<'a> {
    pub(crate) fn new(system: &'a System, id: Uuid) -> Result<Self, CoreError> {
        let store = system.libraries.open(id)?;
        Ok(Self { system, id, store, stop: Arc::default(), rules: None })
    }

    /// Returns whether the work is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Takes the lock in a file of the library's folder. When another program has it, `on_wait` is
    /// called and the lock is waited for; `None` when the work is to end meanwhile.
    pub(crate) fn lock(
        &self,
        name: &str,
        on_wait: impl FnOnce(),
    ) -> Result<Option<Lock>, CoreError> {
        let path = self.lock_file(name)?;
        let mut lock = Lock::try_acquire(&path)?;
        if lock.is_none() {
            on_wait();
        }
        while lock.is_none() && !self.is_stopped() {
            lock = Lock::acquire_within(&path, TICK)?;
        }
        Ok(lock)
    }

    /// Returns the path of a lock in the library's folder, which is for work that writes.
    pub(crate) fn lock_file(&self, name: &str) -> Result<PathBuf, CoreError> {
        self.store.ensure_writable()?;
        Ok(PathBuf::from(self.store.info()?.path).join(name))
    }
}
