//! Texts that come as bytes.

use spacedrive_sdk::{Blob, Error, ErrorCode, Result, wire::SecretText};

/// Reads bytes as a text.
///
/// # Errors
/// [`ErrorCode::BadInput`] when they are not UTF-8.
pub(crate) fn of(bytes: &Blob, field: &str) -> Result<SecretText> {
    let text = std::str::from_utf8(bytes.as_bytes());
    let not_text = |_| Error::new(ErrorCode::BadInput, format_args!("`{field}` is not a text"));
    Ok(text.map_err(not_text)?.into())
}
