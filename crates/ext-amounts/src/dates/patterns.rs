//! Forms of dates, and how their parts are read.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::Parts;
use super::calendars::{date, number, of_digits, of_era};
use super::months;

/// A year of four digits; those from 2450 on are of the Buddhist era.
const YEAR: &str = r"(?:19|20|2[4-6])\d{2}";
/// A number in digits of Latin or Chinese.
const HAN: &str = r"(?:\d{1,2}|[元一二三四五六七八九十]{1,3})";
/// The name of a month; abbreviations in Thai have points.
const NAME: &str = r"(?:[\pL\pM]{3,16}|(?:[\pL\pM]{1,3}\.){2,3})";

/// `2026-01-05`, `2026. 1. 5.`, `2026년 1월 5일`.
static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<y>{YEAR})\s?(?P<s>[-/.년])\s?(?P<a>\d{{1,2}})\s?[-/.월]\s?(?P<b>\d{{1,2}})일?"
    ))
});
/// `2026年1月5日`, `令和8年1月5日`, `民國115年1月5日`, `二〇二六年一月五日`.
static IDEOGRAPHIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?P<e>令和|平成|昭和|民國|民国)?\s?(?P<y>\d{{1,4}}|[〇零○元一二三四五六七八九十]{{1,4}})\s?年\s?(?P<a>{HAN})\s?月\s?(?P<b>{HAN})\s?[日号號]?"
    ))
});
/// `R8.1.5`, `H30/01/05`.
static ERA_LETTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?P<e>[RH])\.?(?P<y>\d{1,2})(?P<s>[-/.])(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})")
});
/// `05/01/2026`, `5.1.26`, `24-03-05`.
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<a>\d{{1,2}})\s?(?P<s>[-/.])\s?(?P<b>\d{{1,2}})\s?[-/.]\s?(?P<y>{YEAR}|\d{{2}})"
    ))
});
/// `2026. január 5.`, `2026-Jan-05`.
static YEAR_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<y>{YEAR})\.?(?: m\.)?[ \-/]{{1,2}}(?P<m>{NAME})\.?[ \-/]{{1,2}}(?P<a>\d{{1,2}})\b"
    ))
});
/// `January 5, 2026`.
static NAME_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<m>{NAME})\.?[ \-/]{{0,2}}(?P<a>\d{{1,2}})(?:st|nd|rd|th)?[ ,.\-/]{{1,3}}(?P<y>{YEAR}|'?\d{{2}}\b)"
    ))
});
/// `5 January 2026`, `5. leden 2026`, `5 de enero de 2026`, `5 มกราคม พ.ศ. 2569`.
static DAY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<a>\d{{1,2}})(?:st|nd|rd|th|er|º|°)?(?:[.\-/,'] ?| )?(?:de |of |di |d')?(?P<m>{NAME})(?:[.\-/,']{{1,2}} ?| '?)?(?:de |del |of )?(?:พ\.ศ\. ?)?(?P<y>{YEAR}|\d{{2}})"
    ))
});
/// `2026. gada 5. janvāris`, as Latvian writes it.
static YEAR_DAY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"\b(?P<y>{YEAR})\.? ?(?:gada|g\.) ?(?P<a>\d{{1,2}})\. ?(?P<m>{NAME})"))
});
/// `ngày 5 tháng 1 năm 2026`, as Vietnamese writes it.
static VIETNAMESE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?P<b>\d{{1,2}}) [Tt]h\S{{1,4}}ng (?P<a>\d{{1,2}})(?: ?,| n\S{{1,3}}m)? (?P<y>{YEAR})"
    ))
});
/// `20260105`, with a time of day behind it or without.
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<compact>(?P<y>(?:19|20)\d{2})(?P<a>0[1-9]|1[0-2])(?P<b>0[1-9]|[12]\d|3[01]))(?:T?\d{4}(?:\d{2})?Z?)?\b",
    )
});

/// A time of day behind a date.
pub(super) static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[^\w]{0,4}\d{1,2} ?[:.] ?\d{2}"));
/// A time of day right behind a date, as OCR reads a narrow gap: `03/02/201815:28`.
pub(super) static GLUED_TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[01]?\d|2[0-3]):[0-5]\d(?:[^\d]|$)"));

pub(super) fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("constant pattern")
}

type Read = fn(&Captures<'_>) -> Parts;

/// Returns the forms that may stand in a text, in the order in which they are tried.
pub(super) fn readers(text: &str) -> impl Iterator<Item = (&'static LazyLock<Regex>, Read)> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let named_here = digits >= 3 && text.contains(char::is_alphabetic);
    let forms: [(bool, &'static LazyLock<Regex>, Read); 10] = [
        (text.contains('年'), &IDEOGRAPHIC, ideographic),
        (digits >= 3 && text.contains(['R', 'H']), &ERA_LETTER, era_letter),
        (digits >= 6, &YEAR_FIRST, year_first),
        (digits >= 4, &NUMERIC, numeric),
        (named_here, &YEAR_DAY_NAME, named),
        (named_here, &VIETNAMESE, year_first),
        (named_here, &YEAR_NAME, named),
        (named_here, &NAME_DAY, named),
        (named_here, &DAY_NAME, named),
        (digits >= 8, &COMPACT, year_first),
    ];
    forms.into_iter().filter(|(may, ..)| *may).map(|(_, regex, read)| (regex, read))
}

fn group<'a>(captures: &'a Captures<'_>, name: &str) -> &'a str {
    captures.name(name).map_or("", |found| found.as_str())
}

fn small(captures: &Captures<'_>, name: &str) -> Option<i16> {
    number(group(captures, name))
}

fn year(captures: &Captures<'_>) -> Option<i16> {
    group(captures, "y").trim_start_matches('\'').parse().ok().map(of_digits)
}

fn year_first(captures: &Captures<'_>) -> Parts {
    Parts::sure(date(year(captures), small(captures, "a"), small(captures, "b")))
}

/// Reads a year with its era; one of two digits without an era is of Reiwa or of this century.
fn ideographic(captures: &Captures<'_>) -> Parts {
    let (month, day) = (small(captures, "a"), small(captures, "b"));
    let Some(year) = small(captures, "y") else { return Parts::default() };
    let on = |year: Option<i16>| date(year, month, day);
    match (group(captures, "e"), year) {
        ("", 1..100) => {
            let (reiwa, century) = (on(of_era("令和", year)), on(Some(of_digits(year))));
            let is_reiwa = year < FIRST_YEAR_OF_REIWA;
            let (likelier, other) = if is_reiwa { (reiwa, century) } else { (century, reiwa) };
            Parts { other, ..Parts::sure(likelier) }
        }
        ("", 100..200) => Parts::sure(on(of_era("民國", year))),
        ("", _) => Parts::sure(on(Some(of_digits(year)))),
        (era, _) => Parts::sure(on(of_era(era, year))),
    }
}

/// The year 19 of two digits is 2019, not Reiwa 19.
const FIRST_YEAR_OF_REIWA: i16 = 19;

fn era_letter(captures: &Captures<'_>) -> Parts {
    let year = small(captures, "y").and_then(|year| of_era(group(captures, "e"), year));
    Parts::sure(date(year, small(captures, "a"), small(captures, "b")))
}

/// Years that a date of two digits is rather read with the year in front than with it behind.
const OLD: i16 = 2010;

fn numeric(captures: &Captures<'_>) -> Parts {
    let (first, second) = (small(captures, "a"), small(captures, "b"));
    let year = year(captures);
    let behind = Parts {
        day_first: date(year, second, first),
        month_first: date(year, first, second),
        other: None,
    };
    let short = group(captures, "y").len() == 2 && group(captures, "a").len() == 2;
    if !short || group(captures, "s") != "-" {
        return behind;
    }
    let in_front = date(first.map(of_digits), second, small(captures, "y"));
    let is_old = |date: &Date| date.year() < OLD;
    let behind_is_old = behind.day_first.or(behind.month_first).is_none_or(|date| is_old(&date));
    match in_front {
        Some(date) if behind_is_old && !is_old(&date) => {
            Parts { other: behind.day_first.or(behind.month_first), ..Parts::sure(in_front) }
        }
        _ => Parts { other: in_front, ..behind },
    }
}

/// Returns the year beside a Thai month, of which two digits are of the Buddhist era.
fn thai_year(captures: &Captures<'_>) -> Option<i16> {
    let printed = group(captures, "y").trim_start_matches('\'');
    let year: i16 = printed.parse().ok()?;
    Some(of_digits(if printed.len() == 2 { THAI_CENTURY + year } else { year }))
}

/// The century of the Buddhist era in which documents are dated by two digits.
const THAI_CENTURY: i16 = 2500;

fn named(captures: &Captures<'_>) -> Parts {
    let is_thai = group(captures, "m").contains(|c| ('\u{e00}'..='\u{e7f}').contains(&c));
    let year = if is_thai { thai_year(captures) } else { year(captures) };
    let on = |month: i8| date(year, Some(month.into()), small(captures, "a"));
    let mut months = months::named(group(captures, "m")).into_iter();
    let likelier = months.next().and_then(on);
    Parts { other: months.next().and_then(on), ..Parts::sure(likelier) }
}
