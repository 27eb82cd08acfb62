//! Watching what an engine decides: for an audit log, or to learn what an extension needs.

use ext_wire::Method;

use crate::{Budget, Principal, Refusal, Request, Response};

/// Something that an engine decided.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum DecisionEvent<'a> {
    /// A call, or a target of a call that runs, was allowed or not.
    Decided {
        /// The question.
        request: &'a Request<'a>,
        /// The answer.
        response: &'a Response,
    },
    /// A call came too early, or there was no place for a job.
    Limited {
        /// Whose.
        principal: Principal<'a>,
        /// Which.
        method: Method<'a>,
        /// What it was told.
        refusal: &'a Refusal,
    },
    /// A budget was charged, or was not enough.
    Charged {
        /// Whose.
        principal: Principal<'a>,
        /// In which call.
        method: Method<'a>,
        /// Which budget.
        budget: Budget,
        /// How much.
        amount: u64,
        /// Why not, when it was not enough.
        refusal: Option<&'a Refusal>,
    },
}

/// Is told of everything that an engine decides. It is on the path of every call: an observer that
/// locks, allocates or waits makes every call do so.
pub trait Observer: Send + Sync {
    /// Called after the decision, before the call runs.
    fn on_event(&self, event: DecisionEvent<'_>);
}

impl<T: Observer + ?Sized> Observer for std::sync::Arc<T> {
    fn on_event(&self, event: DecisionEvent<'_>) {
        (**self).on_event(event);
    }
}

/// Tells all of them, in their order.
impl Observer for Vec<std::sync::Arc<dyn Observer>> {
    fn on_event(&self, event: DecisionEvent<'_>) {
        self.iter().for_each(|observer| observer.on_event(event));
    }
}
