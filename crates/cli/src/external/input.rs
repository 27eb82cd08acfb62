//! The input of an operation, made of the arguments of a command.

use std::{io, path::Path};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::ArgMatches;
use ext_manifest::{ArgumentDecl, ArgumentKind};
use ext_wire::ErrorCode;
use serde_json::{Map, Number, Value};
use spacedrive_core::Core;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::id_of;
use crate::{failure::Hinted, names};

/// Largest file of an argument, in bytes: as base64 it fits the JSON of a call.
const MAX_FILE_BYTES: u64 = 12 << 20;

/// Makes the input. What was not given is left out, so that the operation's defaults hold.
pub(super) fn of(
    core: &Core,
    library: Uuid,
    arguments: &[ArgumentDecl],
    matches: &ArgMatches,
) -> anyhow::Result<Map<String, Value>> {
    let entry = |text: &str| names::entry(core, library, text);
    let mut input = Map::new();
    for argument in arguments {
        if let Some(value) = value(argument, matches, &entry)? {
            insert(&mut input, argument.field(), value);
        }
    }
    Ok(input)
}

/// Puts a value at a path of field names; the objects on the way are made.
fn insert(input: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((outer, inner)) = path.split_once('.') else {
        input.insert(path.to_owned(), value);
        return;
    };
    let object = input.entry(outer).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(object) = object {
        insert(object, inner, value);
    }
}

type FindEntry<'f> = &'f dyn Fn(&str) -> anyhow::Result<Uuid>;

fn value(
    argument: &ArgumentDecl,
    matches: &ArgMatches,
    entry: FindEntry<'_>,
) -> anyhow::Result<Option<Value>> {
    if argument.kind() == ArgumentKind::Secret {
        return Ok(None); // asked for when all else is known
    }
    if argument.kind() == ArgumentKind::Flag {
        return Ok(matches.get_flag(&id_of(argument)).then_some(Value::Bool(true)));
    }
    let Some(given) = matches.get_many::<String>(&id_of(argument)) else { return Ok(None) };
    if argument.kind() == ArgumentKind::Values {
        return pairs(argument, given).map(Some);
    }
    let mut values = given.map(|text| one(argument, text, entry));
    if argument.is_repeated() {
        return values.collect::<anyhow::Result<Vec<_>>>().map(Value::Array).map(Some);
    }
    values.next().transpose()
}

fn one(argument: &ArgumentDecl, text: &str, entry: FindEntry<'_>) -> anyhow::Result<Value> {
    Ok(match argument.kind() {
        ArgumentKind::Entry => Value::String(entry(text)?.to_string()),
        ArgumentKind::Number => Value::Number(number(argument, text)?),
        ArgumentKind::File => Value::String(file(text)?),
        _ => Value::String(text.to_owned()),
    })
}

fn number(argument: &ArgumentDecl, text: &str) -> anyhow::Result<Number> {
    text.parse().with_context(|| format!("{}: `{text}` is not a number", argument.name()))
}

/// Reads a file, or stdin for `-`, as base64.
fn file(path: &str) -> anyhow::Result<String> {
    let bytes = Zeroizing::new(match path {
        "-" => ext_fs::read_all(io::stdin().lock(), MAX_FILE_BYTES).context("stdin")?,
        path => ext_fs::read(Path::new(path), MAX_FILE_BYTES)?,
    });
    Ok(STANDARD.encode(&*bytes))
}

fn pairs<'a>(
    argument: &ArgumentDecl,
    given: impl Iterator<Item = &'a String>,
) -> anyhow::Result<Value> {
    let mut pairs = Map::new();
    for text in given {
        let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
        let (key, value) = pair.ok_or_else(|| no_value(argument, text))?;
        let value = if value.is_empty() { Value::Null } else { Value::String(value.to_owned()) };
        if pairs.insert(key.to_owned(), value).is_some() {
            return Err(twice(key));
        }
    }
    Ok(Value::Object(pairs))
}

fn no_value(argument: &ArgumentDecl, text: &str) -> anyhow::Error {
    Hinted::error(
        ErrorCode::BadInput,
        format_args!("`{}` has no value", text.escape_debug()),
        format_args!(
            "write {}=VALUE, such as vendor=\"Corner Shop\"",
            argument.name().to_uppercase()
        ),
    )
}

fn twice(key: &str) -> anyhow::Error {
    Hinted::error(
        ErrorCode::BadInput,
        format_args!("`{}` is given twice", key.escape_debug()),
        "give each one value",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_stand_at_the_paths_of_their_fields() {
        let mut input = Map::new();
        for (path, value) in [("a.b", 1), ("a.c.d", 2), ("e", 3)] {
            insert(&mut input, path, value.into());
        }
        assert_eq!(Value::from(input), json!({ "a": { "b": 1, "c": { "d": 2 } }, "e": 3 }));
    }
}
