//! The threads that connections live on.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

use crate::pools::Pools;

/// Most threads that wait for the resolver at the same time.
const MAX_BLOCKING_THREADS: usize = 16;

/// A small runtime of a client's own, so that its futures may be awaited on any executor.
pub struct NetRuntime(
    /// `None` only while it is dropped.
    Option<Runtime>,
);

impl NetRuntime {
    /// Starts it; its threads are called `name`.
    ///
    /// # Errors
    /// When they cannot be started.
    pub fn new(name: &str) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(MAX_BLOCKING_THREADS)
            .thread_name(name)
            .enable_io()
            .enable_time()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Closes connections that are idle for too long, as long as the pools are there.
    pub fn sweep<Key, Connection>(&self, pools: &Arc<Pools<Key, Connection>>)
    where
        Key: PartialEq + Send + 'static,
        Connection: Send + 'static,
    {
        if let Some(runtime) = &self.0 {
            drop(runtime.spawn(Pools::keep_swept(Arc::downgrade(pools))));
        }
    }

    /// Starts work, which ends when nobody waits for it any more.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Work<T> {
        Work(self.0.as_ref().map(|runtime| runtime.spawn(work)))
    }
}

impl Drop for NetRuntime {
    /// Ends the runtime without waiting for a resolver that hangs.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Work under way. Its output is `Err`, with what happened, when it panicked or the runtime ended.
#[must_use = "work ends when nobody waits for it"]
pub struct Work<T>(Option<JoinHandle<T>>);

impl<T> Future for Work<T> {
    type Output = Result<T, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Some(task) => {
                Pin::new(task).poll(context).map(|end| end.map_err(|error| error.to_string()))
            }
            None => Poll::Ready(Err("it has ended".to_owned())),
        }
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
