//! Amounts as engines, shops and this extension's own files write them.

use ext_amounts::{Amount, Currency, Found, Hints, Reading, Spaces, scan};
use rust_decimal::Decimal;
use serde_json::Value;

/// Larger amounts were read wrongly.
const MAX_AMOUNT: i64 = 10_000_000_000;
/// Digits behind the point that are kept.
const MAX_DECIMALS: u32 = 3;
/// Digits behind the point where the currency is not known.
const USUAL_DECIMALS: u32 = 2;

/// Returns a plausible amount: below [`MAX_AMOUNT`], rounded to a thousandth.
pub(crate) fn plausible(value: Decimal) -> Option<Amount> {
    let amount = Amount::new(value.round_dp(MAX_DECIMALS))?;
    (value.abs() < Decimal::from(MAX_AMOUNT)).then_some(amount)
}

/// Returns the amount that a JSON number is, by its digits.
pub(crate) fn of_json(value: &Value) -> Option<Amount> {
    let digits = value.as_number()?.to_string();
    let exact = Decimal::from_str_exact(&digits).or_else(|_| Decimal::from_scientific(&digits));
    // A model may compute with doubles and answer 0.30000000000000004.
    exact.or_else(|_| digits.parse()).ok().and_then(plausible)
}

/// Returns the amount with the digits of its currency: 12.5 is `12.50` euro, and `12.500` dinar.
pub(crate) fn with_digits(amount: Amount, code: Option<&str>) -> Amount {
    let currency = code.and_then(Currency::of);
    currency.map_or_else(|| amount.with_digits(USUAL_DECIMALS), |c| amount.in_currency(c))
}

/// Returns the text by which entries with an amount are looked up.
pub(crate) fn key(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "none".to_owned(), |amount| amount.value().normalize().to_string())
}

/// A price in words: the amount, and what it may be besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) amount: Amount,
    pub(crate) other: Option<Amount>,
}

/// Reads a price as schema.org has it, a number with a point: `59.9900` is not quite 60; or as
/// shops write it in spite of that: `$1,234.50`, `EUR 12.99 incl. 2 items`.
pub(crate) fn of_text(text: &str, currency: Option<Currency>) -> Option<Price> {
    if let Some(amount) = Amount::parse(text.trim()) {
        return Some(Price { amount: plausible(amount.value())?, other: None });
    }
    let found = only_money(scan(text, Spaces::Join))?;
    let hints = Hints { currency: currency.or(found.currency()), ..Hints::default() };
    let reading = Reading::of(text.get(found.range.clone())?, hints)?;
    let mut values = reading.candidates().map(|candidate| plausible(found.signed(candidate)));
    Some(Price { amount: values.next()??, other: values.next().flatten() })
}

/// Returns the one amount of money among numbers, or the only number.
fn only_money(mut found: Vec<Found>) -> Option<Found> {
    if found.len() > 1 {
        found.retain(Found::is_money);
    }
    let first = found.pop()?;
    found.is_empty().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str, code: &str) -> Option<(String, Option<String>)> {
        let price = of_text(text, Currency::of(code))?;
        let text = |amount: Amount| with_digits(amount, Some(code)).to_string();
        Some((text(price.amount), price.other.map(text)))
    }

    #[test]
    fn prices_in_words() {
        for (text, code, amount) in [
            ("59.9900", "EUR", "59.99"),
            ("12.500", "EUR", "12.50"),
            ("0.125", "EUR", "0.125"),
            ("$1,234.50", "USD", "1234.50"),
            ("1.234,50 EUR", "EUR", "1234.50"),
            ("1234.5", "EUR", "1234.50"),
            ("5.00-", "EUR", "-5.00"),
            ("(5.00)", "EUR", "-5.00"),
            ("-5", "EUR", "-5.00"),
            ("EUR 12.99 incl. 2 items", "EUR", "12.99"),
            ("12.99 / 1 pc.", "EUR", "12.99"),
            ("1'234.50", "CHF", "1234.50"),
            ("12,500", "JPY", "12500"),
        ] {
            assert_eq!(read(text, code), Some((amount.to_owned(), None)), "{text}");
        }
        for text in ["free", "", "1.2.3", "5.00 to 7.00", "1e300"] {
            assert_eq!(read(text, "EUR"), None, "{text}");
        }
    }

    #[test]
    fn two_readings_stay_two() {
        let two = Some(("1234.00".to_owned(), Some("1.234".to_owned())));
        assert_eq!(read("1,234", "EUR"), two);
    }

    #[test]
    fn json_numbers_are_taken_by_their_digits() {
        let text = |value| of_json(&value).map(|amount| amount.to_string());
        assert_eq!(text(json!(1234567890.15)).as_deref(), Some("1234567890.15"));
        assert_eq!(text(json!(0.1 + 0.2)).as_deref(), Some("0.300"));
        assert_eq!(text(json!(12)).as_deref(), Some("12"));
        for wrong in [json!(1e300), json!("12"), json!(null), json!(10_000_000_000_u64)] {
            assert_eq!(of_json(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_looked_up_by_what_they_are_worth() {
        let key = |text| super::key(Amount::parse(text));
        assert_eq!(
            [key("12.50"), key("12.5"), key("1200"), key("")],
            ["12.5", "12.5", "1200", "none"]
        );
    }

    #[test]
    fn currencies_have_their_digits() {
        let amount = Amount::parse("12.5").unwrap();
        let text = |code| with_digits(amount, code).to_string();
        assert_eq!(
            [text(Some("KWD")), text(Some("EUR")), text(None)],
            ["12.500", "12.50", "12.50"]
        );
    }
}
