//! Inflating within a budget.

use std::io::{ErrorKind, Read};

use crate::{Budget, Limits, UnpackError};

/// Bytes that are inflated between two looks at the budget.
const CHUNK_BYTES: usize = 64 << 10;

/// Reads `from` to its end; `packed` is the number of bytes that it inflates.
pub(crate) fn inflate(
    mut from: impl Read,
    packed: u64,
    container: &'static str,
    budget: &mut Budget,
) -> Result<Vec<u8>, UnpackError> {
    let fair = Limits::FREE_BYTES.saturating_add(packed.saturating_mul(budget.limits().ratio));
    let (mut out, mut chunk) = (Vec::new(), vec![0; CHUNK_BYTES]);
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok(out),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(UnpackError::malformed(container, error)),
        };
        budget.take_bytes(read)?;
        out.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if out.len() as u64 > fair {
            return Err(UnpackError::OverLimit {
                what: "inflated bytes for each packed one",
                limit: budget.limits().ratio,
            });
        }
    }
}
