//! The events of a library as a log: for whoever follows it without being a subscriber.

use ext_services::library::LibraryError;
use ext_wire::names;
use ext_wire::ops::{
    events::{ListEventsInput, ListEventsOutput, LoggedEvent, MAX_EVENTS_PAGE},
    vdfs::Entry,
};
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
    let (asked, newest) = (input.after.unwrap_or_default(), end(db)?);
    if asked > newest {
        return Err(LibraryError::OlderLog { asked, newest }.into());
    }
    let after = signed(asked)?;
    let mut query = db.prepare_cached(
        "SELECT v.id, v.kind, v.entry, v.caused_by, v.data, NULL FROM events v \
         JOIN entries e ON e.seq = v.entry WHERE v.id > ?1 \
         AND (?2 IS NULL OR v.kind IN (SELECT value FROM json_each(?2))) \
         AND (?3 IS NULL OR e.path = ?3 OR substr(e.path, 1, length(?3) + 1) = ?3 || '/') \
         UNION ALL SELECT v.id, v.kind, 0, v.caused_by, NULL, v.entry FROM removals v \
         WHERE v.id > ?1 AND (?2 IS NULL OR v.kind IN (SELECT value FROM json_each(?2))) \
         AND (?3 IS NULL OR v.entry ->> 'path' = ?3 \
         OR substr(v.entry ->> 'path', 1, length(?3) + 1) = ?3 || '/') \
         ORDER BY 1 LIMIT ?4",
    )?;
    let under = input.under.as_deref().map(names::path_prefix);
    let mut rows = query.query(params![after, kinds, under, limit])?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(logged(db, row)?);
    }
    let is_full = limit > 0 && events.len() as u64 == u64::from(limit);
    let last = match events.last() {
        Some(last) if is_full => last.id,
        _ => newest,
    };
    Ok(ListEventsOutput { events, last })
}

fn logged(db: &Transaction<'_>, row: &Row<'_>) -> Outcome<LoggedEvent> {
    let entry = entry(db, row.get(2)?, row.get(5)?)?;
    let data: Option<String> = row.get(4)?;
    let data = data.map(|data| serde_json::from_str(&data)).transpose()?;
    let id = unsigned(row.get(0)?)?;
    Ok(LoggedEvent { id, kind: row.get(1)?, entry, caused_by: row.get(3)?, data })
}

/// Finds the entry of an event; `gone` is that of a removal.
pub(super) fn entry(db: &Transaction<'_>, seq: i64, gone: Option<String>) -> Outcome<Entry> {
    match gone {
        Some(entry) => Ok(serde_json::from_str(&entry)?),
        None => {
            let row = entries::by_seq(db, seq)?;
            Ok(row.ok_or_else(|| corrupt("an event has no entry"))?.entry)
        }
    }
}

/// Returns the number of the newest event there ever was.
fn end(db: &Transaction<'_>) -> Outcome<u64> {
    let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'";
    unsigned(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
