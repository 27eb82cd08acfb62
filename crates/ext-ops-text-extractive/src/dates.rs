//! Recogniser of dates.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use ext_amounts::{FoundDate, misread_month, scan_dates, starts_with_time};
use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::currency::Currency;
use crate::labels;
use crate::lexicon::Concept;
use crate::rows::{Document, Spot};

/// Dates that are looked at in one document.
const MAX_DATES: usize = 500;
/// Currencies of countries that write the month first, or either way.
const EITHER_WAY: [&str; 3] = ["USD", "CAD", "PHP"];

/// A printed date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DateHit {
    pub(crate) spot: Spot,
    /// `None`: the digits are not a date that way round.
    pub(crate) day_first: Option<Date>,
    pub(crate) month_first: Option<Date>,
    /// Another date that the print may mean, whatever the order.
    other: Option<Date>,
    /// Points separate its numbers.
    dotted: bool,
    /// Digits only, as numbers of documents are too.
    pub(crate) compact: bool,
    /// A time of day follows, as on till receipts.
    pub(crate) timed: bool,
}

/// Order of day and month in dates such as `03/04/2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
    /// Nothing in the document tells; the day is taken to come first.
    Unknown,
}

impl DateHit {
    /// Returns the date, read in the document's order where both are possible.
    pub(crate) fn date(&self, order: Order) -> Option<Date> {
        match order {
            Order::DayFirst | Order::Unknown => self.day_first.or(self.month_first),
            Order::MonthFirst => self.month_first.or(self.day_first),
        }
    }

    /// Returns another date that the print may mean, where the document does not tell.
    pub(crate) fn other(&self, order: Order) -> Option<Date> {
        let turned = self.month_first.filter(|_| order == Order::Unknown && !self.dotted);
        let turned = turned.filter(|date| Some(*date) != self.date(order));
        self.other.or(turned)
    }

    /// Returns the order that the digits prove, if any.
    fn proves(&self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            _ if self.other.is_some() => None,
            (Some(_), None) => Some(Order::DayFirst),
            (None, Some(_)) => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

/// Finds every date of the document, in reading order.
pub(crate) fn find(document: &Document) -> Vec<DateHit> {
    let mut hits = Vec::new();
    for (row, cell, content) in document.cells() {
        if !content.text.contains(|c: char| c.is_numeric()) {
            continue;
        }
        let hit = |found: FoundDate| {
            let (start, end) = (found.range.start, found.range.end);
            DateHit {
                spot: Spot { row, cell, start, end },
                day_first: found.day_first,
                month_first: found.month_first,
                other: found.other,
                dotted: found.dotted,
                compact: found.compact,
                timed: found.timed || next_cell_is_time(document, row, cell, end),
            }
        };
        let text = &content.text;
        let dates = scan_dates(&without_slips(text)).into_iter();
        hits.extend(dates.filter(|found| !names_a_street(text, found)).map(hit));
        if hits.len() >= MAX_DATES {
            break;
        }
    }
    hits.truncate(MAX_DATES);
    hits
}

/// Returns whether a date is part of the name of a street, as in `Calle 5 de Mayo 12`.
fn names_a_street(text: &str, found: &FoundDate) -> bool {
    let date = text.get(found.range.clone()).unwrap_or_default();
    let mut numbers = date.split(|c: char| !c.is_ascii_digit());
    let has_year = numbers.any(|number| number.len() == 4);
    let is_named = date.contains(char::is_alphabetic);
    is_named && !has_year && !found.timed && labels::says(text, Concept::Address)
}

/// A day and a year around what may be a month's name, in which a scan misread a letter.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b\d{1,2}[ .\-]{1,2}([0-9A-Za-z]{3,10})[ .,\-]{1,2}(?:19|20)\d{2}\b")
        .expect("constant pattern")
});

/// Puts the letters that a scan misread in names of months right; each place stays where it is.
fn without_slips(text: &str) -> Cow<'_, str> {
    let misread = |captures: &Captures<'_>| {
        let name = captures.get(1)?;
        Some((name.range(), misread_month(name.as_str())?))
    };
    let Some((range, month)) = NAMED.captures(text).as_ref().and_then(misread) else {
        return Cow::Borrowed(text);
    };
    let mut right = text.to_owned();
    right.replace_range(range, month);
    Cow::Owned(right)
}

fn next_cell_is_time(document: &Document, row: usize, cell: usize, end: usize) -> bool {
    let at_end = document.cell(row, cell).is_some_and(|content| content.text.len() == end);
    at_end && document.cell(row, cell + 1).is_some_and(|next| starts_with_time(&next.text))
}

/// Finds the order in which this document writes dates: as a date of it proves, else month first
/// where `american`, else day first where the currency is of a country that does so.
pub(crate) fn order(hits: &[DateHit], american: bool, currency: Option<Currency>) -> Order {
    let proofs = |order| hits.iter().filter(|hit| hit.proves() == Some(order)).count();
    let (day, month) = (proofs(Order::DayFirst), proofs(Order::MonthFirst));
    let day_first = currency.is_some_and(|currency| !EITHER_WAY.contains(&currency.code));
    match month.cmp(&day) {
        Ordering::Greater => Order::MonthFirst,
        Ordering::Less => Order::DayFirst,
        Ordering::Equal if american => Order::MonthFirst,
        Ordering::Equal if day_first => Order::DayFirst,
        Ordering::Equal => Order::Unknown,
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
    fn misread_months_are_read() {
        for (text, date) in [
            ("10 Septembcr 2024", "2024-09-10"),
            ("30 0ct 2022 13:57:28", "2022-10-30"),
            ("05-0ct-2025", "2025-10-05"),
            ("30 sfycznia 2023", "2023-01-30"),
        ] {
            assert_eq!(read(text), [date], "{text}");
        }
        for text in ["10 Packets 2024", "4 Liter 2024", "5 0ct"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn streets_are_called_after_days() {
        assert!(read("Calle 5 de Mayo 51").is_empty());
        assert!(read("Rue du 11 novembre 18").is_empty());
        assert_eq!(read("Calle 5 de Mayo, 7 de enero de 2026"), ["2026-01-07"]);
        assert_eq!(read("5 de Mayo 26"), ["2026-05-05"]);
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
        assert_eq!(order(&hits, false, None), Order::MonthFirst);
        assert_eq!(hits[0].date(Order::MonthFirst).unwrap().to_string(), "2017-11-03");
        let hits = find(&Document::read("11/03/2017"));
        assert_eq!(order(&hits, false, None), Order::Unknown);
        assert_eq!(order(&hits, true, None), Order::MonthFirst);
    }

    #[test]
    fn what_nothing_decides_is_kept() {
        let read = |text: &str, order| {
            let hit = find(&Document::read(text))[0];
            (hit.date(order).unwrap().to_string(), hit.other(order).map(|date| date.to_string()))
        };
        let turned = Some("2024-04-03".to_owned());
        let taken = "2024-03-04".to_owned();
        assert_eq!(read("04/03/2024", Order::Unknown), (taken.clone(), turned));
        assert_eq!(read("04/03/2024", Order::DayFirst), (taken.clone(), None));
        assert_eq!(read("04.03.2024", Order::Unknown), (taken, None));
        let (date, other) = read("24-03-05", Order::DayFirst);
        assert_eq!((date.as_str(), other.as_deref()), ("2024-03-05", Some("2005-03-24")));
        let hits = find(&Document::read("24-03-05\n03/04/2024"));
        assert_eq!(order(&hits, false, None), Order::Unknown);
    }

    #[test]
    fn a_time_is_noticed() {
        assert!(find(&Document::read("DATE: 05/03/2018  22:52:33"))[0].timed);
        assert!(!find(&Document::read("DATE: 05/03/2018  POS 1"))[0].timed);
    }
}
