//! `spacedrive search --unread`.

use ext_wire::ops::work::{
    ListUnreadable, ListUnreadableInput, ListUnreadableOutput, UnreadableContent,
};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::Output,
    output::{self, Column},
};

const COLUMNS: [Column; 5] = [
    Column::text("PATH"),
    Column::state("STATE"),
    Column::text("TYPE"),
    Column::text("REASON"),
    Column::whole("CODE"),
];

/// Lists the contents that could not be read for search.
pub(super) fn list(core: &Core, library: Uuid, limit: u32, output: Output) -> anyhow::Result<()> {
    let input = ListUnreadableInput { limit: Some(limit) };
    let found = core.call_typed::<ListUnreadable>(Some(library), &input)?;
    let ListUnreadableOutput { contents, total } = found;
    output::print(output, &contents, |found| {
        let rows = found.iter().map(row).collect();
        output::table(&COLUMNS, rows, "search can look into every file that was read")
    })?;
    let left = total.saturating_sub(contents.len() as u64);
    if left > 0 {
        let more = format!("{left} more: `--limit {total}` shows all");
        output::note(output, &more);
    }
    Ok(())
}

fn row(content: &UnreadableContent) -> Vec<String> {
    let state = if content.is_searched { "in part" } else { "unreadable" };
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let UnreadableContent { path, media_type, reason, code, .. } = content;
    vec![path.clone(), state.to_owned(), of(media_type), reason.clone(), of(code)]
}
