//! `spacedrive entry parts`.

use ext_wire::{
    ops::vdfs::{ReadSidecar, SidecarInfo, SidecarRef},
    parts::{self, Part, PartsRecord},
};
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::Output,
    output::{self, Column, cells},
};

/// A record of an extension.
#[derive(Debug, Serialize)]
struct Recorded {
    extension: String,
    #[serde(flatten)]
    record: PartsRecord,
}

pub(super) fn print(
    core: &Core,
    library: Uuid,
    entry_id: Uuid,
    output: Output,
) -> anyhow::Result<()> {
    let sidecars = super::sidecar::list(core, library, entry_id)?;
    let mut records = Vec::new();
    for (extension, name) in sidecars.iter().filter_map(owned) {
        let input = SidecarRef { entry_id, name: name.to_owned() };
        let sidecar = core.call_typed::<ReadSidecar>(Some(library), &input)?;
        let record = serde_json::from_slice(sidecar.data.as_bytes())?;
        records.push(Recorded { extension: extension.to_owned(), record });
    }
    output::print(output, &records, |records| describe(records))
}

/// Returns the extension and the name of a record that this extension wrote itself.
fn owned(info: &SidecarInfo) -> Option<(&str, &str)> {
    let extension = parts::extension_of(&info.name)?;
    (info.written_by.as_deref() == Some(extension)).then_some((extension, &info.name))
}

fn describe(records: &[Recorded]) -> String {
    if records.is_empty() {
        return "no extension recorded parts of this entry: import its file again".to_owned();
    }
    records.iter().map(describe_one).collect::<Vec<_>>().join("\n")
}

fn describe_one(Recorded { extension, record }: &Recorded) -> String {
    let mut rows = Vec::new();
    add_rows(&record.parts, 0, &mut rows);
    let head = format!("{extension}: {}\n", output::printable(&in_words(&record.outcome)));
    let columns = [
        Column::text("PART"),
        Column::text("TYPE"),
        Column::number("SIZE"),
        Column::text("USED"),
        Column::text("REASON"),
        Column::text("DETAIL"),
    ];
    let more = match record.more {
        0 => String::new(),
        more => format!("\nand {more} more"),
    };
    head + &output::table(&columns, rows, "no parts") + &more + "\n"
}

fn add_rows(parts: &[Part], depth: usize, rows: &mut Vec<Vec<String>>) {
    for part in parts {
        let name = part.name.as_deref().unwrap_or("-").replace(['\n', '\r'], " ");
        let used = if part.used { "yes" } else { "no" };
        rows.push(vec![
            format!("{}{name}", "  ".repeat(depth)),
            part.media_type.clone(),
            cells::bytes(part.size),
            used.to_owned(),
            part.reason.clone(),
            part.detail.clone().unwrap_or_default(),
        ]);
        add_rows(&part.parts, depth + 1, rows);
    }
}

/// Returns a snake-case word of an extension as words.
pub(super) fn in_words(word: &str) -> String {
    word.replace('_', " ")
}
