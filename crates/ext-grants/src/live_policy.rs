//! The administrator's policy for an extension that is loaded.

use std::sync::Arc;

use ext_perm::{PermissionBackend, Request, Reservation, Response};
use parking_lot::Mutex;

type Policy = Option<Arc<dyn PermissionBackend>>;

/// The policy for one extension, which is replaced when the configuration is read again. Without one,
/// the administrator has no objection.
pub(crate) struct LivePolicy(Mutex<Policy>);

impl LivePolicy {
    pub(crate) fn new(policy: Option<Box<dyn PermissionBackend>>) -> Self {
        Self(Mutex::new(policy.map(Arc::from)))
    }

    pub(crate) fn set(&self, policy: Option<Box<dyn PermissionBackend>>) {
        *self.0.lock() = policy.map(Arc::from);
    }

    /// Returns the policy of this moment; no lock is held while it decides.
    fn current(&self) -> Policy {
        self.0.lock().clone()
    }
}

impl PermissionBackend for LivePolicy {
    fn name(&self) -> &str {
        "policy"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        self.current().map_or_else(Response::allow, |policy| policy.decide(request))
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        self.current().map_or(Reservation::None, |policy| policy.commit(request))
    }

    fn is_target_sensitive(&self) -> bool {
        self.current().is_some_and(|policy| policy.is_target_sensitive())
    }
}
