//! The parts of the core that its handles share.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use ext_grants::GrantAuthority;
use ext_library_sqlite::Libraries;
use ext_manager::{
    Authorizer, CallObserver, CallRecorder, ExtensionState, Isolations, LoadError, Loaded, Loader,
    Manager, ManagerConfig,
};
use ext_ops_credentials_file::FileVault;
use ext_registry::{Registry, Services};
use ext_wire::ops::schedules::Schedule;
use parking_lot::Mutex;

use crate::{
    call_file::CallFile, call_tapes::CallTapes, error::CoreError, installed::Installed,
    list_file::ListFile, own_folder::OwnFolder, settings::SettingsFiles,
};

/// Everything over one data folder.
pub(crate) struct System {
    pub(crate) own: OwnFolder,
    pub(crate) libraries: Arc<Libraries>,
    pub(crate) installed: Installed,
    pub(crate) registry: Arc<Registry>,
    pub(crate) services: Services,
    pub(crate) vault: Arc<FileVault>,
    pub(crate) settings: Arc<SettingsFiles>,
    pub(crate) schedules: ListFile<Schedule>,
    pub(crate) guests: Guests,
    pub(crate) manager: Manager,
    /// Held while an extension is loaded, so that two callers do not compile the same one.
    pub(crate) loading: Mutex<()>,
    /// Ids of the extensions that this program replaces while they run.
    pub(crate) replacing: Mutex<BTreeSet<String>>,
}

/// The part of a manager's configuration that all managers of a data folder share.
pub(crate) struct Guests {
    pub(crate) loader: Arc<Loader>,
    pub(crate) isolations: Isolations,
    pub(crate) grants: Arc<GrantAuthority>,
    pub(crate) calls: Arc<CallFile>,
    pub(crate) tapes: Arc<CallTapes>,
}

impl Guests {
    /// Returns the configuration of a manager, which keeps the health of extensions in
    /// `state_folder`.
    pub(crate) fn config(&self, state_folder: Option<PathBuf>) -> ManagerConfig {
        ManagerConfig {
            state_folder,
            loader: Arc::clone(&self.loader),
            isolations: self.isolations.clone(),
            authorizer: Arc::clone(&self.grants) as Arc<dyn Authorizer>,
            calls: Some(Arc::clone(&self.calls) as Arc<dyn CallObserver>),
            recorder: Some(Arc::clone(&self.tapes) as Arc<dyn CallRecorder>),
            ..ManagerConfig::default()
        }
    }
}

impl System {
    pub(crate) fn grants(&self) -> &GrantAuthority {
        &self.guests.grants
    }

    /// Loads an installed extension unless it is loaded.
    pub(crate) fn ensure_loaded(&self, id: &str) -> Result<(), CoreError> {
        let dir = self.installed.dir(id)?;
        let _one_at_a_time = self.loading.lock();
        if self.manager.is_loaded(id) {
            return Ok(());
        }
        self.installed.verify(id)?;
        match self.manager.load(&dir) {
            Ok(_) | Err(LoadError::Loaded { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Lets go of the loaded extensions that other programs replaced or removed.
    pub(crate) fn refresh_extensions(&self) {
        let _one_at_a_time = self.loading.lock();
        for loaded in self.manager.list() {
            let id = loaded.manifest.id();
            if !self.replacing.lock().contains(id) && !self.is_current(&loaded) {
                let _ = self.manager.unload(id);
            }
        }
    }

    /// Runs a replacement of a loaded extension by this program, whose new version runs before it is the
    /// installed one: [`Self::refresh_extensions`] leaves it alone meanwhile.
    pub(crate) fn while_replacing<T>(&self, id: &str, replace: impl FnOnce() -> T) -> T {
        self.replacing.lock().insert(id.to_owned());
        let replaced = replace();
        self.replacing.lock().remove(id);
        replaced
    }

    /// Stops and releases the loaded extensions that other programs stopped and released.
    pub(crate) fn refresh_health(&self) {
        let _one_at_a_time = self.loading.lock();
        for loaded in self.manager.list() {
            let id = loaded.manifest.id();
            let stopped = loaded.health.state == ExtensionState::Quarantined;
            match self.manager.saved_quarantine(id) {
                Some(_) if !stopped => self.manager.follow_quarantine(id),
                None if stopped => drop(self.manager.unload(id)),
                _ => {}
            }
        }
    }

    /// Tells whether a loaded extension is the version that is installed.
    fn is_current(&self, loaded: &Loaded) -> bool {
        let installed = self.installed.version_now(loaded.manifest.id());
        installed.is_ok_and(|installed| {
            let installed = installed.as_ref();
            installed.wasm_hash == loaded.wasm_hash && *installed.manifest == *loaded.manifest
        })
    }
}
