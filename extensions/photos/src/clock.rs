//! Times of pictures: what the file states, or what its name says.

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// Digits of a day and a time in the names that phones give: `IMG_20260501_100000.jpg`.
const DAY_DIGITS: usize = 8;
const TIME_DIGITS: usize = 6;

/// Returns the seconds since 1970 of a time on the clock of a camera. Without an offset the clock is taken
/// for that of UTC, so that pictures of one camera keep their order.
pub(crate) fn seconds(taken: &str, offset_minutes: Option<i32>) -> Option<i64> {
    let local: DateTime = taken.parse().ok()?;
    let utc = local.checked_sub(i64::from(offset_minutes.unwrap_or(0)).minutes()).ok()?;
    Some(utc.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Returns the time that a name tells, as `2026-05-01T10:00:00`, at noon where it tells only the day.
pub(crate) fn named(name: &str) -> Option<String> {
    let mut runs = name
        .split(|letter: char| !letter.is_ascii_digit() && letter != '-')
        .map(|run| run.replace('-', ""))
        .skip_while(|run| day(run).is_none());
    let first = runs.next()?;
    let day = day(&first)?;
    let rest = first.get(DAY_DIGITS..).filter(|rest| !rest.is_empty()).map(str::to_owned);
    let noon = || day.at(12, 0, 0, 0);
    let time = rest.or_else(|| runs.next()).and_then(|run| time(day, &run));
    Some(time.unwrap_or_else(noon).to_string())
}

fn day(run: &str) -> Option<Date> {
    let is_long_enough = [DAY_DIGITS, DAY_DIGITS + TIME_DIGITS, DAY_DIGITS + TIME_DIGITS + 3];
    if !is_long_enough.contains(&run.len()) {
        return None;
    }
    let year: i16 = run.get(..4)?.parse().ok().filter(|year| (1990..2100).contains(year))?;
    Date::new(year, run.get(4..6)?.parse().ok()?, run.get(6..8)?.parse().ok()?).ok()
}

fn time(day: Date, run: &str) -> Option<DateTime> {
    let part = |at: usize| run.get(at..at + 2)?.parse::<i8>().ok();
    DateTime::new(day.year(), day.month(), day.day(), part(0)?, part(2)?, part(4)?, 0).ok()
}

/// Returns whether a text is a day, as `2026-05-01`.
pub(crate) fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_with_an_offset_tells_the_time_in_utc() {
        assert_eq!(seconds("2026-05-01T10:00:00", Some(120)), Some(1_777_622_400));
        assert_eq!(seconds("2026-05-01T08:00:00", None), Some(1_777_622_400));
        assert_eq!(seconds("yesterday", None), None);
    }

    #[test]
    fn names_of_phones_tell_the_time() {
        for (name, time) in [
            ("IMG_20260501_101530.jpg", Some("2026-05-01T10:15:30")),
            ("PXL_20260501_101530123.jpg", Some("2026-05-01T10:15:30")),
            ("IMG-20260501-WA0003.jpg", Some("2026-05-01T12:00:00")),
            ("Screenshot_2026-05-01-10-15-30.png", Some("2026-05-01T10:15:30")),
            ("2026-05-01 10.15.30.jpg", Some("2026-05-01T12:00:00")),
            ("20260501101530.jpg", Some("2026-05-01T10:15:30")),
            ("IMG_20261301_101530.jpg", None),
            ("DSC00012.jpg", None),
            ("12345678.jpg", None),
        ] {
            assert_eq!(named(name).as_deref(), time, "{name}");
        }
    }
}
