//! The events of a library as a log: for whoever follows it without being a subscriber.

use ext_wire::ops::events::{ListEventsInput, ListEventsOutput, LoggedEvent, MAX_EVENTS_PAGE};
use rusqlite::{Row, Transaction, params};

use super::{
    entries,
    values::{corrupt, signed, unsigned},
};
use crate::fault::Outcome;

/// Events of a page that names no limit.
const PAGE: u32 = 100;

/// Lists a page of the events.
pub(crate) fn list(db: &Transaction<'_>, input: &ListEventsInput) -> Outcome<ListEventsOutput> {
    let limit = input.limit.unwrap_or(PAGE).min(MAX_EVENTS_PAGE);
    let kinds = input.kinds.as_ref().map(serde_json::to_string).transpose()?;
    let after = signed(input.after.unwrap_or_default())?;
    let mut query = db.prepare_cached(
        "WITH log AS (SELECT v.id, v.kind, v.entry, v.caused_by, v.data, NULL AS gone, e.path \
         FROM events v JOIN entries e ON e.seq = v.entry \
         UNION ALL SELECT id, kind, 0, caused_by, NULL, entry, json_extract(entry, '$.path') \
         FROM removals) \
         SELECT id, kind, entry, caused_by, data, gone FROM log WHERE id > ?1 \
         AND (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2))) \
         AND (?3 IS NULL OR path = ?3 OR substr(path, 1, length(?3) + 1) = ?3 || '/') \
         ORDER BY id LIMIT ?4",
    )?;
    let mut rows = query.query(params![after, kinds, input.under, limit])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(logged(db, row)?);
    }
    let is_full = limit > 0 && events.len() as u64 == u64::from(limit);
    let last = match events.last() {
        Some(last) if is_full => last.id,
        _ => end(db)?.max(input.after.unwrap_or_default()),
    };
    Ok(ListEventsOutput { events, last })
}

fn logged(db: &Transaction<'_>, row: &Row<'_>) -> Outcome<LoggedEvent> {
    let gone: Option<String> = row.get(5)?;
    let entry = match gone {
        Some(entry) => serde_json::from_str(&entry)?,
        None => {
            let found = entries::by_seq(db, row.get(2)?)?;
            found.ok_or_else(|| corrupt("an event has no entry"))?.entry
        }
    };
    let data: Option<String> = row.get(4)?;
    let data = data.map(|data| serde_json::from_str(&data)).transpose()?;
    let id = unsigned(row.get(0)?)?;
    Ok(LoggedEvent { id, kind: row.get(1)?, entry, caused_by: row.get(3)?, data })
}

/// Returns the number of the newest event there ever was.
fn end(db: &Transaction<'_>) -> Outcome<u64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'";
    unsigned(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
