//! Places of values on the documents of a seller: the words before them, by which the correction of one
//! document finds the value on others.
//!
//! A label is what stands before a number in its line, without other numbers, and which number of the line
//! it is; where nothing stands before it, what stands in the line above. A label that stands before two
//! values says nothing, and of several labels all have to say the same.

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::{Amount, Spaces, scan};
use serde_json::Value;
use spacedrive_sdk::prelude::*;

use crate::fields;
use crate::money;
use crate::text::{clip, fold};

/// Fields whose places are learnt.
pub(crate) const FIELDS: [&str; 3] = ["amount", "tax", "date"];
/// Most labels of a value.
const MAX_LABELS: usize = 4;
/// Longest words of a label, in bytes.
const MAX_WORDS: usize = 60;
/// Most lines that are looked at.
const MAX_LINES: usize = 2_000;
/// Most lines that the text engine is asked about.
const MAX_ASKED: usize = 8;

/// Labels of the values of fields.
pub(crate) type Places = BTreeMap<String, BTreeSet<String>>;
/// What stands at labels, by fields.
pub(crate) type Values = BTreeMap<String, BTreeMap<String, String>>;

/// Finds the labels before a value in a text.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn labels(
    client: &SpacedriveClient,
    text: &str,
    field: &str,
    value: &Value,
) -> Result<BTreeSet<String>> {
    let said = match field {
        "date" => value.as_str().map(str::to_owned),
        _ => money::of_json(value).map(printed),
    };
    let Some(said) = said else { return Ok(BTreeSet::new()) };
    let is_it = |label: &String, found: &str| (found == said).then(|| label.clone());
    let spots = match field {
        "date" => days(client, text, |rest| may_be(rest, &said))?,
        _ => amounts(text),
    };
    let spots = distinct(spots);
    Ok(spots.iter().filter_map(|(label, it)| is_it(label, it)).take(MAX_LABELS).collect())
}

/// Reads what stands at labels.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn values(client: &SpacedriveClient, text: &str, places: &Places) -> Result<Values> {
    let mut values = Values::new();
    for (field, labels) in places.iter().filter(|(_, labels)| !labels.is_empty()) {
        let spots = match field.as_str() {
            "date" => days(client, text, |_| true)?,
            _ => amounts(text),
        };
        let mut found = distinct(spots);
        found.retain(|label, _| labels.contains(label));
        values.insert(field.clone(), found);
    }
    Ok(values)
}

/// Returns what all labels say that are there.
pub(crate) fn agreed<'v>(
    labels: &BTreeSet<String>,
    values: &'v BTreeMap<String, String>,
) -> Option<&'v str> {
    let mut said = labels.iter().filter_map(|label| values.get(label));
    let first = said.next()?;
    said.all(|value| value == first).then_some(first)
}

/// Reads an amount that [`values`] wrote.
pub(crate) fn amount(text: &str, currency: Option<&str>) -> Option<Amount> {
    Some(money::with_digits(Amount::parse(text)?, currency))
}

/// Lists labels with the one value that stands behind each.
fn distinct(spots: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (label, value) in spots {
        let known = found.entry(label).or_insert_with(|| Some(value.clone()));
        if known.as_ref() != Some(&value) {
            *known = None;
        }
    }
    found.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// Lists the amounts of a text with their labels. A space between digits may group them or part two
/// numbers: there are labels for either where that makes a difference.
fn amounts(text: &str) -> Vec<(String, String)> {
    let mut spots = Vec::new();
    let mut above = String::new();
    for line in text.lines().take(MAX_LINES) {
        let parted = numbers(line, Spaces::Part);
        let joined = numbers(line, Spaces::Join);
        if parted.is_empty() {
            above = words(line);
            continue;
        }
        let above = std::mem::take(&mut above);
        let is_same = parted == joined;
        let kinds = [('#', parted), ('~', joined)];
        for (mark, numbers) in kinds.into_iter().take(if is_same { 1 } else { 2 }) {
            for (number, (start, amount)) in numbers.into_iter().enumerate() {
                let before = words(line.get(..start).unwrap_or_default());
                let words = if before.is_empty() { &above } else { &before };
                if !words.is_empty() {
                    spots.push((format!("{words}{mark}{number}"), printed(amount)));
                }
            }
        }
    }
    spots
}

/// Lists the numbers of a line that are no share, and where they begin.
fn numbers(line: &str, spaces: Spaces) -> Vec<(usize, Amount)> {
    let found = scan(line, spaces).into_iter().filter(|found| !found.percent);
    let number = |found: ext_amounts::Found| {
        let value = found.signed(found.reading.best());
        Some((found.range.start, money::plausible(value)?))
    };
    found.filter_map(number).collect()
}

/// Lists the days of a text with their labels, of the lines whose rest passes.
fn days(
    client: &SpacedriveClient,
    text: &str,
    passes: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>> {
    let lines = text.lines().take(MAX_LINES).filter_map(dated).filter(|(_, rest)| passes(rest));
    let mut spots = Vec::new();
    for (label, rest) in lines.take(MAX_ASKED) {
        if let Some(day) = fields::certain_day(client, rest)? {
            spots.push((label, day));
        }
    }
    Ok(spots)
}

/// Parts a line that may have a day: its label, and the rest.
fn dated(line: &str) -> Option<(String, &str)> {
    let digit = line.find(|letter: char| letter.is_ascii_digit())?;
    let colon = line.find(':').filter(|colon| *colon < digit).map(|colon| colon + 1);
    let (before, rest) = line.split_at_checked(colon.unwrap_or(digit))?;
    let words = words(before);
    (!words.is_empty()).then_some((words, rest.trim()))
}

/// Returns whether a text may be a day: it has the number of the day, and the end of the year.
fn may_be(text: &str, day: &str) -> bool {
    let (year, number) = (day.get(2..4).unwrap_or_default(), day.get(8..10).unwrap_or_default());
    text.contains(year) && text.contains(number.trim_start_matches('0'))
}

/// Returns the words of a text that have no digit.
fn words(text: &str) -> String {
    let folded = fold(text);
    let is_word = |word: &&str| !word.contains(|letter: char| letter.is_ascii_digit());
    let words: Vec<&str> = folded.split(' ').filter(is_word).collect();
    clip(words.join(" ").trim(), MAX_WORDS).to_owned()
}

/// Writes an amount so that the same ones are the same text.
fn printed(amount: Amount) -> String {
    money::key(Some(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLIP: &str = "Blue Kettle\n2 Tea 4.50 9.00\n1 240.50 EUR\nVAT 19 %: 1.44\n\
        Gesamt (inkl. MwSt)\n   9,00 €\nTo pay  9.00 EUR\nTea 3.00\n";

    fn found(text: &str) -> BTreeMap<String, String> {
        distinct(amounts(text))
    }

    #[test]
    fn a_number_has_the_words_before_it_or_above_it() {
        let found = found(SLIP);
        let at = |label: &str| found.get(label).map(String::as_str);
        assert_eq!(at("gesamt inkl mwst#0"), Some("9"));
        assert_eq!(at("to pay#0"), Some("9"));
        assert_eq!(at("vat#0"), Some("1.44"), "{found:?}");
        assert_eq!((at("tea#1"), at("tea#2")), (Some("4.5"), Some("9")), "{found:?}");
    }

    #[test]
    fn a_label_of_two_values_says_nothing() {
        assert!(found("Total 1.00\nTotal 2.00\n").is_empty());
        assert_eq!(found("Total 1.00\nTotal 1.00\n").len(), 1);
    }

    #[test]
    fn labels_that_disagree_say_nothing() {
        let labels = BTreeSet::from(["to pay#0".to_owned(), "card#0".to_owned()]);
        let text = |text: &str| agreed(&labels, &found(text)).map(str::to_owned);
        assert_eq!(text("To pay 3.00\nCard 3.00").as_deref(), Some("3"));
        assert_eq!(text("To pay 3.00").as_deref(), Some("3"));
        assert_eq!(text("To pay 3.00\nCard 4.00"), None);
        assert_eq!(text("Total 3.00"), None);
    }

    #[test]
    fn the_label_of_a_day_ends_before_the_name_of_its_month() {
        assert_eq!(
            dated("Invoice date: 5 January 2026"),
            Some(("invoice date".into(), "5 January 2026"))
        );
        assert_eq!(dated("Date: January 5, 2026"), Some(("date".into(), "January 5, 2026")));
        assert_eq!(dated("Datum 05.01.2026"), Some(("datum".into(), "05.01.2026")));
        assert_eq!(dated("05.01.2026"), None);
        assert!(may_be("05.01.26", "2026-01-05") && may_be("5 January 2026", "2026-01-05"));
        assert!(!may_be("6 January 2026", "2026-01-05"));
    }
}
