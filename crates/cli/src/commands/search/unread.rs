//! `spacedrive search --unread`.

use spacedrive_core::{Core, CoreError, UnreadableContent};
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
    let library = core.libraries().open(library).map_err(CoreError::from)?;
    let mut found = library.unreadable_contents().map_err(CoreError::from)?;
    let total = found.len();
    found.truncate(usize::try_from(limit)?);
    output::print(output, &found, |found| {
        let rows = found.iter().map(row).collect();
        output::table(&COLUMNS, rows, "search can look into every file that was read")
    })?;
    if total > found.len() {
        let more = format!("{} more: `--limit {total}` shows all", total - found.len());
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
