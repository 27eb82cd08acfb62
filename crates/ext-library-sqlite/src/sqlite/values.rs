//! Conversions between the values of SQLite and ours.

use std::time::Duration;

use ext_services::library::LibraryError;

use crate::fault::{Fault, Outcome};

/// Returns the time now, RFC 3339, UTC, in milliseconds: texts of one length, which sort by time.
pub(crate) fn now() -> String {
    time_text(jiff::Timestamp::now())
}

/// Returns the time that is so much later than now.
pub(super) fn after(delay: Duration) -> String {
    let now = jiff::Timestamp::now();
    let delay = jiff::SignedDuration::try_from(delay).unwrap_or_default();
    time_text(now.checked_add(delay).unwrap_or(now))
}

/// Returns the time that is so much earlier than now.
pub(super) fn before(age: Duration) -> String {
    let now = jiff::Timestamp::now();
    let age = jiff::SignedDuration::try_from(age).unwrap_or_default();
    time_text(now.checked_sub(age).unwrap_or(now))
}

fn time_text(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// Reads a number of SQLite; none of ours is negative in a sound database.
pub(super) fn unsigned(number: i64) -> Outcome<u64> {
    u64::try_from(number).map_err(|_| corrupt(format!("the number {number} is negative")))
}

/// Returns a number as SQLite stores it.
pub(super) fn signed(number: u64) -> Outcome<i64> {
    i64::try_from(number)
        .map_err(|_| LibraryError::Invalid(format!("{number} is too large")).into())
}

/// Makes the error of a damaged database.
pub(super) fn corrupt(what: impl std::fmt::Display) -> Fault {
    LibraryError::Corrupt(format!("library.db: {what}")).into()
}
