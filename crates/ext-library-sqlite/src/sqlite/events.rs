//! The outbox: events, the cursor of each subscriber, and its failures and dead letters.

use ext_services::library::{EventFailure, HandlerError, MAX_ATTEMPTS, Subscribed, retry_pause};
use ext_wire::{
    ErrorCode, Event,
    ops::events::{MAX_SUBSCRIPTIONS, MAX_WAITING_EVENTS},
};
use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};
use serde_json::Value;
use uuid::Uuid;

use super::{
    entries, event_log,
    values::{after, not_yet, now, signed, unsigned},
};
use crate::fault::Outcome;

/// The tables that were added after the table `events`: the kinds that subscribers choose. An older
/// program ignores them.
pub(super) const TABLES: &str = "
CREATE TABLE IF NOT EXISTS subscriptions (
    subscriber TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (subscriber, kind)
) STRICT;
";
/// The columns that were added later, each with its table and type: the data of a publisher, and the
/// time of a retry.
pub(super) const COLUMNS: [(&str, &str, &str); 2] =
    [("events", "data", "TEXT"), ("failures", "retry_at", "TEXT")];

/// The kinds of events that tell of an entry and its content, as SQL.
const OF_CONTENT: &str = "'entry.created', 'entry.updated'";

/// The longest message of a failure that is kept, in characters.
const MAX_MESSAGE_CHARS: usize = 2000;

/// Indexes that older programs keep up to date and do not use: an event costs the same however many wait,
/// failed or were published.
pub(super) const INDEX: &str = "
CREATE INDEX IF NOT EXISTS failures_retrying ON failures (subscriber, event) WHERE retrying;
CREATE INDEX IF NOT EXISTS failures_due ON failures (subscriber, retry_at, event) WHERE retrying;
CREATE INDEX IF NOT EXISTS removal_failures_due ON removal_failures (subscriber, retry_at, event)
    WHERE retrying;
CREATE INDEX IF NOT EXISTS events_published ON events (caused_by) WHERE kind LIKE 'ext.%';
";

/// The condition that the subscriber `?1` has an earlier event of the same entry (of `v`) to retry:
/// the events of an entry keep their order. It looks at those of the entry, which are few, and at none
/// where nothing is to retry; the `CROSS JOIN` keeps SQLite from beginning with the failures.
const IS_HELD: &str = "EXISTS (SELECT 1 FROM events b CROSS JOIN failures h ON h.event = b.id \
    WHERE b.entry = v.entry AND b.id < v.id AND b.id >= (SELECT min(event) FROM failures \
    WHERE subscriber = ?1 AND retrying) AND h.subscriber = ?1 AND h.retrying)";

/// Events of one kind of entries, and the failures of them.
struct Outbox {
    events: &'static str,
    failures: &'static str,
    /// The columns of [`Waiting`], of `v`.
    columns: &'static str,
    is_held: &'static str,
}

/// The outboxes of entries that are there, and of removals: the events of removed entries are removed
/// with them.
const OUTBOXES: [Outbox; 2] = [
    Outbox {
        events: "events",
        failures: "failures",
        columns: "v.id, v.kind, v.entry, v.data, NULL AS gone",
        is_held: IS_HELD,
    },
    Outbox {
        events: "removals",
        failures: "removal_failures",
        columns: "v.id, v.kind, 0, NULL, v.entry",
        is_held: "0",
    },
];

/// The failures whose retry is due, as three ranges of one index: those that wait for no time, those whose
/// time has come, the first of which has waited longest, and those whose time was set by a clock that was
/// ahead of `?4`.
const DUE: [&str; 3] = ["f.retry_at IS NULL", "f.retry_at <= ?3", "f.retry_at > ?4 AND f.at > ?4"];

/// The orders of failed and of new events in which the first one is found without a look at the others.
const BY_RETRY: &str = "f.retry_at, f.event";
const BY_NUMBER: &str = "v.id";

/// Returns the SQL of the failed events whose retry is due, for the subscriber `?1`, of the kinds in the
/// JSON array `?2`, at the time `?3`. All are at or before its cursor, which a failure moves.
fn failed() -> impl Iterator<Item = String> {
    OUTBOXES.into_iter().flat_map(|Outbox { events, failures, columns, is_held }| {
        DUE.map(|due| {
            format!(
                "SELECT {columns} FROM {failures} f CROSS JOIN {events} v ON v.id = f.event \
                 WHERE f.subscriber = ?1 AND f.retrying AND {due} \
                 AND v.kind IN (SELECT value FROM json_each(?2)) AND NOT {is_held}"
            )
        })
    })
}

/// Returns the SQL of the events behind the cursor that the subscriber did not cause.
fn new() -> impl Iterator<Item = String> {
    OUTBOXES.into_iter().map(|Outbox { events, columns, is_held, .. }| {
        format!(
            "SELECT {columns} FROM {events} v \
             WHERE v.id > coalesce((SELECT cursor FROM subscribers WHERE name = ?1), 0) \
             AND v.caused_by IS NOT ?1 \
             AND v.kind IN (SELECT value FROM json_each(?2)) AND NOT {is_held}"
        )
    })
}

/// Returns the SQL of the first of some events.
fn first(events: impl Iterator<Item = String>, order: &str) -> String {
    let firsts = events.map(|it| format!("SELECT * FROM ({it} ORDER BY {order} LIMIT 1)"));
    firsts.collect::<Vec<_>>().join(" UNION ALL ") + " ORDER BY id LIMIT 1"
}

/// Returns the SQL of the number of all events that wait.
fn count() -> String {
    let counts = failed().chain(new()).map(|it| format!("(SELECT count(*) FROM ({it}))"));
    format!("SELECT {}", counts.collect::<Vec<_>>().join(" + "))
}

/// An event as the outbox has it.
struct Waiting {
    id: i64,
    kind: String,
    seq: i64,
    data: Option<String>,
    /// The entry, of a removal.
    gone: Option<String>,
}

/// Finds the next event for a subscriber.
pub(crate) fn next(
    db: &Transaction<'_>,
    subscriber: &str,
    kinds: &[&str],
) -> Outcome<Option<Event>> {
    // A failed one has a lower number than all new ones, which may all wait for it.
    for sql in [first(failed(), BY_RETRY), first(new(), BY_NUMBER)] {
        if let Some(found) = find(db, &sql, subscriber, kinds)? {
            return Ok(Some(load(db, found)?));
        }
    }
    Ok(None)
}

fn find(
    db: &Transaction<'_>,
    sql: &str,
    subscriber: &str,
    kinds: &[&str],
) -> Outcome<Option<Waiting>> {
    let mut query = db.prepare_cached(sql)?;
    // The last two are of failed ones only.
    let values: [&dyn ToSql; 4] = [&subscriber, &to_json(kinds)?, &now(), &not_yet()];
    let values = values.get(..query.parameter_count()).unwrap_or_default();
    let found = query.query_row(values, |row| {
        Ok(Waiting {
            id: row.get(0)?,
            kind: row.get(1)?,
            seq: row.get(2)?,
            data: row.get(3)?,
            gone: row.get(4)?,
        })
    });
    Ok(found.optional()?)
}

fn load(db: &Transaction<'_>, found: Waiting) -> Outcome<Event> {
    let Waiting { id, kind, seq, data, gone } = found;
    let data = data.map(|data| serde_json::from_str(&data)).transpose()?;
    let entry = event_log::entry(db, seq, gone)?;
    let library: [u8; 16] = db.query_row("SELECT id FROM library", [], |row| row.get(0))?;
    let library_id = Uuid::from_bytes(library);
    Ok(Event { id: unsigned(id)?, kind, library_id, entry, data })
}

/// Counts the events that wait for a subscriber.
pub(crate) fn pending(db: &Transaction<'_>, subscriber: &str, kinds: &[&str]) -> Outcome<u64> {
    let mut query = db.prepare_cached(&count())?;
    let values = params![subscriber, to_json(kinds)?, now(), not_yet()];
    unsigned(query.query_row(values, |row| row.get(0))?)
}

/// Returns the time of the next retry of a failed event.
pub(crate) fn next_retry(db: &Transaction<'_>, subscriber: &str) -> Outcome<Option<String>> {
    let mut query = db.prepare_cached(
        "SELECT min(retry_at) FROM ( \
            SELECT min(retry_at) AS retry_at FROM failures WHERE subscriber = ?1 AND retrying UNION ALL \
            SELECT min(retry_at) FROM removal_failures WHERE subscriber = ?1 AND retrying)",
    )?;
    Ok(query.query_row([subscriber], |row| row.get(0))?)
}

/// Records that the subscriber has processed an event.
pub(crate) fn acknowledge(db: &Transaction<'_>, subscriber: &str, event_id: u64) -> Outcome<()> {
    let event = signed(event_id)?;
    for Outbox { failures, .. } in OUTBOXES {
        let sql = format!("DELETE FROM {failures} WHERE subscriber = ? AND event = ?");
        db.prepare_cached(&sql)?.execute(params![subscriber, event])?;
    }
    // A subscriber that has processed an entry as it is now has no older failure of it: an event of a
    // new entry, or of new content, says no more than that there is something to look at.
    let mut mended = db.prepare_cached(&format!(
        "DELETE FROM failures WHERE subscriber = ?1 AND event IN (SELECT b.id FROM events v \
         JOIN events b ON b.entry = v.entry WHERE v.id = ?2 AND b.id < ?2 \
         AND b.id >= (SELECT min(event) FROM failures WHERE subscriber = ?1) \
         AND v.kind IN ({OF_CONTENT}) AND b.kind IN ({OF_CONTENT}))"
    ))?;
    mended.execute(params![subscriber, event])?;
    advance(db, subscriber, event)
}

/// Records that the subscriber failed to process an event; returns whether it will be retried
/// automatically. The entry, and with it the event, may be gone by now.
pub(crate) fn fail(
    db: &Transaction<'_>,
    subscriber: &str,
    event_id: u64,
    error: &HandlerError<'_>,
) -> Outcome<bool> {
    let event = signed(event_id)?;
    let mut query = db.prepare_cached(
        "SELECT attempts FROM failures WHERE subscriber = ?1 AND event = ?2 \
            UNION ALL SELECT attempts FROM removal_failures WHERE subscriber = ?1 AND event = ?2",
    )?;
    let before: Option<u32> =
        query.query_row(params![subscriber, event], |row| row.get(0)).optional()?;
    let attempts = before.unwrap_or(0) + 1;
    let retry_at =
        (error.may_pass && attempts < MAX_ATTEMPTS).then(|| after(retry_pause(attempts)));
    let code = error.code.name();
    let message: String = error.message.chars().take(MAX_MESSAGE_CHARS).collect();
    // The event is in one of them.
    for Outbox { events, failures, .. } in OUTBOXES {
        let mut upsert = db.prepare_cached(&format!(
            "INSERT INTO {failures} \
             (subscriber, event, code, message, attempts, at, retrying, retry_at) \
             SELECT ?1, id, ?2, ?3, ?4, ?5, ?6 IS NOT NULL, ?6 FROM {events} WHERE id = ?7 \
             ON CONFLICT (subscriber, event) DO UPDATE SET code = excluded.code, \
             message = excluded.message, attempts = excluded.attempts, at = excluded.at, \
             retrying = excluded.retrying, retry_at = excluded.retry_at"
        ))?;
        upsert.execute(params![subscriber, code, message, attempts, now(), retry_at, event])?;
    }
    advance(db, subscriber, event)?;
    Ok(retry_at.is_some())
}

/// Advances a cursor, which never goes back: an event that is retried may be older than it. Events that
/// it skips because an earlier one of their entry is retried are kept with that one.
fn advance(db: &Transaction<'_>, subscriber: &str, event: i64) -> Outcome<()> {
    let mut hold = db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO failures \
         (subscriber, event, code, message, attempts, at, retrying, retry_at) \
         SELECT ?1, v.id, 'E_BUSY', 'an earlier event of the entry comes first', 0, ?3, 1, NULL \
         FROM events v WHERE v.id < ?2 AND v.caused_by IS NOT ?1 \
         AND v.id > coalesce((SELECT cursor FROM subscribers WHERE name = ?1), 0) AND {IS_HELD}"
    ))?;
    hold.execute(params![subscriber, event, now()])?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO subscribers (name, cursor) VALUES (?, ?) \
         ON CONFLICT (name) DO UPDATE SET cursor = max(cursor, excluded.cursor)",
    )?;
    upsert.execute(params![subscriber, event])?;
    Ok(())
}

/// Lists the events that a subscriber failed to process, oldest first.
pub(crate) fn failures(db: &Transaction<'_>, subscriber: &str) -> Outcome<Vec<EventFailure>> {
    let mut query = db.prepare_cached(
        "SELECT f.event, e.id, e.name, f.code, f.message, f.attempts, f.at, \
         CASE WHEN f.retrying THEN coalesce(f.retry_at, f.at) END, v.kind FROM failures f \
         JOIN events v ON v.id = f.event JOIN entries e ON e.seq = v.entry \
         WHERE f.subscriber = ?1 AND f.attempts > 0 \
         UNION ALL SELECT f.event, v.entry_id, json_extract(v.entry, '$.name'), f.code, f.message, \
         f.attempts, f.at, CASE WHEN f.retrying THEN coalesce(f.retry_at, f.at) END, v.kind \
         FROM removal_failures f JOIN removals v ON v.id = f.event \
         WHERE f.subscriber = ?1 AND f.attempts > 0 ORDER BY 1",
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
        retry_at: row.get(7)?,
        kind: row.get(8)?,
    })
}

/// Schedules the failed events of some entries for a retry; returns their number.
pub(crate) fn retry(db: &Transaction<'_>, subscriber: &str, entries: &[Uuid]) -> Outcome<u64> {
    let mut update = db.prepare_cached(
        "UPDATE failures SET retrying = 1, retry_at = NULL WHERE subscriber = ? AND event IN \
         (SELECT v.id FROM events v JOIN entries e ON e.seq = v.entry WHERE e.id = ?)",
    )?;
    let mut events: u64 = 0;
    for entry in entries {
        events += update.execute(params![subscriber, entry.as_bytes()])? as u64;
    }
    Ok(events)
}

/// Schedules the events on which a subscriber failed with a code for a retry; returns their number.
pub(crate) fn retry_failed_with(
    db: &Transaction<'_>,
    subscriber: &str,
    code: ErrorCode,
) -> Outcome<u64> {
    let mut update = db.prepare_cached(
        "UPDATE failures SET retrying = 1, retry_at = NULL WHERE subscriber = ? AND code = ?",
    )?;
    Ok(update.execute(params![subscriber, code.name()])? as u64)
}

/// Schedules a dead letter, or all of a subscriber, for delivery; returns their number. Their attempts
/// start anew.
pub(crate) fn replay(db: &Transaction<'_>, subscriber: &str, event: Option<u64>) -> Outcome<u64> {
    let (event, mut replayed) = (event.map(signed).transpose()?, 0);
    for Outbox { failures, .. } in OUTBOXES {
        let mut update = db.prepare_cached(&format!(
            "UPDATE {failures} SET retrying = 1, retry_at = NULL, attempts = 1 \
             WHERE subscriber = ?1 AND (?2 IS NULL OR event = ?2) AND NOT retrying"
        ))?;
        replayed += update.execute(params![subscriber, event])? as u64;
    }
    Ok(replayed)
}

/// Schedules, of each entry at or below `under`, the last event of `kinds` that the subscriber has dealt
/// with for another delivery; returns their number. They wait in the outbox as failed events do, without
/// an attempt, so that an interruption loses none.
pub(crate) fn redeliver(
    db: &Transaction<'_>,
    subscriber: &str,
    kinds: &[&str],
    under: Option<&str>,
) -> Outcome<u64> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO failures \
         (subscriber, event, code, message, attempts, at, retrying, retry_at) \
         SELECT ?1, max(v.id), 'E_BUSY', 'the event is delivered again', 0, ?3, 1, NULL \
         FROM events v JOIN entries e ON e.seq = v.entry \
         WHERE v.id <= coalesce((SELECT cursor FROM subscribers WHERE name = ?1), 0) \
         AND v.caused_by IS NOT ?1 AND v.kind IN (SELECT value FROM json_each(?2)) \
         AND (?4 IS NULL OR e.path = ?4 OR substr(e.path, 1, length(?4) + 1) = ?4 || '/') \
         GROUP BY v.entry \
         ON CONFLICT (subscriber, event) DO UPDATE SET retrying = 1, retry_at = NULL, attempts = 0",
    )?;
    Ok(upsert.execute(params![subscriber, to_json(kinds)?, now(), under])? as u64)
}

/// Records an event that an extension publishes; `NotFound` without its entry.
pub(crate) fn publish(
    db: &Transaction<'_>,
    extension: &str,
    kind: &str,
    entry: Uuid,
    data: Option<&Value>,
) -> Outcome<u64> {
    let seq = entries::seq_of(db, entry)?;
    db.prepare_cached("INSERT INTO events (kind, entry, caused_by, data) VALUES (?, ?, ?, ?)")?
        .execute(params![kind, seq, extension, data.map(Value::to_string)])?;
    let id = db.last_insert_rowid();
    drop_oldest(db, extension)?;
    unsigned(id)
}

/// Drops the oldest events of an extension beyond the limit, so that a publisher does not fill the disk
/// and a slow subscriber does not stop a publisher.
fn drop_oldest(db: &Transaction<'_>, extension: &str) -> Outcome<()> {
    let mut delete = db.prepare_cached(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE caused_by = ?1 \
         AND kind LIKE 'ext.%' ORDER BY id DESC LIMIT -1 OFFSET ?2)",
    )?;
    let dropped = delete.execute(params![extension, signed(MAX_WAITING_EVENTS)?])?;
    if dropped > 0 {
        tracing::warn!(extension, dropped, "it published too many events, the oldest are gone");
    }
    Ok(())
}

/// Adds a kind to the subscriptions of a subscriber.
pub(crate) fn subscribe(db: &Transaction<'_>, subscriber: &str, kind: &str) -> Outcome<Subscribed> {
    let kinds = subscriptions(db, subscriber)?;
    if kinds.iter().any(|known| known == kind) {
        return Ok(Subscribed::Existing);
    }
    if kinds.len() as u64 >= MAX_SUBSCRIPTIONS {
        return Ok(Subscribed::Full);
    }
    db.prepare_cached("INSERT INTO subscriptions (subscriber, kind) VALUES (?, ?)")?
        .execute(params![subscriber, kind])?;
    Ok(Subscribed::Created)
}

/// Removes a kind from the subscriptions; returns whether it was there.
pub(crate) fn unsubscribe(db: &Transaction<'_>, subscriber: &str, kind: &str) -> Outcome<bool> {
    let mut delete =
        db.prepare_cached("DELETE FROM subscriptions WHERE subscriber = ? AND kind = ?")?;
    Ok(delete.execute(params![subscriber, kind])? > 0)
}

/// Lists the kinds that a subscriber chose.
pub(crate) fn subscriptions(db: &Transaction<'_>, subscriber: &str) -> Outcome<Vec<String>> {
    let mut query =
        db.prepare_cached("SELECT kind FROM subscriptions WHERE subscriber = ? ORDER BY kind")?;
    let kinds = query.query_map([subscriber], |row| row.get(0))?;
    Ok(kinds.collect::<Result<_, _>>()?)
}

fn to_json(kinds: &[&str]) -> Outcome<String> {
    Ok(serde_json::to_string(kinds)?)
}

#[cfg(test)]
mod tests;
