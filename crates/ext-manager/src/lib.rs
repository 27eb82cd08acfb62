//! Extensions, loaded and running: load, init, call, events, cleanup, unload.
//!
//! A [`Manager`] holds the loaded extensions of one host. Each lives on a thread of its own, because
//! a wasm instance stays on the thread that made it; calls and events to one extension keep their
//! order, and different extensions run side by side. What a guest asks of the host goes through
//! `ext_registry::execute_json_operation` with the permission engine of its manifest.
//!
//! A fault (a trap, a deadline, a wild pointer) costs the call that it happened in: the instance is
//! thrown away and the next call gets a fresh one.
//!
//! ```
//! use std::sync::Arc;
//! use ext_manager::Manager;
//! use ext_perm::Engine;
//! use ext_registry::{Registry, Services};
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
//! let manager = Manager::new(Arc::new(Registry::collect()?), Services::default());
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

mod error;
mod extension;
mod gate;
mod guest;
mod manager;
mod payload;
mod worker;

pub use error::LoadError;
pub use extension::{Health, Loaded};
pub use manager::Manager;
