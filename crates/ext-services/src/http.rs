//! Clients that send HTTP requests.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_net::{AddressPolicy, NetError, VettedUrl};
use http::{HeaderMap, Method};
use thiserror::Error;

use crate::BoxFuture;

pub use crate::scrub::{ScrubWriter, Scrubber};

/// Number of the bytes of an answer that came, which a client counts while they come: those of an
/// answer that ends in an error, or that nobody waits for any more, came as well.
#[derive(Debug, Clone, Default)]
pub struct ReceivedBytes(Arc<AtomicU64>);

impl ReceivedBytes {
    /// Adds bytes that came.
    pub fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns the number, and begins again at 0.
    #[must_use]
    pub fn take(&self) -> usize {
        usize::try_from(self.0.swap(0, Ordering::Relaxed)).unwrap_or(usize::MAX)
    }
}

/// One request to one vetted URL.
#[derive(Clone)]
pub struct HttpRequest {
    /// The URL.
    pub url: VettedUrl,
    /// The method.
    pub method: Method,
    /// Headers. The client adds `host`, `content-length`, `accept-encoding`, and `user-agent` where
    /// there is none.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Pool of connections, by the caller on whose behalf the request is. Connections are used
    /// again within one pool only, and counted by pool.
    pub pool: String,
    /// Time at which all of it must be over.
    pub deadline: Instant,
    /// Most bytes of the answer's body, decoded.
    pub max_body_bytes: u64,
    /// Secrets that must not come back.
    pub scrubber: Arc<Scrubber>,
    /// The count of what came, shared by the clones of the request.
    pub received: ReceivedBytes,
}

impl fmt::Debug for HttpRequest {
    /// Leaves out query, values of headers and body: each can be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("host", &self.url.host())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The answer.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Headers, scrubbed, without those that are about the connection or the encoding.
    pub headers: HeaderMap,
    /// The body, decoded and scrubbed.
    pub body: Bytes,
}

impl fmt::Debug for HttpResponse {
    /// Leaves out values of headers and body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Failure of a request. Messages name the host at most, never path, query or headers.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The server was not reached, or the connection broke.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The answer is too large.
    #[error("{what} from {host} is over the limit of {limit} bytes")]
    Size {
        /// The host.
        host: String,
        /// Part of the answer: `"the body"`.
        what: &'static str,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header is too large.
    #[error("the header from {host} has more than {most_bytes} bytes, or {most_lines} lines")]
    Header {
        /// The host.
        host: String,
        /// The limit, in bytes.
        most_bytes: usize,
        /// The limit, in lines.
        most_lines: usize,
    },
    /// The body is not encoded as it says, or in a way that was not asked for.
    #[error("the body from {host} is said to be `{coding}`: {reason}")]
    Coding {
        /// The host.
        host: String,
        /// The coding that the server names, escaped.
        coding: String,
        /// The reason.
        reason: &'static str,
    },
    /// The pool has too many connections.
    #[error("too many requests at the same time")]
    Busy,
    /// The client itself failed.
    #[error("the HTTP client failed: {0}")]
    Internal(String),
}

/// Future of an answer.
pub type HttpFuture<'a> = BoxFuture<'a, Result<HttpResponse, HttpError>>;

/// Future of the end of a pause.
pub type PauseFuture<'a> = BoxFuture<'a, ()>;

/// Client that sends requests. It follows no redirect, keeps no cookie, uses no proxy, and dials
/// only addresses that [`addresses`](Self::addresses) lets through.
pub trait HttpClient: Send + Sync {
    /// Returns the policy for the addresses that may be dialled.
    fn addresses(&self) -> &AddressPolicy;

    /// Sends one request and reads the whole answer. It stops when the future is dropped.
    fn send(&self, request: HttpRequest) -> HttpFuture<'_>;

    /// Waits for a while.
    fn pause(&self, duration: Duration) -> PauseFuture<'_>;
}
