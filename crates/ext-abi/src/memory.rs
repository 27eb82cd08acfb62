//! Guest memory as a trait, so that everything above it is tested without an engine.

use alloc::{vec, vec::Vec};

use crate::{AbiError, ByteLen, CheckedRange, GuestPtr, GuestRange, error::utf8};

/// The linear memory of a guest, seen from the host.
///
/// Implementors provide three methods. They must not trust a [`CheckedRange`] further than its
/// type does: it may stem from another memory, so `read_into` and `write` check again and answer
/// with [`AbiError::Range`] instead of touching a byte outside.
pub trait GuestMemory {
    /// Returns the size in bytes, now.
    fn size(&self) -> u64;

    /// Copies `range` into `out`, which is exactly as long.
    ///
    /// # Errors
    /// [`AbiError::Range`] when the range lies outside or the lengths differ; `out` is then
    /// unspecified but initialised.
    fn read_into(&self, range: CheckedRange, out: &mut [u8]) -> Result<(), AbiError>;

    /// Copies `bytes`, exactly as long as `range`, into the memory.
    ///
    /// # Errors
    /// [`AbiError::Range`] when the range lies outside or the lengths differ; nothing was written.
    fn write(&mut self, range: CheckedRange, bytes: &[u8]) -> Result<(), AbiError>;

    /// Checks `(ptr, len)` against the memory's size now, and `len` against `limit` first, so that
    /// a wild length never allocates. `what` names the thing in the error.
    ///
    /// # Errors
    /// [`AbiError::TooLarge`] above `limit`, [`AbiError::Range`] when the range leaves the memory.
    fn check(
        &self,
        what: &'static str,
        ptr: GuestPtr,
        len: ByteLen,
        limit: u32,
    ) -> Result<CheckedRange, AbiError> {
        GuestRange::new(ptr, len.at_most(what, limit)?).check(self.size())
    }

    /// Copies bytes out.
    ///
    /// # Errors
    /// As [`Self::check`].
    fn read_vec(
        &self,
        what: &'static str,
        ptr: GuestPtr,
        len: ByteLen,
        limit: u32,
    ) -> Result<Vec<u8>, AbiError> {
        let range = self.check(what, ptr, len, limit)?;
        let mut out = vec![0; range.len() as usize];
        self.read_into(range, &mut out)?;
        Ok(out)
    }

    /// Copies text of at most `buffer.len()` bytes into `buffer`, without allocating.
    ///
    /// # Errors
    /// As [`Self::check`], and [`AbiError::Utf8`] for bytes that are not text.
    fn read_str<'a>(
        &self,
        what: &'static str,
        ptr: GuestPtr,
        len: ByteLen,
        buffer: &'a mut [u8],
    ) -> Result<&'a str, AbiError> {
        let limit = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        let range = self.check(what, ptr, len, limit)?;
        let out = buffer.get_mut(..range.len() as usize).unwrap_or_default();
        self.read_into(range, out)?;
        utf8(what, out)
    }

    /// Copies `N` bytes out.
    ///
    /// # Errors
    /// [`AbiError::Range`] when they leave the memory.
    fn read_array<const N: usize>(&self, ptr: GuestPtr) -> Result<[u8; N], AbiError> {
        let mut out = [0; N];
        let range = GuestRange::new(ptr, ByteLen::of(&out)?).check(self.size())?;
        self.read_into(range, &mut out)?;
        Ok(out)
    }
}

/// A guest memory that is a vector: for tests, and for fake hosts.
#[derive(Debug, Clone)]
pub struct VecMemory {
    bytes: Vec<u8>,
}

impl VecMemory {
    /// Creates a memory of `size` zero bytes.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self { bytes: vec![0; size] }
    }

    /// Makes the memory larger by `by` zero bytes, as `memory.grow` does.
    pub fn grow(&mut self, by: usize) {
        self.bytes.resize(self.bytes.len().saturating_add(by), 0);
    }

    /// Returns all bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn outside(&self, range: CheckedRange) -> AbiError {
        AbiError::Range { ptr: range.start(), len: range.len(), memory: self.size() }
    }
}

impl GuestMemory for VecMemory {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_into(&self, range: CheckedRange, out: &mut [u8]) -> Result<(), AbiError> {
        let from = self.bytes.get(range.indices()).filter(|from| from.len() == out.len());
        out.copy_from_slice(from.ok_or_else(|| self.outside(range))?);
        Ok(())
    }

    fn write(&mut self, range: CheckedRange, bytes: &[u8]) -> Result<(), AbiError> {
        let error = self.outside(range);
        let to = self.bytes.get_mut(range.indices()).filter(|to| to.len() == bytes.len());
        to.ok_or(error)?.copy_from_slice(bytes);
        Ok(())
    }
}
