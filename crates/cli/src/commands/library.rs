//! `spacedrive library`.

use std::process::ExitCode;

use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        libraries::{
            Create, CreateLibraryInput, LibraryInfo, List, ListLibrariesOutput, Rename,
            RenameLibraryInput, UnreadableLibrary,
        },
    },
};
use serde::Serialize;
use serde_json::json;
use spacedrive_core::{Core, CoreError};
use uuid::Uuid;

use super::{library_backup, library_bin, library_check, library_export};
use crate::{
    args::{LibraryCommand, Output},
    names,
    output::{self, Column, cells},
};

pub(crate) fn run(
    core: &Core,
    command: LibraryCommand,
    output: Output,
) -> anyhow::Result<ExitCode> {
    match command {
        LibraryCommand::Create { name } => {
            let library = core.call_typed::<Create>(None, &CreateLibraryInput { name })?;
            output::print(output, &library, |library| library.id.to_string())?;
            Ok(ExitCode::SUCCESS)
        }
        LibraryCommand::Rename { library, name } => {
            let library_id = names::library(core, &library)?;
            let input = RenameLibraryInput { library_id, name };
            let renamed = core.call_typed::<Rename>(None, &input)?;
            output::print(output, &renamed, |it| format!("it is called {} now", it.name))?;
            Ok(ExitCode::SUCCESS)
        }
        LibraryCommand::Check { library, files } => {
            let id = names::library_or_only(core, library.as_deref())?;
            library_check::run(core, id, files, output)
        }
        LibraryCommand::Delete { library, yes } => {
            done(library_bin::delete(core, &library, yes, output))
        }
        LibraryCommand::Bin { empty: true, yes } => done(library_bin::empty(core, yes, output)),
        LibraryCommand::Bin { .. } => done(library_bin::list(core, output)),
        LibraryCommand::Restore { from: Some(from), .. } => {
            done(library_backup::restore(core, &from, output))
        }
        LibraryCommand::Restore { library, .. } => {
            done(library_bin::restore(core, &library.unwrap_or_default(), output))
        }
        LibraryCommand::Backup { library, to, keep } => {
            let id = names::library_or_only(core, library.as_deref())?;
            library_backup::write(core, id, &to, keep, output)
        }
        LibraryCommand::Export { to, library, under } => {
            let id = names::library_or_only(core, library.as_deref())?;
            library_export::run(core, id, &to, under, output)
        }
        LibraryCommand::Use { library, .. } => done(choose(core, library.as_deref(), output)),
        LibraryCommand::List => {
            let all = core.call_typed::<List>(None, &NoInput {})?;
            // Libraries are listed also where the file of the default one is damaged.
            let default = names::default_library(core).unwrap_or_default();
            output::print(output, &listed(&all, default), |_| table(&all, default, NONE))?;
            let whole = all.unreadable.is_empty();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// Sets the library for commands that name none.
fn choose(core: &Core, library: Option<&str>, output: Output) -> anyhow::Result<()> {
    let id = library.map(|text| names::library(core, text)).transpose()?;
    core.libraries().set_default_library(id).map_err(CoreError::from)?;
    output::print(output, &json!({ "default": id }), |_| match library {
        Some(text) => {
            let name = text.escape_debug();
            format!(
                "commands that name no library use `{name}` now, unless SPACEDRIVE_LIBRARY is set"
            )
        }
        None => "there is no default library now".to_owned(),
    })
}

fn done(result: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}

/// A line of the list, for programs: one that cannot be read has a code as well.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    default: bool,
    #[serde(flatten)]
    library: Found<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Found<'a> {
    Library(&'a LibraryInfo),
    Unreadable(&'a UnreadableLibrary),
}

pub(super) fn listed(all: &ListLibrariesOutput, default: Option<Uuid>) -> Vec<Listed<'_>> {
    let readable = all.libraries.iter().map(|it| (state_of(it), it.id, Found::Library(it)));
    let unreadable =
        all.unreadable.iter().map(|it| (state(&it.code), it.id, Found::Unreadable(it)));
    let line = |(state, id, library)| Listed { state, default: default == Some(id), library };
    readable.chain(unreadable).map(line).collect()
}

const NONE: &str = "no library: make one with `spacedrive library create NAME`";

const COLUMNS: [Column; 5] = [
    Column::text("NAME"),
    Column::state("STATE"),
    Column::whole("DEFAULT"),
    Column::whole("ID"),
    Column::text("FOLDER"),
];

/// Names the state of a library that can be read.
const fn state_of(library: &LibraryInfo) -> &'static str {
    if library.read_only { "read-only" } else { "ok" }
}

/// Names the state of a library that cannot be read, by the code of its error.
fn state(code: &str) -> &'static str {
    match ErrorCode::from_name(code) {
        Some(ErrorCode::Schema) => "newer",
        Some(ErrorCode::Busy) => "locked",
        Some(ErrorCode::Corrupt) => "damaged",
        _ => "unreadable",
    }
}

pub(super) fn table(all: &ListLibrariesOutput, default: Option<Uuid>, none: &str) -> String {
    let readable = all.libraries.iter().map(|it| (it.name.as_str(), state_of(it), it.id, &it.path));
    let unreadable = all
        .unreadable
        .iter()
        .map(|it| (it.name.as_deref().unwrap_or_default(), state(&it.code), it.id, &it.path));
    let all_of_them: Vec<_> = readable.chain(unreadable).collect();
    let ids = cells::short_ids(&all_of_them.iter().map(|(_, _, id, _)| *id).collect::<Vec<_>>());
    let rows = all_of_them.into_iter().zip(ids).map(|((name, state, library, path), id)| {
        let mark = if default == Some(library) { "yes" } else { "" };
        vec![name.to_owned(), state.to_owned(), mark.to_owned(), id, path.clone()]
    });
    let table = output::table(&COLUMNS, rows.collect(), none);
    let why =
        all.unreadable.iter().map(|it| format!("{}: {} [{}]", names::shown(it), it.error, it.code));
    let why: Vec<String> = why.collect();
    if why.is_empty() { table } else { format!("{table}\n\n{}", output::lines(why)) }
}
