//! Bodies that are never whole in memory: files to a client, and bytes from one.

use std::{
    io::{self, Read},
    ops::Range,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use jsonrpsee_server::HttpBody;
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::{
    files::ReadAt,
    limits::{BODY_TIME, TOKEN_TIME},
};

/// Bytes that are read from a file at a time.
const CHUNK: usize = 256 << 10;
/// Chunks that wait for a client, or for the disk.
const WAITING: usize = 2;

/// Checks that a client may go on taking a file.
pub(crate) type MayGoOn = dyn Fn() -> bool + Send + Sync;

/// Makes a body of a part of a file, which breaks off when its client may not go on.
pub(crate) fn body_of(
    bytes: Box<dyn ReadAt>,
    range: Range<u64>,
    may_go_on: Arc<MayGoOn>,
) -> HttpBody {
    let (sender, chunks) = mpsc::channel(WAITING);
    let left = range.end.saturating_sub(range.start);
    let source = Source { bytes, may_go_on, last: Mutex::new(Instant::now()) };
    tokio::spawn(send(Arc::new(source), range, sender));
    HttpBody::new(FileBody { chunks, left })
}

/// A file that is sent.
struct Source {
    bytes: Box<dyn ReadAt>,
    may_go_on: Arc<MayGoOn>,
    /// The time of the last look at the client's right.
    last: Mutex<Instant>,
}

impl Source {
    fn read_at(&self, offset: u64, most: usize) -> io::Result<Bytes> {
        let mut last = self.last.lock();
        if last.elapsed() >= TOKEN_TIME {
            if !(self.may_go_on)() {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the token is not valid any more",
                ));
            }
            *last = Instant::now();
        }
        self.bytes.read_at(offset, most)
    }
}

/// Reads a part of a file, as fast as the client takes it, until the client is gone.
async fn send(source: Arc<Source>, range: Range<u64>, chunks: mpsc::Sender<io::Result<Bytes>>) {
    let mut offset = range.start;
    while offset < range.end {
        let most = usize::try_from(range.end - offset).unwrap_or(CHUNK).min(CHUNK);
        let source = Arc::clone(&source);
        let read = tokio::task::spawn_blocking(move || source.read_at(offset, most));
        let read = read.await.map_err(io::Error::other).flatten();
        let read = read.and_then(|read| match read.is_empty() {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(read),
        });
        if let Err(error) = &read {
            tracing::warn!(%error, "a file cannot be read to its end");
        }
        offset = read.as_ref().map_or(range.end, |read| offset + read.len() as u64);
        if chunks.send(read).await.is_err() {
            return;
        }
    }
}

/// A body of known size.
struct FileBody {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    left: u64,
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = std::task::ready!(self.chunks.poll_recv(context));
        if let Some(Ok(chunk)) = &chunk {
            self.left = self.left.saturating_sub(chunk.len() as u64);
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A part of a body that comes in.
enum Part {
    Bytes(Bytes),
    Failed(io::Error),
    End,
}

/// Gives a body to a function on a thread that may block; the function sees an error where the client
/// goes before the end, or is silent for too long.
pub(crate) async fn read_on_thread<T: Send + 'static>(
    body: Incoming,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    let (sender, parts) = mpsc::channel(WAITING);
    let run = tokio::task::spawn_blocking(move || {
        read(&mut BodyReader { parts, bytes: Bytes::new(), is_over: false })
    });
    receive(body, sender).await;
    run.await
}

async fn receive(mut body: Incoming, parts: mpsc::Sender<Part>) {
    loop {
        let part = match tokio::time::timeout(BODY_TIME, body.frame()).await {
            Ok(None) => Part::End,
            Ok(Some(Ok(frame))) => match frame.into_data() {
                Ok(bytes) => Part::Bytes(bytes),
                Err(_) => continue,
            },
            Ok(Some(Err(error))) => Part::Failed(io::Error::other(error)),
            Err(_) => Part::Failed(io::ErrorKind::TimedOut.into()),
        };
        let is_last = !matches!(part, Part::Bytes(_));
        if parts.send(part).await.is_err() || is_last {
            return;
        }
    }
}

/// The body of a request, as a thread that blocks reads it.
struct BodyReader {
    parts: mpsc::Receiver<Part>,
    bytes: Bytes,
    is_over: bool,
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.bytes.is_empty() && !self.is_over {
            match self.parts.blocking_recv() {
                Some(Part::Bytes(bytes)) => self.bytes = bytes,
                Some(Part::End) => self.is_over = true,
                Some(Part::Failed(error)) => return Err(error),
                // The connection is gone, and with it whoever read from it.
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let length = self.bytes.len().min(buffer.len());
        self.bytes.copy_to_slice(buffer.get_mut(..length).unwrap_or_default());
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        time::Duration,
    };

    use super::*;

    /// A file of zeros without an end.
    struct Zeros;

    impl ReadAt for Zeros {
        fn read_at(&self, _offset: u64, most: usize) -> io::Result<Bytes> {
            Ok(vec![0; most].into())
        }
    }

    #[tokio::test]
    async fn perm_26_a_file_breaks_off_when_the_token_is_revoked() {
        let revoked = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&revoked);
        let may_go_on = move || !seen.load(Ordering::Relaxed);
        let mut body = body_of(Box::new(Zeros), 0..u64::MAX, Arc::new(may_go_on));
        for _ in 0..5 {
            assert!(body.frame().await.unwrap().is_ok());
        }
        tokio::time::sleep(TOKEN_TIME + Duration::from_millis(100)).await;
        for _ in 0..5 {
            assert!(body.frame().await.unwrap().is_ok(), "the token is valid");
        }
        revoked.store(true, Ordering::Relaxed);
        let began = Instant::now();
        let error = loop {
            match body.frame().await {
                Some(Ok(_)) => assert!(began.elapsed() < TOKEN_TIME * 10, "it goes on"),
                Some(Err(error)) => break error.to_string(),
                None => panic!("it is whole"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(error, "the token is not valid any more");
        assert!(body.frame().await.is_none());
    }
}
