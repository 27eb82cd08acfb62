//! The loaded extensions of one host.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use bytes::Bytes;
use ext_host::Watchdog;
use ext_manifest::Manifest;
use ext_perm::{Audience, Engine};
use ext_registry::{
    Call, Deadline, MissingService, Progress, Registry, Services, execute_json_operation_blocking,
};
use ext_wire::{
    ErrorBody, ErrorCode, Event, Method, Wire,
    body::{self, BlobStyle},
    trace,
};
use parking_lot::RwLock;
use uuid::Uuid;

use crate::{
    CallError, JobCall, JobCallError, LoadError, Loaded, ManagerConfig, ReloadConsent, ReloadError,
    Reloaded, SavedFault, call_observer::CallProbe, error::not_loaded, extension::Extension,
    gate::Backend, host_version::host_version, job, recorder::Recorder, reload, state::StateFolder,
    threads::Threads, version::Shared,
};

type Extensions = BTreeMap<String, Arc<Extension>>;

/// The loaded extensions of one host. Share it by `Arc`; all methods may be called from any thread.
///
/// Dropping it unloads all extensions, side by side, in bounded time.
pub struct Manager {
    pub(crate) shared: Arc<Shared>,
    loaded: RwLock<Extensions>,
}

impl Manager {
    /// Makes a manager without extensions, whose guests will reach these operations and services.
    ///
    /// # Errors
    /// [`MissingService`] when an operation needs a service that is not there; see
    /// [`Registry::only`].
    pub fn new(registry: Arc<Registry>, services: Services) -> Result<Self, MissingService> {
        Self::with_config(registry, services, ManagerConfig::default())
    }

    /// Makes a manager as [`Self::new`] does, with other limits.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use ext_manager::{Manager, ManagerConfig, Registry, Services};
    ///
    /// let config = ManagerConfig { guest_threads: 8, ..ManagerConfig::default() };
    /// let registry = Arc::new(Registry::collect()?);
    /// let manager = Manager::with_config(registry, Services::default(), config)?;
    /// assert!(manager.list().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_config(
        registry: Arc<Registry>,
        services: Services,
        config: ManagerConfig,
    ) -> Result<Self, MissingService> {
        registry.check(&services)?;
        let clock = Arc::clone(&config.clock);
        let log_lines_per_second = config.log_lines_per_second;
        let calls = CallProbe(config.calls.clone());
        let recorder = Recorder(config.recorder.clone());
        let backend = Backend { registry, services, clock, log_lines_per_second, calls, recorder };
        let backend = Arc::new(backend);
        let threads = Arc::new(Threads::new(config.guest_threads, config.stack_bytes));
        let states = StateFolder::new(config.state_folder.clone());
        let watchdog = Watchdog::start();
        let processes = config.isolations.processes();
        let shared = Shared { config, backend, watchdog, threads, states, processes };
        let shared = Arc::new(shared);
        Ok(Self { shared, loaded: RwLock::default() })
    }

    /// Loads the extension in a folder with `manifest.json` and the wasm: checks and compiles it,
    /// starts an instance and runs its `plugin_init`. Compiling takes seconds for a large module.
    ///
    /// # Errors
    /// [`LoadError`]: the step that failed, with its reason. Nothing is loaded then.
    pub fn load(&self, dir: &Path) -> Result<Loaded, LoadError> {
        let manifest = Manifest::from_dir(dir)?;
        manifest.check_core_version(&host_version())?;
        let id = manifest.id().to_owned();
        self.ensure_new(&id)?;
        let loading = self.shared.states.loading(&id);
        self.ensure_free(&id, loading.crashes())?;
        let extension = Extension::load(manifest, dir, Arc::clone(&self.shared));
        let extension = Arc::new(extension.inspect_err(|error| self.count_start(&id, error))?);
        self.shared.states.change(&id, |state| state.failed_starts = 0);
        drop(loading);
        self.insert(id, extension)
    }

    /// Loads and initialises the candidate in a folder once as [`Self::load`] does, and ends it: it is
    /// checked, and not loaded. It may only read on this computer, so that nothing of it stays when it
    /// is refused: any other call is answered with [`ErrorCode::Stopped`].
    ///
    /// # Errors
    /// [`LoadError`]: the step that failed, with its reason.
    pub fn try_out(&self, dir: &Path) -> Result<(), LoadError> {
        let manifest = Manifest::from_dir(dir)?;
        manifest.check_core_version(&host_version())?;
        Extension::try_out(manifest, dir, Arc::clone(&self.shared))
    }

    /// Counts a start that the extension failed: each program starts anew, so that nothing else counts
    /// them together.
    fn count_start(&self, id: &str, error: &LoadError) {
        let LoadError::Start { fault, .. } = error else { return };
        if !is_own_fault(fault.code) {
            return;
        }
        let limit = self.shared.config.faults.in_a_row;
        self.shared.states.change(id, |state| {
            state.faults += 1;
            state.failed_starts += 1;
            state.last_fault = Some(SavedFault::now(fault));
            if state.failed_starts >= limit {
                let times = state.failed_starts;
                state.quarantine_version(&format!(
                    "it failed to start {times} times in a row, the last time: {fault}"
                ));
            }
        });
    }

    fn insert(&self, id: String, extension: Arc<Extension>) -> Result<Loaded, LoadError> {
        let loaded = extension.loaded();
        let mut extensions = self.loaded.write();
        if extensions.contains_key(&id) {
            drop(extensions);
            extension.end();
            return Err(LoadError::Loaded { id });
        }
        // It may have been quarantined while it was loaded.
        if let Some(reason) = self.saved_quarantine(&id) {
            extension.supervisor.quarantine(reason);
        }
        extensions.insert(id, extension);
        Ok(loaded)
    }

    /// Replaces a loaded extension by the version in a folder, without losing a call or doing one
    /// twice: the new version starts beside the old one, takes over its state when both have the
    /// exports for it, and then answers what waits. Returns when the old version is gone. Until it
    /// takes over, the new version may only read, as in [`Self::try_out`].
    ///
    /// # Errors
    /// [`ReloadError`]: the old version goes on as if nothing had happened.
    pub fn reload(
        &self,
        id: &str,
        dir: &Path,
        consent: ReloadConsent,
    ) -> Result<Reloaded, ReloadError> {
        let extension = self.get(id).map_err(|_| ReloadError::NotLoaded { id: id.to_owned() })?;
        reload::reload(&extension, dir, consent)
    }

    /// Ends an extension: calls that wait or run end with [`ErrorCode::Stopped`], then
    /// `plugin_cleanup` runs, under a deadline. Nothing of it runs when this returns, but for a host
    /// operation that does not end; its answer reaches nobody.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded.
    pub fn unload(&self, id: &str) -> Result<(), CallError> {
        let extension = self.loaded.write().remove(id).ok_or_else(|| not_loaded(id))?;
        extension.end();
        Ok(())
    }

    /// Returns true if an extension is loaded.
    #[must_use]
    pub fn is_loaded(&self, id: &str) -> bool {
        self.loaded.read().contains_key(id)
    }

    /// Lists the loaded extensions, by id.
    #[must_use]
    pub fn list(&self) -> Vec<Loaded> {
        self.loaded.read().values().map(|extension| extension.loaded()).collect()
    }

    /// Calls an operation of the registry, or one that a loaded extension offers, on behalf of the
    /// principal of `caller`. The reply is JSON or an attachment envelope.
    ///
    /// An extension may not call another's operations: only the user may.
    ///
    /// # Errors
    /// [`ErrorCode::UnknownMethod`] when there is none; what `caller` refuses; what
    /// the operation answers; the code of the fault when it failed; [`ErrorCode::Busy`] when too
    /// many calls wait; [`ErrorCode::Stopped`] when it is quarantined or was unloaded meanwhile.
    pub fn call(
        &self,
        caller: &Engine,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, CallError> {
        self.call_until(caller, method, library, payload, None)
    }

    /// Works as [`Self::call`], for a caller that may go: when it sets `gone`, an extension's operation that
    /// waits for its turn is not begun, and a query that runs ends with its next call of the host. An action
    /// that was begun runs to its end.
    ///
    /// # Errors
    /// As [`Self::call`]; [`ErrorCode::Stopped`] when the caller is gone.
    pub fn call_until(
        &self,
        caller: &Engine,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
        gone: Option<Arc<AtomicBool>>,
    ) -> Result<Vec<u8>, CallError> {
        if self.shared.backend.registry.get(method).is_some() {
            return self.call_registered(caller, method, library, payload);
        }
        let parsed = Method::parse(method)
            .map_err(|error| ErrorBody::new(ErrorCode::UnknownMethod, error))?;
        let gate = tracing::info_span!(target: trace::TARGET, "gate", method);
        let _granted = gate.in_scope(|| caller.authorize(parsed, library, Audience::UserOnly))?;
        let extension = self.get(parsed.family()).ok();
        let extension = extension.filter(|extension| extension.current().offers(method));
        extension.ok_or_else(|| unknown(method))?.call(method, library, &payload, gone)
    }

    fn call_registered(
        &self,
        caller: &Engine,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, CallError> {
        let Backend { registry, services, .. } = &*self.shared.backend;
        let call = Call {
            method,
            library,
            payload,
            blobs: BlobStyle::Attachment,
            deadline: Deadline::NONE,
            progress: Progress::NONE,
        };
        let mut reply = Vec::new();
        execute_json_operation_blocking(registry, services, caller, call, &mut reply)?;
        Ok(reply)
    }

    /// Calls an operation as [`Self::call`] does, with its types; bytes cross as they are.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use ext_manager::{Engine, ErrorCode, Manager, Registry, Services, ops};
    ///
    /// let manager = Manager::new(Arc::new(Registry::collect()?), Services::default())?;
    /// let user = Engine::for_user();
    /// let status = manager.call_typed::<ops::core::Status>(&user, None, &ops::NoInput {});
    /// // This program has no operations.
    /// assert_eq!(status.unwrap_err().code(), ErrorCode::UnknownMethod);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::call`]; the error of the input when it cannot be written;
    /// [`ErrorCode::BadInput`] when the answer is not of the type.
    pub fn call_typed<W: Wire>(
        &self,
        caller: &Engine,
        library: Option<Uuid>,
        input: &W::Input,
    ) -> Result<W::Output, CallError> {
        let payload = body::encode(input, BlobStyle::Attachment)?;
        let reply = self.call(caller, W::METHOD, library, payload.into())?;
        Ok(body::decode(reply.into())?)
    }

    /// Runs an operation of an extension as a job of its own. The extension's permission engine decides
    /// anew if it may have jobs in this library.
    ///
    /// # Errors
    /// [`JobCallError::Refused`] when the operation was not called: the extension is not loaded, is
    /// stopped, or may not; [`JobCallError::Failed`] when it was called and failed.
    pub fn run_job(&self, id: &str, job: JobCall<'_>) -> Result<Vec<u8>, JobCallError> {
        let extension = self.get(id).map_err(JobCallError::Refused)?;
        extension.run_job(job)
    }

    /// Runs work of the host in the name of an extension: in a slot among the jobs that it may run at
    /// the same time, and with the engine that decides about its calls now.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded, [`ErrorCode::Stopped`] when it is quarantined,
    /// the refusal when it may not have jobs in the library, or has enough.
    pub fn run_core_job<R>(
        &self,
        id: &str,
        library: Uuid,
        work: impl FnOnce(&Arc<Engine>) -> R,
    ) -> Result<R, CallError> {
        let extension = self.get(id)?;
        if let Some(reason) = self.saved_quarantine(id) {
            let message = format!("`{id}` is stopped: {reason}");
            return Err(ErrorBody::new(ErrorCode::Stopped, message).into());
        }
        let version = extension.current();
        let _slot = job::authorize(&version.engine, library)?;
        Ok(work(&version.engine))
    }

    /// Lists the limits that the loaded extensions hit since they were loaded, and how often.
    #[must_use]
    pub fn limits_hit(&self) -> Vec<(String, &'static str, u64)> {
        let loaded = self.loaded.read();
        let of_one = |(id, extension): (&String, &Arc<Extension>)| {
            let totals = extension.supervisor.limits.totals().into_iter();
            totals.map(|(limit, times)| (id.clone(), limit, times)).collect::<Vec<_>>()
        };
        loaded.iter().flat_map(of_one).collect()
    }

    /// Delivers an event to an extension and waits until it has handled it.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded; the error that its handler returns; the code of the
    /// fault when it failed; [`ErrorCode::Busy`] and [`ErrorCode::Stopped`] as for [`Self::call`]: the
    /// event did not reach it then.
    pub fn deliver(&self, id: &str, event: &Event) -> Result<(), CallError> {
        self.get(id)?.deliver(event)
    }

    /// Returns whether an extension may receive an event, by the rules in force now: allowed, or denied
    /// for good.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when it is not loaded, [`ErrorCode::Internal`] when no decision is
    /// possible: its events wait.
    pub fn receives(&self, id: &str, event: &Event) -> Result<bool, CallError> {
        self.get(id)?.current().receives(event)
    }

    pub(crate) fn get(&self, id: &str) -> Result<Arc<Extension>, CallError> {
        self.loaded.read().get(id).cloned().ok_or_else(|| not_loaded(id).into())
    }

    fn ensure_new(&self, id: &str) -> Result<(), LoadError> {
        if self.loaded.read().contains_key(id) {
            return Err(LoadError::Loaded { id: id.to_owned() });
        }
        Ok(())
    }

    /// Refuses a quarantined extension, and quarantines one whose load crashed the program too often.
    fn ensure_free(&self, id: &str, crashes: u32) -> Result<(), LoadError> {
        if crashes >= self.shared.config.faults.crashes_during_load {
            let reason = format!("the program ended {crashes} times while it loaded it");
            self.shared.states.change(id, |state| state.quarantine_version(&reason));
        }
        match self.shared.states.read(id).quarantine {
            Some(reason) => Err(LoadError::Quarantined { id: id.to_owned(), reason }),
            None => Ok(()),
        }
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let extensions = std::mem::take(&mut *self.loaded.write());
        thread::scope(|scope| {
            for extension in extensions.values() {
                scope.spawn(|| extension.end());
            }
        });
    }
}

fn unknown(method: &str) -> ErrorBody {
    let message = format_args!("no loaded extension offers `{}`", method.escape_debug());
    ErrorBody::new(ErrorCode::UnknownMethod, message)
}

/// Returns true if a start that failed so is the extension's doing, not the machine's or the host's.
const fn is_own_fault(code: ErrorCode) -> bool {
    !matches!(code, ErrorCode::Io | ErrorCode::Busy | ErrorCode::Internal | ErrorCode::Stopped)
}
