//! The work for one event, in steps of SQLite's machine: it does not grow with the events that wait, nor
//! with those that failed.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, TransactionBehavior};

use super::*;
use crate::sqlite::{schema, store::in_transaction};

const SUBSCRIBER: &str = "reader";
const KINDS: &[&str] = &["entry.created", "entry.deleted"];
/// Events that are delivered, of many.
const DELIVERED: usize = 20;
/// Events that wait, in the smaller of two libraries.
const MANY: u32 = 300;

/// As many entries as `?1`.
const ENTRIES: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
    INSERT INTO entries (seq, id, name, path, entry_type, metadata, created_at, updated_at) \
    SELECT i, randomblob(16), i, i, 'file', '{}', '2026', '2026' FROM n";
/// An event of each entry.
const EVENTS: &str = "INSERT INTO events (kind, entry) SELECT 'entry.created', seq FROM entries;";
/// As many events of one entry.
const OF_ONE: &str = "INSERT INTO events (kind, entry) SELECT 'entry.created', 1 FROM entries;";

/// An event of each entry that failed, as SQL, with the time of the failure and of the retry.
fn failed(at: &str, retrying: u8, retry_at: &str) -> String {
    format!(
        "{EVENTS} INSERT INTO failures SELECT '{SUBSCRIBER}', id, 'E_IO', 'no', 1, {at}, {retrying}, \
         {retry_at} FROM events; INSERT INTO subscribers SELECT '{SUBSCRIBER}', max(id) FROM events;"
    )
}

/// Makes a library of so many entries; its events are those of the SQL.
fn library(path: &Path, entries: u32, events: &str) -> Connection {
    fs::write(path, "").unwrap();
    schema::create(path, Uuid::from_u128(1), "Home").unwrap();
    let (db, _) = schema::open(path).unwrap();
    db.execute(ENTRIES, [entries]).unwrap();
    db.execute_batch(events).unwrap();
    db
}

fn steps(entries: u32, events: &str, work: fn(&Transaction<'_>)) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let mut db = library(&folder.path().join("library.db"), entries, events);
    let steps = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    db.progress_handler(1, Some(count)).unwrap();
    in_transaction(&mut db, TransactionBehavior::Immediate, |db| {
        work(db);
        Ok(())
    })
    .unwrap();
    steps.load(Ordering::Relaxed)
}

/// Checks that twice as many events make the work for some of them no longer.
fn is_flat(what: &str, events: &str, work: fn(&Transaction<'_>)) {
    let [once, twice] = [MANY, 2 * MANY].map(|entries| steps(entries, events, work));
    assert!(once > 0 && twice <= once + once / 20, "{what}: {once} and {twice} steps");
}

fn deliver(db: &Transaction<'_>, deal: impl Fn(u64)) {
    for _ in 0..DELIVERED {
        let event = next(db, SUBSCRIBER, KINDS).unwrap().unwrap();
        deal(event.id);
    }
}

fn acknowledged(db: &Transaction<'_>) {
    deliver(db, |event| acknowledge(db, SUBSCRIBER, event).unwrap());
}

fn failing(db: &Transaction<'_>) {
    let error = HandlerError { code: ErrorCode::Io, message: "no", may_pass: true };
    deliver(db, |event| assert!(fail(db, SUBSCRIBER, event, &error).unwrap()));
}

#[test]
fn an_event_costs_the_same_however_many_wait() {
    is_flat("acknowledged", EVENTS, acknowledged);
    is_flat("failing", EVENTS, failing);
    is_flat("of one entry", OF_ONE, acknowledged);
    let removed = "INSERT INTO removals SELECT seq, 'entry.deleted', id, json_object('id', \
        '00000000-0000-0000-0000-000000000001', 'name', 'a', 'path', 'a', 'entry_type', 'file', \
        'metadata', json('{}'), 'created_at', '2026', 'updated_at', '2026'), NULL FROM entries;";
    is_flat("of removals", removed, acknowledged);
}

#[test]
fn an_event_costs_the_same_however_many_failed() {
    let later = format!("'{}'", after(Duration::from_secs(30)));
    let (past, soon, future) = ("'2020-01-01'", "'9000-01-01'", "'9001-01-01'");
    is_flat("replayed", &failed(past, 1, "NULL"), acknowledged);
    is_flat("due", &failed(past, 1, past), acknowledged);
    is_flat("of a clock that was ahead", &failed(soon, 1, future), acknowledged);
    is_flat("failing again", &failed(past, 1, past), failing);
    is_flat("behind dead letters", &(failed(past, 0, "NULL") + OF_ONE), acknowledged);
    is_flat("before new ones that wait for them", &(failed(past, 1, past) + EVENTS), acknowledged);
    is_flat("behind others that wait", &failed(past, 1, &later), |db| {
        assert!(next(db, SUBSCRIBER, KINDS).unwrap().is_none());
        assert!(next_retry(db, SUBSCRIBER).unwrap().is_some());
    });
}

#[test]
fn to_publish_costs_the_same_however_many_events_there_are() {
    is_flat("published", EVENTS, |db| {
        let entry: [u8; 16] =
            db.query_row("SELECT id FROM entries WHERE seq = 1", [], |row| row.get(0)).unwrap();
        publish(db, "writer", "ext.writer.booked", Uuid::from_bytes(entry), None).unwrap();
    });
}
