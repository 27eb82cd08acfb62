//! Bytes from libraries and answers of extensions, on stdout.

use std::{
    borrow::Cow,
    io::{self, IsTerminal},
};

use ext_wire::{ErrorCode, text::is_hidden};
use serde_json::Value;

use super::{bytes, line, steady};
use crate::failure::Hinted;

/// Writes stored bytes: as they are for a file or another program; on a terminal as a text that cannot
/// steer it.
///
/// # Errors
/// They are not a text, and stdout is a terminal: `hint` says where they can go.
pub(crate) fn stored(data: &[u8], hint: &str) -> anyhow::Result<()> {
    if !io::stdout().is_terminal() {
        return bytes(data);
    }
    match std::str::from_utf8(data) {
        Ok(text) if !text.contains('\0') => line(&steady(text)),
        _ => Err(Hinted::error(ErrorCode::BadInput, "this is not a text for a terminal", hint)),
    }
}

/// Prints JSON and a line feed. On a terminal, characters that could steer it are written as JSON has
/// them, so that it stays the same value.
pub(crate) fn json(text: &str) -> anyhow::Result<()> {
    line(&json_on(text, io::stdout().is_terminal()))
}

/// Tells something to a program on stderr, as [`json`] prints it.
pub(crate) fn tell_json(value: &Value) {
    tell!("{}", json_on(&value.to_string(), io::stderr().is_terminal()));
}

/// Writes JSON so that it steers no terminal, wherever it is read.
pub(crate) fn steady_json(value: &Value) -> String {
    json_on(&value.to_string(), true).into_owned()
}

fn json_on(text: &str, terminal: bool) -> Cow<'_, str> {
    // JSON has no control characters of ASCII but the blanks around its values.
    let is_shown = |c: char| c.is_ascii_whitespace() || !is_hidden(c);
    if !terminal || text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_shown(c) {
            true => shown.push(c),
            false => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| shown.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_02_json_on_a_terminal_is_the_same_value_and_steers_nothing() {
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\u{e0001}é 😀" });
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let shown = json_on(&text, true);
            assert!(shown.chars().all(|c| c == '\n' || !is_hidden(c)), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
            assert_eq!(json_on(&text, false), text, "a program gets what there is");
        }
    }
}
