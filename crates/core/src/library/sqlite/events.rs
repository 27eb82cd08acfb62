//! The outbox: events, how far each subscriber is, and what it could not work on.

use ext_wire::{ErrorCode, Event};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::{corrupt, entries, now, signed, unsigned};
use crate::library::{fault::Outcome, store::EventFailure};

/// Events that wait for the subscriber `?1`, of the kinds in the JSON array `?2`: failed ones that
/// are to be tried again, and those behind its cursor that it did not cause. The two never overlap,
/// since a failure moves the cursor. The events of removed entries are removed with them.
const WAITING: &str = "WITH waiting AS ( \
    SELECT v.id, v.kind, v.entry FROM failures f JOIN events v ON v.id = f.event \
    WHERE f.subscriber = ?1 AND f.retrying AND v.kind IN (SELECT value FROM json_each(?2)) \
    UNION ALL SELECT v.id, v.kind, v.entry FROM events v \
    WHERE v.id > coalesce((SELECT cursor FROM subscribers WHERE name = ?1), 0) \
    AND v.caused_by IS NOT ?1 AND v.kind IN (SELECT value FROM json_each(?2)))";

/// Writes down that something happened to an entry.
pub(super) fn record(
    db: &Transaction<'_>,
    kind: &str,
    seq: i64,
    caused_by: Option<&str>,
) -> Outcome<()> {
    db.prepare_cached("INSERT INTO events (kind, entry, caused_by) VALUES (?, ?, ?)")?
        .execute(params![kind, seq, caused_by])?;
    Ok(())
}

/// See `Library::next_event`.
pub(super) fn next(
    db: &Transaction<'_>,
    subscriber: &str,
    kinds: &[&str],
) -> Outcome<Option<Event>> {
    let sql = format!("{WAITING} SELECT id, kind, entry FROM waiting ORDER BY id LIMIT 1");
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_row(params![subscriber, to_json(kinds)?], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    });
    let Some((id, kind, seq)) = found.optional()? else { return Ok(None) };
    load(db, id, kind, seq).map(Some)
}

fn load(db: &Transaction<'_>, id: i64, kind: String, seq: i64) -> Outcome<Event> {
    let row = entries::by_seq(db, seq)?.ok_or_else(|| corrupt("an event has no entry"))?;
    let library: [u8; 16] = db.query_row("SELECT id FROM library", [], |row| row.get(0))?;
    Ok(Event { id: unsigned(id)?, kind, library_id: Uuid::from_bytes(library), entry: row.entry })
}

/// How many events wait for a subscriber.
pub(super) fn pending(db: &Transaction<'_>, subscriber: &str, kinds: &[&str]) -> Outcome<u64> {
    let mut query = db.prepare_cached(&format!("{WAITING} SELECT count(*) FROM waiting"))?;
    unsigned(query.query_row(params![subscriber, to_json(kinds)?], |row| row.get(0))?)
}

/// See `LibraryStore::acknowledge`.
pub(super) fn acknowledge(db: &Transaction<'_>, subscriber: &str, event_id: u64) -> Outcome<()> {
    let event = signed(event_id)?;
    db.prepare_cached("DELETE FROM failures WHERE subscriber = ? AND event = ?")?
        .execute(params![subscriber, event])?;
    advance(db, subscriber, event)
}

/// See `LibraryStore::fail`. The entry, and with it the event, may be gone by now.
pub(super) fn fail(
    db: &Transaction<'_>,
    subscriber: &str,
    event_id: u64,
    code: ErrorCode,
    message: &str,
) -> Outcome<()> {
    let event = signed(event_id)?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO failures (subscriber, event, code, message, attempts, at, retrying) \
         SELECT ?, id, ?, ?, 1, ?, 0 FROM events WHERE id = ? \
         ON CONFLICT (subscriber, event) DO UPDATE SET code = excluded.code, \
         message = excluded.message, attempts = attempts + 1, at = excluded.at, retrying = 0",
    )?;
    upsert.execute(params![subscriber, code.name(), message, now(), event])?;
    advance(db, subscriber, event)
}

/// A cursor never goes back: an event that is tried again may be older than it.
fn advance(db: &Transaction<'_>, subscriber: &str, event: i64) -> Outcome<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO subscribers (name, cursor) VALUES (?, ?) \
         ON CONFLICT (name) DO UPDATE SET cursor = max(cursor, excluded.cursor)",
    )?;
    upsert.execute(params![subscriber, event])?;
    Ok(())
}

/// See `LibraryStore::failures`.
pub(super) fn failures(db: &Transaction<'_>, subscriber: &str) -> Outcome<Vec<EventFailure>> {
    let mut query = db.prepare_cached(
        "SELECT f.event, e.id, e.name, f.code, f.message, f.attempts, f.at FROM failures f \
         JOIN events v ON v.id = f.event JOIN entries e ON e.seq = v.entry \
         WHERE f.subscriber = ? ORDER BY f.event",
    )?;
    let mut rows = query.query([subscriber])?;
    let mut failures = Vec::new();
    while let Some(row) = rows.next()? {
        failures.push(failure(row)?);
    }
    Ok(failures)
}

fn failure(row: &Row<'_>) -> Outcome<EventFailure> {
    let code: String = row.get(3)?;
    Ok(EventFailure {
        event_id: unsigned(row.get(0)?)?,
        entry_id: Uuid::from_bytes(row.get(1)?),
        entry_name: row.get(2)?,
        code: ErrorCode::from_name(&code).unwrap_or(ErrorCode::Internal),
        message: row.get(4)?,
        attempts: row.get(5)?,
        at: row.get(6)?,
    })
}

/// See `LibraryStore::retry`.
pub(super) fn retry(db: &Transaction<'_>, subscriber: &str, entries: &[Uuid]) -> Outcome<u64> {
    let mut update = db.prepare_cached(
        "UPDATE failures SET retrying = 1 WHERE subscriber = ? AND event IN \
         (SELECT v.id FROM events v JOIN entries e ON e.seq = v.entry WHERE e.id = ?)",
    )?;
    let mut events: u64 = 0;
    for entry in entries {
        events += update.execute(params![subscriber, entry.as_bytes()])? as u64;
    }
    Ok(events)
}

fn to_json(kinds: &[&str]) -> Outcome<String> {
    Ok(serde_json::to_string(kinds)?)
}
