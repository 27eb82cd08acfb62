//! Unpacked bytes of a file that is packed, as a file with seeking.
//!
//! At ends of blocks the state of the reader is small: a few bits, and the window of bytes that blocks
//! may refer back to. Kept as a [`Checkpoint`], it lets another reading begin there. A few fast programs
//! write all bytes as one block: such a stream has no checkpoints, and is unpacked from its beginning.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use crc32fast::Hasher;
use flate2::bufread::GzDecoder;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_HAS_MORE_INPUT, TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY,
};
use miniz_oxide::inflate::core::{BlockBoundaryState, DecompressorOxide, decompress};
use rawzip::ZipVerification;
use serde::{Deserialize, Serialize};

use crate::UnpackError;

/// Bytes that DEFLATE may refer back to.
const WINDOW_BYTES: usize = 32 << 10;
/// Unpacked bytes that are held; a power of two, as the decompressor asks for.
const RING_BYTES: usize = 2 * WINDOW_BYTES;
/// Packed bytes that are read at once.
const INPUT_BYTES: usize = 16 << 10;
/// Least number of unpacked bytes between two checkpoints.
const STRIDE_BYTES: u64 = 1 << 20;
/// Bytes behind a member of a gzip file: check sum and length, each of four bytes, little-endian.
const TRAILER_BYTES: u64 = 8;
/// First bytes of a member of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// State of a reading at the end of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// Packed bytes before it.
    packed: u64,
    /// Unpacked bytes before it.
    unpacked: u64,
    /// Bits of the last packed byte that belong to the next block.
    bits: u8,
    /// Number of these bits.
    bit_count: u8,
    /// Unpacked bytes right before it.
    window: Vec<u8>,
    /// CRC-32 and number of the bytes of this file, or of this member of a gzip file, before it.
    crc: u32,
    member: u64,
}

/// Checkpoints of a reading, the first ones first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checkpoints(Rc<RefCell<VecDeque<Rc<Checkpoint>>>>);

impl Checkpoints {
    pub(crate) fn begin(&self, from: Option<Rc<Checkpoint>>) {
        *self.0.borrow_mut() = from.into_iter().collect();
    }

    /// Returns the last one up to an unpacked byte, and forgets those before.
    pub(crate) fn before(&self, at: u64) -> Option<Rc<Checkpoint>> {
        let mut all = self.0.borrow_mut();
        while all.get(1).is_some_and(|second| second.unpacked <= at) {
            all.pop_front();
        }
        all.front().filter(|first| first.unpacked <= at).cloned()
    }

    /// Returns whether enough was unpacked since the last one.
    fn is_due(&self, at: u64) -> bool {
        let all = self.0.borrow();
        at >= all.back().map_or(0, |last| last.unpacked) + STRIDE_BYTES
    }

    fn push(&self, checkpoint: Checkpoint) {
        self.0.borrow_mut().push_back(Rc::new(checkpoint));
    }
}

/// Form in which bytes are packed, with what they must be where nothing behind them says so.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// The members of a gzip file.
    Gzip,
    /// A stream in an archive.
    Deflate(ZipVerification),
    /// Bytes as they are, in an archive.
    Stored(ZipVerification),
}

/// Unpacked bytes of a file in an archive, or of the members of a gzip file, whose check sums are compared
/// at the end of each, when all of its bytes were unpacked, by this reading or those before it.
pub(crate) struct Unpacked<R> {
    packed: BufReader<R>,
    /// Byte at which the packed bytes begin.
    start: u64,
    form: Form,
    decompressor: Box<DecompressorOxide>,
    ring: Vec<u8>,
    /// Bytes of the ring that were written, and of those, that were read.
    written: usize,
    read: usize,
    /// Packed bytes that were used.
    used: u64,
    /// Unpacked bytes that were read.
    at: u64,
    /// Unpacked bytes of the member at hand.
    member: Hasher,
    member_bytes: u64,
    is_over: bool,
    /// Damage behind the last byte that was unpacked, told when all before it is read.
    damage: Option<io::Error>,
    checkpoints: Checkpoints,
}

impl<R: Read + Seek> Unpacked<R> {
    /// Opens the stream that begins at byte `start` of `packed`.
    pub(crate) fn deflate(
        packed: R,
        start: u64,
        claim: ZipVerification,
        checkpoints: Checkpoints,
    ) -> io::Result<Self> {
        Self::open(packed, start, Form::Deflate(claim), checkpoints)
    }

    /// Opens bytes that are not packed, and begin at byte `start`.
    pub(crate) fn stored(
        bytes: R,
        start: u64,
        claim: ZipVerification,
        checkpoints: Checkpoints,
    ) -> io::Result<Self> {
        Self::open(bytes, start, Form::Stored(claim), checkpoints)
    }

    pub(crate) fn gzip(packed: R, checkpoints: Checkpoints) -> io::Result<Self> {
        Self::open(packed, 0, Form::Gzip, checkpoints)
    }

    fn open(packed: R, start: u64, form: Form, checkpoints: Checkpoints) -> io::Result<Self> {
        let mut opened = Self {
            packed: BufReader::with_capacity(INPUT_BYTES, packed),
            start,
            form,
            decompressor: Box::default(),
            ring: vec![0; RING_BYTES],
            written: 0,
            read: 0,
            used: 0,
            at: 0,
            member: Hasher::new(),
            member_bytes: 0,
            is_over: false,
            damage: None,
            checkpoints,
        };
        opened.rewind()?;
        Ok(opened)
    }

    /// Goes back to the first byte.
    fn rewind(&mut self) -> io::Result<()> {
        (self.written, self.read, self.used, self.at) = (0, 0, 0, 0);
        self.packed.seek(SeekFrom::Start(self.start))?;
        self.begin_member()
    }

    fn begin_member(&mut self) -> io::Result<()> {
        *self.decompressor = DecompressorOxide::new();
        (self.member, self.member_bytes) = (Hasher::new(), 0);
        (self.is_over, self.damage) = (false, None);
        if !matches!(self.form, Form::Gzip) {
            return Ok(());
        }
        let before = self.packed.stream_position()?;
        let mut member = GzDecoder::new(&mut self.packed);
        if member.header().is_none() {
            // Its reading says why.
            let _ = member.read(&mut [0])?;
            return Err(damaged("its header is not complete"));
        }
        self.used += self.packed.stream_position()?.saturating_sub(before);
        Ok(())
    }

    /// Goes on behind a member: with the next one, if there is one.
    fn end_member(&mut self) -> io::Result<()> {
        self.is_over = true;
        match self.form {
            Form::Gzip => self.end_gzip_member(),
            Form::Deflate(claim) | Form::Stored(claim) => {
                self.compare(claim.crc, claim.uncompressed_size == self.member_bytes)
            }
        }
    }

    fn end_gzip_member(&mut self) -> io::Result<()> {
        let (mut crc, mut length) = ([0; 4], [0; 4]);
        self.packed.read_exact(&mut crc)?;
        self.packed.read_exact(&mut length)?;
        self.used += TRAILER_BYTES;
        // The length is that of the bytes modulo 2^32 (RFC 1952, 2.3.1).
        let length = u64::from(u32::from_le_bytes(length));
        let has_length = length == self.member_bytes & u64::from(u32::MAX);
        self.compare(u32::from_le_bytes(crc), has_length)?;
        // What else stands behind is padding, as for gzip itself.
        if self.packed.fill_buf()?.starts_with(&GZIP_MAGIC) { self.begin_member() } else { Ok(()) }
    }

    /// Compares what was unpacked with what it must be.
    fn compare(&self, crc: u32, has_length: bool) -> io::Result<()> {
        match has_length && crc == self.member.clone().finalize() {
            true => Ok(()),
            false => Err(damaged("its check sum is not that of its bytes")),
        }
    }

    fn restore(&mut self, from: &Checkpoint) -> io::Result<()> {
        let state = BlockBoundaryState {
            num_bits: from.bit_count.min(7),
            bit_buf: from.bits,
            ..BlockBoundaryState::default()
        };
        *self.decompressor = DecompressorOxide::from_block_boundary_state(&state);
        let window = from.window.get(..WINDOW_BYTES).unwrap_or(&from.window);
        if let Some(place) = self.ring.get_mut(..window.len()) {
            place.copy_from_slice(window);
        }
        (self.written, self.read) = (window.len(), window.len());
        self.member = Hasher::new_with_initial_len(from.crc, from.member);
        self.member_bytes = from.member;
        (self.used, self.at) = (from.packed, from.unpacked);
        (self.is_over, self.damage) = (false, None);
        self.packed.seek(SeekFrom::Start(self.start.saturating_add(from.packed)))?;
        Ok(())
    }

    /// Unpacks some more, when all that was unpacked is read.
    fn unpack(&mut self) -> io::Result<()> {
        if self.written == RING_BYTES {
            (self.written, self.read) = (0, 0);
        }
        match self.form {
            Form::Stored(claim) => self.copy(claim.uncompressed_size),
            Form::Gzip | Form::Deflate(_) => self.inflate(),
        }
    }

    /// Copies some more of bytes that are not packed, of which there are `all`.
    fn copy(&mut self, all: u64) -> io::Result<()> {
        let left = usize::try_from(all.saturating_sub(self.member_bytes)).unwrap_or(usize::MAX);
        let input = self.packed.fill_buf()?;
        let copied = input.len().min(left).min(RING_BYTES - self.written);
        let place = self.ring.get_mut(self.written..self.written + copied);
        if let (Some(place), Some(bytes)) = (place, input.get(..copied)) {
            place.copy_from_slice(bytes);
        }
        self.packed.consume(copied);
        self.unpacked(copied, copied);
        if left == copied {
            self.end();
        } else if copied == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        } else {
            self.mark();
        }
        Ok(())
    }

    fn inflate(&mut self) -> io::Result<()> {
        let input = self.packed.fill_buf()?;
        let is_cut = input.is_empty();
        let more = if is_cut { 0 } else { TINFL_FLAG_HAS_MORE_INPUT };
        let flags = more | TINFL_FLAG_STOP_ON_BLOCK_BOUNDARY;
        let (status, used, written) =
            decompress(&mut self.decompressor, input, &mut self.ring, self.written, flags);
        self.packed.consume(used);
        self.unpacked(used, written);
        match status {
            TINFLStatus::HasMoreOutput => Ok(()),
            TINFLStatus::NeedsMoreInput if !is_cut => Ok(()),
            TINFLStatus::BlockBoundary => {
                // Without a byte of its own, this call may hold whole bytes of the one before.
                if used > 0 {
                    self.mark();
                }
                Ok(())
            }
            TINFLStatus::Done => {
                self.end();
                Ok(())
            }
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
            _ => Err(damaged("the packed bytes are not valid")),
        }
    }

    /// Notes that so many packed bytes were used, and so many bytes written to the ring.
    fn unpacked(&mut self, used: usize, written: usize) {
        self.used += used as u64;
        let bytes = self.ring.get(self.written..self.written + written).unwrap_or_default();
        self.member.update(bytes);
        self.member_bytes += bytes.len() as u64;
        self.written += written;
    }

    /// Ends a member; what is wrong with it is told behind its bytes.
    fn end(&mut self) {
        if let Err(damage) = self.end_member() {
            (self.is_over, self.damage) = (true, Some(damage));
        }
    }

    /// Keeps a checkpoint, if it is time for one.
    fn mark(&self) {
        let unpacked = self.at + (self.written - self.read) as u64;
        if !self.checkpoints.is_due(unpacked) {
            return;
        }
        let state = match self.form {
            Form::Stored(_) => Some((0, 0, Vec::new())),
            Form::Gzip | Form::Deflate(_) => {
                let state = self.decompressor.block_boundary_state();
                state.map(|state| (state.bit_buf, state.num_bits, self.window()))
            }
        };
        if let Some((bits, bit_count, window)) = state {
            self.checkpoints.push(Checkpoint {
                packed: self.used,
                unpacked,
                bits,
                bit_count,
                window,
                crc: self.member.clone().finalize(),
                member: self.member_bytes,
            });
        }
    }

    /// Returns the bytes that were written last; the ring goes round.
    fn window(&self) -> Vec<u8> {
        let newer = self.ring.get(self.written.saturating_sub(WINDOW_BYTES)..self.written);
        let newer = newer.unwrap_or_default();
        let missing = WINDOW_BYTES - newer.len();
        let older = self.ring.get(RING_BYTES - missing..).unwrap_or_default();
        [older, newer].concat()
    }

    /// Goes to an unpacked byte, from the nearest place before it that is known.
    fn go_to(&mut self, to: u64) -> io::Result<()> {
        let known = self.checkpoints.before(to);
        match known.filter(|known| to < self.at || known.unpacked > self.at) {
            Some(known) => self.restore(&known)?,
            None if to < self.at => self.rewind()?,
            None => {}
        }
        while self.at < to {
            let left = usize::try_from(to - self.at).unwrap_or(usize::MAX);
            let passed = self.rest()?.len().min(left);
            if passed == 0 {
                break;
            }
            self.pass(passed);
            self.checkpoints.before(self.at);
        }
        Ok(())
    }

    /// Returns the next bytes; none at the end.
    fn rest(&mut self) -> io::Result<&[u8]> {
        while self.read == self.written && !self.is_over {
            self.unpack()?;
        }
        if self.read == self.written
            && let Some(damage) = self.damage.take()
        {
            return Err(damage);
        }
        Ok(self.ring.get(self.read..self.written).unwrap_or_default())
    }

    fn pass(&mut self, bytes: usize) {
        self.read += bytes;
        self.at += bytes as u64;
    }
}

impl<R: Read + Seek> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.rest()?.read(buffer)?;
        self.pass(read);
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for Unpacked<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.go_to(target(to, self.at)?)?;
        Ok(self.at)
    }
}

/// Returns the byte that a reading at byte `at` goes to, of bytes whose end is not known.
pub(crate) fn target(to: SeekFrom, at: u64) -> io::Result<u64> {
    let to = match to {
        SeekFrom::Start(to) => Some(to),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(_) => None,
    };
    to.ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, "a place from an unknown end"))
}

fn damaged(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, UnpackError::malformed("packed file", reason))
}
