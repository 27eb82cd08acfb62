//! Values as the syntaxes print them.

use crate::tree::Element;

/// Largest amount that is believed.
const MAX_AMOUNT: f64 = 1e15;

/// Reads a decimal number as XML Schema writes it.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    let value: f64 = text.parse().ok().filter(|_| plain)?;
    (value.abs() < MAX_AMOUNT).then_some(value)
}

/// Returns the number at a path.
pub(crate) fn number(element: &Element, path: &str) -> Option<f64> {
    element.all(path).into_iter().find_map(|found| decimal(&found.text()?))
}

/// Returns the amount at a path in the invoice's own currency: taxes may be stated in a second one.
pub(crate) fn amount(element: &Element, path: &str, currency: Option<&str>) -> Option<f64> {
    let found = element.all(path);
    let own = |e: &&&Element| currency.is_some() && e.attribute("currencyID") == currency;
    let best = found.iter().find(own).or_else(|| found.first())?;
    decimal(&best.text()?)
}

/// Returns ISO 8601 of `20180605`, `2018-06-05` or `2018-06-05T00:00:00`.
pub(crate) fn date(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != '-').take(8).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u16>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    let real = year >= 1900 && (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
    real.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn days(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a code of ISO 4217: three capital letters.
pub(crate) fn currency(text: &str) -> Option<String> {
    let code = text.trim();
    (code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())).then(|| code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days() {
        for text in ["20240229", "2024-02-29", "2024-02-29T10:00:00Z"] {
            assert_eq!(date(text).as_deref(), Some("2024-02-29"), "{text}");
        }
        for text in ["20230229", "2024-13-01", "20240", "today", "", "0000-00-00", "2024+0101"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_have_no_exponents() {
        assert_eq!(decimal("-8.79"), Some(-8.79));
        assert_eq!(decimal("+5"), Some(5.0));
        for text in ["1e5", "NaN", "inf", "1,5", "", "9999999999999999"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
