//! Recogniser of numbers and amounts of money.

use std::cmp::Ordering;
use std::ops::Range;

use ext_amounts::{Candidate, Currency, Found, Mark, Spaces, scan};
use rust_decimal::Decimal;

use crate::amounts::role;
use crate::converted;
use crate::currency;
use crate::dates::DateHit;
use crate::labels::labels;
use crate::lexicon::Concept;
use crate::rows::{Document, Spot};

/// Numbers that are looked at in one document.
const MAX_NUMBERS: usize = 2_000;
/// Marks of currencies that have a vote on the document's.
const MAX_MARKS: usize = 200;

/// A printed number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) spot: Spot,
    pub(crate) value: Decimal,
    /// Digits after the decimal separator.
    pub(crate) decimals: usize,
    /// ISO 4217, if a currency stands beside it.
    pub(crate) currency: Option<&'static str>,
    pub(crate) percent: bool,
    /// True where a unit follows, such as `km`.
    pub(crate) measure: bool,
    /// Another value that the print may mean, where nothing in the document decides.
    pub(crate) other: Option<Decimal>,
}

impl Number {
    /// Returns whether the number is printed as money is: with a currency, or with two decimals.
    pub(crate) fn is_money(&self) -> bool {
        !self.percent && !self.measure && (self.decimals == 2 || self.currency.is_some())
    }
}

/// Finds every number of the document that is not part of a date, a word or a longer code, and the
/// document's currency.
pub(crate) fn find(
    document: &Document,
    dates: &[DateHit],
) -> (Vec<Number>, Option<currency::Currency>) {
    let printed = converted::without_repeats(document, find_printed(document, dates));
    let marks = printed.iter().filter_map(|p| Some((p.found.mark?, p.spot.row)));
    let marks: Vec<(Mark, usize)> = marks.take(MAX_MARKS).collect();
    let currency = currency::of_document(document, &marks);
    let known = Known {
        separator: separator(&printed),
        currency: currency.and_then(|currency| Currency::of(currency.code)),
    };
    (printed.into_iter().map(|printed| printed.decide(known)).collect(), currency)
}

/// What the document as a whole says about its numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    separator: Option<char>,
    currency: Option<Currency>,
}

/// A number as printed, before the document decides between its readings.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    pub(crate) spot: Spot,
    pub(crate) found: Found,
    measure: bool,
    /// Quantity and price, where a space may part them as well as group one number.
    parts: Option<(Found, Found)>,
}

fn find_printed(document: &Document, dates: &[DateHit]) -> Vec<Printed> {
    let mut numbers = Vec::new();
    for (row, cell, content) in document.cells() {
        if !content.text.contains(char::is_numeric) {
            continue;
        }
        let from = dates.partition_point(|hit| (hit.spot.row, hit.spot.cell) < (row, cell));
        let dated: Vec<Range<usize>> = dates
            .iter()
            .skip(from)
            .take_while(|hit| (hit.spot.row, hit.spot.cell) == (row, cell))
            .map(|hit| hit.spot.start..hit.spot.end)
            .collect();
        let left = cell.checked_sub(1).and_then(|left| document.cell(row, left));
        let left = left.map_or("", |left| left.text.as_str());
        let next = document.cell(row, cell + 1).map_or("", |next| next.text.as_str());
        for mut printed in scanned(&content.text, &dated, left) {
            printed.spot = Spot { row, cell, ..printed.spot };
            printed.measure = converted::is_measure(&printed.found, &content.text, next);
            numbers.push(printed.beside(&content.text, left, next));
        }
        if numbers.len() >= MAX_NUMBERS {
            break;
        }
    }
    part_by_product(numbers)
}

/// Returns the currency of a cell that is nothing else.
fn whole_currency(text: &str) -> Option<Mark> {
    currency::mark_at_start(text).filter(|_| text.trim().chars().count() <= 4)
}

/// Finds the numbers of one cell outside the ranges `skip`; row and cell of the spots are 0.
pub(crate) fn in_text(text: &str, skip: &[Range<usize>]) -> Vec<Number> {
    let printed = scanned(text, skip, "");
    printed.into_iter().map(|printed| printed.decide(Known::default())).collect()
}

/// Finds the numbers of a cell. `left`: the text of the cell before.
fn scanned(text: &str, skip: &[Range<usize>], left: &str) -> Vec<Printed> {
    if let Some(number) = without_point(text).filter(|_| skip.is_empty()) {
        return vec![number];
    }
    let free = |found: &Found| {
        !skip.iter().any(|s| s.start < found.range.end && found.range.start < s.end)
    };
    let mut numbers = Vec::new();
    for found in scan(text, Spaces::Join).into_iter().filter(free) {
        let parts = if found.loose { parts(text, &found) } else { None };
        let sure = parts.is_some() && is_sum(text, &found, left);
        match parts {
            Some((quantity, price)) if !sure && !joins(text, &found) => {
                numbers.extend([Printed::of(quantity), Printed::of(price)]);
            }
            parts => {
                let parts = parts.filter(|_| !sure);
                numbers.push(Printed { parts, ..Printed::of(found) });
            }
        }
    }
    numbers
}

/// Returns the quantity and the price that a space may part.
fn parts(text: &str, found: &Found) -> Option<(Found, Found)> {
    let mut parts = scan(text, Spaces::Part);
    parts.retain(|p| found.range.start <= p.range.start && p.range.end <= found.range.end);
    let (price, quantity) = (parts.pop()?, parts.pop()?);
    parts.is_empty().then_some((quantity, price))
}

/// Returns whether the words before a number name a sum, of which there is no quantity.
fn is_sum(text: &str, found: &Found, left: &str) -> bool {
    let before = text.get(..found.range.start).unwrap_or_default();
    let names_sum = |text: &str| {
        role(&labels(text)).is_some_and(|(concept, _)| {
            !matches!(concept, Concept::Count | Concept::UnitPrice | Concept::Amount)
        })
    };
    names_sum(before) || before.trim().is_empty() && names_sum(left)
}

/// Returns whether the space in a number more likely groups its digits than parts two numbers:
/// behind a colon, beside a currency, or with a decimal comma, as where spaces group.
fn joins(text: &str, found: &Found) -> bool {
    let before = text.get(..found.range.start).unwrap_or_default();
    let labelled = before.trim_end().ends_with(':');
    labelled || found.mark.is_some() || found.reading.best().separator == Some(',')
}

/// Parts the numbers whose parts, multiplied, are another number of the row: `2 100,00  200,00`.
fn part_by_product(numbers: Vec<Printed>) -> Vec<Printed> {
    let product = |printed: &Printed| {
        let (quantity, price) = printed.parts.as_ref()?;
        quantity.reading.best().value.checked_mul(price.reading.best().value)
    };
    let is_proven = |printed: &Printed| {
        let from = numbers.partition_point(|other| other.spot.row < printed.spot.row);
        let row = || numbers.iter().skip(from).take_while(|o| o.spot.row == printed.spot.row);
        product(printed)
            .is_some_and(|product| row().any(|other| other.found.reading.best().value == product))
    };
    let parted = |printed: &Printed| match &printed.parts {
        Some((quantity, price)) if is_proven(printed) => {
            let part = |found: &Found| {
                let (start, end) = (found.range.start, found.range.end);
                Printed { spot: Spot { start, end, ..printed.spot }, ..Printed::of(found.clone()) }
            };
            vec![part(quantity), part(price)]
        }
        _ => vec![printed.clone()],
    };
    numbers.iter().flat_map(parted).collect()
}

/// Reads a cell that is one amount whose decimal point OCR took for a space: `16 85`.
fn without_point(text: &str) -> Option<Printed> {
    let (whole, cents) = text.trim().split_once(' ')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(whole) && digits(cents) && cents.len() == 2 && (1..=4).contains(&whole.len());
    let point = fits.then(|| format!("{whole}.{cents}"))?;
    let mut found = scan(&point, Spaces::Part).pop()?;
    found.range = 0..text.len();
    Some(Printed::of(found))
}

impl Printed {
    fn of(found: Found) -> Self {
        let spot = Spot { row: 0, cell: 0, start: found.range.start, end: found.range.end };
        Self { spot, found, measure: false, parts: None }
    }

    /// Gives the number the currency that stands in the cell beside its own.
    fn beside(self, text: &str, left: &str, next: &str) -> Self {
        if self.found.mark.is_some() || self.found.percent || self.measure {
            return self;
        }
        let first = text.get(..self.spot.start).is_some_and(|t| t.trim().is_empty());
        let last = self.spot.end == text.len();
        let decimals = self.found.reading.candidates().any(|candidate| candidate.decimals > 0);
        let before = Some(left).filter(|_| first && decimals).and_then(currency::mark_at_end);
        let mark = before.or_else(|| whole_currency(next).filter(|_| last));
        match mark {
            Some(mark) => Self { found: self.found.beside(mark), ..self },
            None => self,
        }
    }

    /// Takes the reading that fits the document, and keeps the other one where that does not settle
    /// it.
    fn decide(self, known: Known) -> Number {
        let Self { spot, found, measure, parts } = self;
        let mark = found.mark;
        let own = |currency: &Currency| mark.is_none_or(|mark| mark.may_mean(*currency));
        let shared = known.currency.filter(own);
        let found = found.closed_in(shared);
        let reading = shared.map_or_else(|| found.reading.clone(), |c| found.reading_in(c));
        let fitting = reading.best();
        let reading = match known.separator {
            Some(separator) => reading.preferring(separator),
            None => reading,
        };
        let best = reading.best();
        let agrees = known.separator.is_some_and(|separator| best.agrees(separator));
        let complete = shared.is_some_and(|currency| best.has_all_decimals_of(currency));
        let settled = best == fitting && (agrees || complete);
        let unsettled = reading.candidates().nth(1).filter(|_| !settled);
        let price = parts.map(|(_, price)| price.signed(price.reading.best()));
        let currency = found.mark.and(shared).or(found.currency()).map(Currency::code);
        Number {
            spot,
            value: found.signed(best),
            decimals: usize::try_from(best.decimals).unwrap_or_default(),
            currency: currency.filter(|_| !found.percent),
            percent: found.percent,
            measure,
            other: unsettled
                .map(|other| found.signed(other))
                .or(price)
                .or(found.doubtful_sign.then_some(best.value)),
        }
    }
}

/// Returns the decimal separator of most numbers that have one reading only.
fn separator(numbers: &[Printed]) -> Option<char> {
    let proofs = || {
        let only = numbers.iter().filter_map(|printed| printed.found.reading.only());
        only.filter_map(Candidate::proves_separator)
    };
    let points = proofs().filter(|separator| *separator == '.').count();
    let commas = proofs().filter(|separator| *separator == ',').count();
    match points.cmp(&commas) {
        Ordering::Greater => Some('.'),
        Ordering::Less => Some(','),
        Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<String> {
        let document = Document::read(text);
        find(&document, &[]).0.iter().map(|number| number.value.normalize().to_string()).collect()
    }

    #[test]
    fn styles_are_read() {
        for (text, value) in [
            ("1,234.50", "1234.5"),
            ("1.234,50", "1234.5"),
            ("1 234,50 €", "1234.5"),
            ("1'234.50", "1234.5"),
            ("1\u{202f}234,50", "1234.5"),
            ("1,23,456.50", "123456.5"),
            ("RM 12 .50", "12.5"),
            ("RM12. 50", "12.5"),
            ("S12.50", "12.5"),
            ("1O.5O", "10.5"),
            ("O.50", "0.5"),
            ("-RM0.02", "-0.02"),
            ("RM -5.00", "-5"),
            ("5.00-", "-5"),
            ("(5.00)", "-5"),
            ("20.00SR", "20"),
            ("3,3333", "3.3333"),
            ("1.234", "1234"),
            ("0.125", "0.125"),
            ("€83.20", "83.2"),
            ("USD 47.90", "47.9"),
            ("12,-", "12"),
            (".50", "0.5"),
            ("1.420,00", "1420"),
            ("2,076.76 €", "2076.76"),
            ("TOTAL:28.60", "28.6"),
            ("1.000.000", "1000000"),
            ("16 85", "16.85"),
        ] {
            assert_eq!(read_all(text), [value], "{text}");
        }
    }

    #[test]
    fn codes_are_no_numbers() {
        for text in ["SS4C/5", "12:30", "0228/53", "5kg", "GTG02", "03-8079", "#000001x", "A4"] {
            assert!(read_all(text).is_empty(), "{text} {:?}", read_all(text));
        }
    }

    #[test]
    fn notations_of_the_world() {
        for (text, value) in [
            ("Total: CHF 45.-", "45"),
            ("Total: 46,- €", "46"),
            ("Total: 47,-- EUR", "47"),
            ("Total: $ .99", "0.99"),
            ("Total: KWD 12.500", "12.5"),
            ("Total: 12.750 KWD", "12.75"),
            ("Total: BHD 3.250", "3.25"),
            ("Total: COP $ 12.100", "12100"),
            ("Total: $ 12.102 COP", "12102"),
            ("Total: 1\u{2009}240.50 EUR", "1240.5"),
            ("Total: 1\u{a0}239,50\u{a0}€", "1239.5"),
            ("Total: 12 500 kr", "12500"),
            ("Total: 1 248.50 EUR", "1248.5"),
            ("Total amount due    12 345.00 CHF", "12345"),
            ("Net    10 000.00", "10000"),
            ("Total: $ 1,242 50", "1242.5"),
            ("合計: ￥１２，４７０", "12470"),
            ("Total: SAR ١٬٢٤٦٫٥٠", "1246.5"),
            ("Total (EUR 119.00)", "119"),
            ("Pay now (€12.99)", "12.99"),
            ("Total-EUR 5.00", "5"),
            ("Total: (34.13) EUR", "-34.13"),
            ("Total: \u{2013}37,13 EUR", "-37.13"),
            ("Total: \u{2212}32,13 EUR", "-32.13"),
            ("Total: $35.13 CR", "-35.13"),
            ("Total: 33,13- EUR", "-33.13"),
            ("合計 ¥12,345-", "12345"),
            ("合計  ￥12,345-", "12345"),
            ("領収金額  12,345円-", "12345"),
            ("請求書 株式会社\n合計  12,345-", "12345"),
            ("合計 -¥12,345", "-12345"),
            ("Total: 12,50- EUR", "-12.5"),
            ("Total: 1.234,- EUR", "1234"),
        ] {
            assert_eq!(read_all(text), [value], "{text}");
        }
    }

    #[test]
    fn what_nothing_decides_is_kept() {
        let other = |text: &str| {
            let (found, _) = find(&Document::read(text), &[]);
            found.first().and_then(|number| number.other).map(|other| other.normalize().to_string())
        };
        assert_eq!(other("Total: 1.234 EUR").as_deref(), Some("1.234"));
        assert_eq!(other("Total: 1.234 EUR\nNet: 12,50 EUR"), None);
        assert_eq!(other("Total: 1.234 EUR\nNet: 12.50 EUR").as_deref(), Some("1234"));
        assert_eq!(other("Kabel: 2 100,00").as_deref(), Some("100"));
        assert_eq!(other("Total: ¥12,100"), None);
        assert_eq!(other("($35.13)").as_deref(), Some("35.13"));
    }

    #[test]
    fn a_product_parts_quantity_and_price() {
        assert_eq!(read_all("Kabel  2 100,00  200,00"), ["2", "100", "200"]);
        assert_eq!(read_all("Kabel  2 100,00"), ["2100"]);
    }

    #[test]
    fn a_space_between_quantity_and_price_groups_nothing() {
        assert_eq!(read_all("1 250.00"), ["1", "250"]);
    }

    #[test]
    fn currency_may_stand_in_the_cell_beside() {
        let document = Document::read("Total  EUR  83,20\nSumme  5,00  €");
        let (found, _) = find(&document, &[]);
        assert!(found.iter().all(|number| number.currency == Some("EUR")), "{found:?}");
    }

    #[test]
    fn percentages_are_marked() {
        let found = in_text("GST 6% 1.20", &[]);
        assert!(found[0].percent && !found[1].percent);
    }
}
