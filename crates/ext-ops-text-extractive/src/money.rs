//! Recogniser of numbers and amounts of money.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use crate::currency;
use crate::dates::DateHit;
use crate::rows::{Document, Spot};

/// Numbers that are looked at in one document.
const MAX_NUMBERS: usize = 2_000;

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
}

impl Number {
    /// Returns whether the number is printed as money is: with a currency, or with two decimals.
    pub(crate) fn is_money(&self) -> bool {
        !self.percent && (self.decimals == 2 || self.currency.is_some())
    }
}

/// Digits with separators. OCR reads `O` for `0` and puts spaces around the decimal point.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    let grouped = r"\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?";
    let spaced = r"\d{1,3}(?: \d{3})+,\d{2}";
    let indian = r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?";
    let split = r"\d+(?: \.\s?|\. )\d{2}";
    let exact = r"\d+[.,]\d{4,6}";
    let misread = r"[\dOo]*\d[\dOo]*[.,][\dOo]{2}|[Oo][.,]\d{2}";
    let plain = r"\d+(?:[.,]\d{1,6})?|[.,]\d{2}";
    Regex::new(&format!("{spaced}|{exact}|{indian}|{grouped}|{misread}|{split}|{plain}"))
        .expect("constant pattern")
});

/// Finds every number of the document that is not part of a date, a word or a longer code.
pub(crate) fn find(document: &Document, dates: &[DateHit]) -> Vec<Number> {
    let mut found = Vec::new();
    for (row, cell, content) in document.cells() {
        let from = dates.partition_point(|hit| (hit.spot.row, hit.spot.cell) < (row, cell));
        let dated: Vec<Range<usize>> = dates
            .iter()
            .skip(from)
            .take_while(|hit| (hit.spot.row, hit.spot.cell) == (row, cell))
            .map(|hit| hit.spot.start..hit.spot.end)
            .collect();
        let previous = cell.checked_sub(1).and_then(|left| document.cell(row, left));
        let left = previous.and_then(|left| currency::at_end(&left.text));
        let next = document.cell(row, cell + 1).map(|next| next.text.as_str());
        let right = next.and_then(whole_currency);
        for mut number in in_text(&content.text, &dated) {
            number.spot = Spot { row, cell, ..number.spot };
            let first = content.text.get(..number.spot.start).is_some_and(|t| t.trim().is_empty());
            let last = number.spot.end == content.text.len();
            number.currency = number
                .currency
                .or(left.filter(|_| first && number.decimals > 0))
                .or(right.filter(|_| last));
            found.push(number);
        }
        if found.len() >= MAX_NUMBERS {
            break;
        }
    }
    found
}

/// Returns the currency of a cell that is nothing else.
fn whole_currency(text: &str) -> Option<&'static str> {
    currency::at_start(text).filter(|_| text.trim().chars().count() <= 4)
}

/// Finds the numbers of one cell outside the ranges `skip`; row and cell of the spots are 0.
pub(crate) fn in_text(text: &str, skip: &[Range<usize>]) -> Vec<Number> {
    if let Some(number) = without_point(text).filter(|_| skip.is_empty()) {
        return vec![number];
    }
    DIGITS
        .find_iter(text)
        .filter(|found| !skip.iter().any(|s| s.start < found.end() && found.start() < s.end))
        .filter_map(|found| read(text, found.range()))
        .collect()
}

/// Reads a cell that is one amount whose decimal point OCR took for a space: `16 85`.
fn without_point(text: &str) -> Option<Number> {
    let (whole, cents) = text.trim().split_once(' ')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(whole) && digits(cents) && cents.len() == 2 && (1..=4).contains(&whole.len());
    let value = format!("{whole}.{cents}").parse().ok().filter(|_| fits)?;
    let spot = Spot { row: 0, cell: 0, start: 0, end: text.len() };
    Some(Number { spot, value, decimals: 2, currency: None, percent: false })
}

fn read(text: &str, range: Range<usize>) -> Option<Number> {
    let digits = text.get(range.clone())?;
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    let (value, decimals) = value(digits)?;
    let marked_before = mark_before(before, decimals);
    if !stands_alone(before, after, marked_before.is_some(), decimals) {
        return None;
    }
    let percent = after.trim_start().starts_with('%');
    let currency = marked_before.map(|(code, _)| code).or_else(|| currency::at_start(after));
    let head = marked_before.map_or(before, |(_, head)| head);
    let negative = is_negative(head, before, after);
    let value = if negative { -value } else { value };
    let spot = Spot { row: 0, cell: 0, start: range.start, end: range.end };
    Some(Number { spot, value, decimals, currency: currency.filter(|_| !percent), percent })
}

/// Finds the currency right before a number, and the text before the currency. A lone `S` is a
/// misread dollar sign.
fn mark_before(before: &str, decimals: usize) -> Option<(&'static str, &str)> {
    let trimmed = before.trim_end_matches([' ', '-', '–', ':']);
    if let Some(code) = currency::at_end(trimmed) {
        let head =
            trimmed.trim_end_matches(|c: char| c.is_alphabetic() || "$€£¥₹₺₽₩฿₫₪₱₦₴.".contains(c));
        return Some((code, head));
    }
    let head = before.strip_suffix('S').filter(|_| decimals == 2)?;
    (!head.ends_with(char::is_alphanumeric)).then_some(("USD", head))
}

/// Returns whether the number is a word of its own: not `SS4C/5`, `12:30`, `0228/53` or `5kg`.
fn stands_alone(before: &str, after: &str, marked: bool, decimals: usize) -> bool {
    let mut behind = before.chars().rev();
    let glued_before = match behind.next() {
        Some(c) if c.is_alphanumeric() => !marked,
        Some('.' | ',' | ':' | '#' | '_' | '\'' | '*') => {
            behind.next().is_some_and(|c| c.is_ascii_digit())
        }
        Some('/') => behind.next().is_some_and(char::is_alphanumeric),
        Some('-' | '–') => behind.next().is_some_and(char::is_alphanumeric) && !marked,
        _ => false,
    };
    let mut ahead = after.chars();
    let glued_after = match ahead.next() {
        Some(c) if c.is_alphabetic() => !is_code(after, decimals),
        Some(c) if c.is_alphanumeric() => true,
        Some('.' | ',' | '/' | ':' | '-' | '_' | '\'') => {
            ahead.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    !glued_before && !glued_after
}

/// Returns whether a tax code or a currency sticks to an amount: `20.00SR`, `5,00EUR`.
fn is_code(after: &str, decimals: usize) -> bool {
    let code = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let capitals = code.len() <= 3 && code.chars().all(|c| c.is_ascii_uppercase());
    decimals == 2 && capitals || currency::at_start(after).is_some()
}

/// Returns whether an amount is negative: `-5.00`, `-RM 5.00`, `RM -5.00`, `5.00-`, `(5.00)`.
fn is_negative(head: &str, before: &str, after: &str) -> bool {
    let minus = |text: &str| text.ends_with(['-', '–', '−']);
    let trailing =
        after.starts_with(['-', '−']) && !after.chars().nth(1).is_some_and(char::is_alphanumeric);
    let own_cell = |text: &str| minus(text.trim_end()) && text.trim().chars().count() == 1;
    let bracketed = head.ends_with('(') && after.starts_with(')');
    minus(head) || minus(before) || own_cell(head) || trailing || bracketed
}

/// Returns the value of digits with separators and the number of decimals.
fn value(digits: &str) -> Option<(Decimal, usize)> {
    let digits: String = digits
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if matches!(c, 'O' | 'o') { '0' } else { c })
        .collect();
    let decimals = decimals(&digits);
    let whole_length = digits.len().checked_sub(if decimals > 0 { decimals + 1 } else { 0 })?;
    let whole: String = digits.get(..whole_length)?.chars().filter(char::is_ascii_digit).collect();
    let fraction = digits.get(digits.len() - decimals..)?;
    if whole.len() > 12 {
        return None;
    }
    let text = if decimals > 0 { format!("0{whole}.{fraction}") } else { format!("0{whole}") };
    Some((text.parse().ok()?, decimals))
}

/// Counts the digits that follow the decimal separator; 0 if the last separator groups thousands.
fn decimals(digits: &str) -> usize {
    let Some(last) = digits.rfind(['.', ',', '\'', '’']) else { return 0 };
    let tail = digits.get(last..).unwrap_or("");
    let separator = tail.chars().next().unwrap_or('.');
    let count = tail.len() - separator.len_utf8();
    let separators = digits.chars().filter(|c| !c.is_ascii_digit());
    let mixed = separators.clone().any(|c| c != separator);
    let grouping = count == 3 && !mixed && (!digits.starts_with('0') || separators.count() > 1);
    if matches!(separator, '\'' | '’') || grouping { 0 } else { count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<String> {
        let document = Document::read(text);
        find(&document, &[]).iter().map(|number| number.value.normalize().to_string()).collect()
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
    fn a_space_between_quantity_and_price_groups_nothing() {
        assert_eq!(read_all("1 250.00"), ["1", "250"]);
    }

    #[test]
    fn currency_may_stand_in_the_cell_beside() {
        let document = Document::read("Total  EUR  83,20\nSumme  5,00  €");
        let found = find(&document, &[]);
        assert!(found.iter().all(|number| number.currency == Some("EUR")), "{found:?}");
    }

    #[test]
    fn percentages_are_marked() {
        let found = in_text("GST 6% 1.20", &[]);
        assert!(found[0].percent && !found[1].percent);
    }
}
