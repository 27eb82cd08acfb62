//! The values of settings as they are typed.

use std::io::{self, IsTerminal, Read};

use anyhow::Context;
use ext_wire::{
    ErrorCode, SecretText,
    ops::settings::{SecretValue, SetSettingsInput, Setting},
};
use serde_json::Value;
use zeroize::Zeroizing;

use super::Config;
use crate::{
    failure::Hinted,
    question::{answer, hidden},
};

/// Length of the longest value that is read from stdin, in bytes.
const MAX_BYTES: u64 = 256 << 10;

/// Reads settings, each `NAME=VALUE`, or `NAME` whose value is asked for or read from stdin.
pub(super) fn read(
    config: &Config<'_>,
    all: &[Setting],
    given: &[String],
) -> anyhow::Result<SetSettingsInput> {
    let mut input = SetSettingsInput::default();
    only_one_from_stdin(given)?;
    for text in given {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text.as_str(), None),
        };
        let setting = config.find(all, name)?;
        match (setting.secret, value) {
            (true, Some(_)) => return Err(not_an_argument(config, name)),
            (true, None) => {
                input.secrets.insert(name.to_owned(), secret(setting)?);
            }
            (false, Some(value)) => {
                input.values.insert(name.to_owned(), parse(setting, value));
            }
            (false, None) => {
                let text = line(name)?;
                input.values.insert(name.to_owned(), parse(setting, &text));
            }
        }
    }
    Ok(input)
}

/// The message does not repeat what was typed.
fn not_an_argument(config: &Config<'_>, name: &str) -> anyhow::Error {
    let message = format!("`{name}` is a secret, and not an argument, which others can see");
    let hint = format!(
        "`spacedrive ext config {} set {name}` asks for it, or reads it from stdin",
        config.id
    );
    Hinted::error(ErrorCode::BadInput, message, hint)
}

fn only_one_from_stdin(given: &[String]) -> anyhow::Result<()> {
    let mut names = given.iter().filter(|text| !text.contains('='));
    match (names.next(), names.next()) {
        (Some(one), Some(other)) if !io::stdin().is_terminal() => {
            let message = format!("both `{one}` and `{other}` would be read from stdin");
            Err(Hinted::error(ErrorCode::BadInput, message, "set them one after the other"))
        }
        _ => Ok(()),
    }
}

/// A text where the schema says so; else JSON, and what is not JSON is a text.
fn parse(setting: &Setting, text: &str) -> Value {
    let is_text = setting.schema.as_ref().is_some_and(|schema| schema["type"] == "string");
    match is_text {
        true => text.into(),
        false => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

fn is_list(setting: &Setting) -> bool {
    setting.schema.as_ref().is_some_and(|schema| schema["type"] == "array")
}

fn secret(setting: &Setting) -> anyhow::Result<SecretValue> {
    let list = is_list(setting);
    if io::stdin().is_terminal() {
        return if list { asked_list(&setting.name) } else { asked(&setting.name) };
    }
    let text = from_stdin(&setting.name)?;
    Ok(match list {
        true => SecretValue::List(text.lines().map(SecretText::from).collect()),
        false => SecretValue::One(text.as_str().into()),
    })
}

fn asked(name: &str) -> anyhow::Result<SecretValue> {
    Ok(SecretValue::One(hidden(&format!("{name}: "))?.as_str().into()))
}

fn asked_list(name: &str) -> anyhow::Result<SecretValue> {
    let mut items: Vec<SecretText> = Vec::new();
    loop {
        let item = hidden(&format!("{name}, number {} (nothing ends): ", items.len() + 1))?;
        if item.is_empty() {
            return Ok(SecretValue::List(items));
        }
        items.push(item.as_str().into());
    }
}

/// Reads a value: a line at a terminal, which is asked for, else all of stdin.
fn line(name: &str) -> anyhow::Result<Zeroizing<String>> {
    match io::stdin().is_terminal() {
        true => Ok(answer(&format!("{name}: "))?.into()),
        false => from_stdin(name),
    }
}

/// Reads a text from stdin, without the line feed at its end.
fn from_stdin(name: &str) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().lock().take(MAX_BYTES + 1).read_to_string(&mut text);
    read.with_context(|| format!("the value of `{name}` cannot be read from stdin"))?;
    if text.len() as u64 > MAX_BYTES {
        let message = format!("the value of `{name}` has more than {MAX_BYTES} bytes");
        return Err(Hinted::error(ErrorCode::BadInput, message, "make it shorter"));
    }
    let end = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(end);
    if text.is_empty() {
        let message = format!("there is no value of `{name}` on stdin");
        let hint = "write it to stdin, give it as NAME=VALUE, or run this at a terminal";
        return Err(Hinted::error(ErrorCode::BadInput, message, hint));
    }
    Ok(text)
}
