//! The loaded extensions of one host.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use bytes::Bytes;
use ext_host::Watchdog;
use ext_manifest::Manifest;
use ext_perm::Engine;
use ext_registry::{Registry, Services};
use ext_wire::{ErrorBody, ErrorCode, Event, Method};
use semver::Version;
use uuid::Uuid;

use crate::{LoadError, Loaded, error::not_loaded, extension::Extension, gate::Backend};

type Extensions = BTreeMap<String, Arc<Extension>>;

/// The loaded extensions of one host. Share it by `Arc`; all methods may be called from any thread.
pub struct Manager {
    backend: Arc<Backend>,
    watchdog: Watchdog,
    loaded: RwLock<Extensions>,
}

impl Manager {
    /// A manager without extensions, whose guests will reach these operations and services.
    #[must_use]
    pub fn new(registry: Arc<Registry>, services: Services) -> Self {
        let backend = Arc::new(Backend { registry, services });
        Self { backend, watchdog: Watchdog::start(), loaded: RwLock::default() }
    }

    /// Loads the extension in a folder with `manifest.json` and the wasm: checks and compiles it,
    /// starts an instance and runs its `plugin_init`. Compiling takes seconds for a large module.
    ///
    /// # Errors
    /// [`LoadError`]: which step failed, and why. Nothing is loaded then.
    pub fn load(&self, dir: &Path) -> Result<Loaded, LoadError> {
        let manifest = Manifest::from_dir(dir)?;
        manifest.check_core_version(&version())?;
        let id = manifest.id().to_owned();
        self.ensure_new(&id)?;
        let (backend, watchdog) = (Arc::clone(&self.backend), self.watchdog.clone());
        let extension = Arc::new(Extension::load(manifest, dir, backend, watchdog)?);
        let loaded = extension.loaded();
        let mut extensions = self.write();
        if extensions.contains_key(&id) {
            return Err(LoadError::Loaded { id });
        }
        extensions.insert(id, extension);
        Ok(loaded)
    }

    /// Lets an extension finish the calls that wait for it, runs its `plugin_cleanup` and drops it.
    /// Calls of other threads that are under way end first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded.
    pub fn unload(&self, id: &str) -> Result<(), ErrorBody> {
        let extension = self.write().remove(id);
        extension.map(drop).ok_or_else(|| not_loaded(id))
    }

    /// The loaded extensions, by id.
    #[must_use]
    pub fn list(&self) -> Vec<Loaded> {
        self.read().values().map(|extension| extension.loaded()).collect()
    }

    /// Calls an operation that a loaded extension offers, on behalf of the principal of `caller`.
    /// The reply is JSON or an attachment envelope, as the extension wrote it.
    ///
    /// An extension may not call another's operations: only the user may.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownMethod`] when no loaded extension offers it; what `caller` refuses; what
    /// the extension answers; the code of the fault when it failed.
    pub fn call(
        &self,
        caller: &Engine,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, ErrorBody> {
        let parsed = Method::parse(method)
            .map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        let _granted = caller.authorize(parsed, library, true).map_err(ErrorBody::from)?;
        let extension = self.get(parsed.family()).ok();
        let offers = |extension: &Arc<Extension>| {
            extension.manifest.operations().iter().any(|offered| offered.method() == method)
        };
        let extension = extension.filter(offers).ok_or_else(|| unknown(method))?;
        extension.call(method, library, &payload)
    }

    /// Passes an event to an extension and waits until it has worked on it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded; why the extension could not work on it; the
    /// code of the fault when it failed.
    pub fn deliver(&self, id: &str, event: &Event) -> Result<(), ErrorBody> {
        self.get(id)?.deliver(event)
    }

    fn get(&self, id: &str) -> Result<Arc<Extension>, ErrorBody> {
        self.read().get(id).cloned().ok_or_else(|| not_loaded(id))
    }

    fn ensure_new(&self, id: &str) -> Result<(), LoadError> {
        if self.read().contains_key(id) {
            return Err(LoadError::Loaded { id: id.to_owned() });
        }
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Extensions> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Extensions> {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown(method: &str) -> ErrorBody {
    let message = format_args!("no loaded extension offers `{}`", method.escape_debug());
    ErrorBody::new(ErrorCode::UnknownMethod, message)
}

/// The version that `min_core_version` of a manifest is about: all crates share one.
fn version() -> Version {
    let number = |text: &str| text.parse().unwrap_or_default();
    Version::new(
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    )
}
