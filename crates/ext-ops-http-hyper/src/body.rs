//! Reading a body: decoded, scrubbed, and put on disk when it is large.

use std::io::{self, Read, Seek, Write};

use bytes::Bytes;
use ext_services::http::{HttpError, HttpRequest, ScrubWriter};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tempfile::SpooledTempFile;

use crate::{
    decode::{self, Coding, Decoder},
    failure,
};

/// Bodies above this size wait on disk, in a file without a name.
const IN_MEMORY_BYTES: usize = 1 << 20;

/// Most bytes by which an encoded body may be longer than the decoded one.
const ENCODING_BYTES: u64 = 64 << 10;

/// Reads the body of an answer in a coding.
pub(crate) async fn read(
    request: &HttpRequest,
    coding: Coding,
    mut incoming: Incoming,
) -> Result<Bytes, HttpError> {
    let limit = request.max_body_bytes;
    let (host, what) = (request.url.host(), "the body");
    let most = match coding {
        Coding::Identity => limit,
        Coding::Gzip | Coding::Deflate => limit.saturating_add(ENCODING_BYTES),
    };
    // What the answer announces; nothing of it is waited for.
    if incoming.size_hint().exact().is_some_and(|announced| announced > most) {
        return Err(HttpError::Size { host, what, limit });
    }
    let spool = Spool { file: SpooledTempFile::new(IN_MEMORY_BYTES), left: limit };
    let mut decoder = Decoder::new(coding, ScrubWriter::new(&request.scrubber, spool));
    let mut received = 0_u64;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| failure::describe(request, &error))?;
        let data = frame.into_data().unwrap_or_default();
        request.received.add(data.len());
        received = received.saturating_add(data.len() as u64);
        if received > most {
            return Err(HttpError::Size { host, what, limit });
        }
        decoder.write_all(&data).map_err(|error| failed(request, coding, &error))?;
    }
    if received == 0 {
        return Ok(Bytes::new()); // as a HEAD has it, whatever coding it names
    }
    let spool = decoder.finish().and_then(Spool::into_bytes);
    spool.map_err(|error| failed(request, coding, &error))
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

fn failed(request: &HttpRequest, coding: Coding, error: &io::Error) -> HttpError {
    let host = request.url.host();
    match error.kind() {
        io::ErrorKind::FileTooLarge => {
            HttpError::Size { host, what: "the body", limit: request.max_body_bytes }
        }
        io::ErrorKind::StorageFull => HttpError::Internal("no space for a body".into()),
        _ => decode::error(request, coding.name(), "it is not encoded as it says, or cut off"),
    }
}
