//! Values as the syntaxes print them.

use ext_amounts::Amount;
use rust_decimal::Decimal;

use crate::tree::Element;

/// Largest number that is believed.
const MAX_NUMBER: f64 = 1e15;
/// Digits behind the point that are kept of an amount.
const MAX_DECIMALS: u32 = 6;

/// Reads a number that is not money, as XML Schema writes it.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok().filter(|_| is_plain(text))?;
    (value.abs() < MAX_NUMBER).then_some(value)
}

/// Reads an amount as XML Schema writes it.
pub(crate) fn money(text: &str) -> Option<Amount> {
    let value = Decimal::from_str_exact(text.trim_start_matches('+')).ok();
    Amount::new(value.filter(|_| is_plain(text))?.round_dp(MAX_DECIMALS))
}

/// Returns whether a text is a number without an exponent.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'))
}

/// Returns the number at a path that is not money.
pub(crate) fn number(element: &Element, path: &str) -> Option<f64> {
    element.all(path).into_iter().find_map(|found| decimal(&found.text()?))
}

/// Returns the amount at a path, in whatever currency.
pub(crate) fn price(element: &Element, path: &str) -> Option<Amount> {
    element.all(path).into_iter().find_map(|found| money(&found.text()?))
}

/// Returns the amount at a path in the invoice's own currency: taxes may be stated in a second one.
pub(crate) fn amount(element: &Element, path: &str, currency: Option<&str>) -> Option<Amount> {
    let found = element.all(path);
    let own = |e: &&&Element| currency.is_some() && e.attribute("currencyID") == currency;
    let best = found.iter().find(own).or_else(|| found.first())?;
    money(&best.text()?)
}

/// The sums of an invoice that are about paying.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// Total with VAT, BT-112.
    pub(crate) gross: Option<Amount>,
    /// Amount paid before, BT-113.
    pub(crate) prepaid: Option<Amount>,
    /// Amount of rounding, BT-114.
    pub(crate) rounding: Option<Amount>,
    /// Amount to be paid, BT-115.
    pub(crate) due: Option<Amount>,
}

impl Sums {
    /// Returns what is paid in all: the total with VAT, rounded where the amount to be paid is.
    pub(crate) fn total(self) -> Option<Amount> {
        let add = |one: Amount, other: Option<Amount>| {
            Amount::new(one.value() + other.unwrap_or_default().value())
        };
        let paid = self.due.and_then(|due| add(due, self.prepaid));
        let rounded = self.gross.and_then(|gross| add(gross, self.rounding));
        let agree = |rounded: &Amount| paid.is_none_or(|paid| paid.value() == rounded.value());
        rounded.filter(agree).or(self.gross).or(paid)
    }
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
    fn amounts_are_exact() {
        let text = |text| money(text).map(|amount| amount.to_string());
        assert_eq!(text("-8.79").as_deref(), Some("-8.79"));
        assert_eq!(text("+119.00").as_deref(), Some("119.00"));
        assert_eq!(text("123456789012.34").as_deref(), Some("123456789012.34"));
        for wrong in ["1e5", "NaN", "1,5", "", "1_0", "--1", "1234567890123456.7"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_total_is_rounded_where_what_is_to_be_paid_is() {
        let total = |[gross, prepaid, rounding, due]: [&str; 4]| {
            let sums = Sums {
                gross: money(gross),
                prepaid: money(prepaid),
                rounding: money(rounding),
                due: money(due),
            };
            sums.total().map(|total| total.to_string()).unwrap_or_default()
        };
        assert_eq!(total(["119.03", "", "0.02", "119.05"]), "119.05");
        assert_eq!(total(["119.03", "100.00", "-0.03", "19.00"]), "119.00");
        assert_eq!(total(["119.03", "", "0.02", ""]), "119.05");
        assert_eq!(total(["119.03", "100.00", "", "19.03"]), "119.03");
        assert_eq!(total(["119.03", "", "0.02", "119.03"]), "119.03", "it was not rounded");
        assert_eq!(total(["", "100.00", "", "19.03"]), "119.03");
        assert_eq!(total(["", "", "0.02", ""]), "");
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
