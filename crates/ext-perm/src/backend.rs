//! The trait of permission backends, and its laws.

use crate::{compiled_rule::ConsumedGrant, request::Request, response::Response};

/// The result of [`PermissionBackend::commit`] for a call that was allowed and is about to run.
#[derive(Debug)]
pub enum Reservation {
    /// The call needs no grant for one call.
    None,
    /// A grant for one call is consumed now; it stays valid for the targets of this call.
    Consumed(ConsumedGrant),
    /// Another call consumed the grant first: this call may not run.
    Raced,
}

/// A source of permission decisions.
///
/// Laws, which the engine and its callers rely on, and which the crate `ext-perm-conformance` tests:
///
/// - **Pure**: the answer depends on the request and on the rules in force, and on nothing else. The
///   time stands in the request. Rules are replaced as a whole, never in part.
/// - **Total**: every request gets an answer; what the backend does not know, it denies. A decision
///   that fails (an error in a policy, a deadline) is a denial with
///   [`DenialReason::Backend`](crate::DenialReason).
/// - **Deny wins**: a rule that denies beats every rule that allows, and the order of rules never
///   matters.
/// - **Monotonic**: one more permission never denies what was allowed.
/// - **Limited rules**: see [`Target`](crate::Target).
///
/// An allow by a backend of this crate neither locks nor allocates nor does I/O, because it is on the
/// path of every call. A backend that cannot promise this says so.
pub trait PermissionBackend: Send + Sync {
    /// Returns the name for messages: `"manifest"`.
    fn name(&self) -> &str;

    /// Decides whether a call may run.
    fn decide(&self, request: &Request<'_>) -> Response;

    /// Reserves what a call needs. Called after an allow, immediately before the call runs, and never
    /// for a mere question: the place to consume a grant for one call.
    fn commit(&self, _request: &Request<'_>) -> Reservation {
        Reservation::None
    }

    /// Returns whether an answer can depend on the [`Target`](crate::Target); when not, operations
    /// need not look it up.
    fn is_target_sensitive(&self) -> bool {
        true
    }
}

impl<T: PermissionBackend + ?Sized> PermissionBackend for std::sync::Arc<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        (**self).decide(request)
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        (**self).commit(request)
    }

    fn is_target_sensitive(&self) -> bool {
        (**self).is_target_sensitive()
    }
}
