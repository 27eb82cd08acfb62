//! JSON-RPC 2.0 for the system: its operations, its events, its state.
//!
//! The methods are those of the operations: whatever is registered can be called, and
//! `params = {"library": …, "input": …}`. One server answers on the socket of a data folder, and on a
//! port of loopback for whoever wants that; both speak HTTP/1.1 with JSON-RPC by POST and over a
//! WebSocket at `/`. It knows no operation: a [`Backend`] runs the calls.
//!
//! ```text
//! curl --unix-socket daemon.sock http://localhost/ -H 'content-type: application/json' \
//!     -d '{"jsonrpc":"2.0","id":1,"method":"query:core.status.v1","params":{}}'
//! ```
//!
//! | path | what it answers |
//! |---|---|
//! | `/` | JSON-RPC by POST; with an upgrade a WebSocket, which has subscriptions as well |
//! | `/call/METHOD` | one call by POST: the body is the input, the header `x-library` the library |
//! | `/libraries/LIBRARY/entries/ENTRY/content` | the content, by `GET`, also in parts |
//! | `…/versions/NUMBER`, `…/sidecars/NAME` | likewise; `PUT` writes a sidecar |
//! | `/libraries/LIBRARY/uploads` | uploads that resume, by the protocol tus |
//! | `/mcp` | tools for assistants, by the Model Context Protocol |
//! | `/metrics` | metrics for Prometheus, by `GET` |
//! | `/health` | `{"status":"ok"}`, to everybody |
//! | `/` by GET, `/console/…` | the pages for a browser ([`ServerOptions::pages`]) |
//! | `/console/session` | opens a session by POST of a code, ends it by DELETE |
//!
//! | method of the server | what it does |
//! |---|---|
//! | `daemon.version` | versions of the program and of this protocol |
//! | `rpc.discover` | an OpenRPC document of all operations |
//! | `daemon.status` | the state of the system |
//! | `daemon.reload` | reads the configuration again |
//! | `daemon.shut_down` | ends the daemon |
//! | `daemon.open_console` | an address with a code, by which a browser acts as the user |
//! | `logs.list` | the newest records of the log, behind `after` |
//! | `events.subscribe` | sends events of a library, from `after` on, as `events.event` |
//! | `jobs.subscribe` | sends the jobs of a library, and each change, as `jobs.job` |
//! | `extensions.subscribe` | sends the state of each extension, and each change, as `extensions.extension` |
//! | `logs.subscribe` | sends the newest records of the log, and each that comes, as `logs.record` |
//!
//! ```
//! use std::sync::Arc;
//! use ext_rpc::{Backend, Caller, Client, RpcCall, Server, ServerOptions, Tell};
//! use ext_wire::ErrorBody;
//! use tokio::sync::watch;
//!
//! /// Answers each call with its own input.
//! struct Echo;
//!
//! impl Backend for Echo {
//!     fn authenticate(&self, _token: &str) -> Option<Caller> {
//!         None
//!     }
//!     fn call(&self, _: &Caller, call: RpcCall, _: &Tell<'_>) -> Result<Vec<u8>, ErrorBody> {
//!         Ok(call.payload.to_vec())
//!     }
//!     fn status(&self, _caller: &Caller) -> Result<serde_json::Value, ErrorBody> {
//!         Ok(serde_json::json!({}))
//!     }
//!     fn describe(&self) -> serde_json::Value {
//!         serde_json::json!({})
//!     }
//!     fn changes(&self, _library: uuid::Uuid) -> watch::Receiver<u64> {
//!         watch::channel(0).1
//!     }
//!     fn shut_down(&self, _caller: &Caller) -> Result<(), ErrorBody> {
//!         Ok(())
//!     }
//! }
//!
//! let data = tempfile::tempdir()?;
//! let server = Server::start(&ServerOptions::new(data.path()), Arc::new(Echo))?;
//! let client = Client::find(data.path())?.expect("a server runs");
//! assert_eq!(client.call("query:core.echo.v1", None, "[1]".into())?, b"[1]");
//! drop(server);
//! assert!(Client::find(data.path())?.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not in this crate
//!
//! Operations and permissions (`ext-registry`, `ext-perm`: the backend asks them), tokens on disk and
//! the work of a daemon (`spacedrive-daemon`), commands (`spacedrive-cli`). A port that others in the
//! network reach speaks TLS only ([`TlsFiles`]); it renews no certificates.
#![forbid(unsafe_code)]

mod backend;
mod bodies;
mod calls;
mod client;
mod close_code;
mod connections;
mod console;
mod content;
mod error;
mod feeds;
mod files;
mod guard;
mod http;
mod limits;
mod logs;
mod methods;
mod paths;
mod port;
mod reads;
mod rpc;
mod server;
mod sessions;
mod socket;
mod streams;
mod tls;
mod trace;
mod uploads;
mod watched;

pub use backend::{Answering, Backend, Caller, ExtensionStates, RpcCall, Tell};
pub use client::Client;
pub use console::{Page, Pages};
pub use error::{ClientError, ServeError};
pub use files::{
    FilePart, FileRef, Files, MAX_UPLOAD_BYTES, NewUpload, ReadAt, ServedFile, Upload,
    WrittenSidecar,
};
pub use limits::{
    MAX_BATCH, MAX_CONNECTIONS, MAX_REPLY_BYTES, MAX_REQUEST_BYTES, MAX_SUBSCRIPTIONS,
};
pub use logs::{LogLevel, LogPage, LogRecord, LogTail};
pub use server::{Server, ServerOptions};
pub use socket::{POINTER, SOCKET, find as find_socket, is_served};
pub use tls::TlsFiles;
pub use trace::{TraceParent, TraceParentError};

/// Version of the protocol: a client of another one is refused.
pub const PROTOCOL: u32 = 1;
