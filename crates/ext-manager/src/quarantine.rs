//! The quarantine of extensions, and the rest of what survives restarts of the program.

use std::io;

use crate::{Manager, SavedState};

impl Manager {
    /// Returns the state of an extension that survives restarts, loaded or not.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use ext_manager::{Manager, Registry, SavedState, Services};
    /// # let manager = Manager::new(Arc::new(Registry::collect()?), Services::default())?;
    /// assert_eq!(manager.saved_state("unknown"), SavedState::default());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn saved_state(&self, id: &str) -> SavedState {
        if let Ok(extension) = self.get(id) {
            extension.keep();
        }
        self.shared.states.read(id)
    }

    /// Returns the reason of an extension's quarantine as it is kept, which another program may have
    /// changed. Nothing is written, unlike by [`Self::saved_state`].
    #[must_use]
    pub fn saved_quarantine(&self, id: &str) -> Option<String> {
        self.shared.states.read(id).quarantine
    }

    /// Stops an extension until [`Self::release`], also over restarts of the program: calls that run or
    /// wait end with [`ErrorCode::Stopped`](ext_wire::ErrorCode::Stopped). An instance that does nothing keeps its memory.
    ///
    /// # Errors
    /// The state folder cannot be written: a restart of the program ends the quarantine.
    pub fn quarantine(&self, id: &str, reason: &str) -> io::Result<()> {
        // First, so that one that is being loaded finds it.
        let quarantine = |state: &mut SavedState| state.quarantine = Some(reason.to_owned());
        let kept = self.shared.states.change_or_fail(id, quarantine);
        if let Ok(extension) = self.get(id) {
            extension.supervisor.quarantine(reason.to_owned());
        }
        kept
    }

    /// Ends the quarantine of an extension; false when it was not quarantined.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use ext_manager::{Manager, ManagerConfig, Registry, Services};
    /// # let folder = tempfile::tempdir()?;
    /// # let state_folder = Some(folder.path().to_owned());
    /// # let config = ManagerConfig { state_folder, ..ManagerConfig::default() };
    /// # let registry = Arc::new(Registry::collect()?);
    /// # let manager = Manager::with_config(registry, Services::default(), config)?;
    /// manager.quarantine("finance", "too loud")?;
    /// assert_eq!(manager.saved_state("finance").quarantine.as_deref(), Some("too loud"));
    /// assert!(manager.release("finance")? && !manager.release("finance")?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The state folder cannot be written: it stays quarantined.
    pub fn release(&self, id: &str) -> io::Result<bool> {
        let mut was = false;
        self.shared.states.change_or_fail(id, |state| {
            was = state.quarantine.take().is_some();
            state.crashes_during_load = 0;
            state.failed_starts = 0;
        })?;
        if let Ok(extension) = self.get(id) {
            was |= extension.supervisor.health().quarantine.is_some();
            extension.supervisor.release();
        }
        Ok(was)
    }

    /// Deletes the saved state of an extension.
    pub fn forget(&self, id: &str) {
        self.shared.states.forget(id);
    }
}
