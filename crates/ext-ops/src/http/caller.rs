//! The caller of a request.

use ext_net::Scheme;
use ext_registry::Context;

/// Returns whether the caller was granted an origin; to be checked for each hop.
pub(crate) fn may_reach(context: Context<'_>, scheme: Scheme, host: &str, port: u16) -> bool {
    context.may_reach(scheme.name(), host, port)
}

/// Returns the pool whose connections a request uses.
pub(crate) fn pool(context: Context<'_>) -> String {
    context.extension().unwrap_or_default().to_owned()
}
