//! Connections to judged addresses.

use std::{future::Future, io, pin::Pin, time::Duration};

use bytes::Bytes;
use ext_net::{JudgedAddr, JudgedUrl, Scheme};
use ext_ops::services::http::HttpError;
use http_body_util::Full;
use hyper::{
    client::conn::http1::{Builder, SendRequest},
    rt::{Read, Write},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::client::Inner;

/// Longest wait for one address, so that the next gets its turn.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Most bytes of an answer's header.
pub(crate) const MAX_HEADER_BYTES: usize = 64 << 10;

/// Most headers of an answer.
const MAX_HEADERS: usize = 128;

/// A connection, to come.
pub type DialFuture = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// Opens connections. It can only be asked for addresses that were judged.
pub trait Dial: Send + Sync {
    /// Connects to exactly this address.
    fn dial(&self, to: JudgedAddr) -> DialFuture;
}

/// Dials by TCP.
pub(crate) struct TcpDialler;

impl Dial for TcpDialler {
    fn dial(&self, to: JudgedAddr) -> DialFuture {
        Box::pin(TcpStream::connect(to.get()))
    }
}

/// Connects to the first address that answers, and starts HTTP on it.
pub(crate) async fn connect(
    inner: &Inner,
    url: &JudgedUrl,
    addresses: &[JudgedAddr],
) -> Result<SendRequest<Full<Bytes>>, HttpError> {
    let stream = first(inner, url, addresses).await?;
    match url.scheme() {
        Scheme::Http => start(stream, url).await,
        Scheme::Https => start(inner.tls.connect(url, stream).await?, url).await,
    }
}

async fn first(
    inner: &Inner,
    url: &JudgedUrl,
    addresses: &[JudgedAddr],
) -> Result<TcpStream, HttpError> {
    let mut reason = "no connection";
    for address in addresses {
        match tokio::time::timeout(TIMEOUT, inner.dialler.dial(*address)).await {
            Ok(Ok(stream)) if stream.peer_addr().ok() == Some(address.get()) => return Ok(stream),
            Ok(Ok(_)) => reason = "the connection leads to another address",
            Ok(Err(_)) => reason = "no connection",
            Err(_) => reason = "no connection in time",
        }
    }
    Err(HttpError::Connection { host: url.host(), reason })
}

async fn start<S>(stream: S, url: &JudgedUrl) -> Result<SendRequest<Full<Bytes>>, HttpError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    TokioIo<S>: Read + Write,
{
    let mut builder = Builder::new();
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEADER_BYTES);
    let (sender, connection) = builder
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| HttpError::Connection { host: url.host(), reason: "no HTTP" })?;
    // What goes wrong on the connection, the request that waits for it is told.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}
