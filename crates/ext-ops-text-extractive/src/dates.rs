//! Recogniser of dates.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::fold::fold;
use crate::rows::{Document, Spot};

/// Dates that are looked at in one document.
const MAX_DATES: usize = 500;

/// A printed date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DateHit {
    pub(crate) spot: Spot,
    /// `None`: the digits are not a date that way round.
    pub(crate) day_first: Option<Date>,
    pub(crate) month_first: Option<Date>,
    /// A time of day follows, as on till receipts.
    pub(crate) timed: bool,
}

/// Order of day and month in dates such as `03/04/2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

impl DateHit {
    /// Returns the date, read in the document's order where both are possible.
    pub(crate) fn date(&self, order: Order) -> Option<Date> {
        match order {
            Order::DayFirst => self.day_first.or(self.month_first),
            Order::MonthFirst => self.month_first.or(self.day_first),
        }
    }

    /// Returns the order that the digits prove, if any.
    fn proves(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (Some(_), None) => Some(Order::DayFirst),
            (None, Some(_)) => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// Month names, folded, by month; a prefix of at least three letters of one is accepted.
const MONTHS: [&str; 12] = [
    "january januar janvier enero gennaio januari stycznia styczen janeiro jaenner",
    "february februar fevrier febrero febbraio februari lutego luty fevereiro",
    "march marz maerz mars marzo maart mrt marca marzec marco",
    "april avril abril aprile kwietnia kwiecien",
    "may mai mayo maggio mei maja maj maio",
    "june juni juin junio giugno czerwca czerwiec junho",
    "july juli juillet julio luglio lipca lipiec julho",
    "august aout agosto augustus sierpnia sierpien",
    "september septembre septiembre setiembre settembre wrzesnia wrzesien setembro sept",
    "october oktober octobre octubre ottobre pazdziernika pazdziernik outubro",
    "november novembre noviembre listopada listopad novembro",
    "december dezember decembre diciembre dicembre grudnia grudzien dezembro",
];

static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?P<y>(?:19|20)\d{2})\s?(?P<s>[-/.年])\s?(?P<a>\d{1,2})\s?[-/.月]\s?(?P<b>\d{1,2})")
});
static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?P<a>\d{1,2})\s?[-/.]\s?(?P<b>\d{1,2})\s?[-/.]\s?(?P<y>(?:19|20)\d{2}|\d{2})")
});
static DAY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<a>\d{1,2})(?:st|nd|rd|th|er|º|°)?(?:[.\-/,'] ?| )?(?:de |of |di )?(?P<m>\pL{3,12})(?:[.\-/,']{1,2} ?| )?(?:de |del |of )?(?P<y>(?:19|20)\d{2}|\d{2})",
    )
});
static NAME_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<m>\pL{3,12})\.?[ \-/]{0,2}(?P<a>\d{1,2})(?:st|nd|rd|th)?[ ,.\-/]{1,3}(?P<y>(?:19|20)\d{2}|'?\d{2}\b)",
    )
});
static TIME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[^\w]{0,4}\d{1,2} ?[:.] ?\d{2}"));

/// A time of day right behind a date, as OCR reads a narrow gap: `03/02/201815:28`.
static GLUED_TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[01]?\d|2[0-3]):[0-5]\d(?:[^\d]|$)"));

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("constant pattern")
}

/// Finds every date of the document, in reading order.
pub(crate) fn find(document: &Document) -> Vec<DateHit> {
    let mut hits = Vec::new();
    for (row, cell, content) in document.cells() {
        if !content.text.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let spot = |start, end| Spot { row, cell, start, end };
        hits.extend(in_text(&content.text).into_iter().map(|hit| DateHit {
            spot: spot(hit.spot.start, hit.spot.end),
            timed: hit.timed || next_cell_is_time(document, row, cell, hit.spot.end),
            ..hit
        }));
        if hits.len() >= MAX_DATES {
            break;
        }
    }
    hits.truncate(MAX_DATES);
    hits
}

/// Finds the dates of one cell; row and cell of the spots are 0.
pub(crate) fn in_text(text: &str) -> Vec<DateHit> {
    let mut hits: Vec<DateHit> = Vec::new();
    for (regex, read) in readers() {
        for captures in regex.captures_iter(text) {
            let Some(hit) = read_hit(text, &captures, read) else { continue };
            if !hits.iter().any(|known| overlap(known.spot, hit.spot)) {
                hits.push(hit);
            }
        }
    }
    hits.sort_by_key(|hit| hit.spot.start);
    hits
}

type Read = fn(&Captures<'_>) -> (Option<Date>, Option<Date>);

fn readers() -> [(&'static LazyLock<Regex>, Read); 4] {
    [(&YEAR_FIRST, year_first), (&NUMERIC, numeric), (&NAME_DAY, named), (&DAY_NAME, named)]
}

fn read_hit(text: &str, captures: &Captures<'_>, read: Read) -> Option<DateHit> {
    let whole = captures.get(0)?;
    let before = text.get(..whole.start())?.chars().next_back();
    let after = text.get(whole.end()..)?;
    // A piece of a longer number (`1.2.3.2024.5`, `12/05/20189`) is not a date.
    let glued = before.is_some_and(|c| c.is_alphanumeric() || "./".contains(c))
        || starts_with_digit(after) && !GLUED_TIME.is_match(after)
        || after.strip_prefix(['/', '.', '-']).is_some_and(starts_with_digit);
    let (day_first, month_first) = if glued { (None, None) } else { read(captures) };
    day_first.or(month_first)?;
    let shift = captures
        .name("m")
        .filter(|m| m.start() == whole.start())
        .map_or(0, |m| glued_label(m.as_str()));
    let spot = Spot { row: 0, cell: 0, start: whole.start() + shift, end: whole.end() };
    Some(DateHit { spot, day_first, month_first, timed: TIME.is_match(after) })
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn next_cell_is_time(document: &Document, row: usize, cell: usize, end: usize) -> bool {
    let at_end = document.cell(row, cell).is_some_and(|content| content.text.len() == end);
    at_end && document.cell(row, cell + 1).is_some_and(|next| TIME.is_match(&next.text))
}

fn overlap(a: Spot, b: Spot) -> bool {
    a.start < b.end && b.start < a.end
}

fn group<'a>(captures: &'a Captures<'_>, name: &str) -> &'a str {
    captures.name(name).map_or("", |found| found.as_str())
}

fn small(captures: &Captures<'_>, name: &str) -> Option<i8> {
    group(captures, name).parse().ok()
}

/// Reads the year; two digits are 1980 to 2079.
fn year(captures: &Captures<'_>) -> Option<i16> {
    let year: i16 = group(captures, "y").trim_start_matches('\'').parse().ok()?;
    Some(match year {
        0..80 => year + 2000,
        80..100 => year + 1900,
        _ => year,
    })
}

fn date(year: Option<i16>, month: Option<i8>, day: Option<i8>) -> Option<Date> {
    Date::new(year?, month?, day?).ok()
}

fn year_first(captures: &Captures<'_>) -> (Option<Date>, Option<Date>) {
    let found = date(year(captures), small(captures, "a"), small(captures, "b"));
    (found, found)
}

fn numeric(captures: &Captures<'_>) -> (Option<Date>, Option<Date>) {
    let (first, second) = (small(captures, "a"), small(captures, "b"));
    let year = year(captures);
    (date(year, second, first), date(year, first, second))
}

fn named(captures: &Captures<'_>) -> (Option<Date>, Option<Date>) {
    let found = date(year(captures), month(group(captures, "m")), small(captures, "a"));
    (found, found)
}

/// Returns the month that a name or its abbreviation means, 1 to 12.
fn month(name: &str) -> Option<i8> {
    let name = fold(name.get(glued_label(name)..)?);
    if name.len() < 3 {
        return None;
    }
    let starts = |names: &&str| names.split(' ').any(|full| full.starts_with(&name));
    let found = MONTHS.iter().position(starts)?;
    i8::try_from(found + 1).ok()
}

/// Returns the bytes of a label that sticks to the month's name: 4 for `dateOct`.
fn glued_label(name: &str) -> usize {
    let mut pairs = name.char_indices().zip(name.chars().skip(1));
    let glued = pairs.find(|((_, left), right)| left.is_lowercase() && right.is_uppercase());
    glued.map_or(0, |((at, left), _)| at + left.len_utf8())
}

/// Finds the order in which this document writes dates: as a date of it proves, else month first
/// where `american`, else day first.
pub(crate) fn order(hits: &[DateHit], american: bool) -> Order {
    let proofs = |order| hits.iter().filter(|hit| hit.proves() == Some(order)).count();
    let (day, month) = (proofs(Order::DayFirst), proofs(Order::MonthFirst));
    match month.cmp(&day) {
        std::cmp::Ordering::Greater => Order::MonthFirst,
        std::cmp::Ordering::Less => Order::DayFirst,
        std::cmp::Ordering::Equal if american => Order::MonthFirst,
        std::cmp::Ordering::Equal => Order::DayFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let document = Document::read(text);
        find(&document)
            .iter()
            .filter_map(|hit| hit.date(Order::DayFirst))
            .map(|date| date.to_string())
            .collect()
    }

    #[test]
    fn formats_are_read() {
        for text in [
            "2018-03-05",
            "2018/03/05",
            "2018.03.05",
            "05/03/2018",
            "5.3.2018",
            "05-03-18",
            "05.03.18",
            "5 Mar 2018",
            "05-Mar-2018",
            "05MAR18",
            "5. März 2018",
            "5 mars 2018",
            "5 de marzo de 2018",
            "5 marzo 2018",
            "5 maart 2018",
            "5 marca 2018",
            "5 de março de 2018",
            "March 5, 2018",
            "Mar 5 2018",
            "March 5 , 2018",
            "5th of March 2018",
            "05/03/2018 12:26:33",
            "05 MAR 2018",
            "Mar 05, '18",
            "on 5/3/2018.",
            "Invoice dateMar 5, 2018",
            "05 / 03 / 2018",
            "05/03/201815:28",
            "05-03-1815:28:01",
        ] {
            assert_eq!(read(text), ["2018-03-05"], "{text}");
        }
    }

    #[test]
    fn no_dates() {
        for text in [
            "192.168.10.12",
            "31/02/2018",
            "123/45/6789",
            "12.50",
            "03-8079 0255",
            "Total 12 2018x",
            "1.2.3.4",
            "Nr. 471102",
            "12/05/201899:99",
            "12/05/2018123",
            "DE 80333",
            "Oct 1 - Oct 31",
            "July 2014",
        ] {
            assert!(read(text).is_empty(), "{text} {:?}", read(text));
        }
    }

    #[test]
    fn a_date_of_the_document_proves_the_order() {
        let hits = find(&Document::read("11/03/2017\n11/17/2017"));
        assert_eq!(order(&hits, false), Order::MonthFirst);
        assert_eq!(hits[0].date(Order::MonthFirst).unwrap().to_string(), "2017-11-03");
        let hits = find(&Document::read("11/03/2017"));
        assert_eq!(order(&hits, false), Order::DayFirst);
        assert_eq!(order(&hits, true), Order::MonthFirst);
    }

    #[test]
    fn a_time_is_noticed() {
        assert!(find(&Document::read("DATE: 05/03/2018  22:52:33"))[0].timed);
        assert!(!find(&Document::read("DATE: 05/03/2018  POS 1"))[0].timed);
    }
}
