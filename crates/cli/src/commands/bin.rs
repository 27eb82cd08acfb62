//! `spacedrive entry delete`, `bin` and `restore` without a version.

use ext_wire::text::counted;
use ext_wire::{
    ErrorCode,
    ops::vdfs::{
        BinnedEntry, DeleteEntry, EmptyBin, EmptyBinInput, EntryRef, ListBin, ListBinInput,
        MAX_PAGE, RestoreEntry, RestoreEntryInput,
    },
};
use serde_json::json;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::Output,
    failure::Hinted,
    names,
    output::{self, Column, cells},
    question,
};

/// The advice on a path that another entry has.
const TAKEN: &str = "`--to PATH` brings it back to another path";

/// Moves entries to the bin: all that are named, or none when one is not there.
pub(super) fn delete(
    core: &Core,
    library: Uuid,
    entries: &[String],
    output: Output,
) -> anyhow::Result<()> {
    let ids: Vec<Uuid> =
        entries.iter().map(|text| names::entry(core, library, text)).collect::<Result<_, _>>()?;
    for entry_id in &ids {
        core.call_typed::<DeleteEntry>(Some(library), &EntryRef { entry_id: *entry_id })?;
    }
    let said = |count: usize| match count {
        1 => "it is in the bin: `spacedrive entry restore` brings it back".to_owned(),
        count => format!("{count} are in the bin: `spacedrive entry restore` brings them back"),
    };
    output::print(output, &json!({ "deleted": ids }), |_| said(ids.len()))
}

pub(super) fn list(core: &Core, library: Uuid, output: Output) -> anyhow::Result<()> {
    output::print(output, &all(core, library)?, |bin| table(bin))
}

/// Brings an entry back, to its path or another one.
pub(super) fn restore(
    core: &Core,
    library: Uuid,
    entry: &str,
    path: Option<String>,
    output: Output,
) -> anyhow::Result<()> {
    let entry_id = find(core, library, entry)?;
    let input = RestoreEntryInput { entry_id, path };
    let restored = core.call_typed::<RestoreEntry>(Some(library), &input);
    let entry = restored.map_err(|error| match error.code() {
        ErrorCode::Conflict => Hinted::error(ErrorCode::Conflict, error.body().error, TAKEN),
        _ => error.into(),
    })?;
    output::print(output, &entry, |entry| format!("`{}` is back", entry.path.escape_debug()))
}

/// Removes what is in the bin for good, after asking.
pub(super) fn empty(core: &Core, library: Uuid, yes: bool, output: Output) -> anyhow::Result<()> {
    let count = all(core, library)?.len();
    if count > 0 {
        let what = format!("{} would be gone for good", counted(count, "entry", "entries"));
        question::ensure_meant(yes, &what, "Remove all that is in the bin for good?")?;
    }
    let input = EmptyBinInput { entry_ids: None };
    let done = core.call_typed::<EmptyBin>(Some(library), &input)?;
    output::print(output, &done, |done| format!("{} removed for good", done.removed))
}

/// Lists the whole bin, from all pages.
fn all(core: &Core, library: Uuid) -> anyhow::Result<Vec<BinnedEntry>> {
    let mut input = ListBinInput { limit: MAX_PAGE, ..Default::default() };
    let mut entries = Vec::new();
    loop {
        let page = core.call_typed::<ListBin>(Some(library), &input)?;
        entries.extend(page.entries);
        match page.next {
            Some(next) => input.after = Some(next),
            None => return Ok(entries),
        }
    }
}

/// Finds an entry of the bin by its path (the last deleted one), its id, or how the id begins.
fn find(core: &Core, library: Uuid, text: &str) -> anyhow::Result<Uuid> {
    if let Ok(id) = Uuid::parse_str(text) {
        return Ok(id);
    }
    let at = ListBinInput { path: Some(text.to_owned()), limit: 1, ..Default::default() };
    if let [last] = core.call_typed::<ListBin>(Some(library), &at)?.entries.as_slice() {
        return Ok(last.entry.id);
    }
    let bin = all(core, library)?;
    let ids = bin.iter().map(|binned| (binned.entry.id, binned.entry.path.as_str()));
    names::one_of(ids, text, "entry in the bin", "`spacedrive entry bin` lists what is in it")
}

fn table(bin: &[BinnedEntry]) -> String {
    let ids = cells::short_ids(&bin.iter().map(|binned| binned.entry.id).collect::<Vec<_>>());
    let row = |(binned, id): (&BinnedEntry, String)| {
        let BinnedEntry { entry, binned_at } = binned;
        let size = entry.size.map(cells::bytes).unwrap_or_default();
        vec![entry.path.clone(), entry.entry_type.clone(), size, cells::time(binned_at), id]
    };
    let columns = [
        Column::text("PATH"),
        Column::text("TYPE"),
        Column::number("SIZE"),
        Column::whole("DELETED"),
        Column::whole("ID"),
    ];
    output::table(&columns, bin.iter().zip(ids).map(row).collect(), "the bin is empty")
}
