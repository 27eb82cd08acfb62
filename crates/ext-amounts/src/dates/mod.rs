//! Dates in running text.

mod calendars;
mod hijri;
mod months;
mod patterns;

pub use months::misread_month;

use std::ops::Range;

use jiff::civil::Date;
use regex::Captures;

use crate::plain::Plain;
use patterns::{GLUED_TIME, TIME};

/// A date in a text, in the orders in which it may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDate {
    /// Bytes of the date in the text.
    pub range: Range<usize>,
    /// The date with the day before the month; `None` where the digits are not a date that way.
    pub day_first: Option<Date>,
    /// The date with the month before the day.
    pub month_first: Option<Date>,
    /// Another date that it may be, in whatever order of day and month: a year in front (`24-03-05`),
    /// another era, a name that two languages have for two months.
    pub other: Option<Date>,
    /// Points separate its numbers, as where the day comes first.
    pub dotted: bool,
    /// It is digits only (`20260115`), as numbers of documents are too.
    pub compact: bool,
    /// A time of day follows.
    pub timed: bool,
}

/// The readings of the parts of a date.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    day_first: Option<Date>,
    month_first: Option<Date>,
    other: Option<Date>,
}

impl Parts {
    fn sure(date: Option<Date>) -> Self {
        Self { day_first: date, month_first: date, other: None }
    }
}

/// Finds the dates of a text, in their order.
///
/// ```
/// let dates = |text| {
///     let found = ext_amounts::scan_dates(text);
///     found.into_iter().filter_map(|found| found.day_first).collect::<Vec<_>>()
/// };
/// let day = jiff::civil::date(2026, 1, 5);
/// for text in ["5 January 2026", "05.01.2026", "令和8年1月5日", "5 มกราคม 2569", "20260105"] {
///     assert_eq!(dates(text), [day], "{text}");
/// }
/// ```
#[must_use]
pub fn scan_dates(text: &str) -> Vec<FoundDate> {
    let plain = Plain::of(text);
    let mut found: Vec<FoundDate> = Vec::new();
    for (regex, read) in patterns::readers(&plain.text).chain(hijri::readers(text)) {
        for captures in regex.captures_iter(&plain.text) {
            let Some(date) = found_date(&plain.text, &captures, read) else { continue };
            let overlaps = |known: &FoundDate| {
                known.range.start < date.range.end && date.range.start < known.range.end
            };
            if !found.iter().any(overlaps) {
                found.push(date);
            }
        }
    }
    found.sort_by_key(|date| date.range.start);
    for date in &mut found {
        date.range = plain.origin(date.range.start)..plain.origin(date.range.end);
    }
    found
}

/// Returns whether a text starts with the time of day, as it follows a date.
#[must_use]
pub fn starts_with_time(text: &str) -> bool {
    TIME.is_match(text)
}

fn found_date(
    text: &str,
    captures: &Captures<'_>,
    read: fn(&Captures<'_>) -> Parts,
) -> Option<FoundDate> {
    let whole = captures.get(0)?;
    let before = text.get(..whole.start())?.chars().next_back();
    let after = text.get(whole.end()..)?;
    let separator = captures.name("s").map(|separator| separator.as_str());
    if is_part_of_a_number(before, after, separator) {
        return None;
    }
    let Parts { day_first, month_first, other } = read(captures);
    day_first.or(month_first)?;
    let name = captures.name("m").filter(|name| name.start() == whole.start());
    let label = name.map_or(0, |name| months::glued_label(name.as_str()));
    Some(FoundDate {
        range: whole.start() + label..whole.end(),
        day_first,
        month_first,
        other,
        dotted: separator == Some("."),
        compact: captures.name("compact").is_some(),
        timed: starts_with_time(after),
    })
}

/// Returns whether a date is a piece of a longer number: `1.2.3.2024.5`, `12/05/20189`.
fn is_part_of_a_number(before: Option<char>, after: &str, separator: Option<&str>) -> bool {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    // Chinese and Japanese put no spaces between a label and its value.
    let word = |c: char| c.is_alphanumeric() && !is_ideographic(c);
    let more = ["/", ".", "-"].into_iter().filter(|other| separator.is_none_or(|s| s == *other));
    let continued = |separator: &str| after.strip_prefix(separator).is_some_and(digit);
    before.is_some_and(|c| word(c) || "./".contains(c))
        || digit(after) && !GLUED_TIME.is_match(after)
        || more.into_iter().any(continued)
}

fn is_ideographic(letter: char) -> bool {
    ('\u{3040}'..='\u{30ff}').contains(&letter) || ('\u{3400}'..='\u{9fff}').contains(&letter)
}
