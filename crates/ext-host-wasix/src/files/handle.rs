//! An open file whose growth is paid for before it happens.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use virtual_fs::{AsyncRead, AsyncSeek, AsyncWrite, FsError, ReadBuf, VirtualFile};

use super::quota::OpenFile;

type Inner = Box<dyn VirtualFile + Send + Sync>;

/// A handle of a file in memory.
#[derive(Debug)]
pub(super) struct Handle {
    inner: Inner,
    file: Arc<OpenFile>,
    cursor: u64,
}

impl Handle {
    pub(super) const fn new(inner: Inner, file: Arc<OpenFile>) -> Self {
        Self { inner, file, cursor: 0 }
    }

    /// Returns the bytes by which a write of `bytes` may make the file grow.
    fn growth(&self, bytes: u64) -> u64 {
        self.cursor.saturating_add(bytes).saturating_sub(self.inner.size())
    }

    /// Changes the file, which may grow by `growth` for it.
    fn change<T>(&mut self, growth: u64, change: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        let before = self.inner.size();
        if !self.file.quota().take(growth) {
            return None;
        }
        let result = change(&mut self.inner);
        let after = self.inner.size();
        self.file.set_bytes(after);
        let (due, quota) = (after.saturating_sub(before), self.file.quota());
        quota.give_back(growth.saturating_sub(due));
        quota.give_back(before.saturating_sub(after));
        quota.force(due.saturating_sub(growth));
        Some(result)
    }
}

impl VirtualFile for Handle {
    fn last_accessed(&self) -> u64 {
        self.inner.last_accessed()
    }

    fn last_modified(&self) -> u64 {
        self.inner.last_modified()
    }

    fn created_time(&self) -> u64 {
        self.inner.created_time()
    }

    fn set_times(&mut self, atime: Option<u64>, mtime: Option<u64>) -> Result<(), FsError> {
        self.inner.set_times(atime, mtime)
    }

    fn size(&self) -> u64 {
        self.inner.size()
    }

    fn set_len(&mut self, length: u64) -> Result<(), FsError> {
        let growth = length.saturating_sub(self.inner.size());
        self.change(growth, |inner| inner.set_len(length)).unwrap_or(Err(FsError::StorageFull))
    }

    fn unlink(&mut self) -> Result<(), FsError> {
        self.inner.unlink().inspect(|()| self.file.remove())
    }

    fn is_open(&self) -> bool {
        self.inner.is_open()
    }

    fn get_special_fd(&self) -> Option<u32> {
        self.inner.get_special_fd()
    }

    fn poll_read_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.inner).poll_read_ready(cx)
    }

    fn poll_write_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.inner).poll_write_ready(cx)
    }
}

impl AsyncRead for Handle {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut *self.inner).poll_read(cx, buffer))?;
        self.cursor += (buffer.filled().len() - before) as u64;
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for Handle {
    fn start_seek(mut self: Pin<&mut Self>, place: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut *self.inner).start_seek(place)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        let cursor = ready!(Pin::new(&mut *self.inner).poll_complete(cx))?;
        self.cursor = cursor;
        Poll::Ready(Ok(cursor))
    }
}

impl AsyncWrite for Handle {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let growth = self.growth(bytes.len() as u64);
        let done = self.change(growth, |inner| Pin::new(&mut **inner).poll_write(cx, bytes));
        let done = done.unwrap_or_else(|| Poll::Ready(Err(io::ErrorKind::StorageFull.into())));
        if let Poll::Ready(Ok(count)) = &done {
            self.cursor += *count as u64;
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.inner).poll_shutdown(cx)
    }
}
