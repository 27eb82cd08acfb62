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
        let kept = self.shared.states.change_or_fail(id, |state| state.quarantine(reason));
        self.stop(id, reason);
        kept
    }

    /// Stops an extension as [`Self::quarantine`] does, for the version that is installed: another
    /// version ends that ([`Self::release_version`]). A quarantine by the user stays one.
    ///
    /// # Errors
    /// As [`Self::quarantine`].
    pub fn quarantine_version(&self, id: &str, reason: &str) -> io::Result<()> {
        let kept = self.shared.states.change_or_fail(id, |state| state.quarantine_version(reason));
        self.stop(id, reason);
        kept
    }

    /// Stops a loaded extension for the reason in its state, which another program wrote.
    pub fn follow_quarantine(&self, id: &str) {
        if let Some(reason) = self.saved_quarantine(id) {
            self.stop(id, &reason);
        }
    }

    fn stop(&self, id: &str, reason: &str) {
        if let Ok(extension) = self.get(id) {
            extension.supervisor.quarantine(reason.to_owned());
        }
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
        self.shared.states.change_or_fail(id, |state| was = state.release())?;
        if let Ok(extension) = self.get(id) {
            was |= extension.supervisor.health().quarantine.is_some();
            extension.supervisor.release();
        }
        Ok(was)
    }

    /// Ends the quarantine of an extension for what a version did, of which another one is installed now;
    /// one by the user stays. Returns whether the extension may run.
    ///
    /// # Errors
    /// As [`Self::release`].
    pub fn release_version(&self, id: &str) -> io::Result<bool> {
        let mut ends = false;
        self.shared.states.change_or_fail(id, |state| {
            ends = state.quarantine.is_none() || state.ends_with_version;
            if ends {
                state.release();
            }
        })?;
        if let (true, Ok(extension)) = (ends, self.get(id)) {
            extension.supervisor.release();
        }
        Ok(ends)
    }

    /// Deletes the saved state of an extension.
    pub fn forget(&self, id: &str) {
        self.shared.states.forget(id);
    }
}
