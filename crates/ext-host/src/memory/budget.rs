//! One budget of memory for all guests of a host, charged page by page.

use std::{
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use wasmer_types::{MemoryType, Pages};
use wasmer_vm::{LinearMemory, MemoryError, MemoryStyle, VMMemory, VMMemoryDefinition};

const PAGE_BYTES: u64 = 65_536;

/// The bytes of linear memory that all guests together may use. Clones share one budget.
#[derive(Debug, Clone)]
pub struct MemoryBudget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limit: u64,
    used: AtomicU64,
}

impl MemoryBudget {
    /// A budget of `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self { shared: Arc::new(Shared { limit, used: AtomicU64::new(0) }) }
    }

    /// A budget that is never used up.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Bytes in use now.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.shared.used.load(Relaxed)
    }

    /// The most bytes there may be in use.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.shared.limit
    }

    /// Whether `bytes` more fit.
    pub(crate) fn has_room(&self, bytes: u64) -> bool {
        self.used().checked_add(bytes).is_some_and(|used| used <= self.limit())
    }

    /// Takes so much of the budget, if there is as much.
    fn take(&self, pages: Pages) -> Option<Share> {
        let mut share = Share { budget: self.clone(), bytes: 0 };
        share.grow(pages).then_some(share)
    }
}

/// What one memory has taken of the budget; goes back when it is dropped.
#[derive(Debug)]
struct Share {
    budget: MemoryBudget,
    bytes: u64,
}

impl Share {
    fn grow(&mut self, pages: Pages) -> bool {
        let bytes = u64::from(pages.0) * PAGE_BYTES;
        let limit = self.budget.limit();
        let add = |used: u64| used.checked_add(bytes).filter(|used| *used <= limit);
        let taken = self.budget.shared.used.fetch_update(Relaxed, Relaxed, add).is_ok();
        self.bytes += if taken { bytes } else { 0 };
        taken
    }

    fn shrink(&mut self, pages: Pages) {
        let bytes = (u64::from(pages.0) * PAGE_BYTES).min(self.bytes);
        self.bytes -= bytes;
        self.budget.shared.used.fetch_sub(bytes, Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.shared.used.fetch_sub(self.bytes, Relaxed);
    }
}

/// A memory that takes its pages from a budget.
#[derive(Debug)]
struct Budgeted {
    memory: VMMemory,
    share: Share,
}

/// Puts a memory under a budget.
///
/// # Errors
/// When the memory's first pages are more than the budget has left.
pub(super) fn charge(memory: VMMemory, budget: &MemoryBudget) -> Result<VMMemory, MemoryError> {
    let share = budget.take(memory.size()).ok_or_else(used_up)?;
    Ok(VMMemory(Box::new(Budgeted { memory, share })))
}

fn used_up() -> MemoryError {
    MemoryError::Generic("the memory of all extensions together is used up".to_owned())
}

impl LinearMemory for Budgeted {
    fn ty(&self) -> MemoryType {
        self.memory.ty()
    }

    fn size(&self) -> Pages {
        self.memory.size()
    }

    fn style(&self) -> MemoryStyle {
        self.memory.style()
    }

    fn grow(&mut self, delta: Pages) -> Result<Pages, MemoryError> {
        if !self.share.grow(delta) {
            return Err(used_up());
        }
        self.memory.grow(delta).inspect_err(|_| self.share.shrink(delta))
    }

    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        self.memory.vmmemory()
    }

    /// A second handle to the same pages would escape the budget; nothing here asks for one.
    fn try_clone(&self) -> Result<Box<dyn LinearMemory + Send + Sync + 'static>, MemoryError> {
        Err(MemoryError::UnsupportedOperation { message: "a guest's memory is its own".to_owned() })
    }

    fn copy(&self) -> Result<Box<dyn LinearMemory + Send + Sync + 'static>, MemoryError> {
        Err(MemoryError::UnsupportedOperation { message: "a guest's memory is its own".to_owned() })
    }
}
