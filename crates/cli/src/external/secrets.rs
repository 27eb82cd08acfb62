//! The secrets of a command: asked for at the terminal, or read from stdin, a line for each.

use std::io::{self, BufRead, IsTerminal, Read};

use anyhow::ensure;
use ext_manifest::{ArgumentDecl, ArgumentKind};
use ext_wire::{ErrorBody, ErrorCode};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::{failure::Hinted, question::hidden};

/// Length of the longest secret, in bytes.
const MAX_BYTES: u64 = 64 << 10;

/// Adds the secrets that the operation always needs.
pub(super) fn add_required(
    arguments: &[ArgumentDecl],
    input: &mut Map<String, Value>,
) -> anyhow::Result<()> {
    let required = arguments.iter().filter(|it| is_secret(it) && it.is_required());
    required.into_iter().try_for_each(|argument| add(argument, input))
}

/// Finds the secret that an operation answers that it needs, unless it has it already.
pub(super) fn needed<'a>(
    error: &ErrorBody,
    arguments: &'a [ArgumentDecl],
    input: &Map<String, Value>,
) -> Option<&'a ArgumentDecl> {
    let field = error.details.as_ref()?.get("needs")?.as_str()?;
    let wanted = |it: &&ArgumentDecl| is_secret(it) && it.field() == field;
    arguments.iter().find(wanted).filter(|it| !input.contains_key(it.field()))
}

/// Asks for a secret, and adds it to the input.
pub(super) fn add(argument: &ArgumentDecl, input: &mut Map<String, Value>) -> anyhow::Result<()> {
    let secret = if io::stdin().is_terminal() { typed(argument)? } else { line(argument)? };
    input.insert(argument.field().to_owned(), Value::String(secret.to_string()));
    Ok(())
}

fn is_secret(argument: &ArgumentDecl) -> bool {
    argument.kind() == ArgumentKind::Secret
}

fn typed(argument: &ArgumentDecl) -> anyhow::Result<Zeroizing<String>> {
    let secret = hidden(&format!("{}: ", argument.description()))?;
    if argument.is_confirmed() {
        ensure!(hidden("The same again: ")? == secret, "the two are not the same");
    }
    Ok(secret)
}

fn line(argument: &ArgumentDecl) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    io::stdin().lock().take(MAX_BYTES).read_line(&mut text)?;
    if text.is_empty() {
        return Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("`{}` is missing", argument.name()),
            "run it at a terminal, or write each secret to stdin, a line for each in the order in \
             which they are asked for",
        ));
    }
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    Ok(text)
}
