//! What talking to servers costs.

use ext_perm::Budget;
use ext_registry::{Context, OpError};

/// The one place where bytes of the network are charged: called with the bytes of each request's
/// body before it is sent, and of each answer's body, and each mail, after it came.
///
/// # Errors
/// [`Context::charge`]: the caller has used up the day's bytes.
pub(crate) fn charge_bytes(context: Context<'_>, bytes: usize) -> Result<(), OpError> {
    context.charge(Budget::HttpBytes, bytes as u64)
}
