//! Receipts that are paid, as the lines of statements say.

use std::collections::HashMap;

use spacedrive_sdk::prelude::*;

use super::reconcile::{self, Reconciled};
use super::store;
use crate::export::{self, Filter, Row};

/// A line that paid a receipt wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payment {
    /// Day of the line, ISO 8601.
    pub(crate) day: String,
    /// Name and purpose of the line.
    pub(crate) words: String,
}

/// Finds the line that paid a receipt.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn payment(client: &SpacedriveClient, receipt: Uuid) -> Result<Option<Payment>> {
    let kept = store::all(client)?;
    if kept.lines.is_empty() {
        return Ok(None);
    }
    let rows = export::glances(client, &Filter::default())?;
    let lines = reconcile::lines(kept.lines, &rows);
    let is_of = |line: &&Reconciled| line.receipts.iter().any(|it| it.entry_id == receipt);
    Ok(lines.iter().filter(|line| line.is_whole).find(is_of).and_then(Payment::of))
}

/// Returns the days on which receipts were paid; all of them are asked for where there are statements.
///
/// # Errors
/// Those of the `vdfs` operations.
pub(crate) fn payment_days<'r>(
    client: &SpacedriveClient,
    rows: impl FnOnce() -> &'r [Row],
) -> Result<HashMap<Uuid, String>> {
    let kept = store::all(client)?;
    if kept.lines.is_empty() {
        return Ok(HashMap::new());
    }
    let mut days = HashMap::new();
    for line in reconcile::lines(kept.lines, rows()).into_iter().filter(|line| line.is_whole) {
        let Some(day) = line.date else { continue };
        for receipt in line.receipts {
            // Of several lines, the last one made it whole.
            let last = days.entry(receipt.entry_id).or_insert_with(|| day.clone());
            *last = day.clone().max(std::mem::take(last));
        }
    }
    Ok(days)
}

impl Payment {
    fn of(line: &Reconciled) -> Option<Self> {
        let words = [line.name.as_deref(), line.purpose.as_deref()];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Some(Self { day: line.date.clone()?, words })
    }
}
