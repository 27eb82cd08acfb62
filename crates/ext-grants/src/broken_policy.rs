//! The stand-in for a policy that cannot be made.

use ext_perm::{DenialReason, PermissionBackend, Principal, Reason, Request, Response};

use crate::policy::PolicyError;

/// A backend that denies everything to extensions, because the policy that would decide is broken.
pub(crate) struct BrokenPolicy {
    message: String,
}

impl BrokenPolicy {
    /// Makes the stand-in. Extensions see its message, so it tells nothing of the policy's files.
    pub(crate) fn new(error: &PolicyError) -> Self {
        let message = match error {
            PolicyError::MissingFeature(_) => error.to_string(),
            _ => "the administrator's policy cannot be read, see the host's log".to_owned(),
        };
        Self { message }
    }
}

impl PermissionBackend for BrokenPolicy {
    fn name(&self) -> &str {
        "policy"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        if request.principal == Principal::User {
            return Response::allow();
        }
        Response::deny(Reason::new(self.name(), DenialReason::Backend, &*self.message))
    }

    fn is_target_sensitive(&self) -> bool {
        false
    }
}
