//! Ending an instance from another thread.

use std::{sync::Weak, time::Duration};

use ext_process::{Process, Reason};

/// How much longer than its guest a process may take: it has to load code, to be scheduled, and to
/// say that the guest's time is up.
pub const GRACE: Duration = Duration::from_secs(2);

/// Ends an instance from any thread, by killing its process: the call that runs in it ends with a
/// fault ([`ErrorCode::Stopped`](ext_abi::ErrorCode::Stopped)), and so does every later one.
///
/// A host operation that the guest waits for is not interrupted; the call ends when it returns.
#[derive(Debug, Clone)]
pub struct ProcessStopper {
    pub(crate) process: Weak<Process>,
}

impl ProcessStopper {
    /// Ends the instance. Harmless when it is gone or was stopped before.
    pub fn stop(&self) {
        if let Some(process) = self.process.upgrade() {
            process.end(Reason::Stopped);
        }
    }
}
