//! The place inside a running instance that tells it to stop.

use std::{
    ptr::NonNull,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI32, Ordering::Relaxed},
    },
};

use wasmer_vm::VMGlobalDefinition;

/// Points to the stop global of one instance while that instance lives.
///
/// The compiled code reads the global with an aligned 4-byte load, which is atomic on every
/// architecture that wasmer compiles for; it never writes it.
#[derive(Debug, Default)]
pub(crate) struct StopFlag {
    global: Mutex<Option<Place>>,
}

#[derive(Debug, Clone, Copy)]
struct Place(NonNull<VMGlobalDefinition>);

// SAFETY: the pointer is only followed under the mutex of `StopFlag`, and only between `attach` and
// `detach`, while the global exists; what it points to is accessed atomically by every thread.
unsafe impl Send for Place {}

impl StopFlag {
    /// The instance's global lies here from now on.
    pub(super) fn attach(&self, global: NonNull<VMGlobalDefinition>) {
        *self.lock() = Some(Place(global));
    }

    /// The instance is about to go.
    pub(crate) fn detach(&self) {
        *self.lock() = None;
    }

    /// Tells the guest to stop at its next function entry or loop header.
    pub(crate) fn raise(&self) {
        if let Some(Place(global)) = *self.lock() {
            // SAFETY: `attach` was called with the place of a live global and `detach` was not
            // called since, which the held mutex keeps true. The value starts with the 4 bytes of
            // the `i32`, aligned to 16 (`VMGlobalDefinition` is `repr(C, align(16))`). The owning
            // thread does not access it from Rust while the guest runs.
            let flag = unsafe { AtomicI32::from_ptr(global.as_ptr().cast()) };
            flag.store(1, Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Place>> {
        self.global.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
