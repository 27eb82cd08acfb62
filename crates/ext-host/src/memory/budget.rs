//! One budget of memory for all guests of a host, charged page by page.

use std::{
    fmt,
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use ext_abi::ErrorCode;
use wasmer_types::{MemoryType, Pages};
use wasmer_vm::{LinearMemory, MemoryError, MemoryStyle, VMMemory, VMMemoryDefinition};

use crate::{Fault, ModuleError};

const PAGE_BYTES: u64 = 65_536;

/// The bytes of linear memory that all guests together may use. Clones share one budget.
///
/// ```
/// use ext_host::MemoryBudget;
///
/// let budget = MemoryBudget::new(1000);
/// let mut share = budget.share();
/// assert!(share.grow(600) && !share.grow(600));
/// assert_eq!(budget.used(), 600);
/// drop(share);
/// assert_eq!(budget.used(), 0);
/// ```
#[derive(Debug, Clone)]
pub struct MemoryBudget {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limit: u64,
    used: AtomicU64,
    lender: Option<Lender>,
}

/// The function that a delegated budget calls for each further piece, in bytes.
struct Lender(Box<dyn Fn(u64) -> bool + Send + Sync>);

impl fmt::Debug for Lender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lender")
    }
}

impl MemoryBudget {
    /// Makes a budget of `limit` bytes.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self { shared: Arc::new(Shared { limit, used: AtomicU64::new(0), lender: None }) }
    }

    /// Makes a budget that another process keeps: `lend` is called for each further piece, in bytes,
    /// and returns true if it may be used. Nothing is given back.
    #[must_use]
    pub fn delegated(lend: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        let (used, lender) = (AtomicU64::new(0), Some(Lender(Box::new(lend))));
        Self { shared: Arc::new(Shared { limit: u64::MAX, used, lender }) }
    }

    /// Makes a budget that is never used up.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Returns the bytes in use now.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.shared.used.load(Relaxed)
    }

    /// Returns the most bytes there may be in use.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.shared.limit
    }

    /// Checks that `bytes` more fit now.
    ///
    /// # Errors
    /// [`ErrorCode::Busy`] when they do not.
    pub fn ensure_room(&self, bytes: u64) -> Result<(), Fault> {
        if self.used().checked_add(bytes).is_some_and(|used| used <= self.limit()) {
            return Ok(());
        }
        Err(self.used_up())
    }

    pub(crate) fn used_up(&self) -> Fault {
        Fault::new(ErrorCode::Busy, ModuleError::Busy { limit: self.limit() })
    }

    /// Makes a share of the budget, which is empty at first.
    #[must_use]
    pub fn share(&self) -> MemoryShare {
        MemoryShare { budget: self.clone(), bytes: 0 }
    }
}

/// The share of one memory in a budget; goes back when it is dropped.
#[derive(Debug)]
pub struct MemoryShare {
    budget: MemoryBudget,
    bytes: u64,
}

impl MemoryShare {
    /// Takes so many bytes more; false when they are not there.
    #[must_use]
    pub fn grow(&mut self, bytes: u64) -> bool {
        let Shared { limit, used, lender } = &*self.budget.shared;
        let add = |used: u64| used.checked_add(bytes).filter(|used| used <= limit);
        if used.fetch_update(Relaxed, Relaxed, add).is_err() {
            return false;
        }
        self.bytes += bytes;
        let delegated = bytes == 0 || lender.as_ref().is_none_or(|Lender(lend)| lend(bytes));
        if !delegated {
            self.shrink(bytes);
        }
        delegated
    }

    /// Returns the bytes that the share has.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    fn shrink(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.shared.used.fetch_sub(bytes, Relaxed);
    }
}

impl Drop for MemoryShare {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

fn bytes_of(pages: Pages) -> u64 {
    u64::from(pages.0) * PAGE_BYTES
}

/// A memory that takes its pages from a budget.
#[derive(Debug)]
struct Budgeted {
    memory: VMMemory,
    share: MemoryShare,
}

/// Puts a memory under a budget.
///
/// # Errors
/// When the memory's first pages are more than the budget has left.
pub(super) fn charge(memory: VMMemory, budget: &MemoryBudget) -> Result<VMMemory, MemoryError> {
    let mut share = budget.share();
    if !share.grow(bytes_of(memory.size())) {
        return Err(used_up());
    }
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
        let maximum = self.ty().maximum.unwrap_or(Pages::max_value());
        if self.size().checked_add(delta).is_none_or(|size| size > maximum) {
            return self.memory.grow(delta); // which refuses
        }
        if !self.share.grow(bytes_of(delta)) {
            return Err(used_up());
        }
        self.memory.grow(delta).inspect_err(|_| self.share.shrink(bytes_of(delta)))
    }

    fn vmmemory(&self) -> NonNull<VMMemoryDefinition> {
        self.memory.vmmemory()
    }

    /// Refuses: a second handle to the same pages would escape the budget.
    fn try_clone(&self) -> Result<Box<dyn LinearMemory + Send + Sync + 'static>, MemoryError> {
        Err(MemoryError::UnsupportedOperation { message: "a guest's memory is its own".to_owned() })
    }

    fn copy(&self) -> Result<Box<dyn LinearMemory + Send + Sync + 'static>, MemoryError> {
        Err(MemoryError::UnsupportedOperation { message: "a guest's memory is its own".to_owned() })
    }
}
