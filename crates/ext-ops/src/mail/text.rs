//! Texts that go to a mail server.

use ext_registry::OpError;

use crate::bad_input::bad_input;

/// Checks a text for a server: servers take all sorts of characters, but no line of a protocol and
/// no login has control characters.
///
/// # Errors
/// [`ErrorCode::BadInput`](ext_wire::ErrorCode::BadInput) for another length or control characters.
pub(super) fn check_text<'a>(what: &str, text: &'a str, max: usize) -> Result<&'a str, OpError> {
    match (1..=max).contains(&text.len()) && !text.contains(char::is_control) {
        true => Ok(text),
        false => Err(bad_input(format!("{what} has 1 to {max} bytes and no control characters"))),
    }
}
