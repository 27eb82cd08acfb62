//! The end of a call: the moment at which its caller stops waiting, or the caller's own end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use ext_wire::ErrorCode;

use crate::OpError;

/// The moment at which a call must be over, and a flag that ends it earlier: a guest has a time limit
/// that counts while the host works for it, and may be unloaded meanwhile. The user has neither.
///
/// ```
/// use std::time::{Duration, Instant};
/// use ext_registry::Deadline;
///
/// let own = Instant::now() + Duration::from_secs(30);
/// assert_eq!(Deadline::NONE.earliest(own), own);
/// let soon = Instant::now() + Duration::from_secs(3);
/// assert_eq!(Deadline::at(soon).earliest(own), soon);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Deadline {
    at: Option<Instant>,
    stop: Option<Arc<AtomicBool>>,
}

impl Deadline {
    /// No end but that of the work.
    pub const NONE: Self = Self { at: None, stop: None };

    /// Creates the deadline at a moment.
    #[must_use]
    pub const fn at(moment: Instant) -> Self {
        Self { at: Some(moment), stop: None }
    }

    /// Adds a flag that ends the call as soon as it is true.
    #[must_use]
    pub fn with_stop(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Returns the moment, if there is one.
    #[must_use]
    pub const fn moment(&self) -> Option<Instant> {
        self.at
    }

    /// Returns the earlier of this and the work's own time limit.
    #[must_use]
    pub fn earliest(&self, own: Instant) -> Instant {
        self.at.map_or(own, |at| at.min(own))
    }

    /// Returns the time that is left; `None` without a limit.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        self.at.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Returns true once the call must end. Cheap enough for the inner loop of long work.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_stopped() || self.at.is_some_and(|at| Instant::now() >= at)
    }

    /// Returns true once the flag ended the call.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Relaxed))
    }

    /// Returns the flag that ends the call, if there is one.
    #[must_use]
    pub fn stop_flag(&self) -> Option<Arc<AtomicBool>> {
        self.stop.clone()
    }

    /// Checks that the call may go on, between two steps of long work.
    ///
    /// # Errors
    /// [`ErrorCode::Stopped`] when the flag ended it, [`ErrorCode::Deadline`] when its time is up.
    pub fn check(&self) -> Result<(), OpError> {
        match (self.is_stopped(), self.is_over()) {
            (true, _) => Err(OpError::new(ErrorCode::Stopped, "the caller was stopped")),
            (false, true) => Err(OpError::new(ErrorCode::Deadline, "the call ran out of time")),
            (false, false) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_ends_with_its_time_or_its_caller() {
        assert!(Deadline::NONE.check().is_ok() && Deadline::NONE.left().is_none());
        let late = Deadline::at(Instant::now());
        assert_eq!(late.check().unwrap_err().code(), ErrorCode::Deadline);
        let stop = Arc::new(AtomicBool::new(false));
        let in_time = Deadline::at(Instant::now() + Duration::from_secs(60));
        let stoppable = in_time.with_stop(Arc::clone(&stop));
        assert!(stoppable.check().is_ok());
        stop.store(true, Relaxed);
        assert_eq!(stoppable.check().unwrap_err().code(), ErrorCode::Stopped);
    }
}
