//! Threads that end when whoever holds them lets go.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle},
};

/// Threads with one flag that ends them. When this is dropped the flag is set, and they are waited for.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    stop: Arc<AtomicBool>,
    handles: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Starts one more; it ends soon after its flag is set.
    pub(crate) fn start(
        &mut self,
        name: &str,
        run: impl FnOnce(Arc<AtomicBool>) + Send + 'static,
    ) -> io::Result<()> {
        let stop = Arc::clone(&self.stop);
        let handle = Builder::new().name(name.to_owned()).spawn(move || run(stop))?;
        self.handles.push(handle);
        Ok(())
    }

    /// Tells whether all of them ended by themselves.
    pub(crate) fn are_over(&self) -> bool {
        self.handles.iter().all(JoinHandle::is_finished)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for handle in self.handles.drain(..) {
            let _ = handle.join();
        }
    }
}
