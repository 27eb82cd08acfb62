//! A handle that ends an instance from another thread.

use std::{sync::Weak, time::Duration};

use ext_process::{EndReason, Process};

/// The time that a process may take in addition to its guest's limits: it has to load code, to be
/// scheduled, and to report that the guest's time is up.
pub const GRACE: Duration = Duration::from_secs(2);

/// A handle that ends an instance from any thread, by killing its process: the call that runs in it ends with a
/// fault ([`ErrorCode::Stopped`](ext_abi::ErrorCode::Stopped)), and so does every later one.
///
/// A host operation that the guest waits for is not interrupted; the call ends when it returns.
#[derive(Debug, Clone)]
pub struct ProcessInterruptHandle {
    pub(crate) process: Weak<Process>,
}

impl ProcessInterruptHandle {
    /// Ends the instance. Idempotent, and harmless when the instance is gone.
    pub fn interrupt(&self) {
        if let Some(process) = self.process.upgrade() {
            process.end(EndReason::Stopped);
        }
    }
}
