//! Reading a body: decoded, scrubbed, and put on disk when it is large.

use std::io::{self, Read, Seek, Write};

use bytes::Bytes;
use ext_net::NetError;
use ext_services::http::{HttpError, HttpRequest, ScrubWriter};
use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http::{HeaderMap, header::CONTENT_ENCODING};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tempfile::SpooledTempFile;

use crate::failure;

/// Bodies above this size wait on disk, in a file without a name.
const IN_MEMORY_BYTES: usize = 1 << 20;

/// Most bytes by which an encoded body may be longer than the decoded one.
const ENCODING_BYTES: u64 = 64 << 10;

/// Encoding of a body.
#[derive(Clone, Copy)]
enum Encoding {
    Identity,
    Gzip,
    Deflate,
}

/// Reads the body of an answer.
pub(crate) async fn read(
    request: &HttpRequest,
    headers: &HeaderMap,
    mut incoming: Incoming,
) -> Result<Bytes, HttpError> {
    let limit = request.max_body_bytes;
    let too_large = || HttpError::Size { host: request.url.host(), what: "the body", limit };
    let mut decoder = Decoder::new(encoding(request, headers)?, request, limit);
    let mut received = 0_u64;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| failure::describe(request, &error))?;
        let data = frame.into_data().unwrap_or_default();
        received += data.len() as u64;
        if received > limit.saturating_add(ENCODING_BYTES) {
            return Err(too_large());
        }
        decoder.write_all(&data).map_err(|error| failed(request, &error))?;
    }
    // Nothing at all is what a HEAD has, whatever encoding it names.
    let spool = if received == 0 { decoder.abandon() } else { decoder.finish() };
    spool.and_then(Spool::into_bytes).map_err(|error| failed(request, &error))
}

/// Returns the one encoding of the body, if it was asked for. Behind another layer a secret could
/// come back unseen.
fn encoding(request: &HttpRequest, headers: &HeaderMap) -> Result<Encoding, HttpError> {
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or("?").to_ascii_lowercase();
    let all: Vec<String> = headers.get_all(CONTENT_ENCODING).iter().map(text).collect();
    let joined = all.join(",");
    let mut layers = joined.split(',').map(str::trim).filter(|layer| !layer.is_empty());
    let host = || request.url.host();
    match (layers.next(), layers.next()) {
        (None | Some("identity"), None) => Ok(Encoding::Identity),
        (Some("gzip" | "x-gzip"), None) => Ok(Encoding::Gzip),
        (Some("deflate"), None) => Ok(Encoding::Deflate),
        (_, Some(_)) => Err(HttpError::Size { host: host(), what: "the encoding", limit: 1 }),
        (Some(_), None) => {
            let reason = "the body has an encoding that was not asked for";
            Err(NetError::Connection { host: host(), reason }.into())
        }
    }
}

/// Decoder of a body: it undoes the encoding; then secrets are taken out; then the size counts.
enum Decoder<'a> {
    Identity(ScrubWriter<'a, Spool>),
    Gzip(Box<MultiGzDecoder<ScrubWriter<'a, Spool>>>),
    Deflate(Box<ZlibDecoder<ScrubWriter<'a, Spool>>>),
}

impl<'a> Decoder<'a> {
    fn new(encoding: Encoding, request: &'a HttpRequest, limit: u64) -> Self {
        let spool = Spool { file: SpooledTempFile::new(IN_MEMORY_BYTES), left: limit };
        let writer = ScrubWriter::new(&request.scrubber, spool);
        match encoding {
            Encoding::Identity => Self::Identity(writer),
            Encoding::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(writer))),
            Encoding::Deflate => Self::Deflate(Box::new(ZlibDecoder::new(writer))),
        }
    }

    fn write_all(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Self::Identity(writer) => writer.write_all(data),
            Self::Gzip(decoder) => decoder.write_all(data),
            Self::Deflate(decoder) => decoder.write_all(data),
        }
    }

    fn finish(self) -> io::Result<Spool> {
        match self {
            Self::Identity(writer) => writer.finish(),
            Self::Gzip(decoder) => decoder.finish()?.finish(),
            Self::Deflate(decoder) => decoder.finish()?.finish(),
        }
    }

    fn abandon(self) -> io::Result<Spool> {
        Ok(Spool { file: SpooledTempFile::new(IN_MEMORY_BYTES), left: 0 })
    }
}

/// Store of what is written, up to a size.
#[derive(Debug)]
struct Spool {
    file: SpooledTempFile,
    left: u64,
}

impl Spool {
    fn into_bytes(mut self) -> io::Result<Bytes> {
        self.file.rewind()?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn failed(request: &HttpRequest, error: &io::Error) -> HttpError {
    let host = request.url.host();
    match error.kind() {
        io::ErrorKind::FileTooLarge => {
            HttpError::Size { host, what: "the body", limit: request.max_body_bytes }
        }
        io::ErrorKind::StorageFull => HttpError::Internal("no space for a body".into()),
        _ => NetError::Connection { host, reason: "the body is not encoded as it says" }.into(),
    }
}
