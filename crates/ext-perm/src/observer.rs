//! Observers of decisions: for an audit log, or to learn what an extension needs.

use ext_wire::Method;

use crate::{
    budget::Budget,
    refusal::Refusal,
    request::{Principal, Request},
    response::Response,
};

/// A decision of an engine.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum DecisionEvent<'a> {
    /// A call, or a target of a call that runs, was allowed or denied.
    Decided {
        /// The question.
        request: &'a Request<'a>,
        /// The answer.
        response: &'a Response,
    },
    /// A call that the rules allow was of a method that does not exist, so that it did not run.
    Unknown {
        /// The question.
        request: &'a Request<'a>,
    },
    /// A call exceeded the rate limit, or there was no slot for a job.
    Limited {
        /// The caller.
        principal: Principal<'a>,
        /// The method that was called.
        method: Method<'a>,
        /// The refusal that the caller got.
        refusal: &'a Refusal,
    },
    /// A budget was charged, or was not enough.
    Charged {
        /// The caller.
        principal: Principal<'a>,
        /// The method of the call that is charged.
        method: Method<'a>,
        /// The budget.
        budget: Budget,
        /// The amount that was asked for.
        amount: u64,
        /// The refusal, when the budget was not enough.
        refusal: Option<&'a Refusal>,
    },
}

/// A receiver of every decision of an engine. It is on the path of every call: an observer that locks,
/// allocates or waits makes every call do so.
pub trait Observer: Send + Sync {
    /// Receives a decision, before the call runs.
    fn on_event(&self, event: DecisionEvent<'_>);
}

impl<T: Observer + ?Sized> Observer for std::sync::Arc<T> {
    fn on_event(&self, event: DecisionEvent<'_>) {
        (**self).on_event(event);
    }
}

/// Passes each event to all observers, in their order.
impl Observer for Vec<std::sync::Arc<dyn Observer>> {
    fn on_event(&self, event: DecisionEvent<'_>) {
        self.iter().for_each(|observer| observer.on_event(event));
    }
}
