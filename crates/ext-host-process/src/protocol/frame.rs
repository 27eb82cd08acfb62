//! Frames on a pipe.

use std::io::{self, BufReader, ErrorKind, Read, Write};

use super::{Fields, Head};

const START_BYTES: usize = 9;

/// Longest head: that of a fault with its backtrace.
const MAX_HEAD: u32 = 256 << 10;

/// Tails up to this length are written together with what stands before them: one system call, and
/// one time that the other side wakes up.
const TOGETHER: usize = 32 << 10;

/// Bytes that a reader takes from the pipe at once.
const BUFFER: usize = 64 << 10;

/// Memory that is set aside for a tail before its first byte is there.
const FIRST_ROOM: usize = 1 << 20;

/// What one side says, without the bytes that go with it.
pub trait Message: Sized {
    /// Its number.
    fn kind(&self) -> u8;

    /// Writes its fields.
    fn write(&self, head: &mut Head);

    /// Reads its fields; `None` when there is no such message.
    fn read(kind: u8, head: &mut Fields<'_>) -> Option<Self>;

    /// Longest tail that goes with it, in bytes.
    fn max_tail(kind: u8) -> u32;
}

/// Writes frames.
#[derive(Debug)]
pub struct Sender<W> {
    to: W,
    buffer: Vec<u8>,
}

impl<W: Write> Sender<W> {
    /// Writes to an end of a pipe, without a buffer in between.
    pub const fn new(to: W) -> Self {
        Self { to, buffer: Vec::new() }
    }

    /// Writes one frame.
    ///
    /// # Errors
    /// When the pipe is closed, or the tail is longer than goes with this message.
    pub fn send(&mut self, message: &impl Message, tail: &[u8]) -> io::Result<()> {
        let mut head = Head(std::mem::take(&mut self.buffer));
        head.0.clear();
        head.0.resize(START_BYTES, 0);
        message.write(&mut head);
        self.buffer = head.0;
        self.write_start(message, tail)?;
        if tail.len() <= TOGETHER {
            self.buffer.extend_from_slice(tail);
            return self.to.write_all(&self.buffer);
        }
        self.to.write_all(&self.buffer)?;
        self.to.write_all(tail)
    }

    fn write_start<M: Message>(&mut self, message: &M, tail: &[u8]) -> io::Result<()> {
        let kind = message.kind();
        let head = length(self.buffer.len().saturating_sub(START_BYTES), MAX_HEAD)?;
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

/// Reads frames.
#[derive(Debug)]
pub struct Receiver<R> {
    from: BufReader<R>,
    head: Vec<u8>,
}

impl<R: Read> Receiver<R> {
    /// Reads from an end of a pipe.
    pub fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(BUFFER, from), head: Vec::new() }
    }

    /// Reads one frame; its tail replaces what `tail` holds. `None` at the end of the stream.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] when it is no frame of this side; when the pipe fails.
    pub fn receive<M: Message>(&mut self, tail: &mut Vec<u8>) -> io::Result<Option<M>> {
        let Some((kind, head, length)) = self.read_start()? else { return Ok(None) };
        if head > MAX_HEAD || length > M::max_tail(kind) {
            let sizes = format!("a message of kind {kind} with {head} and {length} bytes");
            return Err(invalid(sizes));
        }
        read_exactly(&mut self.from, head, &mut self.head)?;
        let mut fields = Fields(&self.head);
        let message = M::read(kind, &mut fields).filter(|_| fields.is_empty());
        let message = message.ok_or_else(|| invalid(format!("no message of kind {kind}")))?;
        read_exactly(&mut self.from, length, tail)?;
        Ok(Some(message))
    }

    /// Kind, bytes of the head and of the tail.
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

/// Replaces what `bytes` holds. Grows with what really comes, not with what was promised.
fn read_exactly(from: &mut impl Read, length: u32, bytes: &mut Vec<u8>) -> io::Result<()> {
    bytes.clear();
    bytes.reserve((length as usize).min(FIRST_ROOM));
    from.take(length.into()).read_to_end(bytes)?;
    if bytes.len() < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn invalid(reason: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}
