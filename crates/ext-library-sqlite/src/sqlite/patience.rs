//! The end of a query with the call that made it, and of a wait for another writer.

use std::{
    thread,
    time::{Duration, Instant},
};

use ext_services::deadline;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::Connection;

use crate::fault::Outcome;

/// The time to wait for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The pause between two attempts of a writer.
const PAUSE: Duration = Duration::from_millis(5);
/// The steps of SQLite's machine between two looks at the clock: some microseconds.
const STEPS: i32 = 2000;

/// Lets the writes of a connection wait for other writers.
pub(super) fn wait(db: &mut Connection) -> Outcome<()> {
    let mut began = Instant::now();
    Ok(db.busy_handler(Some(move |attempts| {
        if attempts == 0 {
            began = Instant::now();
        }
        let waits = !is_over() && began.elapsed() < BUSY_TIMEOUT;
        if waits {
            thread::sleep(PAUSE);
        }
        waits
    }))?)
}

/// Makes an attempt again while another program is in the way. For what SQLite does not wait for itself:
/// a change of the journal's mode, which turns a read lock into a write lock.
pub(super) fn until_free<T>(mut attempt: impl FnMut() -> Outcome<T>) -> Outcome<T> {
    let began = Instant::now();
    loop {
        match attempt() {
            Err(fault) if fault.is_busy() && !is_over() && began.elapsed() < BUSY_TIMEOUT => {
                thread::sleep(PAUSE);
            }
            outcome => return outcome,
        }
    }
}

/// Lets the queries of a connection end with the deadline of the thread that runs them.
pub(super) fn interrupt(db: &mut Connection) -> Outcome<()> {
    Ok(db.progress_handler(STEPS, Some(is_over))?)
}

fn is_over() -> bool {
    deadline::current().is_some_and(|at| Instant::now() >= at)
}

/// Locks a connection; `None` when another thread of this process keeps it beyond the deadline.
pub(super) fn lock<T>(connection: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match deadline::current() {
        Some(at) => connection.try_lock_until(at),
        None => Some(connection.lock()),
    }
}
