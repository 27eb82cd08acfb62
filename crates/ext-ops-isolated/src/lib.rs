//! Readers of hostile documents, each call in a sandboxed worker process.
//!
//! [`IsolatedPdf`], [`IsolatedMarkup`], [`IsolatedOcr`] and [`IsolatedPictures`] implement the service traits of `ext-ops` by sending each
//! call to a worker of a [`Pool`]. A worker is a process of the program named by a
//! [`WorkerCommand`], which calls [`serve`] with the real engines:
//!
//! ```
//! use std::sync::Arc;
//! use ext_services::documents::{DocumentError, PdfReader};
//! use ext_ops_isolated::{IsolatedPdf, Pool, WorkerPoolLimits, WorkerCommand};
//!
//! let command = WorkerCommand::new("no-such-program", ["--ext-worker=pdf"]);
//! let reader = IsolatedPdf::new(Arc::new(Pool::new(command, WorkerPoolLimits::default())));
//! let error = reader.text(b"%PDF-1.7").unwrap_err();
//! assert!(matches!(error, DocumentError::Engine(_)), "{error}");
//! ```
//!
//! What holds on Linux: a worker opens no file, no socket and no other process once it serves
//! (seccomp, and landlock before that while it loads its models), cannot take more than its memory
//! (`RLIMIT_AS`), and is killed when a call takes too long. Where the kernel does not give that, the
//! worker gets no documents ([`WorkerPoolLimits::require_sandbox`]). On other systems of the Unix family the
//! limits of memory and time hold, elsewhere that of time. In all cases a crash ends one call: the
//! next one gets a fresh worker. At most [`WorkerPoolLimits::workers`] processes run; further calls wait,
//! and past [`WorkerPoolLimits::queue`] are refused as busy.
//!
//! What a worker answers is not believed: sizes are capped, texts and numbers decoded strictly.
//!
//! # Not in this crate
//!
//! The engines, and the limits within them; a sandbox for extensions (`ext-host`).
#![forbid(unsafe_code)]

mod document;
mod markup;
mod ocr;
mod pdf;
mod pictures;
mod pool;
mod protocol;
mod serve;
mod worker;

pub use ext_process::Program as WorkerCommand;
pub use ext_sandbox::{SandboxStatus, restrict_files};
pub use markup::IsolatedMarkup;
pub use ocr::IsolatedOcr;
pub use pdf::IsolatedPdf;
pub use pictures::IsolatedPictures;
pub use pool::{Pool, WorkerPoolLimits};
pub use serve::{Engines, WorkerLimits, serve};
pub use worker::probe_sandbox;
