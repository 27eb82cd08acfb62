//! Extensions, loaded and running: load, init, call, events, jobs, hot reload, cleanup, unload.
//!
//! A [`Manager`] holds the loaded extensions of one host. Each instance lives on a thread of its
//! own, because a wasm instance stays on the thread that made it. Calls and events to one extension
//! wait in one queue and keep their order; an extension that says `instances` in its manifest has
//! several of them answered at once. Different extensions run side by side. What a guest asks of
//! the host goes through `ext_registry::execute_json_operation` with the permission engine of its
//! manifest; while it waits, only its own thread does.
//!
//! A fault (a trap, a deadline, a wild pointer) costs the call that it happened in: the instance is
//! thrown away and the next call gets a fresh one, after a pause when faults come in a row; after
//! too many the extension is quarantined ([`FaultPolicy`]). [`Manager::reload`] replaces an
//! extension without losing a call; [`Manager::unload`] ends it in bounded time.
//!
//! Besides those of extensions, a manager calls the operations of its [`Registry`], and does not
//! start without the services that they need.
//!
//! Instances live in this process, or each in a sandboxed process of its own ([`Isolations`]); there,
//! whatever ends the process is such a fault.
//!
//! All bounds are in [`ManagerConfig`].
//!
//! ```
//! use std::sync::Arc;
//! use ext_manager::{Engine, Manager, Registry, Services};
//!
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path();
//! std::fs::write(dir.join("manifest.json"), r#"{
//!     "id": "tiny", "name": "Tiny", "version": "0.1.0", "wasm_file": "tiny.wasm",
//!     "operations": [{ "method": "query:tiny.echo.v1" }]
//! }"#)?;
//! // Answers with a frame: length 2, status 0, body `{}`.
//! std::fs::write(dir.join("tiny.wasm"), wat::parse_str(r#"(module
//!     (memory (export "memory") 1)
//!     (data (i32.const 16) "\02\00\00\00\00\00\00\00{}")
//!     (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
//!     (func (export "wasm_free") (param i32 i32))
//!     (func (export "plugin_init") (result i32) i32.const 0)
//!     (func (export "plugin_call") (param i32 i32 i32 i32) (result i32) i32.const 16)
//!     (@custom "spacedrive.abi" "\01\00\00\00"))"#)?)?;
//!
//! let manager = Manager::new(Arc::new(Registry::collect()?), Services::default())?;
//! let id = manager.load(dir)?.manifest.id().to_owned();
//! let user = Engine::for_user();
//! let reply = manager.call(&user, "query:tiny.echo.v1", None, b"null".as_slice().into())?;
//! assert_eq!((id.as_str(), reply.as_slice()), ("tiny", b"{}".as_slice()));
//! manager.unload("tiny")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Guest memory and the wasm engine (`ext-host`), who may call what (`ext-perm`), the operations
//! (`ext-ops`), where installed extensions are kept and which events there are (`spacedrive-core`).
#![forbid(unsafe_code)]

mod authorizer;
mod call_error;
mod call_observer;
mod clock;
mod config;
mod depth;
mod error;
mod extension;
mod gate;
mod guest;
mod health;
mod host_version;
mod instance_handle;
mod isolation;
mod job;
mod limit_reporter;
mod line_rate_limiter;
mod manager;
mod package_files;
mod payload;
mod quarantine;
mod queue;
mod recorder;
mod reload;
mod state;
mod thread_control;
mod threads;
mod trial;
mod version;
pub mod worker;

pub use authorizer::{Authorizer, ManifestAuthorizer};
pub use call_error::CallError;
pub use call_observer::{CallObserver, ObservedCall};
pub use clock::{Clock, SystemClock};
pub use config::{FaultPolicy, ManagerConfig};
pub use error::LoadError;
pub use recorder::CallRecorder;
// What stands in signatures of this crate: an embedder needs it alone.
pub use bytes::Bytes;
pub use ext_host::{
    Cache, CompilerLimits, CompilerProcess, Fault, InstanceLimits, Loader, MemoryBudget,
    ModuleContents, serve_compiler,
};
pub use ext_host_process::{GuestProgram, MAX_FILE_BYTES, MAX_FILES, serve as serve_guest};
pub use ext_manifest::{Manifest, ManifestError};
pub use ext_perm::{Engine, PermissionBackend, Refusal};
pub use ext_registry::{MissingService, Registry, RegistryError, Services};
pub use ext_wire::{ErrorBody, ErrorCode, Event, Wire, ops, wire};
pub use uuid::Uuid;

pub use extension::Loaded;
pub use health::{ExtensionState, Health};
pub use isolation::{FILES_PROGRAM, GuestIsolation, Isolations};
pub use job::{JobCall, JobCallError};
pub use manager::Manager;
pub use package_files::PackageFiles;
pub use reload::{ReloadConsent, ReloadError, Reloaded};
pub use state::{SavedFault, SavedState};
pub use version::{check_functions, check_wasm, check_wasm_file};
