//! `spacedrive location`.

use std::path::Path;

use anyhow::Context;
use ext_wire::ops::{
    NoInput,
    locations::{
        Add, AddLocationInput, List, Location, LocationRef, Remove, Rescan, RescanInput, SetPaused,
        SetPausedInput,
    },
};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{LocationCommand, Output},
    names,
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, command: LocationCommand, output: Output) -> anyhow::Result<()> {
    match command {
        LocationCommand::Add { folder, into, ignore, keep_deleted, library } => {
            let library_id = names::chosen(core, &library)?;
            let folder = absolute(&folder)?;
            let input = AddLocationInput { library_id, folder, into, ignore, keep_deleted };
            let added = core.call_typed::<Add>(None, &input)?;
            done(core, output, &added, "is followed")
        }
        LocationCommand::List => {
            let locations = list(core)?;
            output::print(output, &locations, |locations| table(core, locations))
        }
        LocationCommand::Pause { location } => set_paused(core, &location, true, output),
        LocationCommand::Resume { location } => set_paused(core, &location, false, output),
        LocationCommand::Rescan { location, accept_deletions, contents } => {
            let location_id = find(core, &location)?;
            let input = RescanInput { location_id, accept_deletions, contents };
            let asked = core.call_typed::<Rescan>(None, &input)?;
            done(core, output, &asked, "is looked at again")
        }
        LocationCommand::Remove { location } => {
            let location_id = find(core, &location)?;
            let removed = core.call_typed::<Remove>(None, &LocationRef { location_id })?;
            let text = |it: &Location| {
                format!(
                    "{} is not followed any more; its entries stay",
                    output::printable(&it.folder)
                )
            };
            output::print(output, &removed, text)
        }
    }
}

fn set_paused(core: &Core, text: &str, paused: bool, output: Output) -> anyhow::Result<()> {
    let location_id = find(core, text)?;
    let changed = core.call_typed::<SetPaused>(None, &SetPausedInput { location_id, paused })?;
    let what = if paused { "is not followed for now" } else { "is followed again" };
    done(core, output, &changed, what)
}

/// Tells what was done, and that it takes a daemon.
fn done(core: &Core, output: Output, location: &Location, what: &str) -> anyhow::Result<()> {
    output::print(output, location, |location| {
        let folder = output::printable(&location.folder);
        let when = if core.is_remote() || location.paused {
            ""
        } else {
            " as soon as a daemon runs: `spacedrive serve`"
        };
        format!("{folder} {what}{when}")
    })
}

fn list(core: &Core) -> anyhow::Result<Vec<Location>> {
    Ok(core.call_typed::<List>(None, &NoInput {})?.locations)
}

/// Finds a location by its folder, its id, or how the id begins.
fn find(core: &Core, text: &str) -> anyhow::Result<Uuid> {
    let all = list(core)?;
    let path = std::fs::canonicalize(text).ok().and_then(|path| path.to_str().map(str::to_owned));
    let text =
        path.as_deref().filter(|path| all.iter().any(|it| it.folder == *path)).unwrap_or(text);
    let named = all.iter().map(|location| (location.id, location.folder.as_str()));
    names::one_of(named, text, "location", "`spacedrive location list` shows those that there are")
}

fn absolute(folder: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(folder)?;
    let text = path.into_os_string().into_string().ok();
    text.context("the name of the folder is not UTF-8: rename it")
}

fn table(core: &Core, locations: &[Location]) -> String {
    let ids = cells::short_ids(&locations.iter().map(|location| location.id).collect::<Vec<_>>());
    let libraries = names::LibraryNames::of(core);
    let row = |(location, id): (&Location, String)| {
        let state = if location.paused { "paused" } else { "followed" };
        let library = libraries.name(location.library_id);
        let into = location.into.clone().unwrap_or_default();
        vec![location.folder.clone(), state.to_owned(), library, into, id]
    };
    let columns = [
        Column::text("FOLDER"),
        Column::state("STATE"),
        Column::text("LIBRARY"),
        Column::text("INTO"),
        Column::whole("ID"),
    ];
    output::table(&columns, locations.iter().zip(ids).map(row).collect(), "no folder is followed")
}
