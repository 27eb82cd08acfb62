//! The daemon: a data folder that is served, watched and kept working.
//!
//! While it runs, events reach their extensions when they happen, jobs run when they may, search finds
//! what came, and files that are put into a followed folder become entries. Programs call the same
//! operations that everybody calls, over the socket in the data folder (`ext-rpc`). Other programs may
//! work on the same folder meanwhile: the daemon sees what they change.
//!
//! ```
//! use std::{sync::{Arc, atomic::{AtomicBool, Ordering}}, thread};
//! use ext_rpc::Client;
//! use spacedrive_core::Core;
//! use spacedrive_daemon::{Daemon, DaemonOptions};
//!
//! let data = tempfile::tempdir()?;
//! let stop = Arc::new(AtomicBool::new(false));
//! let core = Core::open(data.path())?;
//! let daemon = Daemon::start(core, &DaemonOptions::new(data.path()), Arc::clone(&stop))?;
//! let running = thread::spawn(|| daemon.run());
//!
//! let client = Client::find(data.path())?.expect("it runs");
//! assert_eq!(client.call("query:libraries.list.v1", None, "{}".into())?, br#"{"libraries":[]}"#);
//!
//! stop.store(true, Ordering::Relaxed);
//! running.join().expect("it ends");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! The protocol (`ext-rpc`), the work itself (`spacedrive-core`), commands (`spacedrive-cli`).
#![forbid(unsafe_code)]

mod assistants;
mod backend;
mod changes;
mod daemon;
mod error;
mod failed_files;
mod files;
mod library_work;
mod locations;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "no_metrics.rs"]
mod metrics;
mod openrpc;
mod rights;
mod scheduler;
mod settings;
mod shared;
pub mod status;
mod threads;
mod tokens;
mod uploads;
mod watch;

pub use assistants::ToolChoice;
pub use daemon::{Daemon, DaemonOptions, is_running};
pub use error::DaemonError;
pub use ext_rpc::{LogTail, TraceParent};
pub use openrpc::document as openrpc_document;
pub use shared::{ContinueTrace, LocationState, WorkState};
pub use tokens::{NewToken, Token, Tokens};
