//! Replies of the host.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use ext_abi::{AbiError, ErrorCode, FrameHeader, frame};
use ext_wire::ErrorBody;

use super::blocks::Blocks;
use crate::error::{Error, Result};

/// The buffer that the host writes a reply into when header and body fit.
///
/// It spares small replies the round through `wasm_alloc`: half of the time of a call with 64 bytes
/// of reply, nothing that can be measured from 1 KiB on. 16 KiB hold any one entry with usual
/// metadata; larger replies are better off in a block of their own, which is decoded where it lies,
/// while a reply in this buffer is copied out before the next call.
///
/// It is made of atomics because the host writes it behind the compiler's back: they are the one
/// safe type for memory that changes so. On wasm without threads they are plain loads and stores.
#[derive(Debug)]
#[repr(C, align(8))]
pub struct ReplyBuffer([AtomicU64; ReplyBuffer::WORDS]);

impl ReplyBuffer {
    /// Size in bytes.
    pub const BYTES: u32 = 16 << 10;

    const WORDS: usize = Self::BYTES as usize / size_of::<u64>();

    /// Creates a buffer of zeros.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "it is for statics, which need a const fn")]
    pub const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; Self::WORDS])
    }

    /// Returns the address that the host knows it by.
    #[must_use]
    pub fn address(&self) -> usize {
        self.0.as_ptr().expose_provenance()
    }

    /// Writes bytes from the start, as a host does; what does not fit is left out.
    pub fn write(&self, bytes: &[u8]) {
        for (word, chunk) in self.0.iter().zip(bytes.chunks(size_of::<u64>())) {
            let mut full = [0; size_of::<u64>()];
            full.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            word.store(u64::from_ne_bytes(full), Relaxed);
        }
    }

    /// Copies the frame out that the buffer holds.
    fn frame(&self) -> Result<Vec<u8>> {
        let [first, ..] = &self.0;
        let header = FrameHeader::from_bytes(first.load(Relaxed).to_ne_bytes())?;
        let len = header.frame_bytes()?;
        if len > Self::BYTES {
            let reason = "it is longer than the reply buffer";
            return Err(AbiError::Malformed { what: "reply frame", reason }.into());
        }
        Ok(self.copy(len as usize))
    }

    fn copy(&self, len: usize) -> Vec<u8> {
        let words = len.div_ceil(size_of::<u64>());
        let mut out = Vec::with_capacity(words * size_of::<u64>());
        for word in self.0.iter().take(words) {
            out.extend_from_slice(&word.load(Relaxed).to_ne_bytes());
        }
        out.truncate(len);
        out
    }
}

/// Takes the body of the reply that the host put at `address`: in `buffer`, or in one of `blocks`,
/// which it takes back.
///
/// # Errors
/// The host's error; [`ErrorCode::AbiAlloc`] for address 0, [`ErrorCode::AbiRange`] for an address
/// that is neither.
pub fn take_reply(buffer: &ReplyBuffer, blocks: &mut Blocks, address: usize) -> Result<Bytes> {
    if address == 0 {
        let message = "the extension has no memory left for the reply";
        return Err(Error::new(ErrorCode::AbiAlloc, message));
    }
    if address == buffer.address() {
        return open_frame(buffer.frame()?.into());
    }
    let block = blocks.take(address).ok_or_else(|| {
        let message = format_args!("the reply at {address:#x} lies in no block of `wasm_alloc`");
        Error::new(ErrorCode::AbiRange, message)
    })?;
    open_frame(Bytes::from_owner(block))
}

/// Returns the body of a frame, when its status is ok. It shares the frame's memory.
///
/// # Errors
/// The error that the frame holds, or what is wrong with the frame.
pub fn open_frame(bytes: Bytes) -> Result<Bytes> {
    let (status, body) = frame::decode(&bytes)?;
    match status {
        ErrorCode::OK => Ok(bytes.slice_ref(body)),
        code => Err(ErrorBody::from_reply(code, body).into()),
    }
}
