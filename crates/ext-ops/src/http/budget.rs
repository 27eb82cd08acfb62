//! Budget of bytes for requests to servers.

use ext_perm::Budget;
use ext_registry::{Context, OpError};

/// Charges bytes of the network: those of each request's body before it is sent, and of each
/// answer's body and each email after it came. There is no other place where they are charged.
///
/// # Errors
/// [`Context::charge`]: the caller has used up the day's bytes.
pub(crate) fn charge_bytes(context: Context<'_>, bytes: usize) -> Result<(), OpError> {
    context.charge(Budget::HttpBytes, bytes as u64)
}
