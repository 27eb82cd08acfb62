//! Places of values on the documents of a seller: the words before them, by which the correction of one
//! document finds the value on others.
//!
//! A label is what stands before the only amount of money in a line, without other numbers; where nothing
//! stands before it, what stands in the line above. A label that stands before two values says nothing, nor
//! does a value that can be read in two ways or is in another currency, and of several labels all have to say
//! the same.

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::{Amount, Currency, Found, Spaces, scan};
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

/// Most digits of a day: `05.01.2026`.
const DIGITS_OF_A_DAY: usize = 8;

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
    currency: Option<Currency>,
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
        "date" => days(client, text, |_, rest| may_be(rest, &said))?,
        _ => amounts(text, currency),
    };
    let spots = distinct(spots);
    Ok(spots.iter().filter_map(|(label, it)| is_it(label, it)).take(MAX_LABELS).collect())
}

/// Reads what stands at labels.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn values(
    client: &SpacedriveClient,
    text: &str,
    currency: Option<Currency>,
    places: &Places,
) -> Result<Values> {
    let mut values = Values::new();
    for (field, labels) in places.iter().filter(|(_, labels)| !labels.is_empty()) {
        let spots = match field.as_str() {
            "date" => days(client, text, |label, _| labels.contains(label))?,
            _ => amounts(text, currency),
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

/// Lists the amounts of a text with their labels, as far as they are in a currency.
fn amounts(text: &str, currency: Option<Currency>) -> Vec<(String, String)> {
    let mut spots = Vec::new();
    let mut above = String::new();
    for line in text.lines().take(MAX_LINES) {
        let numbers = scan(line, Spaces::Join);
        let above = std::mem::replace(
            &mut above,
            if numbers.is_empty() { words(line) } else { String::new() },
        );
        let mut money = numbers.into_iter().filter(Found::is_money);
        let (Some(found), None) = (money.next(), money.next()) else { continue };
        let before = words(line.get(..found.range.start).unwrap_or_default());
        let words = if before.is_empty() { above } else { before };
        if let Some(amount) = certain(&found, currency).filter(|_| !words.is_empty()) {
            spots.push((words, printed(amount)));
        }
    }
    spots
}

/// Reads a number that can be read in one way only, and is not in another currency.
fn certain(found: &Found, currency: Option<Currency>) -> Option<Amount> {
    let is_of = |currency: Currency| found.mark.is_none_or(|mark| mark.may_mean(currency));
    // Where a space groups digits, it may part two numbers instead.
    if found.loose || found.doubtful_sign || !currency.map_or(found.mark.is_none(), is_of) {
        return None;
    }
    let reading = currency.map_or_else(|| found.reading.clone(), |it| found.reading_in(it));
    money::plausible(found.signed(reading.only()?))
}

/// Lists the days of a text with their labels, of the lines whose label and rest pass.
fn days(
    client: &SpacedriveClient,
    text: &str,
    passes: impl Fn(&str, &str) -> bool,
) -> Result<Vec<(String, String)>> {
    let lines = text.lines().take(MAX_LINES).filter_map(dated);
    let lines = lines.filter(|(label, rest)| passes(label, rest));
    let mut spots = Vec::new();
    for (label, rest) in lines.take(MAX_ASKED) {
        if let Some(day) = fields::certain_day(client, &rest)? {
            spots.push((label, day));
        }
    }
    Ok(spots)
}

/// Parts a line that may have a day: its label, and the rest.
fn dated(line: &str) -> Option<(String, String)> {
    let digit = line.find(|letter: char| letter.is_ascii_digit())?;
    let colon = line.find(':').filter(|colon| *colon < digit).map(|colon| colon + 1);
    let (before, rest) = line.split_at_checked(colon.unwrap_or(digit))?;
    let words = words(before);
    // A time is no part of a day, and more digits than a day has are two of them.
    let rest = rest.split_whitespace().filter(|word| !word.contains(':'));
    let rest = rest.collect::<Vec<_>>().join(" ");
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    (!words.is_empty() && digits <= DIGITS_OF_A_DAY).then_some((words, rest))
}

/// Returns whether a text may be a day: it has the number of the day, and the end of the year.
fn may_be(text: &str, day: &str) -> bool {
    let (year, number) = (day.get(2..4).unwrap_or_default(), day.get(8..10).unwrap_or_default());
    text.contains(year) && text.contains(number.trim_start_matches('0'))
}

/// Returns the words of a text that have no digit, without a currency at their end.
fn words(text: &str) -> String {
    let folded = fold(text);
    let is_word = |word: &&str| !word.contains(|letter: char| letter.is_ascii_digit());
    let mut words: Vec<&str> = folded.split(' ').filter(is_word).collect();
    words.pop_if(|word| Currency::of(&word.to_ascii_uppercase()).is_some());
    clip(words.join(" ").trim(), MAX_WORDS).to_owned()
}

/// Writes an amount so that the same ones are the same text.
fn printed(amount: Amount) -> String {
    money::key(Some(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> BTreeMap<String, String> {
        distinct(amounts(text, Currency::of("EUR")))
    }

    #[test]
    fn an_amount_has_the_words_before_it_or_above_it() {
        for (text, label, amount) in [
            ("To pay  9.00 EUR", "to pay", "9"),
            ("To pay: EUR 9.00", "to pay", "9"),
            ("Gesamt (inkl. MwSt)\n   9,00 €", "gesamt inkl mwst", "9"),
            ("VAT 19 %: 1.44", "vat", "1.44"),
            ("Back 5,00-", "back", "-5"),
            ("Total for 3 items 1.234,50", "total for items", "1234.5"),
        ] {
            assert_eq!(found(text).get(label).map(String::as_str), Some(amount), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_says_nothing() {
        for text in [
            "Share: 1 234,50 EUR",
            "Share: 3.00 to 4.00",
            "Tea 4.50 9.00",
            "Share: 7.00 USD",
            "Share: 1.234 EUR",
            "Table 10",
            "9.00 EUR",
            "Total 1.00\nTotal 2.00",
        ] {
            assert_eq!(found(text), BTreeMap::new(), "{text}");
        }
        assert_eq!(found("Total 1.00\nTotal 1.00").len(), 1);
        assert!(!found("Share: 3 x 4.00 EUR").contains_key("share"));
    }

    #[test]
    fn labels_that_disagree_say_nothing() {
        let labels = BTreeSet::from(["to pay".to_owned(), "card".to_owned()]);
        let text = |text: &str| agreed(&labels, &found(text)).map(str::to_owned);
        assert_eq!(text("To pay 3.00\nCard 3.00").as_deref(), Some("3"));
        assert_eq!(text("To pay 3.00").as_deref(), Some("3"));
        assert_eq!(text("To pay 3.00\nCard 4.00"), None);
        assert_eq!(text("Total 3.00"), None);
    }

    #[test]
    fn the_label_of_a_day_ends_before_the_name_of_its_month() {
        let dated = |line: &str| dated(line).map(|(label, day)| format!("{label} | {day}"));
        for (line, parts) in [
            ("Invoice date: 5 January 2026", Some("invoice date | 5 January 2026")),
            ("Date: January 5, 2026", Some("date | January 5, 2026")),
            ("Datum 05.01.2026 10:42", Some("datum | 05.01.2026")),
            ("Period: 1.4.2026 - 30.4.2026", None),
            ("05.01.2026", None),
        ] {
            assert_eq!(dated(line).as_deref(), parts, "{line}");
        }
        assert!(may_be("05.01.26", "2026-01-05") && may_be("5 January 2026", "2026-01-05"));
        assert!(!may_be("6 January 2026", "2026-01-05"));
    }
}
