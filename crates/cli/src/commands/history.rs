//! `spacedrive entry history` and `restore`.

use serde_json::{Value, json};
use spacedrive_core::{Core, EntryVersion};
use uuid::Uuid;

use crate::{args::Output, output};

pub(super) fn list(core: &Core, library: Uuid, entry: Uuid, output: Output) -> anyhow::Result<()> {
    let versions = core.library(library)?.versions(entry)?;
    let values: Vec<_> = versions.iter().map(to_json).collect();
    output::print(output, &values, |_| table(&versions))
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

fn to_json(version: &EntryVersion) -> Value {
    let EntryVersion { number, size, content_hash, media_type, replaced_at } = version;
    json!({
        "version": number,
        "size": size,
        "content_hash": content_hash,
        "media_type": media_type,
        "replaced_at": replaced_at,
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
