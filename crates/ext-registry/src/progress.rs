//! Progress of a call, for a caller that asked for it.

use std::fmt;

use ext_wire::ops::work::WorkProgress;

/// The listener to a call's steps; nobody listens unless the caller gave a function.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use ext_registry::Progress;
/// use ext_wire::ops::work::WorkProgress;
///
/// let steps = AtomicU32::new(0);
/// let count = |_: WorkProgress<'_>| drop(steps.fetch_add(1, Ordering::Relaxed));
/// Progress::to(&count).tell(WorkProgress::WaitingToDeliver);
/// Progress::NONE.tell(WorkProgress::WaitingToDeliver);
/// assert_eq!(steps.into_inner(), 1);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Progress<'a>(Option<&'a Listener<'a>>);

/// A function that is told each step.
type Listener<'a> = dyn Fn(WorkProgress<'_>) + Sync + 'a;

impl<'a> Progress<'a> {
    /// Nobody listens.
    pub const NONE: Progress<'static> = Progress(None);

    /// Makes the progress that a function is told.
    pub const fn to(listener: &'a Listener<'a>) -> Self {
        Self(Some(listener))
    }

    /// Returns whether anybody listens.
    #[must_use]
    pub const fn is_heard(self) -> bool {
        self.0.is_some()
    }

    /// Tells a step.
    pub fn tell(self, step: WorkProgress<'_>) {
        if let Some(listener) = self.0 {
            listener(step);
        }
    }
}

impl fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}
