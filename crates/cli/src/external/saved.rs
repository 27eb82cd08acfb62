//! An answer whose bytes go to a file.

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use ext_fs::create_new;
use ext_wire::ErrorCode;
use serde_json::{Value, json};

use crate::{failure::Hinted, output};

/// The file that means stdout.
const STDOUT: &str = "-";
/// The field of an answer that lists, in words, what its file does not have.
const LEFT_OUT: &str = "left_out";
/// Most lines that are said of it.
const MAX_LEFT_OUT: usize = 20;

/// Checks the file before anything is done.
pub(super) fn check(to: &str) -> anyhow::Result<()> {
    if to == STDOUT {
        ensure!(!io::stdout().is_terminal(), "a terminal cannot show it: name a file to write");
    } else if Path::new(to).exists() {
        return Err(exists(to));
    }
    Ok(())
}

/// Writes the bytes in a field of the answer, or an answer that is a text, for the owner only, and
/// returns the answer with the name of the file in their place; nothing where they went to stdout. A text
/// for which no file is named is returned as it is.
pub(super) fn write(
    reply: Vec<u8>,
    field: &str,
    to: Option<&str>,
) -> anyhow::Result<Option<Vec<u8>>> {
    let mut answer: Value = serde_json::from_slice(&reply)?;
    let bytes = match (&answer, to) {
        (Value::String(_), None) => return Ok(Some(reply)),
        (Value::String(text), Some(_)) => Some(text.clone().into_bytes()),
        _ => answer.get(field).and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok()),
    };
    let bytes = bytes.with_context(|| format!("the answer has no bytes in `{field}`"))?;
    if let (None, true, Ok(text)) = (to, io::stdout().is_terminal(), std::str::from_utf8(&bytes)) {
        output::paged(&output::steady(text))?;
        return Ok(None);
    }
    let to = to.unwrap_or(STDOUT);
    if to == STDOUT {
        check(to)?;
        output::bytes(&bytes)?;
        return Ok(None);
    }
    match create_new(Path::new(to), &bytes).map_err(io::Error::from) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists(to)),
        Err(error) => return Err(error).with_context(|| format!("{to} cannot be written")),
    }
    if !answer.is_object() {
        answer = json!({});
    }
    answer[field] = json!(to);
    Ok(Some(serde_json::to_vec(&answer)?))
}

/// Says what an answer lists as left out of its file, which stdout does not show; `None` for nothing.
pub(super) fn left_out(reply: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(reply).ok()?;
    let all: Vec<&str> =
        answer.get(LEFT_OUT)?.as_array()?.iter().filter_map(Value::as_str).collect();
    let mut lines = vec![format!("{} left out:", all.len())];
    lines.extend(all.iter().take(MAX_LEFT_OUT).map(|line| output::printable(line)));
    let more = all.len().saturating_sub(MAX_LEFT_OUT);
    lines.extend((more > 0).then(|| format!("and {more} more: `--output json` lists them")));
    (!all.is_empty()).then(|| lines.join("\n"))
}

fn exists(to: &str) -> anyhow::Error {
    let message = format_args!("{} is there already", to.escape_debug());
    Hinted::error(ErrorCode::BadInput, message, "name another file, or move that one away")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_does_not_have_is_said() {
        let said = left_out(br#"{"left_out":["no date: a.eml (1)","no amount: b.eml (2)"]}"#);
        assert_eq!(said.as_deref(), Some("2 left out:\nno date: a.eml (1)\nno amount: b.eml (2)"));
        for nothing in [r#"{"left_out":[]}"#, "{}", r#""a,b""#, "[]", r#"{"left_out":5}"#] {
            assert_eq!(left_out(nothing.as_bytes()), None, "{nothing}");
        }
        let many = json!({ "left_out": vec!["x"; MAX_LEFT_OUT + 3] }).to_string();
        assert!(
            left_out(many.as_bytes()).unwrap().ends_with("and 3 more: `--output json` lists them")
        );
    }
}
