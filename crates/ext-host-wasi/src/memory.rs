//! The places of results in guest memory: each is checked before anything is written.

use ext_abi::{ByteLen, CheckedRange, GuestMemory, GuestPtr, GuestRange};

use crate::Errno;

/// The place of a result, which lies in the memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place(CheckedRange);

/// Checks that a result of so many bytes has a place.
pub(crate) fn place(memory: &impl GuestMemory, ptr: u32, bytes: u32) -> Result<Place, Errno> {
    Ok(Place(GuestRange::new(GuestPtr(ptr), ByteLen(bytes)).check(memory.size())?))
}

impl Place {
    /// Writes a result, exactly as long as the place.
    pub(crate) fn write(self, memory: &mut impl GuestMemory, bytes: &[u8]) -> Result<(), Errno> {
        Ok(memory.write(self.0, bytes)?)
    }
}

/// Writes a number of 32 bits.
pub(crate) fn write_u32(memory: &mut impl GuestMemory, ptr: u32, value: u32) -> Result<(), Errno> {
    place(memory, ptr, 4)?.write(memory, &value.to_le_bytes())
}

/// Writes a number of 64 bits.
pub(crate) fn write_u64(memory: &mut impl GuestMemory, ptr: u32, value: u64) -> Result<(), Errno> {
    place(memory, ptr, 8)?.write(memory, &value.to_le_bytes())
}
