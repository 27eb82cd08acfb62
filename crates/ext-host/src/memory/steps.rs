//! The two numbers inside a running instance that count its steps and limit them.

use std::{
    cell::Cell,
    ptr::NonNull,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use wasmer_vm::VMGlobalDefinition;

thread_local! {
    /// Places of the last two globals that were made on this thread while an instance starts.
    static MADE: Cell<Option<Places>> = const { Cell::new(None) };
}

/// Counter and limit of one instance, while that instance lives.
///
/// The compiled code reads both with an aligned 8-byte load, which is atomic on every architecture
/// that wasmer compiles for, and writes the counter only.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    places: Mutex<Option<Places>>,
}

#[derive(Debug, Clone, Copy)]
struct Places {
    steps: NonNull<VMGlobalDefinition>,
    limit: NonNull<VMGlobalDefinition>,
}

impl Places {
    fn steps(&self) -> &AtomicU64 {
        // SAFETY: a `Places` is only reached under the mutex of `Steps`, between `attach` and
        // `detach`, while the global exists. Its value starts with the 8 bytes of the `i64`, aligned
        // to 16 (`VMGlobalDefinition` is `repr(C, align(16))`). Rust reaches it in no other way.
        unsafe { AtomicU64::from_ptr(self.steps.as_ptr().cast()) }
    }

    fn limit(&self) -> &AtomicU64 {
        // SAFETY: as in `steps`.
        unsafe { AtomicU64::from_ptr(self.limit.as_ptr().cast()) }
    }
}

// SAFETY: the pointers are only followed under the mutex of `Steps`, and only between `attach` and
// `detach`, while the globals exist; what they point to is accessed atomically by every thread.
unsafe impl Send for Places {}

/// The engine made a global at this place.
pub(super) fn note_global(place: NonNull<VMGlobalDefinition>) {
    let steps = MADE.get().map_or(place, |made| made.limit);
    MADE.set(Some(Places { steps, limit: place }));
}

/// Forgets the globals of earlier instances; before an instance is made.
pub(crate) fn forget_globals() {
    MADE.set(None);
}

impl Steps {
    /// The instance that this thread has just made lives from now on. `FuelChecks` put its counter
    /// and its limit behind all other globals.
    pub(crate) fn attach(&self) {
        *self.lock() = MADE.take();
    }

    /// The instance is about to go.
    pub(crate) fn detach(&self) {
        *self.lock() = None;
    }

    /// A call begins: no steps yet, and at most so many.
    pub(crate) fn arm(&self, limit: u64) {
        if let Some(places) = self.lock().as_ref() {
            places.steps().store(0, Relaxed);
            places.limit().store(limit, Relaxed);
        }
    }

    /// Tells the guest to stop at its next check.
    pub(crate) fn stop(&self) {
        if let Some(places) = self.lock().as_ref() {
            places.limit().store(0, Relaxed);
        }
    }

    /// Whether the call has taken more steps than it may.
    pub(crate) fn are_used_up(&self) -> bool {
        let over = |places: &Places| places.steps().load(Relaxed) > places.limit().load(Relaxed);
        self.lock().as_ref().is_some_and(over)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Places>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
