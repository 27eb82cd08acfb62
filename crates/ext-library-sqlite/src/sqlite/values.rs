//! Conversions between the values of SQLite and ours.

use std::time::Duration;

use ext_services::library::LibraryError;

use crate::fault::{Fault, Outcome};

/// Returns the time now, RFC 3339, UTC, in milliseconds: texts of one length, which sort by time.
pub(crate) fn now() -> String {
    time_text(jiff::Timestamp::now())
}

/// Returns the time that is so much later than now, or the last one of all.
pub(super) fn after(delay: Duration) -> String {
    time_text(jiff::Timestamp::now().checked_add(delay).unwrap_or(jiff::Timestamp::MAX))
}

/// Returns the time that is so much earlier than now, or the first one of all, which sorts before the
/// others: the years before 0 have a sign.
pub(super) fn before(age: Duration) -> String {
    time_text(jiff::Timestamp::now().checked_sub(age).unwrap_or(jiff::Timestamp::MIN))
}

/// Returns a time that nothing has which was written by a clock as it is now. What has a later one was
/// written before the clock was set back, and would wait for as long as it was wrong.
pub(crate) fn not_yet() -> String {
    after(Duration::from_secs(60))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_beyond_all_times_is_the_first_or_the_last_one_and_sorts_so() {
        let years = |number: u64| Duration::from_secs(number * 366 * 24 * 60 * 60);
        for much in [years(3000), years(8000), years(20_000), Duration::MAX] {
            assert!(before(much) < now(), "{much:?}");
            assert!(now() < after(much.max(years(8000))), "{much:?}");
        }
        assert!(before(Duration::ZERO) <= now());
    }
}
