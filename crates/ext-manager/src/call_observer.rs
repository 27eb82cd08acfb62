//! Observers of calls, for authors who want to see what their extension does.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ext_wire::{ErrorCode, Method};

/// An observer of calls between extensions and their host. It gets names, times and sizes, never what is
/// in a call.
pub trait CallObserver: Send + Sync {
    /// Returns whether calls are wanted now. It is asked before each call, so it has to be cheap.
    fn is_on(&self) -> bool;

    /// Takes note of a call that has ended.
    fn observe(&self, call: &ObservedCall<'_>);
}

/// A call that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObservedCall<'a> {
    /// The id of the extension.
    pub extension: &'a str,
    /// True for a call of the host by the extension; false for an operation or an event that it
    /// received.
    pub is_outgoing: bool,
    /// The method, or the kind of the event.
    pub method: &'a str,
    /// The time that it took, waiting included.
    pub duration: Duration,
    /// [`ErrorCode::OK`], or the code of its error.
    pub code: ErrorCode,
    /// Bytes of the payload.
    pub sent_bytes: usize,
    /// Bytes of the answer.
    pub received_bytes: usize,
}

/// The part of an [`ObservedCall`] that is known when it begins.
pub(crate) struct Observed<'a> {
    pub(crate) extension: &'a str,
    pub(crate) is_outgoing: bool,
    pub(crate) method: &'a str,
    pub(crate) sent_bytes: usize,
}

/// The observer of a manager, if there is one.
#[derive(Clone, Default)]
pub(crate) struct CallProbe(pub(crate) Option<Arc<dyn CallObserver>>);

impl CallProbe {
    /// Returns the time from which a call is measured; `None` where nobody observes.
    pub(crate) fn start(&self) -> Option<Instant> {
        self.0.as_ref().filter(|observer| observer.is_on()).map(|_| Instant::now())
    }

    /// Ends the measurement of a call, with its code and the bytes of its answer.
    pub(crate) fn end(&self, began: Option<Instant>, call: Observed<'_>, end: (ErrorCode, usize)) {
        let (Some(began), Some(observer)) = (began, &self.0) else { return };
        let Observed { extension, is_outgoing, method, sent_bytes } = call;
        let ((code, received_bytes), duration) = (end, began.elapsed());
        observer.observe(&ObservedCall {
            extension,
            is_outgoing,
            method,
            duration,
            code,
            sent_bytes,
            received_bytes,
        });
    }
}

/// Returns the method of a call if it is one: any other text is the guest's own.
pub(crate) fn shown_method(method: &str) -> &str {
    if Method::parse(method).is_ok() { method } else { "?" }
}
