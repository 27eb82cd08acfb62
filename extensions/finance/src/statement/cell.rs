//! Amounts in the cells of a table. What cannot be understood as a whole is refused: a letter behind an amount
//! may say that it is a debit.

use ext_amounts::Amount;

use super::line;
use crate::currency;

/// Signs that stand between groups of digits, besides the point or comma that is not the decimal sign.
const SPACES: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '\u{2019}'];
/// Minus signs as banks print them.
const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// Most letters of the mark of a currency.
const MAX_MARK: usize = 4;

/// Reads an amount whose decimal sign is known.
pub(super) fn by_decimal(text: &str, decimal: char) -> Option<Amount> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let (before, number, behind) = around(inner.unwrap_or(text), decimal)?;
    let (before, behind, is_inside) = match (before.strip_suffix('('), behind.strip_prefix(')')) {
        (Some(before), Some(behind)) => (before, behind, true),
        _ => (before, behind, false),
    };
    let signs = [sign(before)?, sign(behind)?, inner.is_some().into(), is_inside.into()];
    let value = line::amount(&plain(number, decimal)?)?;
    match signs.into_iter().filter(|sign| *sign != Sign::None).collect::<Vec<_>>()[..] {
        [] | [Sign::Plus] => Some(value),
        [Sign::Minus] => Some(-value),
        _ => None,
    }
}

/// Reads an amount that can be understood in one way only.
pub(super) fn by_itself(text: &str) -> Option<Amount> {
    let signs: Vec<char> = text.chars().filter(|c| ",.".contains(*c)).collect();
    let behind = text
        .rsplit([',', '.'])
        .next()
        .map(|tail| tail.chars().filter(char::is_ascii_digit).count());
    match (signs.as_slice(), behind) {
        ([], _) => by_decimal(text, '.'),
        // `1.234` may be a thousand and more.
        ([_], Some(3)) => None,
        ([only], _) => by_decimal(text, *only),
        ([first, .., last], _) if first != last => by_decimal(text, *last),
        // `1.234.567` has groups alone.
        ([first, ..], _) => by_decimal(text, if *first == ',' { '.' } else { ',' }),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Plus,
    Minus,
}

impl From<bool> for Sign {
    /// Brackets around an amount are a minus.
    fn from(is_bracketed: bool) -> Self {
        if is_bracketed { Self::Minus } else { Self::None }
    }
}

/// Takes the number out of what stands before and behind it. A decimal sign without digits behind it, and
/// the dashes in place of them (`12,-`), are left out.
fn around(text: &str, decimal: char) -> Option<(&str, &str, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let start = text.find(|c| is_digit(c) || c == decimal)?;
    let end = text.rfind(is_digit)? + 1;
    let (before, number, behind) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
    let behind = behind.strip_prefix(decimal).map_or(behind, |rest| rest.trim_start_matches(MINUS));
    Some((before.trim(), number, behind.trim()))
}

/// Returns the sign in what stands beside a number; `None` where there is more than that and a currency.
fn sign(beside: &str) -> Option<Sign> {
    let is_sign = |c: char| c == '+' || MINUS.contains(&c);
    let rest = beside.trim_matches(is_sign).trim();
    if !rest.is_empty() && !is_currency(rest) {
        return None;
    }
    let mut signs = beside.chars().filter(|c| is_sign(*c));
    match (signs.next(), signs.next()) {
        (None, _) => Some(Sign::None),
        (Some('+'), None) => Some(Sign::Plus),
        (Some(_), None) => Some(Sign::Minus),
        (Some(_), Some(_)) => None,
    }
}

fn is_currency(text: &str) -> bool {
    let is_mark = || ext_amounts::starting(text).or_else(|| ext_amounts::ending(text)).is_some();
    currency::code(text).is_some() || text.chars().count() <= MAX_MARK && is_mark()
}

/// Writes a number with a point and without groups; `None` where the groups have the wrong size, so that
/// the decimal sign is another one.
fn plain(number: &str, decimal: char) -> Option<String> {
    let (whole, fraction) = number.split_once(decimal).unwrap_or((number, "0"));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let between = |c: char| c != decimal && (",.".contains(c) || SPACES.contains(&c));
    let groups: Vec<&str> = whole.split(between).collect();
    let is_sound = match groups.as_slice() {
        [_] => true,
        // In India all groups but the last one have two digits.
        [first, middle @ .., last] => {
            (1..=3).contains(&first.len())
                && last.len() == 3
                && middle.iter().all(|group| (2..=3).contains(&group.len()))
        }
        [] => false,
    };
    let is_sound = is_sound && groups.iter().all(|group| is_digits(group)) && is_digits(fraction);
    is_sound.then(|| format!("{}.{fraction}", groups.concat()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_that_may_be_two_are_refused() {
        for (text, amount) in [
            ("-12,50", "-12.50"),
            ("1.234,50", "1234.50"),
            ("1,234.50 EUR", "1234.50"),
            ("12,50-", "-12.50"),
            ("7", "7"),
            ("1.234.567", "1234567"),
        ] {
            assert_eq!(by_itself(text), Amount::parse(amount), "{text}");
        }
        assert_eq!(by_itself("1.234"), None);
    }

    #[test]
    fn what_stands_beside_an_amount_is_understood() {
        for (text, amount) in [
            ("1.234", "1234"),
            ("(12,50)", "-12.50"),
            ("$(12,50)", "-12.50"),
            ("(EUR 12,50)", "-12.50"),
            ("\u{2212}12,50", "-12.50"),
            ("- 12,50 \u{20ac}", "-12.50"),
            ("\u{20ac} -12,50", "-12.50"),
            ("+12,50 EUR", "12.50"),
            ("12,-", "12"),
            ("12,50 kr", "12.50"),
            ("1'234,50", "1234.50"),
            ("1 234\u{a0}567,50", "1234567.50"),
            ("12.34.567,00", "1234567"),
            (",50", "0.50"),
        ] {
            assert_eq!(by_decimal(text, ','), Amount::parse(amount), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_as_a_whole_is_refused() {
        let texts = [
            "12,50 S",
            "12,50 H",
            "12,50 CR",
            "12.50",
            "1.50",
            "12,50,10",
            "1.2345",
            "--12,50",
            "-12,50-",
            "(-12,50)",
            "(12,50",
            "12,50 EUR 3",
            "12 50",
            "",
            "-",
            "EUR",
        ];
        for text in texts {
            assert_eq!(by_decimal(text, ','), None, "{text}");
        }
    }

    proptest! {
        /// What is read, is read by its digits.
        #[test]
        fn any_text_ends(text in "[-+(),. '0-9A-Z\u{20ac}]{0,12}", decimal in "[,.]") {
            let decimal = decimal.chars().next().unwrap();
            if let Some(amount) = by_decimal(&text, decimal) {
                let digits = |text: &str| -> String {
                    text.chars().filter(char::is_ascii_digit).collect()
                };
                let (read, printed) = (digits(&amount.to_string()), digits(&text));
                let short = |text: &str| text.trim_matches('0').to_owned();
                prop_assert_eq!(short(&read), short(&printed));
            }
        }
    }
}
