//! The wasm engine behind the ABI: the only crate that names wasmer.
//!
//! - [`Module::compile`] checks a module (features, imports, exports, ABI version, sizes) and
//!   compiles it; a module that is refused never ran.
//! - [`Artifact`] is the same before its code is loaded, for a worker.
//! - [`Instance`] is one running copy: [`Instance::start`], [`Instance::init`], [`Instance::call`],
//!   [`Instance::on_event`], [`Instance::cleanup`].
//! - [`Host`] is the other side of the guest's two imports; the embedder implements it.
//! - [`InstanceLimits`] hold from the first instruction on. A guest that loops, traps, recurses,
//!   allocates without end or returns wild pointers costs its caller one [`Fault`] and itself the
//!   instance.
//!
//! An instance stays on the thread that made it, because a wasmer store does. Every module has an
//! engine of its own, so that its code is freed with it and one module's compilation never holds up
//! another's calls.
//!
//! ```
//! use ext_host::{Host, HostCall, Instance, InstanceLimits, LogLevel, Module, Reply, Watchdog};
//!
//! struct Echo;
//! impl Host for Echo {
//!     fn call(&mut self, call: HostCall<'_>) -> Reply {
//!         Reply::ok(call.payload.to_vec())
//!     }
//!     fn log(&mut self, _: LogLevel, message: &str) {
//!         println!("{message}");
//!     }
//!     fn refuse(&mut self, error: &ext_abi::AbiError) -> Reply {
//!         Reply { status: error.code(), body: error.to_string().into_bytes() }
//!     }
//! }
//!
//! let wasm = wat::parse_str(r#"(module
//!     (memory (export "memory") 1)
//!     (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
//!     (func (export "wasm_free") (param i32 i32))
//!     (func (export "plugin_init") (result i32) i32.const 0)
//!     (@custom "spacedrive.abi" "\01\00\00\00"))"#)?;
//! let module = Module::compile(&wasm, &InstanceLimits::default())?;
//! let watchdog = Watchdog::start();
//! let mut instance = Instance::start(&module, InstanceLimits::default(), Box::new(Echo), &watchdog)?;
//! instance.init()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! What the methods mean and who may call them: [`Host`] decides. JSON. Threads, queues, restarts
//! (`ext-manager`). The functions of WASI (`ext-host-wasi`), which modules get with the feature `wasi`
//! (on by default) and [`InstanceLimits::wasi`].

mod artifact;
#[cfg(feature = "compiler")]
mod cache;
#[cfg(feature = "compiler")]
mod caps;
mod clock;
#[cfg(feature = "compiler")]
mod codegen;
mod command;
#[cfg(feature = "compiler")]
mod compiler;
#[cfg(feature = "compiler")]
mod contents;
mod engine;
mod env;
mod error;
mod fault;
mod footprint;
mod frames;
#[cfg(feature = "compiler")]
mod fuel;
#[cfg(feature = "compiler")]
mod hashed;
mod host;
mod imports;
mod instance;
mod interrupt;
mod limits;
#[cfg(feature = "compiler")]
mod load;
#[cfg(feature = "compiler")]
mod loader;
mod memory;
mod module;
mod reply;
#[cfg(feature = "compiler")]
mod scan;
#[cfg(feature = "compiler")]
mod tables;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg_attr(not(feature = "wasi"), path = "no_wasi.rs")]
mod wasi;
mod wasi_names;
mod world;

pub use artifact::Artifact;
#[cfg(feature = "compiler")]
pub use cache::Cache;
pub use clock::Watchdog;
pub use command::Command;
#[cfg(feature = "compiler")]
pub use compiler::{CompilerLimits, CompilerProcess, serve_compiler};
#[cfg(feature = "compiler")]
pub use contents::ModuleContents;
pub use error::{Fault, ModuleError};
pub use ext_abi::{AbiError, ErrorCode, LogLevel};
#[cfg(feature = "compiler")]
pub use hashed::HashedWasm;
pub use host::{Host, HostCall, Reply};
pub use instance::Instance;
pub use interrupt::InterruptHandle;
pub use limits::InstanceLimits;
#[cfg(feature = "compiler")]
pub use loader::Loader;
pub use memory::{MemoryBudget, MemoryShare};
pub use module::Module;
pub use world::{GuestClock, WasiWorld, World, is_in_world};
