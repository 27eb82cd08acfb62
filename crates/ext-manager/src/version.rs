//! One version of an extension: compiled, with its guests.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Weak},
    time::Duration,
};

use ext_abi::names;
use ext_host::{
    Fault, HashedWasm, InstanceLimits, Loader, Module, ModuleContents, ModuleError, WasiWorld,
    Watchdog,
};
use ext_host_process::Processes;
use ext_manifest::{Manifest, WasiKind};
use ext_perm::{Engine, Target};
use ext_wire::{
    DeclaredHandlers, EntryPath, ErrorBody, ErrorCode, Event, Method, event::SETTINGS_CHANGED,
};
use parking_lot::Mutex;

use crate::{
    CallError, GuestIsolation, LoadError, ManagerConfig, PackageFiles,
    gate::{Backend, Gate},
    guest::{CallFailure, Guest, InstanceSpec},
    health::Supervisor,
    host_version::host_version,
    instance_handle::{CompiledModule, InstanceHandle},
    queue::{Generation, Job, Queue},
    state::StateFolder,
    thread_control::{Phase, ThreadControl},
    threads::{self, Threads, WorkerContext},
    trial::Trial,
};

/// The parts of a manager that all its extensions share.
pub(crate) struct Shared {
    pub(crate) config: ManagerConfig,
    pub(crate) backend: Arc<Backend>,
    pub(crate) watchdog: Watchdog,
    pub(crate) threads: Arc<Threads>,
    pub(crate) states: StateFolder,
    /// The starter of instances in processes of their own, if any extension needs it.
    pub(crate) processes: Option<Processes>,
}

impl Shared {
    /// Returns the isolation of an extension: with files, a process of its own whatever is configured.
    fn isolation_of(&self, manifest: &Manifest) -> GuestIsolation {
        match manifest.wasi().has_files() {
            true => GuestIsolation::Process,
            false => self.config.isolations.of(manifest.id()),
        }
    }

    /// Returns the starter of processes for an extension; `None` when its instances live in this one.
    fn processes_for(
        &self,
        manifest: &Manifest,
        isolation: GuestIsolation,
    ) -> Result<Option<Processes>, LoadError> {
        let id = manifest.id();
        if manifest.wasi().has_files() {
            let isolations = &self.config.isolations;
            let processes = isolations.files_processes();
            return processes.map(Some).ok_or_else(|| LoadError::NoFilesProgram {
                id: id.to_owned(),
                program: isolations.files_program_name(),
            });
        }
        match (isolation, &self.processes) {
            (GuestIsolation::InProcess, _) => Ok(None),
            (GuestIsolation::Process, Some(processes)) => Ok(Some(processes.clone())),
            (GuestIsolation::Process, None) => Err(LoadError::NoProgram { id: id.to_owned() }),
        }
    }
}

/// One version of an extension. Its workers take jobs from the extension's queue while it is the
/// current one.
pub(crate) struct Version {
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) wasm_hash: String,
    pub(crate) generation: Generation,
    pub(crate) engine: Arc<Engine>,
    pub(crate) isolation: GuestIsolation,
    pub(crate) saves: bool,
    pub(crate) restores: bool,
    spec: InstanceSpec,
    queue: Arc<Queue>,
    shared: Arc<Shared>,
    /// The controls of the threads; each thread holds its own while it lives.
    controls: Mutex<Vec<Weak<ThreadControl>>>,
}

impl Version {
    /// Reads, checks and compiles the extension in a folder. Nothing of it runs yet.
    pub(crate) fn compile(
        manifest: Manifest,
        dir: &Path,
        generation: Generation,
        supervisor: Arc<Supervisor>,
        queue: Arc<Queue>,
        shared: Arc<Shared>,
        trial: Trial,
    ) -> Result<Self, LoadError> {
        let isolation = shared.isolation_of(&manifest);
        let processes = shared.processes_for(&manifest, isolation)?;
        let path = manifest.wasm_path(dir);
        let bytes = read_wasm(&manifest, &path)?;
        let wasm = HashedWasm::from(&bytes);
        let files = PackageFiles::read(&manifest, dir)?;
        let loader = &shared.config.loader;
        let limits = loader.cap(instance_limits(&manifest));
        check_total(&limits, &manifest, loader.budget().limit())?;
        let places = processes.map(|processes| (processes, files.surroundings(&manifest)));
        let module = CompiledModule::load(loader, wasm, &limits, places)
            .map_err(|source| LoadError::Module { path, source })?;
        check_exports(&manifest, |export| module.has_export(export))?;
        check_handlers(&manifest, wasm.bytes())?;
        let id: Arc<str> = manifest.id().into();
        let wasm_hash = files.code_hash(wasm.hash());
        let engine = Arc::new(shared.config.authorizer.engine(&manifest, &wasm_hash));
        let (backend, log) = (Arc::clone(&shared.backend), Arc::clone(&supervisor.limits));
        let lines = manifest.limits().log_lines_per_second();
        let gate = Gate::new(
            Arc::clone(&id),
            backend,
            Arc::clone(&engine),
            log,
            lines,
            limits.json_bytes,
            trial.clone(),
        );
        let (watchdog, states) = (shared.watchdog.clone(), shared.states.clone());
        let is_program = manifest.wasi().kind() == WasiKind::Command;
        let saves = is_program || module.has_export(names::PLUGIN_SAVE);
        let restores = is_program || module.has_export(names::PLUGIN_RESTORE);
        let spec = InstanceSpec { id, module, limits, gate, watchdog, supervisor, states, trial };
        let (manifest, controls) = (Arc::new(manifest), Mutex::default());
        Ok(Self {
            manifest,
            wasm_hash,
            generation,
            engine,
            isolation,
            saves,
            restores,
            spec,
            queue,
            shared,
            controls,
        })
    }

    /// Starts the first instance, with its `plugin_init`.
    pub(crate) fn start(&self) -> Result<(), LoadError> {
        self.add_worker().map_err(LoadError::Thread)?;
        match self.direct(|guest| guest.run(|_| Ok(()))) {
            Some(Ok(())) => Ok(()),
            Some(Err(failure)) => Err(self.start_error(failure)),
            None => Err(LoadError::Thread(io::Error::other("it ended"))),
        }
    }

    fn start_error(&self, failure: CallFailure) -> LoadError {
        let id = self.manifest.id().to_owned();
        let fault = match failure {
            CallFailure::Fault(fault) => fault,
            CallFailure::NotNow(ErrorBody { code, error: message, .. }) => {
                Fault { code, message, backtrace: Vec::new() }
            }
        };
        LoadError::Start { id, fault }
    }

    /// Ends the trial: the version is in use from now on.
    pub(crate) fn accept(&self) {
        self.spec.trial.accept();
    }

    /// Adds one more worker, unless there are as many as the manifest has instances.
    pub(crate) fn add_worker(&self) -> io::Result<()> {
        let instances = self.manifest.limits().instances() as usize;
        if !self.queue.enter(self.generation, instances) {
            return Ok(());
        }
        let control = Arc::new(ThreadControl::default());
        let mut controls = self.controls.lock();
        controls.retain(|control| control.strong_count() > 0);
        controls.push(Arc::downgrade(&control));
        drop(controls);
        self.spec.supervisor.watch(&control);
        let context = WorkerContext {
            queue: Arc::clone(&self.queue),
            generation: self.generation,
            spec: self.spec.clone(),
            control,
            idle_timeout: self.shared.config.idle_timeout,
        };
        threads::spawn(&self.shared.threads, context)
            .inspect_err(|_| self.queue.leave(self.generation))
    }

    /// Runs work on a worker of this version, before all waiting jobs; `None` when there is no worker.
    pub(crate) fn direct<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Guest) -> T + Send + 'static,
    ) -> Option<T> {
        let (job, answer) = Job::new(work);
        self.queue.push_direct(self.generation, job);
        answer.recv().ok()
    }

    /// Asks the guest for the state that the next version shall get; `None` when there is none.
    pub(crate) fn save(&self) -> Result<Option<Vec<u8>>, CallError> {
        let id = self.manifest.id().to_owned();
        let saved = self.direct(move |guest| {
            if !guest.is_live() {
                return Ok(None); // it failed just now, and its state with it
            }
            guest.run(InstanceHandle::save).map_err(|failure| failure.into_error(&id))
        });
        match saved.unwrap_or(Ok(None))? {
            Some(reply) if reply.status == ErrorCode::OK => Ok(Some(reply.body)),
            Some(reply) => Err(ErrorBody::from_reply(reply.status, &reply.body).into()),
            None => Ok(None),
        }
    }

    /// Hands over the state of the version before.
    pub(crate) fn restore(&self, state: Vec<u8>) -> Result<(), CallError> {
        let id = self.manifest.id().to_owned();
        let restored = self.direct(move |guest| {
            let code = guest.run(|instance| instance.restore(&state));
            (code.map_err(|failure| failure.into_error(&id)), guest.take_last_error())
        });
        let (code, reason) = restored.ok_or_else(|| crate::error::stopped(self.manifest.id()))?;
        match code? {
            None | Some(0) => Ok(()),
            Some(code) => {
                let reason = reason
                    .unwrap_or_else(|| format!("`{}` returned {code}", names::PLUGIN_RESTORE));
                Err(ErrorBody::new(ErrorCode::Reload, reason).into())
            }
        }
    }

    /// Ends running calls of this version, now; `reason` is the code for their callers.
    pub(crate) fn kill(&self, reason: ErrorCode) {
        for control in self.controls.lock().iter().filter_map(Weak::upgrade) {
            control.kill(reason);
        }
    }

    /// Ends the version: running calls are killed, idle guests clean up. The queue gives its workers no
    /// more jobs. Bounded in time.
    pub(crate) fn end(&self) {
        self.queue.dismiss(self.generation);
        for control in self.controls.lock().iter().filter_map(Weak::upgrade) {
            if control.is_busy() {
                control.kill(ErrorCode::Stopped);
            }
        }
        self.retire(Duration::ZERO);
    }

    /// Waits until the workers are gone, which ended by themselves or clean up now: for `grace` for
    /// calls that run, for the time of a cleanup, then they are killed. A worker that a host
    /// operation holds is left behind; it ends when that returns.
    pub(crate) fn retire(&self, grace: Duration) {
        let cleanup = self.shared.config.cleanup_timeout;
        if self.queue.wait_gone(self.generation, grace + cleanup) {
            return;
        }
        let cleaning = |control: &Arc<ThreadControl>| control.phase() == Phase::Cleanup;
        let controls: Vec<_> = self.controls.lock().iter().filter_map(Weak::upgrade).collect();
        let reason =
            if controls.iter().all(cleaning) { ErrorCode::Stopped } else { ErrorCode::Deadline };
        self.kill(reason);
        if !self.queue.wait_gone(self.generation, cleanup) {
            self.queue.abandon(self.generation);
            let extension = self.manifest.id();
            tracing::warn!(extension, "a host operation holds a thread of the extension");
        }
    }

    /// Returns whether the extension may receive an event, by the rules in force now; an error when
    /// that cannot be decided.
    pub(crate) fn receives(&self, event: &Event) -> Result<bool, CallError> {
        let receive = Method::parse(ext_perm::RECEIVE_EVENT)
            .map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        let entry = EntryPath::stored(&event.entry.path);
        let entry = (event.kind != SETTINGS_CHANGED).then_some(&entry);
        let target = Target::Event { kind: &event.kind, entry };
        Ok(self.engine.permits(receive, Some(event.library_id), target)?)
    }

    /// Returns true if the manifest declares this operation.
    pub(crate) fn offers(&self, method: &str) -> bool {
        self.manifest.operations().iter().any(|offered| offered.method() == method)
    }
}

fn instance_limits(manifest: &Manifest) -> InstanceLimits {
    let asked = manifest.limits();
    InstanceLimits {
        memory_bytes: asked.memory_bytes(),
        table_elements: asked.table_elements(),
        stack_bytes: asked.stack_kb() as usize * 1024,
        compute_timeout: asked.compute_timeout(),
        call_timeout: asked.call_timeout(),
        json_bytes: asked.max_json_bytes(),
        wasi: world(manifest.wasi().kind()),
        ..InstanceLimits::default()
    }
}

const fn world(kind: WasiKind) -> WasiWorld {
    match kind {
        WasiKind::None => WasiWorld::None,
        WasiKind::Minimal => WasiWorld::Minimal,
        WasiKind::Files => WasiWorld::Files,
        WasiKind::Command => WasiWorld::Command,
    }
}

/// Refuses limits that the memory of all extensions together cannot meet, which nobody would see
/// before the instances have grown.
fn check_total(limits: &InstanceLimits, manifest: &Manifest, limit: u64) -> Result<(), LoadError> {
    let instances = manifest.limits().instances();
    let instance_bytes = limits.instance_bytes().saturating_add(manifest.wasi().scratch_bytes());
    match instance_bytes.saturating_mul(instances.into()) <= limit {
        true => Ok(()),
        false => Err(LoadError::TooMuchMemory { instances, instance_bytes, limit }),
    }
}

/// Checks the extension in a folder as loading it does, without compiling it, and returns the contents of
/// its wasm: none where that is a runtime's.
///
/// # Errors
/// As [`Manager::load`](crate::Manager::load), but for what only the compiler and the first instance
/// find; as [`check_functions`].
pub fn check_wasm(
    manifest: &Manifest,
    folder: &Path,
    loader: &Loader,
) -> Result<ModuleContents, LoadError> {
    manifest.check_core_version(&host_version())?;
    let limits = loader.cap(instance_limits(manifest));
    check_total(&limits, manifest, loader.budget().limit())?;
    PackageFiles::read(manifest, folder)?;
    if manifest.wasi().runtime().is_none() {
        let path = manifest.wasm_path(folder);
        let wasm = read_wasm(manifest, &path)?;
        Module::check(&wasm, &limits).map_err(|source| LoadError::Module { path, source })?;
    }
    check_functions(manifest, folder)
}

/// Checks that the code of the extension in a folder has what the manifest promises, as far as it says what
/// it has, and returns the contents of its wasm: none where that is a runtime's.
///
/// # Errors
/// [`LoadError::Wasm`] and [`LoadError::Files`] when a file cannot be read; [`LoadError::Module`] for a wasm
/// that is not a module; [`LoadError::MissingExport`], [`LoadError::NoFunction`] and
/// [`LoadError::NoScript`] for what the code does not have.
pub fn check_functions(manifest: &Manifest, folder: &Path) -> Result<ModuleContents, LoadError> {
    if manifest.wasi().runtime().is_some() {
        PackageFiles::read(manifest, folder)?.check_script(manifest)?;
        return Ok(ModuleContents::default());
    }
    let path = manifest.wasm_path(folder);
    let wasm = read_wasm(manifest, &path)?;
    let contents = ModuleContents::read(&wasm);
    let contents = contents.map_err(|source| LoadError::Module { path, source })?;
    check_exports(manifest, |export| contents.exports.iter().any(|found| found == export))?;
    check_handlers(manifest, &wasm)?;
    Ok(contents)
}

fn check_exports(manifest: &Manifest, has_export: impl Fn(&str) -> bool) -> Result<(), LoadError> {
    if manifest.wasi().kind() == WasiKind::Command {
        return Ok(()); // it takes calls from a stream
    }
    let needs = [
        ("events", names::PLUGIN_ON_EVENT, !manifest.events().is_empty()),
        ("operations", names::PLUGIN_CALL, !manifest.operations().is_empty()),
    ];
    match needs.into_iter().find(|(_, export, needed)| *needed && !has_export(export)) {
        Some((field, export, _)) => Err(LoadError::MissingExport { field, export }),
        None => Ok(()),
    }
}

/// Refuses a manifest that promises what the module says it has no function for. Modules that say
/// nothing of it are taken as they are, as are programs, whose functions their scripts have.
fn check_handlers(manifest: &Manifest, wasm: &[u8]) -> Result<(), LoadError> {
    if manifest.wasi().kind() == WasiKind::Command {
        return Ok(());
    }
    let section = ModuleContents::read(wasm).ok().and_then(|contents| contents.methods);
    let Some(declared) = section.map(|section| DeclaredHandlers::parse(&section)) else {
        return Ok(());
    };
    let methods = manifest.operations().iter().map(|offered| offered.method());
    let methods = methods.filter(|method| !declared.has_operation(method));
    let kinds = manifest.events().iter().map(String::as_str);
    let kinds = kinds.filter(|kind| !declared.has_event(kind));
    let names: Vec<String> = methods.chain(kinds).map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => Ok(()),
        false => Err(LoadError::NoFunction { names: names.join(", ") }),
    }
}

fn read_wasm(manifest: &Manifest, path: &Path) -> Result<Vec<u8>, LoadError> {
    let failed = |source| LoadError::Wasm { path: path.to_owned(), source };
    check_wasm_file(manifest, path)?;
    ext_fs::read(path, manifest.max_wasm_bytes().into()).map_err(|error| failed(error.into()))
}

/// Checks that the wasm file of an extension is one and not too large, without reading it.
///
/// # Errors
/// [`LoadError::Wasm`] when it cannot be read, or is not a regular file; [`LoadError::Module`] when it is
/// too large.
pub fn check_wasm_file(manifest: &Manifest, path: &Path) -> Result<(), LoadError> {
    let failed = |source| LoadError::Wasm { path: path.to_owned(), source };
    let found = fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        let reason = "it is not a regular file";
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, reason)));
    }
    let (got, limit) = (found.len(), u64::from(manifest.max_wasm_bytes()));
    if got <= limit {
        return Ok(());
    }
    let source = ModuleError::Limit { what: "bytes", got, limit };
    Err(LoadError::Module { path: path.to_owned(), source })
}
