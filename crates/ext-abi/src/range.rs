//! Addresses and ranges in guest memory.
//!
//! There are three steps and three types: a [`GuestRange`] is a claim of the guest, a
//! [`CheckedRange`] lay inside memory when it was checked, and only a [`crate::GuestMemory`] turns
//! that into bytes.

use crate::AbiError;

/// An address in guest memory. It promises nothing: it may be wild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestPtr(pub u32);

impl GuestPtr {
    /// The pointer that means "none".
    pub const NULL: Self = Self(0);

    /// Returns whether this is [`Self::NULL`].
    #[must_use]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }
}

/// A length in bytes, as the guest claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteLen(pub u32);

impl ByteLen {
    /// Returns the length of a slice, if it fits 32 bits.
    ///
    /// # Errors
    /// [`AbiError::TooLarge`] from 4 GiB on.
    pub fn of(bytes: &[u8]) -> Result<Self, AbiError> {
        let got = bytes.len() as u64;
        u32::try_from(got).map(Self).map_err(|_| AbiError::TooLarge {
            what: "body",
            got,
            limit: u64::from(u32::MAX),
        })
    }

    /// Refuses a length above `limit` bytes; `what` names the thing in the error.
    ///
    /// # Errors
    /// [`AbiError::TooLarge`] above `limit`.
    pub fn at_most(self, what: &'static str, limit: u32) -> Result<Self, AbiError> {
        if self.0 <= limit {
            return Ok(self);
        }
        Err(AbiError::TooLarge { what, got: u64::from(self.0), limit: u64::from(limit) })
    }
}

/// A range of guest memory as the guest claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestRange {
    ptr: GuestPtr,
    len: ByteLen,
}

impl GuestRange {
    /// Makes the range of `len` bytes from `ptr`.
    #[must_use]
    pub const fn new(ptr: GuestPtr, len: ByteLen) -> Self {
        Self { ptr, len }
    }

    /// Checks the range against a memory of `memory_bytes` bytes, in 64-bit arithmetic.
    ///
    /// An empty range is inside every memory, whatever its pointer.
    ///
    /// ```
    /// use ext_abi::{ByteLen, GuestPtr, GuestRange};
    ///
    /// let range = GuestRange::new(GuestPtr(0x1000), ByteLen(16));
    /// assert_eq!(range.check(65_536)?.start(), 0x1000);
    /// assert!(range.check(0x100f).is_err());
    /// # Ok::<(), ext_abi::AbiError>(())
    /// ```
    ///
    /// # Errors
    /// [`AbiError::Range`] when a byte of it lies outside.
    pub fn check(self, memory_bytes: u64) -> Result<CheckedRange, AbiError> {
        if self.len.0 == 0 {
            return Ok(CheckedRange { start: 0, len: 0 });
        }
        let end = u64::from(self.ptr.0) + u64::from(self.len.0);
        if end > memory_bytes {
            return Err(AbiError::Range { ptr: self.ptr.0, len: self.len.0, memory: memory_bytes });
        }
        Ok(CheckedRange { start: self.ptr.0, len: self.len.0 })
    }
}

/// A range that lay inside guest memory when it was checked.
///
/// Wasm memory never shrinks, so the range stays inside for the life of that memory; the *address*
/// that the host sees may still change when the memory grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedRange {
    start: u32,
    len: u32,
}

impl CheckedRange {
    /// Returns the address of the first byte.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Returns how many bytes are in the range.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.len
    }

    /// Returns whether the range has no bytes.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the range as indices of a byte slice.
    #[must_use]
    pub fn indices(self) -> core::ops::Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add(self.len as usize)
    }
}
