//! Days of the two calendars that count from the Hijra: the solar one of Iran, and the lunar one.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::{Span, civil};
use regex::{Captures, Regex};

use super::Parts;

/// Years of both calendars in which documents are dated.
const YEAR: &str = r"(?P<y>1[34]\d{2})";
/// Months of the solar year, as its names are spelt in Iran and in Afghanistan.
const SOLAR: [&str; 12] = [
    "فروردین|حمل",
    "اردیبهشت|ثور",
    "خرداد|جوزا",
    "تیر|سرطان",
    "مرداد|امرداد|اسد",
    "شهریور|سنبله",
    "مهر|میزان",
    "آبان|عقرب",
    "آذر|قوس",
    "دی|جدی",
    "بهمن|دلو",
    "اسفند|حوت",
];
/// Months of the lunar year.
const LUNAR: [&str; 12] = [
    "محرم",
    "صفر",
    "ربيع الأول|ربيع الاول|ربیع الاول",
    "ربيع الآخر|ربيع الثاني|ربیع الثانی",
    "جمادى الأولى|جمادى الاولى|جمادی الاول",
    "جمادى الآخرة|جمادى الثانية|جمادی الثانی",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة|ذي القعدة|ذوالقعدة|ذیقعده",
    "ذو الحجة|ذي الحجة|ذوالحجة|ذیحجه",
];

/// `۱۵ دی ۱۴۰۴`.
static SOLAR_NAME: LazyLock<Regex> = LazyLock::new(|| by_name(SOLAR));
/// `15 رجب 1447`.
static LUNAR_NAME: LazyLock<Regex> = LazyLock::new(|| by_name(LUNAR));
/// `1404/10/15`, `15/07/1447`.
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    let (month, day) = (r"(?P<a>\d{1,2})", r"(?P<b>\d{1,2})");
    let behind = r"(?P<d>\d{1,2})(?P<t>[-/.])(?P<c>\d{1,2})[-/.](?P<z>1[34]\d{2})";
    super::patterns::pattern(&format!(r"\b(?:{YEAR}(?P<s>[-/.]){month}[-/.]{day}|{behind})"))
});

fn by_name(months: [&str; 12]) -> Regex {
    let names = months.join("|");
    super::patterns::pattern(&format!(
        r"\b(?P<a>\d{{1,2}})[ \-/]{{0,2}}(?P<m>{names})[ ،,\-/]{{1,3}}(?:سنة |سال )?{YEAR}"
    ))
}

type Reader = (&'static LazyLock<Regex>, fn(&Captures<'_>) -> Parts);

/// Returns the forms of these calendars that may stand in a text: names of months say which it is, the
/// digits and letters of Persian are of the solar one, those of Arabic and its sign of the era of the lunar
/// one.
pub(super) fn readers(original: &str) -> Vec<Reader> {
    let has = |range: std::ops::RangeInclusive<char>| original.contains(|c| range.contains(&c));
    if !has('\u{600}'..='\u{6ff}') {
        return Vec::new();
    }
    let mut readers: Vec<Reader> = vec![
        (&SOLAR_NAME, |found| named(found, SOLAR)),
        (&LUNAR_NAME, |found| named(found, LUNAR)),
    ];
    let is_persian =
        has('\u{6f0}'..='\u{6f9}') || original.contains(['پ', 'چ', 'ژ', 'گ', 'ک', 'ی']);
    if is_persian {
        readers.push((&NUMERIC, |found| numeric(found, solar)));
    } else if has('\u{660}'..='\u{669}') || original.contains("هـ") {
        readers.push((&NUMERIC, |found| numeric(found, lunar)));
    }
    readers
}

type Read = fn(i32, i32, i32) -> Parts;

fn named(captures: &Captures<'_>, months: [&str; 12]) -> Parts {
    let name = captures.name("m").map_or("", |name| name.as_str());
    let is_named = |names: &&str| names.split('|').any(|known| known == name);
    let Some((month, _)) = (1..).zip(months).find(|(_, names)| is_named(names)) else {
        return Parts::default();
    };
    let read: Read = if months == SOLAR { solar } else { lunar };
    number(captures, "y")
        .zip(number(captures, "a"))
        .map_or_else(Parts::default, |(year, day)| read(year, month, day))
}

fn numeric(captures: &Captures<'_>, read: Read) -> Parts {
    let of = |name| number(captures, name);
    let (year, month, day) = match of("y") {
        Some(year) => (Some(year), of("a"), of("b")),
        None => (of("z"), of("c"), of("d")),
    };
    let parts = year.zip(month).zip(day);
    parts.map_or_else(Parts::default, |((year, month), day)| read(year, month, day))
}

fn number(captures: &Captures<'_>, name: &str) -> Option<i32> {
    captures.name(name)?.as_str().parse().ok()
}

fn solar(year: i32, month: i32, day: i32) -> Parts {
    let length = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + i32::from(is_leap(year)),
        _ => 0,
    };
    let passed = (month - 1) * 30 + (month - 1).min(6) + day - 1;
    let known = (1..=length).contains(&day);
    Parts::sure(known.then(|| after(FIRST_OF_1404, days_to(year) + passed)).flatten())
}

/// First day of the solar year 1404.
const FIRST_OF_1404: Date = civil::date(2025, 3, 21);

/// Counts the days from the first one of 1404 to that of another year.
fn days_to(year: i32) -> i32 {
    let leaps = |from: i32, to: i32| (from..to).map(|year| i32::from(is_leap(year))).sum::<i32>();
    (year - 1404) * 365 + leaps(1404, year) - leaps(year, 1404)
}

/// Returns whether a year of the solar calendar has a leap day; the cycle holds from 1244 to 1531.
const fn is_leap(year: i32) -> bool {
    (25 * year + 11) % 33 < 8
}

/// Reads a day of the lunar calendar by its arithmetic; where the moon was seen, it may be the next one.
fn lunar(year: i32, month: i32, day: i32) -> Parts {
    let known = (1..=12).contains(&month) && (1..=30).contains(&day);
    let months = 29 * (month - 1) + month / 2;
    let days = (11 * year + 3) / 30 + 354 * (year - 1447) + months + day - 1;
    let on = |shift: i32| {
        known.then(|| after(FIRST_OF_1447, days - (11 * 1447 + 3) / 30 + shift)).flatten()
    };
    Parts { other: on(1), ..Parts::sure(on(0)) }
}

/// First day of the lunar year 1447.
const FIRST_OF_1447: Date = civil::date(2025, 6, 26);

fn after(start: Date, days: i32) -> Option<Date> {
    start.checked_add(Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(parts: Parts) -> String {
        parts.day_first.map(|date| date.to_string()).unwrap_or_default()
    }

    #[test]
    fn solar_years_begin_in_march() {
        for (year, month, of_month, date) in [
            (1404, 1, 1, "2025-03-21"),
            (1404, 10, 15, "2026-01-05"),
            (1403, 12, 30, "2025-03-20"),
            (1403, 1, 1, "2024-03-20"),
            (1399, 1, 1, "2020-03-20"),
            (1405, 1, 1, "2026-03-21"),
            (1404, 12, 30, ""),
            (1404, 13, 1, ""),
            (1404, 7, 31, ""),
        ] {
            assert_eq!(day(solar(year, month, of_month)), date, "{year}-{month}-{of_month}");
        }
    }

    #[test]
    fn lunar_days_may_be_the_next_ones() {
        for (year, month, of_month, date) in [
            (1447, 1, 1, "2025-06-26"),
            (1447, 9, 1, "2026-02-17"),
            (1446, 1, 1, "2024-07-07"),
            (1440, 1, 1, "2018-09-11"),
            (1447, 13, 1, ""),
        ] {
            assert_eq!(day(lunar(year, month, of_month)), date, "{year}-{month}-{of_month}");
        }
        assert_eq!(lunar(1447, 1, 1).other.unwrap().to_string(), "2025-06-27");
    }
}
