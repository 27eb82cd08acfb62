//! HTTP on connections to vetted addresses.

use bytes::Bytes;
use ext_dial::{Dialler, Tls};
use ext_net::{NetError, Scheme, VettedUrl};
use ext_services::http::HttpError;
use http_body_util::Full;
use hyper::{
    client::conn::http1::{Builder, SendRequest},
    rt::{Read, Write},
};
use hyper_util::rt::TokioIo;

/// The sending half of a connection.
pub(crate) type Sender = SendRequest<Full<Bytes>>;

/// Most bytes of an answer's header.
pub(crate) const MAX_HEADER_BYTES: usize = 64 << 10;

/// Most headers of an answer. The bytes are the limit that servers meet.
pub(crate) const MAX_HEADERS: usize = 1024;

/// Connects to the host of the URL on behalf of an owner, and starts HTTP on the connection.
pub(crate) async fn connect(
    dialler: &Dialler,
    tls: &Tls,
    url: &VettedUrl,
    owner: &str,
) -> Result<Sender, HttpError> {
    let stream = dialler.connect(url, owner).await?;
    match url.scheme() {
        Scheme::Http => start(stream, url).await,
        Scheme::Https => start(tls.connect(url, stream).await?, url).await,
        Scheme::Imaps | Scheme::Imap => Err(not_http(url)),
    }
}

async fn start<S>(stream: S, url: &VettedUrl) -> Result<Sender, HttpError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    TokioIo<S>: Read + Write,
{
    let mut builder = Builder::new();
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEADER_BYTES);
    let (sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|_| not_http(url))?;
    // The request that waits for it gets the error of the connection.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

fn not_http(url: &VettedUrl) -> HttpError {
    NetError::Connection { host: url.host(), reason: "the server does not speak HTTP" }.into()
}
