//! Extension that engines work for on the thread of their caller.
//!
//! An engine that queues calls asks for the [`current`] caller, so that no extension takes the places of
//! all others.
//!
//! ```
//! use ext_services::caller;
//!
//! assert_eq!(caller::within(Some("notes"), caller::current).as_deref(), Some("notes"));
//! assert_eq!(caller::current(), None);
//! ```

use std::{cell::RefCell, sync::Arc};

thread_local! {
    static CURRENT: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Runs work on this thread for an extension; `None` for the user.
pub fn within<T>(extension: Option<&str>, work: impl FnOnce() -> T) -> T {
    let _restore = Restore(CURRENT.replace(extension.map(Arc::from)));
    work()
}

/// Returns the id of the extension that the work on this thread is for, if it is for one.
#[must_use]
pub fn current() -> Option<Arc<str>> {
    CURRENT.with_borrow(Clone::clone)
}

/// The caller before, who is it again on drop.
struct Restore(Option<Arc<str>>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}
