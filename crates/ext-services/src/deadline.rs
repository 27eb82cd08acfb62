//! Deadline of engines that work on the thread of their caller.
//!
//! An engine that is asked for a future ends when its future is dropped. One that is called and
//! returns cannot be ended from outside: it asks for the [`current`] deadline where it waits.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use ext_services::deadline;
//!
//! let soon = Instant::now() + Duration::from_secs(1);
//! assert_eq!(deadline::within(Some(soon), deadline::current), Some(soon));
//! assert_eq!(deadline::current(), None);
//! ```

use std::{cell::Cell, time::Instant};

thread_local! {
    static CURRENT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs work on this thread that has to be over at a moment; work within work ends with the earlier.
pub fn within<T>(deadline: Option<Instant>, work: impl FnOnce() -> T) -> T {
    let before = CURRENT.get();
    let earlier = [before, deadline].into_iter().flatten().min();
    CURRENT.set(earlier);
    let _restore = Restore(before);
    work()
}

/// Returns the moment at which the work on this thread has to be over, if there is one.
#[must_use]
pub fn current() -> Option<Instant> {
    CURRENT.get()
}

/// The deadline that was in force before, which is in force again on drop.
struct Restore(Option<Instant>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn work_within_work_ends_with_the_earlier() {
        let early = Instant::now();
        let late = early + Duration::from_secs(9);
        let inner = within(Some(early), || within(Some(late), current));
        assert_eq!(inner, Some(early));
        let outer = within(Some(late), || {
            within(Some(early), || {});
            within(None, current)
        });
        assert_eq!((outer, current()), (Some(late), None));
    }
}
