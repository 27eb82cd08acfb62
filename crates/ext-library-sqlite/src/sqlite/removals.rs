//! The events of removals, which outlive their entries.

use ext_wire::{
    event::ENTRY_DELETED,
    ops::{events::MAX_WAITING_EVENTS, vdfs::Entry},
};
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::{entry_row::EntryRow, outbox, values::signed};
use crate::fault::Outcome;

/// The tables that were added for them: like `events` and `failures`, but with the entry itself. Their
/// numbers are those of `events`.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS removals (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    entry_id BLOB NOT NULL,
    entry TEXT NOT NULL,
    caused_by TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS removals_by_entry ON removals (entry_id);
CREATE TABLE IF NOT EXISTS removal_failures (
    subscriber TEXT NOT NULL,
    event INTEGER NOT NULL REFERENCES removals (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at TEXT NOT NULL,
    retrying INTEGER NOT NULL,
    retry_at TEXT,
    PRIMARY KEY (subscriber, event)
) STRICT;
";
/// A column of them, by which a database is known to have them.
pub(super) const COLUMN: (&str, &str, &str) = ("removals", "entry", "TEXT");

/// Records the removal of an entry, which is still there.
pub(super) fn record(db: &Transaction<'_>, row: &EntryRow, caused_by: Option<&str>) -> Outcome<()> {
    // Its number is the next one of all events; the row itself goes with the entry.
    let id = outbox::record(db, ENTRY_DELETED, row.seq, caused_by)?;
    let Entry { id: entry_id, .. } = row.entry;
    let entry = serde_json::to_string(&row.entry)?;
    db.prepare_cached(
        "INSERT INTO removals (id, kind, entry_id, entry, caused_by) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![id, ENTRY_DELETED, entry_id.as_bytes(), entry, caused_by])?;
    db.prepare_cached(
        "DELETE FROM removals WHERE id IN (SELECT id FROM removals ORDER BY id DESC LIMIT -1 OFFSET ?)",
    )?
    .execute([signed(MAX_WAITING_EVENTS)?])?;
    Ok(())
}

/// Forgets the removal of an entry that is back: who did not hear of it has nothing to undo.
pub(super) fn forget(db: &Transaction<'_>, entry: Uuid) -> Outcome<()> {
    db.prepare_cached("DELETE FROM removals WHERE entry_id = ?")?.execute([entry.as_bytes()])?;
    Ok(())
}
