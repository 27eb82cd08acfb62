//! The frames on a pipe. All numbers are little-endian:
//!
//! ```text
//! u8   kind of the message
//! u32  bytes of the head
//! u32  bytes of the tail
//! head    fields of the message, as its owner writes them
//! tail    a payload, as it is
//! ```

use std::io::{self, BufReader, ErrorKind, Read, Write};

const START_BYTES: usize = 9;

/// The longest tail that is written together with its head: one system call, and one time that the
/// other side wakes up.
const TOGETHER: usize = 32 << 10;

/// Bytes that a reader takes from the pipe at once.
const BUFFER: usize = 64 << 10;

/// Memory that is set aside for a tail before its first byte is there.
const FIRST_ROOM: usize = 1 << 20;

/// Memory of a head that is kept for the next one.
const MAX_KEPT: usize = 1 << 20;

/// A message of one side, without the payload that goes with it.
pub trait Message: Sized {
    /// Longest head, in bytes.
    const MAX_HEAD: u32;

    /// Returns its number. 0 is taken by the handshake.
    fn kind(&self) -> u8;

    /// Appends its fields.
    ///
    /// # Errors
    /// When they cannot be written down.
    fn write(&self, head: &mut Vec<u8>) -> io::Result<()>;

    /// Reads its fields; `None` when the kind is unknown, or something is left over.
    fn read(kind: u8, head: &[u8]) -> Option<Self>;

    /// Returns the longest tail that goes with it, in bytes.
    fn max_tail(kind: u8) -> u32;
}

/// A writer of frames.
#[derive(Debug)]
pub struct Sender<W> {
    to: W,
    buffer: Vec<u8>,
}

impl<W: Write> Sender<W> {
    /// Makes a writer to an end of a pipe, without a buffer in between.
    pub const fn new(to: W) -> Self {
        Self { to, buffer: Vec::new() }
    }

    /// Writes one frame.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] when head or tail are longer than they may be; nothing is written
    /// then. When the message cannot be written down; when the pipe is closed.
    pub fn send(&mut self, message: &impl Message, tail: &[u8]) -> io::Result<()> {
        self.buffer.clear();
        self.buffer.resize(START_BYTES, 0);
        message.write(&mut self.buffer)?;
        self.write_start(message, tail)?;
        let sent = self.write_out(tail);
        keep_little(&mut self.buffer);
        sent
    }

    /// Gives the end of the pipe back.
    pub fn into_inner(self) -> W {
        self.to
    }

    fn write_out(&mut self, tail: &[u8]) -> io::Result<()> {
        if tail.len() <= TOGETHER {
            self.buffer.extend_from_slice(tail);
            return self.to.write_all(&self.buffer);
        }
        self.to.write_all(&self.buffer)?;
        self.to.write_all(tail)
    }

    fn write_start<M: Message>(&mut self, message: &M, tail: &[u8]) -> io::Result<()> {
        let kind = message.kind();
        let head = length(self.buffer.len().saturating_sub(START_BYTES), M::MAX_HEAD)?;
        let tail = length(tail.len(), M::max_tail(kind))?;
        let start = [kind].into_iter().chain(head.to_le_bytes()).chain(tail.to_le_bytes());
        self.buffer.iter_mut().zip(start).for_each(|(place, byte)| *place = byte);
        Ok(())
    }
}

fn length(bytes: usize, most: u32) -> io::Result<u32> {
    let length = u32::try_from(bytes).ok().filter(|bytes| *bytes <= most);
    length.ok_or_else(|| invalid(format!("{bytes} bytes, the limit is {most}")))
}

/// A reader of frames.
#[derive(Debug)]
pub struct Receiver<R> {
    from: BufReader<R>,
    head: Vec<u8>,
}

impl<R: Read> Receiver<R> {
    /// Makes a reader from an end of a pipe.
    pub fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(BUFFER, from), head: Vec::new() }
    }

    /// Reads one frame; its tail replaces what `tail` holds. `None` at the end of the stream.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] when it is not a frame of the other side;
    /// [`ErrorKind::UnexpectedEof`] when it is cut; when the pipe fails.
    pub fn receive<M: Message>(&mut self, tail: &mut Vec<u8>) -> io::Result<Option<M>> {
        let Some((kind, head, length)) = self.read_start()? else { return Ok(None) };
        if head > M::MAX_HEAD || length > M::max_tail(kind) {
            let sizes = format!("a message of kind {kind} with {head} and {length} bytes");
            return Err(invalid(sizes));
        }
        read_exactly(&mut self.from, head, &mut self.head)?;
        let message = M::read(kind, &self.head);
        keep_little(&mut self.head);
        let message = message.ok_or_else(|| invalid(format!("no message of kind {kind}")))?;
        read_exactly(&mut self.from, length, tail)?;
        Ok(Some(message))
    }

    /// Reads until the stream ends or fails, and throws away what comes.
    pub(crate) fn drain(&mut self) {
        // Why it ended does not matter.
        let _ = io::copy(&mut self.from, &mut io::sink());
    }

    /// Reads the kind, and the bytes of head and tail.
    fn read_start(&mut self) -> io::Result<Option<(u8, u32, u32)>> {
        let mut start = [0; START_BYTES];
        if !fill(&mut self.from, &mut start)? {
            return Ok(None);
        }
        let [kind, a, b, c, d, tail @ ..] = start;
        Ok(Some((kind, u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(tail))))
    }
}

/// Fills `place`; `false` when the stream ended before its first byte.
fn fill(from: &mut impl Read, place: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while let Some(rest) = place.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Reads into `bytes`, which grows with the bytes that really come, not with the promised length.
fn read_exactly(from: &mut impl Read, length: u32, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    bytes.reserve((length as usize).min(FIRST_ROOM));
    from.take(length.into()).read_to_end(bytes)?;
    if bytes.len() < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

/// Frees an unusually large buffer.
fn keep_little(buffer: &mut Vec<u8>) {
    if buffer.capacity() > MAX_KEPT {
        *buffer = Vec::new();
    }
}

fn invalid(reason: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}
