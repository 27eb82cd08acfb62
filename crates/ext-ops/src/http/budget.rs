//! What requests cost.

use ext_registry::{Context, OpError};

/// The one place where bytes of HTTP are charged: called with the bytes of each request's body
/// before it is sent, and of each answer's body after it came.
///
/// There is no budget of bytes yet; the rate limit bounds the requests, and each has its size.
pub(super) fn charge_bytes(_: Context<'_>, _bytes: usize) -> Result<(), OpError> {
    Ok(())
}
