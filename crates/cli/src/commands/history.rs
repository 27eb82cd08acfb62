//! `spacedrive entry history` and `restore`.

use spacedrive_core::{Core, EntryVersion};
use uuid::Uuid;

use crate::{args::Output, output};

pub(super) fn list(core: &Core, library: Uuid, entry: Uuid, output: Output) -> anyhow::Result<()> {
    let versions = core.library(library)?.versions(entry)?;
    output::print(output, &versions, |versions| table(versions))
}

pub(super) fn restore(
    core: &Core,
    library: Uuid,
    entry: Uuid,
    version: u64,
    output: Output,
) -> anyhow::Result<()> {
    let entry = core.library(library)?.restore_version(entry, version)?;
    output::print(output, &entry, |entry| {
        format!("`{}` has the content of version {version} again", entry.path)
    })
}

fn table(versions: &[EntryVersion]) -> String {
    let row = |version: &EntryVersion| {
        let EntryVersion { number, size, replaced_at, content_hash, .. } = version;
        vec![number.to_string(), size.to_string(), replaced_at.clone(), content_hash.clone()]
    };
    let none = "no other content: it was not changed since it was imported";
    let heads = ["VERSION", "BYTES", "REPLACED", "HASH"];
    output::table(&heads, versions.iter().map(row).collect(), none)
}
