//! The rows of the outbox, written in the transaction of the change that caused them.

use rusqlite::{Transaction, params};

use crate::fault::Outcome;

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
