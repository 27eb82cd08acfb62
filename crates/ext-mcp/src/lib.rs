//! Operations as tools of the Model Context Protocol, for assistants that run on this machine.
//!
//! The protocol is that of <https://modelcontextprotocol.io>, over stdin and stdout ([`serve_stdio`])
//! and over HTTP ([`answer_http`]). A tool is an operation; its arguments are `library`, where the
//! operation needs one, and `input`. It knows no operation: [`Tools`] lists and runs them.
//!
//! ```
//! use ext_mcp::tool_name;
//!
//! assert_eq!(tool_name("query:vdfs.list_entries.v1").as_deref(), Some("query-vdfs-list_entries-v1"));
//! assert_eq!(tool_name(&format!("query:vdfs.{}.v1", "x".repeat(64))), None);
//! ```
//!
//! # Not in this crate
//!
//! The choice of the operations that are tools, and their calls (`spacedrive-daemon`); the server of
//! HTTP, and the check of who calls (`ext-rpc`); prompts and resources of the protocol.
#![forbid(unsafe_code)]

mod handler;
mod http;
mod schema;

use std::sync::Arc;

use ext_wire::ErrorBody;
use rmcp::{ServiceExt, transport::stdio};
use serde_json::{Map, Value};

pub use handler::Handler;
pub use http::answer_http;

/// Longest name of a tool that all clients take.
const MAX_NAME_BYTES: usize = 64;

/// An operation that is offered as a tool.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The method.
    pub method: String,
    /// Sentence on what it does, for whoever chooses among the tools.
    pub summary: String,
    /// JSON Schema of its input; `None` when it is not known.
    pub input: Option<Value>,
    /// True when it needs a library; `None` when that is not known.
    pub needs_library: Option<bool>,
    /// True when it reaches servers, at which a query can change something as well.
    pub is_open_world: bool,
}

/// The operations that are tools. Its methods may block.
pub trait Tools: Send + Sync + 'static {
    /// Lists them. The list may change while a client is connected.
    fn list(&self) -> Vec<Offered>;

    /// Runs one of the list, and returns its output. `library` is a name or an id, as the client
    /// wrote it.
    ///
    /// # Errors
    /// The error that the operation answers.
    fn call(&self, tool: &Offered, library: Option<&str>, input: Value)
    -> Result<Value, ErrorBody>;
}

/// A connection that failed.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The runtime cannot be started.
    #[error("no connection can be served: {0}")]
    Runtime(#[from] std::io::Error),
    /// The client does not speak the protocol.
    #[error("the client does not speak the Model Context Protocol: {0}")]
    Handshake(String),
}

/// Serves one client over stdin and stdout, until it goes.
///
/// # Errors
/// [`McpError`] when the connection does not come about.
pub fn serve_stdio(tools: Arc<dyn Tools>) -> Result<(), McpError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build()?;
    let served = runtime.block_on(async {
        let running = Handler::new(tools).serve(stdio()).await;
        let running = running.map_err(|error| McpError::Handshake(error.to_string()))?;
        let _ = running.waiting().await;
        Ok(())
    });
    // A read of stdin that never ends must not keep the program.
    runtime.shutdown_background();
    served
}

/// Returns the name of the tool for a method: `None` when it would be too long for some clients.
///
/// Colon and dots become hyphens, which no part of a method has, so that two methods never have one
/// name.
#[must_use]
pub fn tool_name(method: &str) -> Option<String> {
    let name = method.replace([':', '.'], "-");
    (name.len() <= MAX_NAME_BYTES).then_some(name)
}

type Arguments = Map<String, Value>;
