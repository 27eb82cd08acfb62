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

fn exists(to: &str) -> anyhow::Error {
    let message = format_args!("{} is there already", to.escape_debug());
    Hinted::error(ErrorCode::BadInput, message, "name another file, or move that one away")
}
