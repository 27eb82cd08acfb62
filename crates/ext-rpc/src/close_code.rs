//! Close codes of WebSockets.
//!
//! The library that reads the frames closes each WebSocket with 1000, a normal closure. A client that
//! sent a frame which breaks the protocol is to learn that (RFC 6455, section 7.4.1), so its close frame
//! is sent with 1002 instead.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A close frame with the code 1000. Nothing else that is written to a WebSocket ends like this: its
/// messages are JSON, in which no such bytes stand.
const NORMAL: [u8; 4] = [0x88, 0x02, 0x03, 0xE8];

/// A close frame with the code 1002.
const PROTOCOL_ERROR: [u8; 4] = [0x88, 0x02, 0x03, 0xEA];

/// Time within which a broken frame is answered: less than that after which a silent client is left.
const ANSWERED: Duration = Duration::from_secs(10);

/// State of a connection that the one who answers its requests knows.
#[derive(Debug, Default)]
pub(crate) struct WebSocketState {
    is_open: AtomicBool,
}

impl WebSocketState {
    /// Notes that the connection is a WebSocket from now on.
    pub(crate) fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }
}

/// A connection whose client is told that it broke the protocol of WebSockets, when it did.
pub(crate) struct CloseCode<S> {
    stream: S,
    state: Arc<WebSocketState>,
    /// A flag that is set before the server ends, which closes all WebSockets as well.
    stopping: Arc<AtomicBool>,
    last_read: Option<Instant>,
    /// True when the last read has the close of the client itself, which is answered with its own code.
    is_closed_by_client: bool,
}

impl<S> CloseCode<S> {
    pub(crate) fn new(stream: S, state: Arc<WebSocketState>, stopping: Arc<AtomicBool>) -> Self {
        Self { stream, state, stopping, last_read: None, is_closed_by_client: false }
    }

    /// Returns whether bytes close a WebSocket for what its client just sent: else the server ends, or
    /// the client was silent for long.
    fn is_refusal(&self, bytes: &[u8]) -> bool {
        bytes.ends_with(&NORMAL)
            && self.state.is_open.load(Ordering::Relaxed)
            && !self.is_closed_by_client
            && !self.stopping.load(Ordering::Relaxed)
            && self.last_read.is_some_and(|at| at.elapsed() < ANSWERED)
    }
}

/// Returns whether bytes seem to have the head of a masked close frame. In the payload of another frame
/// it stands by chance: then a client that breaks the protocol is told 1000, which does no harm.
fn has_close(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| matches!(pair, [0x88, 0x80..=0xFF]))
}

impl<S: AsyncRead + Unpin> AsyncRead for CloseCode<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Some(new @ [_, ..]) = buffer.filled().get(before..) {
            self.last_read = Some(Instant::now());
            self.is_closed_by_client = has_close(new);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for CloseCode<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match bytes.strip_suffix(&NORMAL) {
            Some(before) if self.is_refusal(bytes) => {
                let told = [before, &PROTOCOL_ERROR].concat();
                Pin::new(&mut self.stream).poll_write(context, &told)
            }
            _ => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
