//! An amount as a JSON number that is decimal all the way.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::Currency;

/// Significant digits of an amount. A double holds as many exactly, so an amount survives programs
/// that read JSON numbers as doubles.
pub const MAX_DIGITS: u32 = 15;

/// Smallest number with too many digits.
const LIMIT: u128 = 10u128.pow(MAX_DIGITS);

/// Digits behind the point of an amount; unit prices have that many.
const MAX_SCALE: u32 = 6;

/// An amount of money without its currency, with at most [`MAX_DIGITS`] significant digits.
///
/// In JSON it is a number, written with the digits that it has (`12.50`) and read from its digits,
/// never by way of a double.
///
/// ```
/// use ext_amounts::{Amount, Currency};
///
/// let amount: Amount = serde_json::from_str("12.5")?;
/// let euro = Currency::of("EUR").ok_or("not a currency")?;
/// assert_eq!(serde_json::to_string(&amount.in_currency(euro))?, "12.50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// Creates an amount; `None` for one with more than [`MAX_DIGITS`] significant digits.
    #[must_use]
    pub fn new(value: Decimal) -> Option<Self> {
        let fits = |value: Decimal| value.mantissa().unsigned_abs() < LIMIT;
        // Nearly all amounts are small as they stand: sums of very many need no division.
        if fits(value) && value.scale() <= MAX_SCALE {
            return Some(Self(value));
        }
        let plain = value.normalize();
        (fits(plain) && fits(plain.trunc()) && plain.scale() <= MAX_SCALE).then_some(Self(value))
    }

    /// Reads a number as JSON and XML Schema write it: digits, at most one point, perhaps a minus
    /// and an exponent. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('+').unwrap_or(text);
        let starts = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.');
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b".-+eE".contains(&b));
        let text = Some(text).filter(|text| plain && text.starts_with(starts))?;
        let value = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        value.ok().and_then(Self::new)
    }

    /// Returns the value.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }

    /// Returns the amount with at least the digits behind the point that the currency has, and no
    /// more than that unless they count.
    #[must_use]
    pub fn in_currency(self, currency: Currency) -> Self {
        self.with_digits(currency.digits())
    }

    /// Returns the amount with at least so many digits behind the point, and no more than that unless
    /// they count.
    #[must_use]
    pub fn with_digits(self, least: u32) -> Self {
        let mut value = self.0.normalize();
        if value.scale() < least {
            value.rescale(least);
        }
        Self(value)
    }

    /// Returns the amount without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// Adds another amount; `None` for a sum of more than [`MAX_DIGITS`] digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::new)
    }
}

impl std::ops::Neg for Amount {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        digits.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("`{raw}` is not an amount"));
        Self::parse(raw.get()).ok_or_else(wrong)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    #[test]
    fn json_numbers_keep_their_digits() {
        for text in ["12.50", "-0.01", "0", "123456789012.345", "0.300"] {
            let read: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
        assert_eq!(amount("1.5e3").value(), amount("1500").value());
    }

    #[test]
    fn what_is_not_a_number_or_too_long_is_refused() {
        for text in ["\"5\"", "null", "1234567890.123456", "1e40", "0.1234567", "[]"] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
        for text in ["", "-", ".", "1,5", "1.2.3", "NaN", " 1", "0x1", "--1", "e5"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn zeros_behind_the_point_are_no_digits_of_an_amount() {
        for text in
            ["999999999999999", "99999999999999.90000", "0.1234560000", "1.0000000000000000"]
        {
            assert!(Amount::parse(text).is_some(), "{text}");
        }
        for text in ["1000000000000000", "-999999999999999.9", "0.12345601"] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_generic_value_keeps_the_amount() {
        let value = serde_json::json!({"amount": amount("1234567890.15")});
        assert_eq!(value.to_string(), r#"{"amount":1234567890.15}"#);
        assert_eq!(
            serde_json::from_value::<Amount>(value["amount"].clone()).unwrap().to_string(),
            "1234567890.15"
        );
    }

    #[test]
    fn currencies_give_digits_and_take_none_that_count() {
        let digits = |text: &str, code: &str| {
            amount(text).in_currency(Currency::of(code).unwrap()).to_string()
        };
        assert_eq!(digits("12.5", "EUR"), "12.50");
        assert_eq!(digits("12.500", "EUR"), "12.50");
        assert_eq!(digits("12.505", "EUR"), "12.505");
        assert_eq!(digits("12100", "JPY"), "12100");
        assert_eq!(digits("12.5", "KWD"), "12.500");
    }
}
