//! One loaded extension.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use ext_abi::names;
use ext_host::{Fault, Limits, Module, Reply, Watchdog};
use ext_manifest::Manifest;
use ext_perm::Engine;
use ext_wire::{ErrorBody, ErrorCode, Event};
use uuid::Uuid;

use crate::{
    LoadError,
    error::{fault_body, stopped},
    gate::{Backend, Gate},
    guest::Recipe,
    payload,
    worker::Worker,
};

/// Largest wasm file that is read, in bytes; `ext-host` refuses smaller ones by their content.
const MAX_WASM_BYTES: u64 = 64 << 20;

/// How an extension fares.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// How often an instance was started: 1, and once more after each fault.
    pub starts: u64,
    /// The last fault.
    pub last_fault: Option<Fault>,
}

/// A loaded extension, as the manager shows it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its manifest.
    pub manifest: Arc<Manifest>,
    /// BLAKE3 of its wasm, in hex.
    pub wasm_hash: String,
    /// How it fares.
    pub health: Health,
}

pub(crate) struct Extension {
    pub(crate) manifest: Arc<Manifest>,
    wasm_hash: String,
    health: Arc<Mutex<Health>>,
    worker: Worker,
}

impl Extension {
    /// Reads, checks, compiles, starts and initialises the extension in a folder.
    pub(crate) fn load(
        manifest: Manifest,
        dir: &Path,
        backend: Arc<Backend>,
        watchdog: Watchdog,
    ) -> Result<Self, LoadError> {
        let path = manifest.wasm_path(dir);
        let wasm =
            read_wasm(&path).map_err(|source| LoadError::Wasm { path: path.clone(), source })?;
        let limits = limits(&manifest);
        let module =
            Module::compile(&wasm, &limits).map_err(|source| LoadError::Module { path, source })?;
        check_exports(&manifest, &module)?;
        let gate = Gate::new(manifest.id(), backend, Engine::for_extension(&manifest));
        let health = Arc::default();
        let recipe = Recipe { module, limits, gate, watchdog, health: Arc::clone(&health) };
        let worker = Worker::start(manifest.id(), recipe).map_err(LoadError::Thread)?;
        let wasm_hash = blake3::hash(&wasm).to_hex().to_string();
        let extension = Self { manifest: Arc::new(manifest), wasm_hash, health, worker };
        extension.init()?;
        Ok(extension)
    }

    /// Starting an instance initialises it; so a call that does nothing is an init.
    fn init(&self) -> Result<(), LoadError> {
        let started = self.worker.run(|guest| {
            guest.run(|_| Ok(())).map_err(|fault| explain(fault, guest.take_last_error()))
        });
        let id = || self.manifest.id().to_owned();
        match started {
            Some(result) => result.map_err(|fault| LoadError::Start { id: id(), fault }),
            None => Err(LoadError::Thread(io::Error::other("it ended"))),
        }
    }

    /// Calls an operation that the extension offers.
    pub(crate) fn call(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: &Bytes,
    ) -> Result<Vec<u8>, ErrorBody> {
        let limit = self.manifest.limits().max_json_bytes();
        let payload = payload::wrap(library, payload, limit)?;
        let method = method.to_owned();
        let reply =
            self.run(move |guest| guest.run(|instance| instance.call(&method, &payload)))?;
        match reply {
            Ok(Reply { status: ErrorCode::OK, body }) => Ok(body),
            Ok(Reply { status, body }) => Err(ErrorBody::from_reply(status, &body)),
            Err(fault) => Err(fault_body(self.manifest.id(), &fault)),
        }
    }

    /// Passes an event on; an error when the extension could not work on it.
    pub(crate) fn deliver(&self, event: &Event) -> Result<(), ErrorBody> {
        let event = serde_json::to_vec(event)
            .map_err(|error| ErrorBody::new(ErrorCode::Internal, error))?;
        let (result, reason) = self.run(move |guest| {
            (guest.run(|instance| instance.on_event(&event)), guest.take_last_error())
        })?;
        match result {
            Ok(0) => Ok(()),
            Ok(code) => Err(event_error(code, reason)),
            Err(fault) => Err(fault_body(self.manifest.id(), &fault)),
        }
    }

    pub(crate) fn loaded(&self) -> Loaded {
        Loaded {
            manifest: Arc::clone(&self.manifest),
            wasm_hash: self.wasm_hash.clone(),
            health: self.health.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut crate::guest::Guest) -> T + Send + 'static,
    ) -> Result<T, ErrorBody> {
        self.worker.run(job).ok_or_else(|| stopped(self.manifest.id()))
    }
}

/// The SDK's handlers return the number of an error code and log the reason.
fn event_error(code: i32, reason: Option<String>) -> ErrorBody {
    let known = u32::try_from(code).ok().and_then(|code| ErrorCode::try_from(code).ok());
    let message = reason.unwrap_or_else(|| format!("`{}` returned {code}", names::PLUGIN_ON_EVENT));
    ErrorBody::new(known.unwrap_or(ErrorCode::Extension), message)
}

fn explain(mut fault: Fault, reason: Option<String>) -> Fault {
    if let Some(reason) = reason {
        fault.message = format!("{}: {reason}", fault.message);
    }
    fault
}

fn limits(manifest: &Manifest) -> Limits {
    let asked = manifest.limits();
    Limits {
        memory_bytes: asked.memory_bytes(),
        compute_timeout: asked.compute_timeout(),
        call_timeout: asked.call_timeout(),
        json_bytes: asked.max_json_bytes(),
        ..Limits::default()
    }
}

fn check_exports(manifest: &Manifest, module: &Module) -> Result<(), LoadError> {
    let needs = [
        ("events", names::PLUGIN_ON_EVENT, !manifest.events().is_empty()),
        ("operations", names::PLUGIN_CALL, !manifest.operations().is_empty()),
    ];
    match needs.into_iter().find(|(_, export, needed)| *needed && !module.has_export(export)) {
        Some((field, export, _)) => Err(LoadError::MissingExport { field, export }),
        None => Ok(()),
    }
}

fn read_wasm(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut wasm = Vec::new();
    fs::File::open(path)?.take(MAX_WASM_BYTES).read_to_end(&mut wasm)?;
    Ok(wasm)
}
