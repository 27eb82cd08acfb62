//! Files that are streams: stdout and stderr as lines of the log, and the calls of a program.

use std::{
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use ext_abi::LogLevel;
use ext_host_process::{Parent, Port};
use parking_lot::Mutex;
use virtual_fs::{AsyncRead, AsyncSeek, AsyncWrite, FsError, ReadBuf, VirtualFile};

/// Longest line, in bytes; a longer one is logged in pieces.
const MAX_LINE: usize = 4 << 10;
/// Longest part of a line that is kept as the last one, in characters.
const MAX_LAST: usize = 300;

/// The lines of a stream, which are logged when they end. The clones are one stream.
#[derive(Clone)]
pub(crate) struct Lines {
    parent: Parent,
    level: LogLevel,
    line: Arc<Mutex<Vec<u8>>>,
    last: Arc<Mutex<String>>,
}

impl Lines {
    pub(crate) fn new(parent: Parent, level: LogLevel) -> Self {
        Self { parent, level, line: Arc::default(), last: Arc::default() }
    }

    /// Logs the line that has no end yet: the call of the guest is over.
    pub(crate) fn flush(&self) {
        let line = std::mem::take(&mut *self.line.lock());
        if !line.is_empty() {
            self.log(&line);
        }
    }

    /// Returns the beginning of the last line that was not blank, if there is one: that of stderr is, as
    /// a rule, why a program ended itself.
    pub(crate) fn last(&self) -> Option<String> {
        let last = self.last.lock().clone();
        (!last.is_empty()).then_some(last)
    }

    fn log(&self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        self.parent.log(self.level, &line);
        if !line.trim().is_empty() {
            *self.last.lock() = line.trim().chars().take(MAX_LAST).collect();
        }
    }

    fn take(&self, bytes: &[u8]) {
        let mut held = self.line.lock();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            held.extend_from_slice(part.strip_suffix(b"\n").unwrap_or(part));
            if part.ends_with(b"\n") || held.len() >= MAX_LINE {
                held.chunks(MAX_LINE).for_each(|piece| self.log(piece));
                if held.is_empty() {
                    self.log(&[]);
                }
                held.clear();
            }
        }
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

/// The stream of a program's calls.
pub(crate) struct Calls(Port);

impl Calls {
    pub(crate) const fn new(port: Port) -> Self {
        Self(port)
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calls")
    }
}

/// Implements what a stream has of a file: it has no place, no length and no name.
macro_rules! stream {
    ($name:ty) => {
        impl VirtualFile for $name {
            fn last_accessed(&self) -> u64 {
                0
            }

            fn last_modified(&self) -> u64 {
                0
            }

            fn created_time(&self) -> u64 {
                0
            }

            fn size(&self) -> u64 {
                0
            }

            fn set_len(&mut self, _: u64) -> Result<(), FsError> {
                Ok(())
            }

            fn unlink(&mut self) -> Result<(), FsError> {
                Err(FsError::PermissionDenied)
            }

            fn poll_read_ready(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(Ok(1))
            }

            fn poll_write_ready(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<io::Result<usize>> {
                Poll::Ready(Ok(MAX_LINE))
            }
        }

        impl AsyncSeek for $name {
            fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
                Ok(())
            }

            fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
                Poll::Ready(Ok(0))
            }
        }
    };
}

stream!(Lines);
stream!(Calls);

impl AsyncRead for Lines {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Lines {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Calls {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.0.read(buffer.initialize_unfilled())?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Calls {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
