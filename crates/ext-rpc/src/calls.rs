//! The calls that run, which are told to stop when their client goes, or the server ends.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;

/// The calls of a server that run.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_over: bool,
    flags: Vec<Weak<AtomicBool>>,
}

impl Calls {
    /// Begins a call; one that begins when the server ends is told to stop at once.
    pub(crate) fn begin(&self) -> StopOnDrop {
        let mut state = self.0.lock();
        let call = StopOnDrop(Arc::new(AtomicBool::new(state.is_over)));
        state.flags.retain(|flag| flag.strong_count() > 0);
        state.flags.push(Arc::downgrade(&call.0));
        call
    }

    /// Tells all calls to stop, also those that begin from now on: they end after the step at hand, and
    /// answer with what was done.
    pub(crate) fn stop_all(&self) {
        let mut state = self.0.lock();
        state.is_over = true;
        state.flags.iter().filter_map(Weak::upgrade).for_each(|flag| stop(&flag));
    }
}

fn stop(flag: &AtomicBool) {
    flag.store(true, Ordering::Relaxed);
}

/// Sets a flag when the future that holds it is dropped.
pub(crate) struct StopOnDrop(Arc<AtomicBool>);

impl StopOnDrop {
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        stop(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_calls_are_told_to_stop_and_those_that_begin_later() {
        let calls = Calls::default();
        let [first, gone] = [calls.begin(), calls.begin()];
        drop(gone);
        assert!(!first.flag().load(Ordering::Relaxed));
        calls.stop_all();
        assert!(first.flag().load(Ordering::Relaxed));
        assert!(calls.begin().flag().load(Ordering::Relaxed));
    }

    #[test]
    fn a_call_whose_client_goes_is_told_to_stop() {
        let call = Calls::default().begin();
        let flag = call.flag();
        drop(call);
        assert!(flag.load(Ordering::Relaxed));
    }
}
