//! The connection to a collector: a request of HTTP/1.1 for each batch.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, header};
use opentelemetry_http::{HttpClient, HttpError};

/// Time for each step of a request.
const STEP_TIME: Duration = Duration::from_secs(2);
/// Largest answer, in bytes.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// A collector at an address of loopback.
#[derive(Debug)]
pub(crate) struct Collector(pub(crate) SocketAddr);

#[async_trait::async_trait]
impl HttpClient for Collector {
    /// Runs on the thread of the exporter, which waits for nothing else.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        Ok(post(self.0, &request)?)
    }
}

fn post(address: SocketAddr, request: &Request<Bytes>) -> io::Result<Response<Bytes>> {
    let mut stream = TcpStream::connect_timeout(&address, STEP_TIME)?;
    stream.set_read_timeout(Some(STEP_TIME))?;
    stream.set_write_timeout(Some(STEP_TIME))?;
    let (path, length) = (request.uri().path(), request.body().len());
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n"
    );
    if let Some(kind) = request.headers().get(header::CONTENT_TYPE) {
        let kind = kind.to_str().map_err(io::Error::other)?;
        head.push_str(&format!("content-type: {kind}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
    Response::builder().status(status(&answer)?).body(Bytes::new()).map_err(io::Error::other)
}

/// Reads the status in the first line of an answer.
fn status(answer: &[u8]) -> io::Result<u16> {
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let status = line.strip_prefix("HTTP/1.").and_then(|line| line.split(' ').nth(1)?.parse().ok());
    status.ok_or_else(|| io::Error::other("the collector does not speak HTTP"))
}
