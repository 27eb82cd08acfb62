//! `spacedrive library`.

use std::process::ExitCode;

use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        libraries::{
            Check, CheckLibraryOutput, Create, CreateLibraryInput, LibraryInfo, LibraryRef, List,
            ListLibrariesOutput, Rename, RenameLibraryInput, UnreadableLibrary,
        },
    },
};
use serde::Serialize;
use spacedrive_core::Core;

use super::{library_backup, library_bin};
use crate::{
    args::{LibraryCommand, Output},
    names,
    output::{self, Column, cells},
    progress::Spinner,
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
        LibraryCommand::Check { library } => {
            let library_id = names::library_or_only(core, library.as_deref())?;
            let spinner = Spinner::new("checking …");
            let found = core.call_typed::<Check>(None, &LibraryRef { library_id })?;
            drop(spinner);
            output::print(output, &found, describe)?;
            let whole = found.missing.is_empty();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
        LibraryCommand::Backup { library, to } => {
            let id = names::library_or_only(core, library.as_deref())?;
            library_backup::write(core, id, &to, output)
        }
        LibraryCommand::List => {
            let all = core.call_typed::<List>(None, &NoInput {})?;
            output::print(output, &listed(&all), |_| table(&all, NONE))?;
            let whole = all.unreadable.is_empty();
            Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn done(result: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}

fn describe(found: &CheckLibraryOutput) -> String {
    let mut lines = match found.missing.len() {
        0 => vec!["the database is sound, and no file is missing".to_owned()],
        count => vec![format!("{count} files are missing: put them back from a backup")],
    };
    lines.extend(found.missing.iter().map(|hash| format!("  {hash}")));
    if found.quarantined > 0 {
        lines.push(format!(
            "{} files that belong to nothing are in `quarantine` now",
            found.quarantined
        ));
    }
    output::lines(lines)
}

/// A line of the list, for programs: one that cannot be read has a code as well.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    state: &'static str,
    #[serde(flatten)]
    library: Found<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Found<'a> {
    Library(&'a LibraryInfo),
    Unreadable(&'a UnreadableLibrary),
}

pub(super) fn listed(all: &ListLibrariesOutput) -> Vec<Listed<'_>> {
    let readable = all.libraries.iter().map(|it| (state_of(it), Found::Library(it)));
    let unreadable = all.unreadable.iter().map(|it| (state(&it.code), Found::Unreadable(it)));
    readable.chain(unreadable).map(|(state, library)| Listed { state, library }).collect()
}

const NONE: &str = "no library: make one with `spacedrive library create NAME`";

const COLUMNS: [Column; 4] =
    [Column::text("NAME"), Column::state("STATE"), Column::whole("ID"), Column::text("FOLDER")];

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

pub(super) fn table(all: &ListLibrariesOutput, none: &str) -> String {
    let readable = all.libraries.iter().map(|it| (it.name.as_str(), state_of(it), it.id, &it.path));
    let unreadable = all
        .unreadable
        .iter()
        .map(|it| (it.name.as_deref().unwrap_or_default(), state(&it.code), it.id, &it.path));
    let all_of_them: Vec<_> = readable.chain(unreadable).collect();
    let ids = cells::short_ids(&all_of_them.iter().map(|(_, _, id, _)| *id).collect::<Vec<_>>());
    let rows = all_of_them.into_iter().zip(ids).map(|((name, state, _, path), id)| {
        vec![name.to_owned(), state.to_owned(), id, path.clone()]
    });
    let table = output::table(&COLUMNS, rows.collect(), none);
    let why =
        all.unreadable.iter().map(|it| format!("{}: {} [{}]", names::shown(it), it.error, it.code));
    let why: Vec<String> = why.collect();
    if why.is_empty() { table } else { format!("{table}\n\n{}", output::lines(why)) }
}
