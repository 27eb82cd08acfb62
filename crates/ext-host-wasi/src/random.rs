//! Random bytes.

use ext_abi::GuestMemory;

use crate::{Errno, memory::place};

/// Most bytes of one call: the operating system makes them in some milliseconds, in which the guest
/// cannot be stopped.
const MAX_BYTES: u32 = 1 << 20;

/// Bytes that are made at once.
const CHUNK: u32 = 4096;

/// Answers `random_get`.
pub(crate) fn fill(memory: &mut impl GuestMemory, ptr: u32, len: u32) -> Result<(), Errno> {
    place(memory, ptr, len)?;
    if len > MAX_BYTES {
        return Err(Errno::INVAL);
    }
    let mut bytes = [0; CHUNK as usize];
    for start in (0..len).step_by(CHUNK as usize) {
        let now = CHUNK.min(len - start);
        let bytes = bytes.get_mut(..now as usize).unwrap_or_default();
        getrandom::fill(bytes).map_err(|_| Errno::IO)?;
        place(memory, ptr.saturating_add(start), now)?.write(memory, bytes)?;
    }
    Ok(())
}
