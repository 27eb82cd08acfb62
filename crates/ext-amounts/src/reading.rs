//! The values that printed digits may mean.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::formats::{Format, SYSTEMS, System};
use crate::plain::{JOIN, Plain};
use crate::{Currency, scan};

/// Most digits before the decimal separator.
const MAX_WHOLE: usize = 12;
/// Most digits behind it.
const MAX_DECIMALS: usize = 6;

/// Knowledge about a text from elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints {
    /// The format of the text's locale.
    pub format: Option<&'static Format>,
    /// The currency of its amounts.
    pub currency: Option<Currency>,
}

/// A value that printed digits may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The value, without a sign.
    pub value: Decimal,
    /// Printed digits behind the decimal separator.
    pub decimals: u32,
    /// The decimal separator; `None` for a number without decimals.
    pub separator: Option<char>,
    /// The separator of groups; `None` for a number without groups.
    pub group: Option<char>,
}

impl Candidate {
    /// Returns whether it can stand in a text whose decimal separator is this one.
    #[must_use]
    pub fn agrees(self, decimal: char) -> bool {
        self.separator.is_none_or(|own| own == decimal) && self.group != Some(decimal)
    }

    /// Returns whether it has the three decimals with which amounts of the currency are printed, so
    /// that they are no group of digits.
    #[must_use]
    pub fn has_all_decimals_of(self, currency: Currency) -> bool {
        currency.digits() == 3 && self.decimals == 3 && !currency.is_whole()
    }

    /// Returns the decimal separator of a text in which the number reads so: its own, or the other
    /// one of point and comma than groups its digits.
    #[must_use]
    pub fn proves_separator(self) -> Option<char> {
        let by_group = match self.group {
            Some('.') => Some(','),
            Some(',') => Some('.'),
            _ => None,
        };
        self.separator.or(by_group)
    }

    fn is_same(self, other: Self) -> bool {
        self.value == other.value && self.decimals == other.decimals
    }
}

/// The values that printed digits may mean, the most plausible first. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    best: Candidate,
    others: Vec<Candidate>,
}

impl Reading {
    /// Reads a text that is an amount, with its sign and currency or without.
    ///
    /// ```
    /// use ext_amounts::{Currency, Hints, Reading};
    ///
    /// let values = |text, hints| {
    ///     let reading = Reading::of(text, hints)?;
    ///     Some(reading.candidates().map(|c| c.value.to_string()).collect::<Vec<_>>())
    /// };
    /// let dinar = Hints { currency: Currency::of("KWD"), ..Hints::default() };
    /// assert_eq!(values("1.234,50 €", Hints::default()), Some(vec!["1234.50".to_owned()]));
    /// assert_eq!(values("12.500", Hints::default()), Some(vec!["12500".to_owned(), "12.500".to_owned()]));
    /// assert_eq!(values("12.500", dinar), Some(vec!["12.500".to_owned(), "12500".to_owned()]));
    /// assert_eq!(values("1.2.3.4", Hints::default()), None);
    /// ```
    #[must_use]
    pub fn of(text: &str, hints: Hints) -> Option<Self> {
        // The known code may be a word that says nothing elsewhere, such as `ALL`.
        let code = hints.currency.map(Currency::code).filter(|code| text.contains(code));
        let text = code.map_or(Cow::Borrowed(text), |code| Cow::Owned(text.replacen(code, " ", 1)));
        let plain = Plain::of(text.trim());
        let mut found = scan::plain(&plain, scan::Spaces::Join);
        let only = found.pop().filter(|_| found.is_empty())?;
        Self::from_digits(&only.digits, hints.format, hints.currency.or(only.currency()))
    }

    /// Returns the candidates, the most plausible first.
    pub fn candidates(&self) -> impl Iterator<Item = Candidate> {
        std::iter::once(self.best).chain(self.others.iter().copied())
    }

    /// Returns the most plausible candidate.
    #[must_use]
    pub const fn best(&self) -> Candidate {
        self.best
    }

    /// Returns the only candidate; `None` when there are several.
    #[must_use]
    pub fn only(&self) -> Option<Candidate> {
        self.others.is_empty().then_some(self.best)
    }

    /// Returns the reading with the candidates first that have this decimal separator, as other
    /// numbers of the document do.
    #[must_use]
    pub fn preferring(self, decimal: char) -> Self {
        let mut all: Vec<Candidate> = self.candidates().collect();
        all.sort_by_key(|candidate| !candidate.agrees(decimal));
        Self::first_of(all).unwrap_or(self)
    }

    /// Returns the reading without the candidates that do not pass; unchanged when none does.
    #[must_use]
    pub fn retaining(self, passes: impl Fn(Candidate) -> bool) -> Self {
        Self::first_of(self.candidates().filter(|candidate| passes(*candidate)).collect())
            .unwrap_or(self)
    }

    /// Reads digits and separators in plain characters.
    pub(crate) fn from_digits(
        digits: &Digits,
        format: Option<&Format>,
        currency: Option<Currency>,
    ) -> Option<Self> {
        if let Some(only) = digits.plain() {
            return Some(Self { best: only, others: Vec::new() });
        }
        let own = format.map(Format::as_read);
        let systems = own.as_ref().map_or(SYSTEMS.as_slice(), std::slice::from_ref);
        let mut found: Vec<Candidate> = Vec::new();
        for candidate in systems.iter().filter_map(|system| digits.read(*system)) {
            if !found.iter().any(|known| known.is_same(candidate)) {
                found.push(candidate);
            }
        }
        found.sort_by_key(|candidate| (implausibility(*candidate, currency), candidate.decimals));
        let whole = |currency: Currency| currency.is_whole() && currency.digits() < 3;
        if currency.is_some_and(whole) && found.len() > 1 {
            found.retain(|candidate| candidate.decimals < 3);
        }
        Self::first_of(found)
    }

    fn first_of(all: Vec<Candidate>) -> Option<Self> {
        let mut all = all.into_iter();
        Some(Self { best: all.next()?, others: all.collect() })
    }
}

/// Returns how little decimals fit a currency: amounts have its decimals or none, prices of a unit
/// sometimes more. Without a currency, three digits behind the only separator are a group.
fn implausibility(candidate: Candidate, currency: Option<Currency>) -> u8 {
    let Some(currency) = currency else { return u8::from(candidate.decimals == 3) };
    match candidate.decimals {
        0 if currency.is_whole() => 0,
        decimals if decimals == currency.digits() => 0,
        0 => 1,
        decimals if decimals < currency.digits() => 2,
        _ => 3,
    }
}

/// Digits and separators of a number, in plain characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digits {
    pub(crate) text: String,
    /// A dash stands for the decimals: `45.-`.
    pub(crate) dashed: bool,
    /// Decimals that stand apart: `1,242 50`.
    pub(crate) cents: Option<String>,
}

impl Digits {
    pub(crate) fn of(text: &str) -> Self {
        Self { text: text.replace(JOIN, " "), dashed: false, cents: None }
    }

    /// Makes a few digits a number of hundredths: `99` becomes 0.99. Returns whether they are.
    pub(crate) fn as_hundredths(&mut self) -> bool {
        let fits =
            (1..=3).contains(&self.text.len()) && self.text.bytes().all(|b| b.is_ascii_digit());
        if fits {
            let padded = format!("{:0>3}", self.text);
            let (whole, cents) = padded.split_at(padded.len() - 2);
            (self.cents, self.text) = (Some(cents.to_owned()), whole.to_owned());
        }
        fits
    }

    /// Reads digits without any separator, which mean the same everywhere.
    fn plain(&self) -> Option<Candidate> {
        let plain = self.cents.is_none() && !self.dashed && self.text.len() <= MAX_WHOLE;
        let digits = plain && self.text.bytes().all(|b| b.is_ascii_digit());
        let value = digits.then(|| self.text.parse().ok())??;
        Some(Candidate { value, decimals: 0, separator: None, group: None })
    }

    /// Reads the digits as a system of separators and groups prints them.
    fn read(&self, system: System) -> Option<Candidate> {
        let system =
            System { group: if system.group == JOIN { ' ' } else { system.group }, ..system };
        let known = |c: char| c.is_ascii_digit() || c == system.decimal || c == system.group;
        if !self.text.chars().all(known) {
            return None;
        }
        let (whole, decimals) = match self.text.split_once(system.decimal) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (self.text.as_str(), None),
        };
        let behind = decimals.or(self.cents.as_deref());
        let twice = decimals.is_some() && (self.cents.is_some() || self.dashed);
        let behind_fits = behind.is_none_or(|behind| {
            (1..=MAX_DECIMALS).contains(&behind.len()) && behind.bytes().all(|b| b.is_ascii_digit())
        });
        let group = Some(system.group).filter(|group| whole.contains(*group));
        let whole = ungrouped(whole, system)?;
        let some = !whole.is_empty() || decimals.is_some();
        let fits = behind_fits && !twice && some && whole.len() <= MAX_WHOLE;
        let behind = behind.filter(|_| fits);
        let printed = behind.map_or_else(|| whole.clone(), |behind| format!("0{whole}.{behind}"));
        let value = printed.parse::<Decimal>().ok().filter(|_| fits)?;
        let decimals = if self.dashed { 2 } else { value.scale() };
        Some(Candidate { value, decimals, separator: behind.and(self.separator(system)), group })
    }

    fn separator(&self, system: System) -> Option<char> {
        self.cents.is_none().then_some(system.decimal)
    }
}

/// Returns the digits of a whole number without its separators; `None` if they do not stand where
/// the system has them.
fn ungrouped(whole: &str, system: System) -> Option<String> {
    let groups: Vec<&str> = whole.split(system.group).collect();
    let digits = groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_digit()));
    let fits = match groups.as_slice() {
        [_] => true,
        [first, middle @ .., last] => {
            last.len() == system.last
                && middle.iter().all(|group| group.len() == system.others)
                && (1..=system.others).contains(&first.len())
                && !first.starts_with('0')
        }
        [] => false,
    };
    (digits && fits).then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, currency: Option<&str>) -> Vec<String> {
        let hints = Hints { currency: currency.and_then(Currency::of), ..Hints::default() };
        let reading = Reading::of(text, hints);
        reading.iter().flat_map(Reading::candidates).map(|c| c.value.to_string()).collect()
    }

    #[test]
    fn one_value() {
        for (text, value) in [
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1 234,50 €", "1234.50"),
            ("1'234.50", "1234.50"),
            ("1\u{202f}234,50", "1234.50"),
            ("1,23,456.50", "123456.50"),
            ("12,34,567", "1234567"),
            ("0,125", "0.125"),
            ("3,3333", "3.3333"),
            ("1.000.000", "1000000"),
            ("1234,567", "1234.567"),
            ("CHF 45.-", "45"),
            ("47,-- EUR", "47"),
            ("$.99", "0.99"),
            ("١٬٢٤٦٫٥٠", "1246.50"),
            ("¥12,100", "12100"),
        ] {
            assert_eq!(values(text, None), [value], "{text}");
        }
    }

    #[test]
    fn two_values_stay_two() {
        assert_eq!(values("1,234", None), ["1234", "1.234"]);
        assert_eq!(values("1.234", Some("EUR")), ["1234", "1.234"]);
        assert_eq!(values("1.234", Some("KWD")), ["1.234", "1234"]);
        assert_eq!(values("1.234", Some("JPY")), ["1234"]);
    }

    #[test]
    fn no_number() {
        for text in ["1.2.3.4", "12,34,5", "05.01.2026", "", "free", "1,234.5.6", "1 2", "12:30"] {
            assert!(values(text, None).is_empty(), "{text} {:?}", values(text, None));
        }
    }

    #[test]
    fn other_numbers_decide() {
        let reading = Reading::of("1.234", Hints::default()).unwrap();
        assert_eq!(reading.preferring('.').best().value.to_string(), "1.234");
    }
}
