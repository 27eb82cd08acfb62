//! The task manager of `wasmer-wasix`, which has none: no threads, and a sleep is the host's.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use ext_host::GuestClock;
use ext_host_process::Parent;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use wasmer_wasix::{VirtualTaskManager, WasiThreadError, runtime::task_manager::TaskWasm};

/// A manager that refuses every task.
#[derive(Clone)]
pub(crate) struct Tasks {
    parent: Parent,
    clock: Arc<Mutex<Option<GuestClock>>>,
}

impl Tasks {
    pub(crate) fn new(parent: Parent) -> Self {
        Self { parent, clock: Arc::default() }
    }

    pub(crate) fn set_clock(&self, clock: GuestClock) {
        *self.clock.lock() = Some(clock);
    }

    /// Sleeps for the guest. The parent, which would take the silence for computing, is told; a sleep
    /// ends with the call, after which the guest stops at its next check.
    pub(crate) fn sleep(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        self.parent.sleeps(time);
        let clock = self.clock.lock().clone();
        let _ = clock.is_some_and(|clock| clock.sleep(time));
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tasks")
    }
}

impl VirtualTaskManager for Tasks {
    fn sleep_now(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        let tasks = self.clone();
        Box::pin(async move { tasks.sleep(time) })
    }

    fn task_shared(
        &self,
        _: Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send + 'static>,
    ) -> Result<(), WasiThreadError> {
        Err(WasiThreadError::Unsupported)
    }

    fn task_wasm(&self, _: TaskWasm) -> Result<(), WasiThreadError> {
        Err(WasiThreadError::Unsupported)
    }

    fn task_dedicated(&self, _: Box<dyn FnOnce() + Send + 'static>) -> Result<(), WasiThreadError> {
        Err(WasiThreadError::Unsupported)
    }

    fn thread_parallelism(&self) -> Result<usize, WasiThreadError> {
        Ok(1)
    }
}
