//! The times of schedules: every so often, or by a pattern of cron.

use std::time::Duration;

use croner::parser::{CronParser, Seconds, Year};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::schedules::{MAX_CRON_BYTES, MAX_EVERY_S, MIN_EVERY_S, Schedule},
};
use jiff::{Timestamp, tz::TimeZone};

type Result<T> = std::result::Result<T, ErrorBody>;

/// The times of a schedule.
#[derive(Debug, Clone)]
pub(crate) enum Timing {
    /// Seconds between two calls.
    Every(u64),
    /// A pattern, and the time zone in which it is meant.
    Cron { pattern: Box<croner::Cron>, zone: TimeZone },
}

impl Timing {
    /// Reads the times of a schedule, of which it has one kind.
    pub(crate) fn of(
        every_s: Option<u64>,
        cron: Option<&str>,
        time_zone: Option<&str>,
    ) -> Result<Self> {
        match (every_s, cron) {
            (Some(every_s), None) if time_zone.is_none() => every(every_s),
            (None, Some(pattern)) => {
                Ok(Self::Cron { pattern: parse(pattern)?, zone: zone(time_zone)? })
            }
            (Some(_), None) => Err(bad("`time_zone` is for `cron`")),
            _ => Err(bad("a schedule has either `every_s` or `cron`")),
        }
    }

    /// Reads the times of a schedule that is kept.
    pub(crate) fn of_kept(schedule: &Schedule) -> Result<Self> {
        let Schedule { every_s, cron, time_zone, .. } = schedule;
        Self::of(*every_s, cron.as_deref(), time_zone.as_deref())
    }

    /// Returns the first time: what is called every so often is called at once.
    pub(crate) fn first(&self, now: Timestamp) -> Result<Timestamp> {
        match self {
            Self::Every(_) => Ok(now),
            Self::Cron { .. } => self.next(now),
        }
    }

    /// Returns the first time after `now`.
    pub(crate) fn next(&self, now: Timestamp) -> Result<Timestamp> {
        match self {
            Self::Every(seconds) => {
                Ok(now.checked_add(Duration::from_secs(*seconds)).unwrap_or(Timestamp::MAX))
            }
            Self::Cron { pattern, zone } => {
                let next = pattern.find_next_occurrence(&now.to_zoned(zone.clone()), false);
                let never = |_| bad("no time ever fits the pattern");
                Ok(next.map_err(never)?.timestamp())
            }
        }
    }

    /// Returns the name of the time zone of a pattern, so that it means the same elsewhere.
    pub(crate) fn time_zone(&self) -> Option<String> {
        match self {
            Self::Every(_) => None,
            Self::Cron { zone, .. } => zone.iana_name().map(str::to_owned),
        }
    }
}

fn every(seconds: u64) -> Result<Timing> {
    if (MIN_EVERY_S..=MAX_EVERY_S).contains(&seconds) {
        return Ok(Timing::Every(seconds));
    }
    let range = format!("must be between {MIN_EVERY_S} and {MAX_EVERY_S}");
    Err(bad(format_args!("`every_s` is {seconds}, and {range}")))
}

fn parse(pattern: &str) -> Result<Box<croner::Cron>> {
    if pattern.len() > MAX_CRON_BYTES {
        return Err(bad(format_args!("`cron` is longer than {MAX_CRON_BYTES} bytes")));
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let parsed = parser.parse(pattern).map_err(|error| {
        bad(format_args!(
            "`{}` is not a pattern of cron (minute, hour, day, month, day of the week, such as \
             `0 7 * * 1-5`): {}",
            pattern.escape_debug(),
            error.to_string().trim_end_matches('.')
        ))
    })?;
    Ok(Box::new(parsed))
}

/// Finds a time zone by name; without one it is that of this machine.
fn zone(name: Option<&str>) -> Result<TimeZone> {
    let Some(name) = name else {
        let zone = TimeZone::system();
        return Ok(if zone.is_unknown() { TimeZone::UTC } else { zone });
    };
    TimeZone::get(name).map_err(|_| {
        let name = name.escape_debug();
        bad(format_args!("`{name}` is not a time zone of this machine, such as `Europe/Berlin`"))
    })
}

fn bad(message: impl std::fmt::Display) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(pattern: &str, zone: &str, after: &str) -> String {
        let timing = Timing::of(None, Some(pattern), Some(zone)).unwrap();
        timing.next(after.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn a_pattern_is_meant_in_its_time_zone() {
        let (mornings, berlin) = ("0 7 * * 1-5", "Europe/Berlin");
        assert_eq!(next(mornings, berlin, "2026-11-27T21:00:00Z"), "2026-11-30T06:00:00Z");
        assert_eq!(next(mornings, berlin, "2026-11-30T06:00:00Z"), "2026-12-01T06:00:00Z");
        assert_eq!(next(mornings, berlin, "2026-07-01T00:00:00Z"), "2026-07-01T05:00:00Z");
        assert_eq!(next(mornings, "UTC", "2026-07-01T00:00:00Z"), "2026-07-01T07:00:00Z");
        assert_eq!(next("@daily", "UTC", "2026-07-01T00:00:00Z"), "2026-07-02T00:00:00Z");
    }

    #[test]
    fn a_time_that_a_change_of_the_clock_leaves_out_is_made_up_for_and_one_that_comes_twice_is_once()
     {
        let (night, berlin) = ("30 2 * * *", "Europe/Berlin");
        // From 2:00 to 3:00 at 01:00 UTC: there is no 2:30, so the call is made at 3:00.
        assert_eq!(next(night, berlin, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
        assert_eq!(next(night, berlin, "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00Z");
        // From 3:00 back to 2:00 at 01:00 UTC: 2:30 comes twice.
        assert_eq!(next(night, berlin, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
        assert_eq!(next(night, berlin, "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
        // Each hour is each hour.
        assert_eq!(next("0 * * * *", berlin, "2026-10-25T00:00:00Z"), "2026-10-25T01:00:00Z");
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for (every, cron, zone, says) in [
            (Some(5), None, None, "every_s"),
            (Some(u64::MAX), None, None, "every_s"),
            (None, None, None, "either"),
            (Some(60), Some("0 7 * * *"), None, "either"),
            (Some(60), None, Some("UTC"), "time_zone"),
            (None, Some("0 7 * *"), None, "0 7 * * 1-5"),
            (None, Some("* * * * * *"), None, "0 7 * * 1-5"),
            (None, Some("61 7 * * *"), None, "pattern of cron"),
            (None, Some("0 7 * * *"), Some("Europe/Nowhere"), "Europe/Nowhere"),
            (None, Some(&*"0,".repeat(1000)), None, "longer"),
        ] {
            let refused = Timing::of(every, cron, zone).unwrap_err();
            assert_eq!(refused.code, ErrorCode::BadInput);
            assert!(refused.error.contains(says), "{says}: {refused}");
        }
        let never = Timing::of(None, Some("0 0 30 2 *"), Some("UTC"));
        let never = never.and_then(|timing| timing.first(Timestamp::now())).unwrap_err();
        assert!(!never.error.is_empty(), "{never}");
    }
}
