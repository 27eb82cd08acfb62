//! The view of the imports.

use serde_json::json;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::view::{Action, Cell, Column, Paging, Row as TableRow, Table, Tone, View};
use spacedrive_sdk::wire::text::counted;

use super::{ImportsInput, ListedImport, State};

/// Rows of a page.
const ROWS: usize = 50;

/// Place of a page.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportsViewInput {
    /// Number of rows before this page.
    pub cursor: Option<String>,
}

/// Shows the imports, each with a button to take it back.
///
/// # Errors
/// As `query:finance.imports.v1`.
pub(crate) fn imports(client: &SpacedriveClient, input: &ImportsViewInput) -> Result<View> {
    let all = super::list(client, &ImportsInput::default())?;
    let offset = Paging { cursor: input.cursor.clone(), ..Paging::default() }.offset();
    let columns = [
        Column::new("at", "When"),
        Column::new("source", "From"),
        Column::new("receipts", "Receipts"),
        Column::new("documents", "Documents"),
        Column::new("state", "State"),
    ];
    let table = Table::new(columns)
        .rows(all.iter().skip(offset).take(ROWS).map(row))
        .next(Paging::next_offset(offset, ROWS, all.len()))
        .total(u64::try_from(all.len()).unwrap_or(u64::MAX))
        .empty("No receipt was imported.");
    Ok(View::new().block(table))
}

fn row(it: &ListedImport) -> TableRow {
    let count = |count: usize| Cell::number(u32::try_from(count).unwrap_or(u32::MAX));
    let (words, tone) = match it.state {
        State::Booked => ("booked", Tone::Good),
        State::Undone => ("taken back", Tone::Neutral),
        State::PartlyUndone => ("taken back in part", Tone::Neutral),
        State::Interrupted => ("interrupted", Tone::Warning),
    };
    let source = if it.source.is_empty() { "several folders" } else { &it.source };
    let cells = [
        Cell::text(&it.at),
        Cell::text(source),
        count(it.receipts),
        count(it.documents),
        Cell::badge(words, tone),
    ];
    let row = TableRow::new(cells);
    if it.state == State::Undone { row } else { row.action(undo(it, source)) }
}

fn undo(it: &ListedImport, source: &str) -> Action {
    let receipts = counted(it.receipts, "receipt", "receipts");
    let question = format!(
        "Delete the {receipts} that came from {source}? What you corrected, what a bank statement paid and \
         what has documents of another import stays. The files stay as well."
    );
    Action::call("Undo", "action:finance.undo_import.input.v1")
        .input("import", json!(it.entry_id))
        .confirm(question)
        .danger()
}
