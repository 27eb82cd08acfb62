//! A handle that ends a guest from another thread.

use std::sync::Arc;

use crate::clock::CallClock;

/// A handle that ends an instance from any thread: the call that runs in it ends with a fault
/// ([`ErrorCode::Stopped`](ext_abi::ErrorCode::Stopped)), and so does every later one.
///
/// Guest code ends within some milliseconds. A host operation that the guest waits for is not
/// interrupted; the guest ends when it returns.
#[derive(Debug, Clone)]
pub struct InterruptHandle {
    clock: Arc<CallClock>,
}

impl InterruptHandle {
    pub(crate) const fn new(clock: Arc<CallClock>) -> Self {
        Self { clock }
    }

    /// Ends the instance. Idempotent, and harmless when the instance is gone.
    pub fn interrupt(&self) {
        self.clock.stop();
    }
}
