//! `spacedrive entry`.

use ext_wire::ops::vdfs::{
    Entry, EntryDetails, EntryRef, GetEntry, ListEntries, ListEntriesInput, MAX_PAGE, VersionRef,
};
use spacedrive_core::Core;
use uuid::Uuid;

use super::{arrange, bin};
use crate::{
    args::{EntryCommand, InLibrary, Output},
    names,
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, command: EntryCommand, output: Output) -> anyhow::Result<()> {
    match command {
        EntryCommand::List { library, entry_type, under, limit } => {
            let library = names::chosen(core, &library)?;
            let filter = ListEntriesInput { entry_type, path_prefix: under, ..Default::default() };
            let is_narrowed = filter != ListEntriesInput::default() || limit.is_some();
            let entries = list(core, library, filter, limit.unwrap_or(usize::MAX))?;
            let none = if is_narrowed { "no entry is like that" } else { NONE };
            output::print(output, &entries, |entries| table(entries, none))
        }
        EntryCommand::History { entry, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            super::history::list(core, library, entry_id, output)
        }
        EntryCommand::Restore { entry, version, to, library } => {
            let library = names::chosen(core, &library)?;
            let Some(version) = version else {
                return bin::restore(core, library, &entry, to, output);
            };
            let version = VersionRef { entry_id: names::entry(core, library, &entry)?, version };
            super::history::restore(core, library, version, output)
        }
        EntryCommand::Get { entry, to, force, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::get(core, library, entry_id, to.as_deref(), force, output)
        }
        EntryCommand::Open { entry, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::open(core, library, entry_id)
        }
        EntryCommand::Rename { entry, name, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::rename(core, library, entry_id, &name, output)
        }
        EntryCommand::Move { entry, to, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::move_to(core, library, entry_id, &to, output)
        }
        EntryCommand::Tag { entry, tags, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::tag(core, library, entry_id, &tags, &[], output)
        }
        EntryCommand::Untag { entry, tags, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            arrange::tag(core, library, entry_id, &[], &tags, output)
        }
        EntryCommand::Delete { entries, library } => {
            bin::delete(core, names::chosen(core, &library)?, &entries, output)
        }
        EntryCommand::Bin { empty: true, yes, library } => {
            bin::empty(core, names::chosen(core, &library)?, yes, output)
        }
        EntryCommand::Bin { library, .. } => {
            bin::list(core, names::chosen(core, &library)?, output)
        }
        EntryCommand::Parts { entry, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            super::parts::print(core, library, entry_id, output)
        }
        EntryCommand::Show { entry, library } => {
            let (library, entry_id) = find(core, &library, &entry)?;
            let details = core.call_typed::<GetEntry>(Some(library), &EntryRef { entry_id })?;
            output::print(output, &details, describe)
        }
    }
}

/// Finds the library of a command, and the entry in it.
fn find(core: &Core, library: &InLibrary, entry: &str) -> anyhow::Result<(Uuid, Uuid)> {
    let library = names::chosen(core, library)?;
    Ok((library, names::entry(core, library, entry)?))
}

/// Lists entries, from all pages.
pub(super) fn list(
    core: &Core,
    library: Uuid,
    mut input: ListEntriesInput,
    limit: usize,
) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    while entries.len() < limit {
        let left = u32::try_from(limit - entries.len()).unwrap_or(u32::MAX);
        input.limit = left.min(MAX_PAGE);
        let page = core.call_typed::<ListEntries>(Some(library), &input)?;
        entries.extend(page.entries);
        match page.next {
            Some(next) => input.after = Some(next),
            None => break,
        }
    }
    Ok(entries)
}

const COLUMNS: [Column; 5] = [
    Column::text("PATH"),
    Column::text("TYPE"),
    Column::number("SIZE"),
    Column::whole("CHANGED"),
    Column::whole("ID"),
];

const NONE: &str = "no entry: import files with `spacedrive import PATH`";

fn table(entries: &[Entry], none: &str) -> String {
    let ids = cells::short_ids(&entries.iter().map(|entry| entry.id).collect::<Vec<_>>());
    let row = |(entry, id): (&Entry, String)| {
        let size = entry.size.map(cells::bytes).unwrap_or_default();
        let changed = cells::time(&entry.updated_at);
        vec![entry.path.clone(), entry.entry_type.clone(), size, changed, id]
    };
    output::table(&COLUMNS, entries.iter().zip(ids).map(row).collect(), none)
}

fn describe(details: &EntryDetails) -> String {
    let EntryDetails { entry, sidecars, next_sidecar } = details;
    let mut rows = vec![
        ("id", entry.id.to_string()),
        ("path", entry.path.clone()),
        ("type", entry.entry_type.clone()),
        ("media type", entry.media_type.clone().unwrap_or_default()),
        ("size", entry.size.map(cells::bytes).unwrap_or_default()),
        ("made by", entry.created_by.clone().unwrap_or_else(|| "the user".into())),
        ("made", cells::time(&entry.created_at)),
        ("changed", cells::time(&entry.updated_at)),
    ];
    let sidecar =
        |(name, size): (&String, u64)| ("sidecar", format!("{name} ({})", cells::bytes(size)));
    rows.extend(sidecars.iter().map(|info| sidecar((&info.name, info.size))));
    let more = next_sidecar.as_ref().map(|_| ("sidecars", "more: list them by themselves".into()));
    rows.extend(more);
    let metadata = entry.metadata.iter();
    rows.extend(metadata.map(|(key, value)| ("metadata", format!("{key} = {value}"))));
    output::fields(&rows)
}
