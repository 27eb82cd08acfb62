//! Services that a host may do without.

use std::sync::Arc;

use ext_registry::{Context, OpError};
use ext_wire::ErrorCode;

/// Name of the service for OAuth2 in messages.
pub(crate) const TOKENS: &str = "source of OAuth2 tokens";

/// Returns a service that not every host has; `what` names it in the message.
///
/// # Errors
/// [`ErrorCode::NeedsProvider`] when this host does not have it.
pub(crate) fn provider<'a, T: ?Sized + Send + Sync + 'static>(
    context: Context<'a>,
    what: &str,
) -> Result<&'a Arc<T>, OpError> {
    context.find_service::<T>().ok_or_else(|| {
        OpError::new(ErrorCode::NeedsProvider, format_args!("this host has no {what}"))
    })
}
