//! The denial of operations that are for the user only.

use crate::{
    request::Request,
    response::{DenialReason, Reason, Response},
};

/// Denies a call that nothing an extension can ask for allows.
pub(crate) fn deny_user_only(backend: &str, request: &Request<'_>) -> Response {
    let message = format!("`{}` is for the user only, no extension may call it", request.method);
    Response::deny(Reason::new(backend, DenialReason::HostOnly, message))
}
