//! The fuel meter: two numbers inside a running instance, its consumption and the limit.

use std::{
    cell::Cell,
    ptr::NonNull,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use parking_lot::Mutex;
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
pub(crate) struct FuelMeter {
    places: Mutex<Option<Places>>,
}

#[derive(Debug, Clone, Copy)]
struct Places {
    used: NonNull<VMGlobalDefinition>,
    limit: NonNull<VMGlobalDefinition>,
}

impl Places {
    fn used(&self) -> &AtomicU64 {
        // SAFETY: a `Places` is only reached under the mutex of `FuelMeter`, between `attach` and
        // `detach`, while the global exists. Its value starts with the 8 bytes of the `i64`, aligned
        // to 16 (`VMGlobalDefinition` is `repr(C, align(16))`). Rust reaches it in no other way.
        unsafe { AtomicU64::from_ptr(self.used.as_ptr().cast()) }
    }

    fn limit(&self) -> &AtomicU64 {
        // SAFETY: as in `used`.
        unsafe { AtomicU64::from_ptr(self.limit.as_ptr().cast()) }
    }
}

// SAFETY: the pointers are only followed under the mutex of `FuelMeter`, and only between `attach`
// and `detach`, while the globals exist; what they point to is accessed atomically by every thread.
unsafe impl Send for Places {}

/// Notes that the engine made a global at this place.
pub(super) fn note_global(place: NonNull<VMGlobalDefinition>) {
    let used = MADE.get().map_or(place, |made| made.limit);
    MADE.set(Some(Places { used, limit: place }));
}

/// Forgets the globals of earlier instances; before an instance is made.
pub(crate) fn forget_globals() {
    MADE.set(None);
}

impl FuelMeter {
    /// Attaches the meter to the instance that this thread has just made: `FuelChecks` put its
    /// counter and its limit behind all other globals.
    pub(crate) fn attach(&self) {
        *self.places.lock() = MADE.take();
    }

    /// Detaches the meter from an instance that is about to be dropped.
    pub(crate) fn detach(&self) {
        *self.places.lock() = None;
    }

    /// Fills up for a call that begins: nothing is used yet.
    pub(crate) fn refill(&self, limit: u64) {
        if let Some(places) = self.places.lock().as_ref() {
            places.used().store(0, Relaxed);
            places.limit().store(limit, Relaxed);
        }
    }

    /// Takes all fuel away: the guest stops at its next check.
    pub(crate) fn drain(&self) {
        if let Some(places) = self.places.lock().as_ref() {
            places.limit().store(0, Relaxed);
        }
    }

    /// Returns true if the call has used more fuel than it may.
    pub(crate) fn is_used_up(&self) -> bool {
        let over = |places: &Places| places.used().load(Relaxed) > places.limit().load(Relaxed);
        self.places.lock().as_ref().is_some_and(over)
    }
}
