//! The backend for the user of this machine.

use crate::{DenialReason, PermissionBackend, Principal, Reason, Request, Response};

/// Allows the user everything, and nobody else anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserBackend;

impl PermissionBackend for UserBackend {
    fn name(&self) -> &str {
        "user"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        match request.principal {
            Principal::User => Response::allow(),
            Principal::Extension(id) => {
                let message = format!("{id} is an extension and not the user");
                Response::deny(Reason::new(self.name(), DenialReason::Principal, message))
            }
        }
    }

    fn is_target_sensitive(&self) -> bool {
        false
    }
}
