//! The receipts as CSV: a line for each.

use ext_amounts::Amount;
use spacedrive_sdk::prelude::*;

use super::{Line, Row, csv_text, document, harmless, own_fields};

/// Writes the rows as CSV (RFC 4180) with a header; items stand in one cell as `name price; …`.
///
/// # Errors
/// None that are known: the text is written into memory.
pub(crate) fn csv(rows: &[Row]) -> Result<String> {
    let header = [
        "source",
        "entry_id",
        "vendor",
        "date",
        "amount",
        "currency",
        "tax",
        "category",
        "items",
        "payment_method",
        "confidence",
        "kind",
        "doubtful",
        "corrected",
        "documents",
        "look_alikes",
        "project",
        "due",
        "paid",
        "note",
        "tags",
        "fields",
        "taught",
        "spent",
    ];
    csv_text(std::iter::once(header.map(str::to_owned)).chain(rows.iter().map(cells)))
}

fn cells(row: &Row) -> [String; 24] {
    let text = |cell: &Option<String>| harmless(cell.as_deref().unwrap_or_default());
    let number = |cell: Option<Amount>| cell.map(|amount| amount.to_string()).unwrap_or_default();
    let item = |item: &Line| {
        item.price.map_or_else(|| item.name.clone(), |price| format!("{} {price}", item.name))
    };
    let ids = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join("; ");
    let documents: Vec<String> = row.documents.iter().map(document).collect();
    let items: Vec<String> = row.items.iter().flatten().map(item).collect();
    [
        harmless(&row.source),
        row.entry_id.to_string(),
        text(&row.vendor),
        text(&row.date),
        number(row.amount),
        text(&row.currency),
        number(row.tax),
        text(&row.category),
        harmless(&items.join("; ")),
        text(&row.payment_method),
        row.confidence.to_string(),
        text(&row.kind),
        row.doubtful.join("; "),
        row.corrected.join("; "),
        harmless(&documents.join("; ")),
        ids(&row.look_alikes),
        text(&row.project),
        text(&row.due),
        text(&row.paid),
        text(&row.note),
        harmless(&row.tags.join("; ")),
        harmless(&own_fields(row)),
        row.taught.join("; "),
        number(row.amount.map(|_| row.spent())),
    ]
}
