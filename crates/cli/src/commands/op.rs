//! `spacedrive op`.

use std::{
    env, fs,
    io::{self, Read},
};

use anyhow::Context;
use ext_wire::{ErrorBody, ErrorCode, Method, write_only};
use serde_json::Value;
use spacedrive_core::{Core, OfferedOperation};
use uuid::Uuid;

use super::search;
use crate::{
    args::{CallArgs, OpCommand, Output},
    failure::Hinted,
    indented::indented,
    names,
    output::{self, Column},
    progress::Spinner,
};

pub(crate) fn run(core: &Core, command: OpCommand, output: Output) -> anyhow::Result<()> {
    match command {
        OpCommand::List => output::print(output, &core.operations(), |all| table(all)),
        OpCommand::Call(args) => call(core, &args, output),
    }
}

/// Calls an operation, as `op call` and `ext call` do.
pub(super) fn call(core: &Core, args: &CallArgs, output: Output) -> anyhow::Result<()> {
    let method = names::method(core, &args.method)?;
    check_grammar(&method)?;
    let library = library_of(core, &method, args.library.as_deref())?;
    ensure_unseen(core, &method, &args.input)?;
    let input = read_input(&args.input)?;
    let spinner = Spinner::new(format!("{method} …"));
    let reply = core.call(&method, library, input.into())?;
    drop(spinner);
    advise(&reply, output);
    print_reply(&reply, output)
}

/// Finds the library of a call: the one that is named; for an operation that needs one, and for one of
/// an extension, also the usual one. What takes no library gets none, whatever the variable says.
pub(super) fn library_of(
    core: &Core,
    method: &str,
    named: Option<&str>,
) -> anyhow::Result<Option<Uuid>> {
    if let Some(text) = named {
        return names::library(core, text).map(Some);
    }
    let usual = env::var("SPACEDRIVE_LIBRARY").ok();
    let offered = core.operations().into_iter().find(|offered| offered.method == method);
    match offered.map(|offered| offered.needs_library) {
        Some(Some(true)) => names::library_or_only(core, usual.as_deref()).map(Some),
        Some(None) if usual.is_some() => names::library_or_only(core, usual.as_deref()).map(Some),
        // Only the extension knows whether it needs one: it says so when there are several.
        Some(None) => Ok(names::library_or_only(core, None).ok()),
        Some(Some(false)) | None => Ok(None),
    }
}

/// Prints the command that helps when a search had no model.
fn advise(reply: &[u8], output: Output) {
    let reply: Value = serde_json::from_slice(reply).unwrap_or_default();
    if let Some(reason) = reply.get("words_only").and_then(Value::as_str) {
        search::advise_on_model(reason, output);
    }
}

/// Refuses a word that cannot be a method, and shows it: it is most likely a slip of the keyboard.
fn check_grammar(method: &str) -> Result<(), ErrorBody> {
    let Err(error) = Method::parse(method) else { return Ok(()) };
    let method = method.escape_debug();
    let message = format!("`{method}` is not a valid method: {error}");
    Err(ErrorBody::new(ErrorCode::UnknownMethod, message))
}

/// Refuses a secret among the arguments of the command, where other programs see it.
pub(super) fn ensure_unseen(core: &Core, method: &str, input: &str) -> anyhow::Result<()> {
    let offered = core.operations().into_iter().find(|offered| offered.method == method);
    let schema = offered.and_then(|offered| offered.input);
    // What is read from a file or from stdin is no JSON here.
    let input: Option<Value> = serde_json::from_str(input).ok();
    let (Some(schema), Some(input)) = (schema, input) else { return Ok(()) };
    let Some(field) = write_only::secret_in(&schema, &input) else { return Ok(()) };
    Err(Hinted::error(
        ErrorCode::BadInput,
        format_args!(
            "`{}` is a secret, and others see the arguments of a command",
            field.escape_debug()
        ),
        "write the input to stdin with `--input -`, or name its file with `--input @FILE`",
    ))
}

pub(super) fn read_input(input: &str) -> anyhow::Result<Vec<u8>> {
    if input == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("stdin cannot be read")?;
        return Ok(bytes);
    }
    match input.strip_prefix('@') {
        Some(path) => fs::read(path).with_context(|| format!("{path} cannot be read")),
        None => Ok(input.as_bytes().to_vec()),
    }
}

/// Reads the input of a call that is made later.
pub(super) fn read_json(input: &str) -> anyhow::Result<Value> {
    serde_json::from_slice(&read_input(input)?).map_err(|error| {
        let hint = "write JSON such as '{}', name a file as @FILE, or - for stdin";
        Hinted::error(ErrorCode::BadJson, format_args!("the input is not JSON: {error}"), hint)
    })
}

/// Prints the answer: for programs as it is; for people a text as it is, anything else indented.
pub(super) fn print_reply(reply: &[u8], output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return output::json(std::str::from_utf8(reply)?);
    }
    match serde_json::from_slice(reply) {
        Ok(Value::String(text)) => output::line(&output::steady(&text)),
        _ => output::line(&output::steady(&indented(reply)?)),
    }
}

fn table(operations: &[OfferedOperation]) -> String {
    let row = |operation: &OfferedOperation| {
        let library = match operation.needs_library {
            Some(true) => "library",
            Some(false) => "",
            None => "?",
        };
        let by = operation.extension.clone().unwrap_or_default();
        vec![operation.method.clone(), library.into(), by, operation.summary.clone()]
    };
    let rows = operations.iter().map(row).collect();
    let columns = [
        Column::whole("METHOD"),
        Column::text("NEEDS"),
        Column::text("EXTENSION"),
        Column::text("DOES"),
    ];
    output::table(&columns, rows, "no operation")
}
