//! `spacedrive entry history` and `restore`.

use ext_wire::ops::vdfs::{self, EntryVersion};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::Output,
    output::{self, Column, cells},
};

pub(super) fn list(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    output: Output,
) -> anyhow::Result<()> {
    let entry = vdfs::EntryRef { entry_id };
    let listed = core.call_typed::<vdfs::ListVersions>(Some(library), &entry)?;
    output::print(output, &listed.versions, |versions| table(versions))
}

pub(super) fn restore(
    core: &Core,
    library: Uuid,
    version: vdfs::VersionRef,
    output: Output,
) -> anyhow::Result<()> {
    let entry = core.call_typed::<vdfs::RestoreVersion>(Some(library), &version)?;
    output::print(output, &entry, |entry| {
        format!("`{}` has the content of version {} again", entry.path, version.version)
    })
}

fn table(versions: &[EntryVersion]) -> String {
    let row = |it: &EntryVersion| {
        let EntryVersion { version, size, replaced_at, content_hash, .. } = it;
        let replaced = cells::time(replaced_at);
        vec![version.to_string(), cells::bytes(*size), replaced, content_hash.clone()]
    };
    let none = "no other content: it was not changed since it was imported";
    let columns = [
        Column::number("VERSION"),
        Column::number("SIZE"),
        Column::whole("REPLACED"),
        Column::text("HASH"),
    ];
    output::table(&columns, versions.iter().map(row).collect(), none)
}
