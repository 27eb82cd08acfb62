//! The reply frame: eight bytes of header, then the body.
//!
//! ```text
//! offset 0  u32 LE  len     bytes of body
//! offset 4  u32 LE  status  0 = ok, else the number of an error code
//! offset 8  body
//! ```

use alloc::vec::Vec;

use crate::{AbiError, ByteLen, ErrorCode, GuestMemory, GuestPtr};

/// The header of a reply frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameHeader {
    /// Bytes of body behind the header.
    pub len: u32,
    /// Outcome of the call.
    pub status: ErrorCode,
}

impl FrameHeader {
    /// Bytes of a header.
    pub const BYTES: u32 = 8;

    /// Makes the header in front of `body`.
    ///
    /// # Errors
    /// [`AbiError::TooLarge`] when the frame would not fit 32 bits.
    pub fn for_body(status: ErrorCode, body: &[u8]) -> Result<Self, AbiError> {
        let len = ByteLen::of(body)?.at_most("body", u32::MAX - Self::BYTES)?.0;
        Ok(Self { len, status })
    }

    /// Returns the bytes of the whole frame, header and body.
    ///
    /// # Errors
    /// [`AbiError::TooLarge`] when they do not fit 32 bits.
    pub fn frame_bytes(self) -> Result<u32, AbiError> {
        let limit = u64::from(u32::MAX);
        let got = u64::from(self.len) + u64::from(Self::BYTES);
        u32::try_from(got).map_err(|_| AbiError::TooLarge { what: "frame", got, limit })
    }

    /// Writes the header as it lies in memory.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        let [a, b, c, d] = self.len.to_le_bytes();
        let [e, f, g, h] = self.status.number().to_le_bytes();
        [a, b, c, d, e, f, g, h]
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`AbiError::UnknownCode`] when the status is not a code of this version.
    pub fn from_bytes(bytes: [u8; 8]) -> Result<Self, AbiError> {
        let [a, b, c, d, e, f, g, h] = bytes;
        let status = ErrorCode::try_from(u32::from_le_bytes([e, f, g, h]))?;
        Ok(Self { len: u32::from_le_bytes([a, b, c, d]), status })
    }
}

/// Writes a whole frame into one vector.
///
/// ```
/// use ext_abi::{ErrorCode, frame};
///
/// let bytes = frame::encode(ErrorCode::OK, b"{}")?;
/// assert_eq!(frame::decode(&bytes)?, (ErrorCode::OK, b"{}".as_slice()));
/// # Ok::<(), ext_abi::AbiError>(())
/// ```
///
/// # Errors
/// [`AbiError::TooLarge`] when it would not fit 32 bits.
pub fn encode(status: ErrorCode, body: &[u8]) -> Result<Vec<u8>, AbiError> {
    let header = FrameHeader::for_body(status, body)?;
    let mut out = Vec::with_capacity(body.len() + FrameHeader::BYTES as usize);
    out.extend_from_slice(&header.to_bytes());
    out.extend_from_slice(body);
    Ok(out)
}

/// Reads status and body of a frame that lies at the start of `bytes`; what follows is ignored.
///
/// # Errors
/// [`AbiError::Malformed`] when `bytes` ends early, [`AbiError::UnknownCode`] when the status is
/// not a code of this version.
pub fn decode(bytes: &[u8]) -> Result<(ErrorCode, &[u8]), AbiError> {
    let short = AbiError::Malformed { what: "frame", reason: "it ends early" };
    let (header, rest) = bytes.split_first_chunk::<8>().ok_or_else(|| short.clone())?;
    let header = FrameHeader::from_bytes(*header)?;
    let body = rest.get(..header.len as usize).ok_or(short)?;
    Ok((header.status, body))
}

/// Reads the header of a frame at `ptr` in guest memory.
///
/// # Errors
/// [`AbiError::Range`] when the header leaves the memory, [`AbiError::UnknownCode`] when its status
/// is not a code of this version.
pub fn read_header(memory: &impl GuestMemory, ptr: GuestPtr) -> Result<FrameHeader, AbiError> {
    FrameHeader::from_bytes(memory.read_array::<8>(ptr)?)
}

/// Copies the body behind a header at `ptr` out of guest memory.
///
/// # Errors
/// [`AbiError::TooLarge`] above `limit` bytes, [`AbiError::Range`] when the body leaves the memory.
pub fn read_body(
    memory: &impl GuestMemory,
    ptr: GuestPtr,
    header: FrameHeader,
    limit: u32,
) -> Result<Vec<u8>, AbiError> {
    let outside = AbiError::Range { ptr: ptr.0, len: header.len, memory: memory.size() };
    let body = ptr.0.checked_add(FrameHeader::BYTES).ok_or(outside)?;
    memory.read_vec("reply", GuestPtr(body), ByteLen(header.len), limit)
}
