//! Times that cameras write.

use jiff::{civil::DateTime, tz::Offset};

/// The years in which a photograph can have been taken; the first one was in 1826.
const YEARS: std::ops::RangeInclusive<i16> = 1826..=2199;

/// A time as a camera writes it: on its clock, with the offset from UTC where it knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) local: DateTime,
    pub(crate) offset: Option<Offset>,
}

impl When {
    /// Reads EXIF: `2026:05:01 10:00:00`, parts of a second (`25`), and `+02:00`. `None` when the camera
    /// had no time, an error when it cannot be one.
    pub(crate) fn of_exif(
        text: &str,
        parts: Option<&str>,
        offset: Option<&str>,
    ) -> Result<Option<Self>, ()> {
        let blank = |c: char| c == ':' || c == '0' || c.is_whitespace() || c == '\0';
        if text.chars().all(blank) {
            return Ok(None);
        }
        let (date, time) = text.trim().split_once(' ').ok_or(())?;
        let date = date.replace([':', '/', '.'], "-");
        let parts = parts.map(str::trim).filter(|parts| is_digits(parts));
        let time = match parts {
            Some(parts) => format!("{time}.{}", parts.get(..9).unwrap_or(parts)),
            None => time.to_owned(),
        };
        let local: DateTime = format!("{date}T{time}").parse().map_err(|_| ())?;
        Ok(Some(Self { local: vetted(local)?, offset: offset.and_then(read_offset) }))
    }

    /// Reads XMP: `2026-05-01T10:00:00+02:00`, of which the end may be left out.
    pub(crate) fn of_xmp(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        let start = text.find('T').map_or(text.len(), |time| time + 1);
        let time = text.get(start..).unwrap_or_default();
        let zone = time.find(['Z', '+', '-']).map(|at| start + at);
        let (local, offset) = text.split_at(zone.unwrap_or(text.len()));
        let offset = if offset == "Z" { Some(Offset::UTC) } else { read_offset(offset) };
        let local: DateTime = match local.parse() {
            Ok(local) => local,
            // A day alone, or minutes without seconds.
            Err(_) => format!("{local}T00:00:00").parse().map_err(|_| ())?,
        };
        Ok(Self { local: vetted(local)?, offset })
    }

    /// Returns the moment in UTC, where the offset is known.
    pub(crate) fn instant(self) -> Option<jiff::Timestamp> {
        self.offset?.to_timestamp(self.local).ok()
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Refuses times at which nobody took a photograph.
pub(crate) fn vetted(local: DateTime) -> Result<DateTime, ()> {
    YEARS.contains(&local.year()).then_some(local).ok_or(())
}

/// Reads `+02:00` or `-0330`.
fn read_offset(text: &str) -> Option<Offset> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits = rest.replace(':', "");
    if digits.len() != 4 || !is_digits(&digits) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    // Real ones are from -12 to +14 hours.
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exif(text: &str, offset: Option<&str>) -> Result<Option<String>, ()> {
        let when = When::of_exif(text, Some("25"), offset)?;
        Ok(when.map(|when| format!("{} {:?}", when.local, when.instant().map(|at| at.to_string()))))
    }

    #[test]
    fn times_of_cameras_are_read_and_impossible_ones_refused() {
        let read = exif("2026:05:01 10:00:00", Some("+02:00")).unwrap().unwrap();
        assert_eq!(read, r#"2026-05-01T10:00:00.25 Some("2026-05-01T08:00:00.25Z")"#);
        assert_eq!(exif("0000:00:00 00:00:00", None), Ok(None));
        assert_eq!(exif("    :  :     :  :  ", None), Ok(None));
        for text in
            ["0000:01:01 00:00:00", "9999:12:31 23:59:59", "2026:13:01 10:00:00", "x", "1:2"]
        {
            assert_eq!(exif(text, None), Err(()), "{text}");
        }
        for offset in ["+99:99", "02:00", "+2", "\u{e9}02:00", ""] {
            assert!(exif("2026:05:01 10:00:00", Some(offset)).unwrap().unwrap().ends_with("None"));
        }
    }

    #[test]
    fn times_of_xmp_are_read() {
        let at = |text| When::of_xmp(text).unwrap();
        assert_eq!(
            at("2026-05-01T10:00:00-03:30").instant().unwrap().to_string(),
            "2026-05-01T13:30:00Z"
        );
        assert_eq!(at("2026-05-01T10:00:00Z").offset, Some(Offset::UTC));
        assert_eq!(at("2026-05-01").local.to_string(), "2026-05-01T00:00:00");
        assert_eq!(at("2026-05-01T10:00").offset, None);
        for text in ["", "T", "9999-12-31T00:00:00Z", "-1", "2026"] {
            assert!(When::of_xmp(text).is_err(), "{text}");
        }
    }
}
