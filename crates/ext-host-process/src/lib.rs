//! Instances of extensions, each in a process of its own.
//!
//! [`Processes::start`] starts a process of the program that a [`GuestProgram`] names; it must call
//! [`serve`]. [`ProcessInstance`] is used like [`ext_host::Instance`]: it passes calls on over the
//! pipes of that process, and answers the guest's calls by its [`Host`](ext_host::Host) here.
//!
//! ```
//! use ext_host::{Artifact, Host, HostCall, InstanceLimits, LogLevel, MemoryBudget, Reply};
//! use ext_host_process::{GuestProgram, Processes};
//!
//! struct Silent;
//! impl Host for Silent {
//!     fn call(&mut self, _: HostCall<'_>) -> Reply {
//!         Reply::ok(Vec::new())
//!     }
//!     fn log(&mut self, _: LogLevel, _: &str) {}
//!     fn refuse(&mut self, error: &ext_abi::AbiError) -> Reply {
//!         Reply { status: error.code(), body: Vec::new() }
//!     }
//! }
//!
//! let wasm = wat::parse_str(r#"(module
//!     (memory (export "memory") 1)
//!     (func (export "wasm_alloc") (param i32) (result i32) i32.const 1024)
//!     (func (export "plugin_init") (result i32) i32.const 0)
//!     (@custom "spacedrive.abi" "\01\00\00\00"))"#)?;
//! let limits = InstanceLimits::default();
//! let artifact = Artifact::load(&wasm, &limits, None)?;
//! let processes = Processes::new(GuestProgram::new("no-such-program", ["--ext-worker=guest"]));
//! let budget = MemoryBudget::unlimited();
//! let started = processes.start(&artifact, limits, Box::new(Silent), &budget);
//! assert_eq!(started.err().map(|fault| fault.code.name()), Some("E_IO"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! On Linux, the process loads compiled code that its parent made, and then opens no file,
//! no socket, no process and no thread, makes nothing executable, and takes no more memory than its
//! limits need (`ext-sandbox`). Where the system gives it no sandbox, it runs no guest. On other
//! systems of the Unix family there are the limits of time, and of memory where the system keeps it.
//! A process ends with the thread that started it; on other systems than Linux, when its guest
//! computes just then, with its time.
//!
//! The limits of a guest hold in its process as `ext-host` enforces them. The parent does not rely on
//! that: it kills a process that is silent for longer than its guest may compute, or whose call takes
//! longer than it may, each with [`GRACE`] on top. It does not trust the process: sizes are capped,
//! messages decoded strictly ([`protocol`]), memory counted on this side.
//!
//! # Not in this crate
//!
//! The meaning of methods and permissions: [`Host`](ext_host::Host) decides, in the parent. Threads,
//! queues, restarts (`ext-manager`). Compiling, which `ext-host` does.
#![forbid(unsafe_code)]

mod instance;
mod interrupt;
mod link;
mod port;
mod program;
pub mod protocol;
mod serve;
mod surroundings;

pub use ext_process::Program as GuestProgram;
pub use instance::ProcessInstance;
pub use interrupt::{GRACE, ProcessInterruptHandle};
pub use link::Parent;
pub use port::Port;
pub use program::Processes;
pub use serve::{WorldParts, serve, serve_in};
pub use surroundings::{MAX_FILE_BYTES, MAX_FILES, MAX_SCRATCH_BYTES, Surroundings};
