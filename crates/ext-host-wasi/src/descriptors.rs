//! The three descriptors of a guest.

use ext_abi::{ByteLen, GuestMemory, GuestPtr, GuestRange};

use crate::{
    Errno, Stream,
    lines::Lines,
    memory::{place, write_u32},
};

/// Most bytes that one `fd_write` takes; it returns how many it took, and the guest calls again.
const MAX_WRITE_BYTES: u32 = 16 << 10;

/// Most buffers of one call, as `IOV_MAX` of Linux.
const MAX_BUFFERS: u32 = 1024;

const IOVEC_BYTES: u32 = 8;

/// `filetype::character_device`: to wasi-libc a terminal, so that it writes line by line.
const CHARACTER_DEVICE: u8 = 2;
/// The right `fd_read`.
const RIGHT_READ: u64 = 1 << 1;
/// The right `fd_write`.
const RIGHT_WRITE: u64 = 1 << 6;

/// The descriptors: 0 is at its end, 1 and 2 write lines.
#[derive(Debug, Default)]
pub(crate) struct Descriptors {
    closed: [bool; 3],
    stdout: Lines,
    stderr: Lines,
}

impl Descriptors {
    pub(crate) fn ensure_open(&self, fd: u32) -> Result<(), Errno> {
        match self.closed.get(fd as usize) {
            Some(false) => Ok(()),
            _ => Err(Errno::BADF),
        }
    }

    /// Answers `fd_close`.
    pub(crate) fn close(&mut self, fd: u32) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        self.closed.get_mut(fd as usize).into_iter().for_each(|closed| *closed = true);
        Ok(())
    }

    /// Answers `fd_seek`.
    pub(crate) fn seek(&self, fd: u32) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        Err(Errno::SPIPE)
    }

    /// Answers `fd_fdstat_set_flags`: none is set, and none can be.
    pub(crate) fn set_flags(&self, fd: u32, flags: u32) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        if flags == 0 { Ok(()) } else { Err(Errno::NOTSUP) }
    }

    /// Answers `fd_fdstat_get`.
    pub(crate) fn stat(
        &self,
        memory: &mut impl GuestMemory,
        fd: u32,
        at: u32,
    ) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        let rights = if fd == 0 { RIGHT_READ } else { RIGHT_WRITE };
        // File type, flags, own rights, rights to give on; with padding.
        let (kind, rights) = ([CHARACTER_DEVICE, 0, 0, 0, 0, 0, 0, 0], rights.to_le_bytes());
        let stat = [kind, rights, [0; 8]].concat();
        place(memory, at, 24)?.write(memory, &stat)
    }

    /// Answers `fd_read`: stdin is at its end.
    pub(crate) fn read(
        &self,
        memory: &mut impl GuestMemory,
        fd: u32,
        at: u32,
    ) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        if fd != 0 {
            return Err(Errno::BADF);
        }
        write_u32(memory, at, 0)
    }

    /// Answers `fd_write`.
    pub(crate) fn write(
        &mut self,
        memory: &mut impl GuestMemory,
        [fd, buffers, count, at]: [u32; 4],
        mut line: impl FnMut(Stream, &str),
    ) -> Result<(), Errno> {
        self.ensure_open(fd)?;
        let (stream, lines) = match fd {
            1 => (Stream::Stdout, &mut self.stdout),
            2 => (Stream::Stderr, &mut self.stderr),
            _ => return Err(Errno::BADF),
        };
        let written = place(memory, at, 4)?;
        let text = gather(memory, buffers, count)?;
        lines.push(&text, &mut |text| line(stream, text));
        let bytes = ByteLen::of(&text)?.0;
        written.write(memory, &bytes.to_le_bytes())
    }

    /// Gives out the lines that have no end yet.
    pub(crate) fn flush(&mut self, mut line: impl FnMut(Stream, &str)) {
        self.stdout.flush(&mut |text| line(Stream::Stdout, text));
        self.stderr.flush(&mut |text| line(Stream::Stderr, text));
    }
}

/// Copies buffers out, as much of them as one call takes.
fn gather(memory: &impl GuestMemory, buffers: u32, count: u32) -> Result<Vec<u8>, Errno> {
    if count > MAX_BUFFERS {
        return Err(Errno::INVAL);
    }
    let bytes = ByteLen(count * IOVEC_BYTES);
    let list = memory.read_vec("buffers", GuestPtr(buffers), bytes, bytes.0)?;
    let mut text = Vec::new();
    for [ptr, len] in list.as_chunks::<8>().0.iter().map(|iovec| words(*iovec)) {
        GuestRange::new(GuestPtr(ptr), ByteLen(len)).check(memory.size())?;
        let room = MAX_WRITE_BYTES.saturating_sub(ByteLen::of(&text)?.0);
        let len = ByteLen(len.min(room));
        text.extend(memory.read_vec("buffer", GuestPtr(ptr), len, MAX_WRITE_BYTES)?);
    }
    Ok(text)
}

/// Splits a buffer into address and length.
fn words([a, b, c, d, e, f, g, h]: [u8; 8]) -> [u32; 2] {
    [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])]
}
