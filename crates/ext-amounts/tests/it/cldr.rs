//! Random amounts in the notation of every locale of CLDR.

use ext_amounts::{Amount, Currency, Format, Hints, Reading, Spaces, scan};
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

/// Digits of the numbering systems that the table names; Han digits are words in running text.
const DIGITS: [(&str, u32); 27] = [
    ("adlm", 0x1e950),
    ("arab", 0x660),
    ("arabext", 0x6f0),
    ("beng", 0x9e6),
    ("cakm", 0x11136),
    ("deva", 0x966),
    ("gujr", 0xae6),
    ("guru", 0xa66),
    ("hmnp", 0x1e140),
    ("java", 0xa9d0),
    ("khmr", 0x17e0),
    ("knda", 0xce6),
    ("laoo", 0xed0),
    ("latn", 0x30),
    ("mlym", 0xd66),
    ("mong", 0x1810),
    ("mtei", 0xabf0),
    ("mymr", 0x1040),
    ("nkoo", 0x7c0),
    ("olck", 0x1c50),
    ("orya", 0xb66),
    ("tamldec", 0xbe6),
    ("telu", 0xc66),
    ("thai", 0xe50),
    ("tibt", 0xf20),
    ("vaii", 0xa620),
    ("fullwide", 0xff10),
];

/// Writes an amount as the format prints it, by UTS 35.
fn write(format: &Format, value: Decimal, currency: &str) -> String {
    let (positive, negative) = match format.pattern.split_once(';') {
        Some((positive, negative)) => (positive, negative.to_owned()),
        None => (format.pattern.as_str(), format!("-{}", format.pattern)),
    };
    let pattern = if value.is_sign_negative() { negative.as_str() } else { positive };
    let number = |c: char| matches!(c, '#' | '0' | ',' | '.');
    let start = pattern.find(number).unwrap();
    let end = pattern.rfind(number).unwrap() + 1;
    let affix = |text: &str| text.replace('-', &format.minus).replace('¤', currency);
    let front = affix(&pattern[..start]);
    // UTS 35: a space between a currency that ends with a letter and the digits.
    let letter = |c: char| c.is_alphabetic();
    let gap = if front.ends_with(letter) { "\u{a0}" } else { "" };
    let back = affix(&pattern[end..]);
    let behind = if back.starts_with(letter) { "\u{a0}" } else { "" };
    format!("{front}{gap}{}{behind}{back}", digits(format, value.abs()))
}

fn digits(format: &Format, value: Decimal) -> String {
    let plain = value.to_string();
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let groups = if whole.len() >= format.last + format.fewest {
        groups(format, whole)
    } else {
        vec![whole]
    };
    let mut out = groups.join(&format.group.to_string());
    if !decimals.is_empty() {
        out.push(format.decimal);
        out.push_str(decimals);
    }
    let (_, zero) = DIGITS.iter().find(|(system, _)| *system == format.system).unwrap();
    let own = |c: char| c.to_digit(10).and_then(|d| char::from_u32(zero + d)).unwrap_or(c);
    out.chars().map(own).collect()
}

fn groups<'a>(format: &Format, whole: &'a str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = whole;
    let mut size = format.last;
    while rest.len() > size {
        let (head, tail) = rest.split_at(rest.len() - size);
        found.push(tail);
        (rest, size) = (head, format.others);
    }
    found.push(rest);
    found.reverse();
    found
}

fn formats() -> impl Strategy<Value = &'static Format> {
    let all: Vec<_> = Format::all().filter(|format| format.system != "hanidec").collect();
    select(all)
}

fn currencies() -> impl Strategy<Value = Currency> {
    select(Currency::all().collect::<Vec<_>>())
}

/// Amounts of few and of many digits alike.
fn minor_units() -> impl Strategy<Value = i64> {
    (1u32..=11).prop_flat_map(|digits| -(10i64.pow(digits))..10i64.pow(digits))
}

fn amount(minor: i64, currency: Currency) -> Decimal {
    Decimal::new(minor, currency.digits())
}

fn values(reading: &Reading) -> Vec<Decimal> {
    reading.candidates().map(|candidate| candidate.value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn with_locale_and_currency_there_is_the_one_right_value(
        format in formats(), currency in currencies(), minor in minor_units(),
    ) {
        let value = amount(minor, currency);
        let text = write(format, value, currency.code());
        let hints = Hints { format: Some(format), currency: Some(currency) };
        let reading = Reading::of(&text, hints);
        prop_assert_eq!(reading.as_ref().and_then(Reading::only).map(|c| c.value), Some(value.abs()), "{}", text);
        // `ALL` and the like are words, and a minus beside a word is a hyphen.
        let found = scan(&text, Spaces::Join);
        prop_assume!(found.first().is_some_and(|found| found.mark.is_some()));
        // A hyphen closes an amount in yen, so that no digit can be added.
        let is_closed = currency.code() == "JPY" && text.ends_with('-');
        let is_negative = value.is_sign_negative() && !value.is_zero() && !is_closed;
        prop_assert_eq!(found[0].negative, is_negative, "{}", text);
    }

    #[test]
    fn with_neither_the_right_value_is_among_the_candidates(
        format in formats(), currency in currencies(), minor in minor_units(), whole: bool,
    ) {
        let value = if whole { Decimal::from(minor) } else { amount(minor, currency) };
        let text = write(format, value.abs(), "");
        let reading = Reading::of(&text, Hints::default()).ok_or_else(|| TestCaseError::fail(text.clone()))?;
        prop_assert!(values(&reading).contains(&value.abs()), "{} {:?}", text, reading);
        if let Some(only) = reading.only() {
            prop_assert_eq!(only.value, value.abs(), "{}", text);
        }
    }

    #[test]
    fn with_the_currency_beside_it_the_right_value_is_among_the_candidates(
        format in formats(), currency in currencies(), minor in minor_units(),
    ) {
        let value = amount(minor, currency).abs();
        let text = write(format, value, currency.code());
        let found = scan(&text, Spaces::Join);
        prop_assert_eq!(found.len(), 1, "{}", text);
        prop_assert!(values(&found[0].reading).contains(&value), "{} {:?}", text, found);
        if let Some(only) = found[0].reading.only() {
            prop_assert_eq!(only.value, value, "{}", text);
        }
    }

    #[test]
    fn no_text_is_read_beyond_its_end(text in "[0-9.,' €$£¥A-Za-z()+−–\u{a0}\u{202f}\u{61c}１０٫٬/%:-]{0,40}") {
        for spaces in [Spaces::Join, Spaces::Part] {
            for found in scan(&text, spaces) {
                let printed = text.get(found.range.clone());
                prop_assert!(printed.is_some_and(|printed| printed.chars().any(char::is_numeric)), "{:?}", found);
                let next = text.get(found.range.end..).and_then(|rest| rest.chars().next());
                prop_assert!(next.is_none_or(|c| !c.is_ascii_digit()), "{:?}", found);
            }
        }
    }

    #[test]
    fn json_takes_and_gives_each_amount(minor in -999_999_999_999_999i64..999_999_999_999_999, scale in 0u32..=6) {
        let amount = Amount::new(Decimal::new(minor, scale)).unwrap();
        let text = serde_json::to_string(&amount).unwrap();
        prop_assert_eq!(&text, &Decimal::new(minor, scale).to_string());
        prop_assert_eq!(serde_json::from_str::<Amount>(&text).unwrap(), amount);
        // Nor does a program lose any that reads numbers as doubles.
        let double: f64 = text.parse().unwrap();
        prop_assert_eq!(serde_json::from_value::<Amount>(double.into()).unwrap(), amount);
    }
}

#[test]
fn the_writer_prints_as_cldr_does() {
    let print = |locale, value, currency| {
        write(Format::of(locale).unwrap(), Decimal::new(value, 2), currency)
    };
    assert_eq!(print("en", 123_456_789, "$"), "$1,234,567.89");
    assert_eq!(print("de", -123_456, "€"), "-1.234,56\u{a0}€");
    assert_eq!(print("hi", 123_456_789, "₹"), "₹12,34,567.89");
    assert_eq!(print("es", 123_456, "€"), "1234,56\u{a0}€");
    assert_eq!(print("en", 500, "EUR"), "EUR\u{a0}5.00");
}
