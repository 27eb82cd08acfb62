//! Values as people read them. JSON has them whole.

use indicatif::HumanBytes;
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

/// The characters of an id that are shown at least: those of its millisecond, which tell ids of one
/// machine apart as a rule.
const ID_CHARS: usize = 13;

/// Writes a time of the past or the future, RFC 3339, in the time zone of this machine, to the minute.
pub(crate) fn time(rfc3339: &str) -> String {
    in_zone(rfc3339, "%Y-%m-%d %H:%M", TimeZone::system())
}

/// Writes a time as [`time`] does, to the second.
pub(crate) fn moment(rfc3339: &str) -> String {
    in_zone(rfc3339, "%Y-%m-%d %H:%M:%S", TimeZone::system())
}

/// What is no time is written as it is: it may have been written by another program.
fn in_zone(rfc3339: &str, format: &str, zone: TimeZone) -> String {
    match rfc3339.parse::<Timestamp>() {
        Ok(time) => time.to_zoned(zone).strftime(format).to_string(),
        Err(_) => rfc3339.to_owned(),
    }
}

/// Writes a number of bytes: `832 B`, `1.20 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    HumanBytes(bytes).to_string()
}

/// Writes how long something took: `120 ms`, `4.2 s`, `3 min 20 s`.
pub(crate) fn millis(ms: u64) -> String {
    match ms {
        0..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

/// Shortens ids as far as they stay apart.
pub(crate) fn short_ids(ids: &[Uuid]) -> Vec<String> {
    let whole: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    let mut sorted: Vec<&str> = whole.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let shared = sorted.windows(2).map(|pair| match pair {
        [a, b] => a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count(),
        _ => 0,
    });
    let chars = shared.max().map_or(ID_CHARS, |same| ID_CHARS.max(same.saturating_add(1)));
    whole.iter().map(|id| id.get(..chars).unwrap_or(id).trim_end_matches('-').to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_of_the_place() {
        let text = |time, zone| in_zone(time, "%Y-%m-%d %H:%M", TimeZone::get(zone).unwrap());
        assert_eq!(text("2026-06-30T23:30:00Z", "UTC"), "2026-06-30 23:30");
        assert_eq!(text("2026-06-30T23:30:00.123Z", "Europe/Berlin"), "2026-07-01 01:30");
        assert_eq!(text("yesterday", "UTC"), "yesterday");
    }

    #[test]
    fn sizes_and_durations_are_short() {
        assert_eq!([bytes(0), bytes(832), bytes(1 << 20)], ["0 B", "832 B", "1.00 MiB"]);
        assert_eq!([millis(0), millis(4249), millis(200_999)], ["0 ms", "4.2 s", "3 min 20 s"]);
    }

    #[test]
    fn ids_are_as_short_as_they_can_be() {
        let id = |text: &str| Uuid::parse_str(text).unwrap();
        let a = id("01a21a77-a9e0-7000-8000-000000000001");
        let b = id("01a21a78-0000-7000-8000-000000000001");
        assert_eq!(short_ids(&[a, b]), ["01a21a77-a9e0", "01a21a78-0000"]);
        let c = id("01a21a77-a9e0-7001-8000-000000000001");
        assert_eq!(short_ids(&[a, c])[1], "01a21a77-a9e0-7001");
        assert_eq!(short_ids(&[a, a])[0], "01a21a77-a9e0", "one id is no two");
        assert!(short_ids(&[]).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn short_ids_stay_apart(ids in proptest::collection::hash_set(0..u128::MAX, 0..20)) {
            let ids: Vec<Uuid> = ids.into_iter().map(Uuid::from_u128).collect();
            let short = short_ids(&ids);
            for (id, text) in ids.iter().zip(&short) {
                let named = ids.iter().filter(|id| id.to_string().starts_with(text));
                proptest::prop_assert_eq!(named.collect::<Vec<_>>(), [id]);
            }
        }
    }
}
