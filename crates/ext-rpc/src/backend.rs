//! The side of the server that runs calls.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{Arc, atomic::AtomicBool},
};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle, ops::work::WorkProgress};
use http::{Request, Response, StatusCode};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{files::Files, logs::LogTail, trace::TraceParent};

/// The one on whose behalf a call comes in. It follows from the connection, never from the call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The user: over the socket of the data folder.
    User,
    /// Whoever has the token with this id.
    Token(String),
}

/// A call of an operation.
#[derive(Debug, Clone)]
pub struct RpcCall {
    /// The id of the request, by which the log names it: that of the client, or a new one.
    pub id: Uuid,
    /// The method, as the client wrote it.
    pub method: String,
    /// The library that the client named.
    pub library: Option<Uuid>,
    /// JSON or an attachment envelope; empty for `null`.
    pub payload: Bytes,
    /// Form in which blobs of the output are written.
    pub blobs: BlobStyle,
    /// A flag that becomes true when the client is gone.
    pub stop: Arc<AtomicBool>,
    /// The span of the client, if it traces the call.
    pub parent: Option<TraceParent>,
}

/// A function that is told each step of a call that takes long.
pub type Tell<'a> = dyn Fn(WorkProgress<'_>) + Sync + 'a;

/// States of extensions, by their ids.
pub type ExtensionStates = BTreeMap<String, serde_json::Value>;

/// An answer that is on its way.
pub type Answering = Pin<Box<dyn Future<Output = Response<Bytes>> + Send>>;

/// The system that a server serves. Its methods are called from many threads, and may block.
pub trait Backend: Send + Sync + 'static {
    /// Finds the caller that a token stands for; `None` when it is not valid, or not any more.
    fn authenticate(&self, token: &str) -> Option<Caller>;

    /// Checks that a caller may still call: a token may be revoked, or its time be over. It is asked now
    /// and then while a file is sent.
    fn is_valid(&self, _caller: &Caller) -> bool {
        true
    }

    /// Checks, routes and runs a call; returns its output as JSON or as an attachment envelope.
    ///
    /// # Errors
    /// The error that the operation answers, and the refusal of a caller that may not call it.
    fn call(&self, caller: &Caller, call: RpcCall, tell: &Tell<'_>) -> Result<Vec<u8>, ErrorBody>;

    /// Returns the state of the system, for people: JSON.
    ///
    /// # Errors
    /// The refusal of a caller that may not see it.
    fn status(&self, caller: &Caller) -> Result<serde_json::Value, ErrorBody>;

    /// Describes all operations as an OpenRPC document.
    fn describe(&self) -> serde_json::Value;

    /// Returns a counter that changes after something was written to a library.
    fn changes(&self, library: Uuid) -> watch::Receiver<u64>;

    /// Returns the state of each extension, by its id: JSON objects.
    ///
    /// # Errors
    /// The refusal of a caller that may not see it; `UnknownMethod` where there are none.
    fn extensions(&self, _caller: &Caller) -> Result<ExtensionStates, ErrorBody> {
        Err(ErrorBody::new(ErrorCode::UnknownMethod, "there are no extensions here"))
    }

    /// Returns a counter that changes after an extension did: it was installed, updated, removed or
    /// stopped, had a fault, or got other rights.
    fn extension_changes(&self) -> watch::Receiver<u64> {
        watch::Sender::new(0).subscribe()
    }

    /// Returns the metrics of the system, as text, with its media type.
    ///
    /// # Errors
    /// The refusal of a caller that may not see them; `UnknownMethod` where there are none.
    fn metrics(&self, _caller: &Caller) -> Result<(&'static str, String), ErrorBody> {
        Err(ErrorBody::new(ErrorCode::UnknownMethod, "metrics are not served here"))
    }

    /// Returns the log of the system.
    ///
    /// # Errors
    /// The refusal of a caller that may not see it; `UnknownMethod` where there is none.
    fn logs(&self, _caller: &Caller) -> Result<LogTail, ErrorBody> {
        Err(ErrorBody::new(ErrorCode::UnknownMethod, "the log is not served here"))
    }

    /// Returns the files of the system, if it serves any.
    fn files(&self) -> Option<&dyn Files> {
        None
    }

    /// Answers a request of an assistant, at `/mcp`; 404 where there are no tools. When the client
    /// goes, the answer is dropped.
    fn answer_assistant(self: Arc<Self>, _caller: Caller, _request: Request<Bytes>) -> Answering {
        let mut answer =
            Response::new(Bytes::from_static(b"{\"error\":\"assistants are not served here\"}"));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        Box::pin(std::future::ready(answer))
    }

    /// Reads the configuration again; returns what came of it: JSON.
    ///
    /// # Errors
    /// The refusal of a caller that may not; the mistake in the configuration; `UnknownMethod` where
    /// there is none.
    fn reload(&self, _caller: &Caller) -> Result<serde_json::Value, ErrorBody> {
        Err(ErrorBody::new(ErrorCode::UnknownMethod, "there is no configuration to read"))
    }

    /// Begins the end of the system: the server is told by whoever runs it.
    ///
    /// # Errors
    /// The refusal of a caller that may not end it.
    fn shut_down(&self, caller: &Caller) -> Result<(), ErrorBody>;
}
