//! Futures behind a pointer.

use std::{future::Future, pin::Pin};

/// Future of a trait's method, behind a pointer. It may be awaited on any executor.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
