//! Guest memory as [`GuestMemory`]: one read and one write.

use ext_abi::{AbiError, CheckedRange, GuestMemory};
use wasmer::{AsStoreRef, Memory, MemoryView};

/// The memory of an instance, for the length of one borrow of its store: no guest code can run, and
/// so no memory can grow, while this lives.
pub(crate) struct StoreMemory<'a> {
    view: MemoryView<'a>,
}

impl<'a> StoreMemory<'a> {
    pub(crate) fn new(memory: &Memory, store: &'a impl AsStoreRef) -> Self {
        Self { view: memory.view(store) }
    }

    fn outside(&self, range: CheckedRange) -> AbiError {
        AbiError::Range { ptr: range.start(), len: range.len(), memory: self.size() }
    }
}

impl GuestMemory for StoreMemory<'_> {
    fn size(&self) -> u64 {
        self.view.data_size()
    }

    fn read_into(&self, range: CheckedRange, out: &mut [u8]) -> Result<(), AbiError> {
        // SAFETY: the slice lives to the end of this function. Until then nothing modifies the
        // memory: shared memories are refused when a module is loaded, the only thread that may
        // run the guest is this one, and `out` cannot lie inside guest memory, because safe code
        // never gets a reference into it.
        let bytes = unsafe { self.view.data_unchecked() };
        let from = bytes.get(range.indices()).filter(|from| from.len() == out.len());
        out.copy_from_slice(from.ok_or_else(|| self.outside(range))?);
        Ok(())
    }

    fn write(&mut self, range: CheckedRange, bytes: &[u8]) -> Result<(), AbiError> {
        let error = self.outside(range);
        // SAFETY: as in `read_into`; `&mut self` rules out a second slice from this view, and
        // `bytes` cannot lie inside guest memory for the same reason as `out` there.
        let memory = unsafe { self.view.data_unchecked_mut() };
        let to = memory.get_mut(range.indices()).filter(|to| to.len() == bytes.len());
        to.ok_or(error)?.copy_from_slice(bytes);
        Ok(())
    }
}
