//! A clock that was ahead and is set right: what was written before has times that are still to come.

use std::{fs, path::PathBuf, time::Duration};

use ext_services::library::{CoreJobLimits, Dispatched, Events, HandlerError, Jobs, NewJob};
use ext_wire::{ErrorCode, event::ENTRY_CREATED, ops::jobs::CoreJob};
use jiff::Timestamp;
use rusqlite::Connection;

use crate::common::World;

impl World {
    /// Changes rows as if they had been written by a clock that was a year ahead.
    fn was_ahead(&self, table: &str, columns: &[&str]) {
        let database = PathBuf::from(self.library.info().unwrap().path).join("library.db");
        let later = |it: &&str| format!("{it} = strftime('%Y-%m-%dT%H:%M:%fZ', {it}, '+1 year')");
        let set: Vec<_> = columns.iter().map(later).collect();
        let sql = format!("UPDATE {table} SET {}", set.join(", "));
        Connection::open(database).unwrap().execute(&sql, []).unwrap();
    }

    fn job_was_ahead(&self) {
        self.was_ahead("jobs", &["created_at", "updated_at", "run_at"]);
    }
}

fn job(method: &str, delay: Duration) -> NewJob {
    NewJob {
        extension: "worker".into(),
        method: method.into(),
        input: serde_json::json!({}),
        key: None,
        version: "1.0.0".into(),
        delay,
        priority: Default::default(),
    }
}

#[test]
fn a_job_waits_as_long_as_it_was_to() {
    let world = World::new();
    let hour = Duration::from_secs(60 * 60);
    for delay in [Duration::ZERO, hour] {
        world.library.add_job(&job("action:worker.scan.input.v1", delay)).unwrap();
    }
    world.job_was_ahead();
    assert!(world.library.claim_job(&[]).unwrap().is_some());
    assert!(world.library.claim_job(&[]).unwrap().is_none(), "the other has an hour");
    let next: Timestamp = world.library.next_job_at().unwrap().unwrap().parse().unwrap();
    let left = Duration::try_from(next.duration_since(Timestamp::now())).unwrap();
    assert!(left <= hour && left > hour - Duration::from_secs(60), "{left:?}");
}

#[test]
fn jobs_of_an_hour_that_is_still_to_come_do_not_count() {
    let world = World::new();
    let limits = CoreJobLimits { open: 5, per_hour: 1 };
    let check = job(CoreJob::ALL[0].method, Duration::ZERO);
    let dispatch = || world.library.add_core_job(&check, limits).unwrap();
    assert!(matches!(dispatch(), Dispatched::Created(_)));
    assert!(matches!(dispatch(), Dispatched::TooOften(_)));
    world.job_was_ahead();
    assert!(matches!(dispatch(), Dispatched::Created(_)));
    assert!(matches!(dispatch(), Dispatched::TooOften(_)));
}

#[test]
fn an_event_that_failed_is_tried_again() {
    let world = World::new();
    let file = world.data.path().join("a.txt");
    fs::write(&file, "one").unwrap();
    world.library.import_file(&file, "in/a.txt").unwrap();
    let next = || world.library.next_event("reader", &[ENTRY_CREATED]).unwrap();
    let event = next().unwrap();
    let error = HandlerError { code: ErrorCode::Io, message: "it hiccuped", may_pass: true };
    assert!(world.library.fail("reader", event.id, &error).unwrap());
    assert!(next().is_none(), "after a pause");
    world.was_ahead("failures", &["at", "retry_at"]);
    assert_eq!(next().map(|event| event.id), Some(event.id));
    assert_eq!(world.library.pending("reader", &[ENTRY_CREATED]).unwrap(), 1);
}
