//! The rows of the outbox, written in the transaction of the change that caused them.

use ext_wire::event::ImportData;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use crate::fault::Outcome;

/// Records an event about a file that an import brought; returns its number.
pub(super) fn record_import(
    db: &Transaction<'_>,
    kind: &str,
    seq: i64,
    import: Option<Uuid>,
) -> Outcome<i64> {
    let Some(id) = import else { return record(db, kind, seq, None) };
    let data = serde_json::to_string(&ImportData { import: id })?;
    db.prepare_cached("INSERT INTO events (kind, entry, data) VALUES (?, ?, ?)")?
        .execute(params![kind, seq, data])?;
    Ok(db.last_insert_rowid())
}

/// Records an event about an entry; returns its number.
pub(super) fn record(
    db: &Transaction<'_>,
    kind: &str,
    seq: i64,
    caused_by: Option<&str>,
) -> Outcome<i64> {
    db.prepare_cached("INSERT INTO events (kind, entry, caused_by) VALUES (?, ?, ?)")?
        .execute(params![kind, seq, caused_by])?;
    Ok(db.last_insert_rowid())
}
