//! Commands of the command line that an extension brings, and how their answers are shown.

use ext_wire::{text::is_hidden, write_only};
use serde::{Deserialize, Serialize};

use crate::{
    columns::{ColumnDecl, columns},
    error::ManifestError,
    manifest::OperationDecl,
    nesting,
    raw::{RawArgument, RawCommand, RawSubcommand},
    value::Object,
};

/// Most commands of an extension.
const MAX_COMMANDS: usize = 16;
/// Most commands under one, most arguments of one, most columns of one.
pub(crate) const MAX_PARTS: usize = 32;
/// Longest name of a field, in bytes.
const MAX_FIELD_BYTES: usize = 64;
/// The option for the file that an answer is written to.
const TO: &str = "to";
/// The same where it need not be given.
const FILE: &str = "file";
/// The option that answers the question of a command.
const YES: &str = "yes";
/// Name of the command that the host has under each noun.
const HELP: &str = "help";
/// Names of options that every command of the host has.
const RESERVED_OPTIONS: [&str; 8] =
    ["data-dir", "help", "library", "models-dir", "no-pager", "output", "verbose", "version"];

/// A command that stands beside those of the host: a noun, such as `receipt`, with commands under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandDecl {
    name: String,
    description: String,
    commands: Vec<SubcommandDecl>,
}

/// A command under a noun: it calls an operation of the extension, and shows the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubcommandDecl {
    name: String,
    description: String,
    operation: String,
    arguments: Vec<ArgumentDecl>,
    columns: Vec<ColumnDecl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    empty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    save: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    save_optional: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_daemon: Option<String>,
}

/// An argument of a command, which becomes a field of the operation's input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArgumentDecl {
    name: String,
    description: String,
    field: String,
    kind: ArgumentKind,
    positional: bool,
    required: bool,
    repeated: bool,
    choices: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    confirm: bool,
}

/// The kind of an argument.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArgumentKind {
    /// A text.
    #[default]
    Text,
    /// A number.
    Number,
    /// An option without a value: `true` where it is given.
    Flag,
    /// An entry, by its path or id: the field gets the id.
    Entry,
    /// `KEY=VALUE`, any number of them: the field is an object of texts, `null` where the value is
    /// empty.
    Values,
    /// A secret: never an argument, but asked for at the terminal, or read as a line of stdin. One that
    /// is not required is asked for when the operation answers that it needs it.
    Secret,
    /// A file, or `-` for stdin: the field gets its bytes as base64.
    File,
}

impl CommandDecl {
    /// Returns the name: `receipt`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the description, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the commands under it, one at least.
    #[must_use]
    pub fn commands(&self) -> &[SubcommandDecl] {
        &self.commands
    }
}

impl SubcommandDecl {
    /// Returns the name: `list`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the description, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the method that it calls, one of the extension's operations.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the arguments; those by position in their order, only the last may be left out or
    /// repeated.
    #[must_use]
    pub fn arguments(&self) -> &[ArgumentDecl] {
        &self.arguments
    }

    /// Returns the columns; none where the answer is shown as it is.
    #[must_use]
    pub fn columns(&self) -> &[ColumnDecl] {
        &self.columns
    }

    /// Returns the field of the answer that has the list; the answer itself is one where there is none.
    #[must_use]
    pub fn rows(&self) -> Option<&str> {
        self.rows.as_deref()
    }

    /// Returns the field of the answer that has the number of all items of the list.
    #[must_use]
    pub fn total(&self) -> Option<&str> {
        self.total.as_deref()
    }

    /// Returns what is said when the answer is an empty list.
    #[must_use]
    pub fn empty(&self) -> &str {
        if self.empty.is_empty() { "nothing" } else { &self.empty }
    }

    /// Returns the field of the answer that is written to a file: bytes as base64.
    #[must_use]
    pub fn save(&self) -> Option<&str> {
        self.save.as_deref()
    }

    /// Returns whether the file need not be named: without one, the answer goes to stdout.
    #[must_use]
    pub const fn is_save_optional(&self) -> bool {
        self.save_optional
    }

    /// Returns the question that is asked before the operation is called.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// Returns what becomes of it without a daemon, if it needs one.
    #[must_use]
    pub fn needs_daemon(&self) -> Option<&str> {
        self.needs_daemon.as_deref()
    }

    /// Returns the name of the option for the file.
    #[must_use]
    pub const fn save_option(&self) -> &'static str {
        save_option(self.save_optional)
    }
}

impl ArgumentDecl {
    /// Returns the name, for an option without the dashes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the description, for people.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns the path of the field of the input: field names, joined by dots. No two arguments have
    /// the same, and none is inside of another one.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> ArgumentKind {
        self.kind
    }

    /// Returns whether it is given by its position, not as an option.
    #[must_use]
    pub const fn is_positional(&self) -> bool {
        self.positional
    }

    /// Returns whether it must be given.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Returns whether it may be given several times; the field is a list then, or an object for
    /// [`ArgumentKind::Values`].
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// Returns the texts that it may be; empty for any.
    #[must_use]
    pub fn choices(&self) -> &[String] {
        &self.choices
    }

    /// Returns whether a person types the secret twice.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.confirm
    }
}

/// Checks all commands; `operations` are those that the extension offers.
pub(crate) fn check(
    raw: Vec<Object<RawCommand>>,
    operations: &[OperationDecl],
) -> Result<Vec<CommandDecl>, ManifestError> {
    within("commands", raw.len(), 0, MAX_COMMANDS)?;
    unique("commands", raw.iter().map(|Object(raw)| raw.name.0.as_str()))?;
    let each = raw.into_iter().enumerate();
    each.map(|(at, Object(raw))| noun(&format!("commands[{at}]"), raw, operations)).collect()
}

fn noun(
    place: &str,
    raw: RawCommand,
    operations: &[OperationDecl],
) -> Result<CommandDecl, ManifestError> {
    let field = format!("{place}.commands");
    within(&field, raw.commands.len(), 1, MAX_PARTS)?;
    unique(&field, raw.commands.iter().map(|Object(raw)| raw.name.0.as_str()))?;
    if raw.commands.iter().any(|Object(raw)| raw.name.0 == HELP) {
        let problem = "every command has `help` under it: choose another name";
        return Err(ManifestError::field(&field, problem));
    }
    let each = raw.commands.into_iter().enumerate();
    let commands =
        each.map(|(at, Object(raw))| command(&format!("{field}[{at}]"), raw, operations));
    Ok(CommandDecl {
        name: raw.name.0,
        description: raw.description.0,
        commands: commands.collect::<Result<_, _>>()?,
    })
}

fn command(
    place: &str,
    raw: RawSubcommand,
    operations: &[OperationDecl],
) -> Result<SubcommandDecl, ManifestError> {
    let Some(operation) = operations.iter().find(|it| it.method() == raw.operation) else {
        let problem = format_args!("`{}` is not one of its `operations`", raw.operation);
        return Err(ManifestError::field(format_args!("{place}.operation"), problem));
    };
    let field = format!("{place}.arguments");
    let arguments = arguments(&field, raw.arguments.unwrap_or_default())?;
    check_secrets(&field, &arguments, operation)?;
    for (name, field) in [("save", &raw.save), ("rows", &raw.rows), ("total", &raw.total)] {
        if field.as_deref().is_some_and(|field| !is_field(field)) {
            return Err(ManifestError::field(format_args!("{place}.{name}"), "it is not a field"));
        }
    }
    if raw.total.is_some() && raw.rows.is_none() {
        let problem = "there is no `rows` that it could be about";
        return Err(ManifestError::field(format_args!("{place}.total"), problem));
    }
    let save_optional = raw.save_optional.unwrap_or_default();
    let option = save_option(save_optional);
    if raw.save.is_some() && arguments.iter().any(|argument| argument.name == option) {
        let problem =
            format_args!("with `save`, the option `--{option}` is the host's: choose another name");
        return Err(ManifestError::field(&field, problem));
    }
    if save_optional && raw.save.is_none() {
        let problem = "there is no `save` that it could be about";
        return Err(ManifestError::field(format_args!("{place}.save_optional"), problem));
    }
    let is_asked = raw.question.is_some();
    if is_asked && arguments.iter().any(|argument| argument.name == YES) {
        let problem = "with `question`, the option `--yes` is the host's: choose another name";
        return Err(ManifestError::field(&field, problem));
    }
    let columns = columns(&format!("{place}.columns"), raw.columns.unwrap_or_default())?;
    Ok(SubcommandDecl {
        name: raw.name.0,
        description: raw.description.0,
        operation: raw.operation,
        arguments,
        columns,
        rows: raw.rows,
        total: raw.total,
        empty: raw.empty.map(|text| text.0).unwrap_or_default(),
        save: raw.save,
        save_optional,
        question: raw.question.map(|text| text.0),
        needs_daemon: raw.needs_daemon.map(|text| text.0),
    })
}

const fn save_option(is_optional: bool) -> &'static str {
    if is_optional { FILE } else { TO }
}

/// Checks that what is read in secret is marked as a secret, so that nothing keeps it.
fn check_secrets(
    place: &str,
    arguments: &[ArgumentDecl],
    operation: &OperationDecl,
) -> Result<(), ManifestError> {
    let marked =
        |field: &str| operation.input().is_some_and(|schema| write_only::is_secret(schema, field));
    let open = |it: &&ArgumentDecl| it.kind == ArgumentKind::Secret && !marked(&it.field);
    let Some(open) = arguments.iter().find(open) else { return Ok(()) };
    let problem = format_args!(
        "`{}` is a secret: mark the property `{}` of the `input` of `{}` with `\"writeOnly\": true`",
        open.name,
        open.field,
        operation.method()
    );
    Err(ManifestError::field(place, problem))
}

fn arguments(
    place: &str,
    raw: Vec<Object<RawArgument>>,
) -> Result<Vec<ArgumentDecl>, ManifestError> {
    within(place, raw.len(), 0, MAX_PARTS)?;
    let each = raw.into_iter().enumerate();
    let arguments: Vec<ArgumentDecl> = each
        .map(|(at, Object(raw))| argument(&format!("{place}[{at}]"), raw))
        .collect::<Result<_, _>>()?;
    unique(place, arguments.iter().map(ArgumentDecl::name))?;
    unique(place, arguments.iter().map(ArgumentDecl::field))?;
    nesting::check(place, arguments.iter().map(ArgumentDecl::field))?;
    let positional: Vec<_> = arguments.iter().filter(|it| it.positional).collect();
    let before_last = positional.split_last().map_or(&[][..], |(_, before)| before);
    match before_last.iter().find(|it| it.repeated || !it.required) {
        Some(open) => Err(ManifestError::field(
            place,
            format_args!("`{}` may be left out or repeated, so it has to be the last", open.name),
        )),
        None => Ok(arguments),
    }
}

fn argument(place: &str, raw: RawArgument) -> Result<ArgumentDecl, ManifestError> {
    let name = raw.name.0;
    let kind = raw.kind.unwrap_or_default();
    let argument = ArgumentDecl {
        field: raw.field.unwrap_or_else(|| name.replace('-', "_")),
        description: raw.description.0,
        positional: raw.positional.unwrap_or(false),
        required: raw.required.unwrap_or(false),
        repeated: raw.repeated.unwrap_or(false) || kind == ArgumentKind::Values,
        choices: raw.choices.unwrap_or_default().into_iter().map(|choice| choice.0).collect(),
        confirm: raw.confirm.unwrap_or(false),
        kind,
        name,
    };
    match problem(&argument) {
        Some(problem) => Err(ManifestError::field(place, problem)),
        None => Ok(argument),
    }
}

fn problem(argument: &ArgumentDecl) -> Option<String> {
    let ArgumentDecl {
        name, field, kind, positional, required, repeated, choices, confirm, ..
    } = argument;
    if !positional && RESERVED_OPTIONS.contains(&name.as_str()) {
        return Some(format!("every command has the option `--{name}`: choose another name"));
    }
    if !field.split('.').all(is_field) {
        return Some(format!("`{field}` is not a path: field names, joined by dots"));
    }
    if *kind == ArgumentKind::Secret && field.contains('.') {
        return Some("a secret is a field of its own, not one inside of another".to_owned());
    }
    if *kind == ArgumentKind::Flag && (*positional || *required || *repeated) {
        return Some("a flag is an option, given or not".to_owned());
    }
    if *kind == ArgumentKind::Secret && (*positional || *repeated) {
        return Some("a secret is asked for, and never an argument".to_owned());
    }
    if *kind != ArgumentKind::Secret && *confirm {
        return Some("only a secret is typed twice".to_owned());
    }
    if *kind == ArgumentKind::File && *repeated {
        return Some("a file is given once".to_owned());
    }
    if *kind != ArgumentKind::Text && !choices.is_empty() {
        return Some("only a text has choices".to_owned());
    }
    within_message(choices.len(), 0, MAX_PARTS)
}

pub(crate) fn is_field(text: &str) -> bool {
    (1..=MAX_FIELD_BYTES).contains(&text.len())
        && !text.contains('.')
        && !text.chars().any(is_hidden)
}

pub(crate) fn within(
    field: &str,
    count: usize,
    min: usize,
    max: usize,
) -> Result<(), ManifestError> {
    within_message(count, min, max)
        .map_or(Ok(()), |problem| Err(ManifestError::field(field, problem)))
}

fn within_message(count: usize, min: usize, max: usize) -> Option<String> {
    let problem = || format!("it has {count} items, expected {min} to {max}");
    (!(min..=max).contains(&count)).then(problem)
}

fn unique<'a>(field: &str, names: impl Iterator<Item = &'a str>) -> Result<(), ManifestError> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(ManifestError::field(field, format_args!("`{name}` is listed twice")));
        }
    }
    Ok(())
}
