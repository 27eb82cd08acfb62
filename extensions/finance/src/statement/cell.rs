//! Amounts in the cells of a table. What cannot be understood as a whole is refused: a letter behind an amount
//! may say that it is a debit.

use ext_amounts::{Amount, Currency, Mark};

use super::line;
use crate::currency;

/// Signs that stand between groups of digits, besides the point or comma that is not the decimal sign.
const SPACES: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '\u{2019}'];
/// Minus signs as banks print them.
const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// An amount as it stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) amount: Amount,
    /// Currency beside it.
    pub(super) mark: Option<Mark>,
}

/// Reads an amount whose decimal sign is known.
pub(super) fn by_decimal(text: &str, decimal: char) -> Option<Number> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let (before, number, behind) = around(inner.unwrap_or(text), decimal)?;
    let (before, behind, is_inside) = match (before.strip_suffix('('), behind.strip_prefix(')')) {
        (Some(before), Some(behind)) => (before, behind, true),
        _ => (before, behind, false),
    };
    let signs = [sign(before)?, sign(behind)?, inner.is_some().into(), is_inside.into()];
    let value = line::amount(&plain(number, decimal)?)?;
    let amount = match signs.into_iter().filter(|sign| *sign != Sign::None).collect::<Vec<_>>()[..]
    {
        [] | [Sign::Plus] => value,
        [Sign::Minus] => -value,
        _ => return None,
    };
    Some(Number { amount, mark: both(mark(before)?, mark_behind(behind)?)? })
}

/// Reads an amount that can be understood in one way only.
pub(super) fn by_itself(text: &str) -> Option<Number> {
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

fn is_sign(c: char) -> bool {
    c == '+' || MINUS.contains(&c)
}

/// Returns the sign in what stands beside a number; `None` for two.
fn sign(beside: &str) -> Option<Sign> {
    let mut signs = beside.chars().filter(|c| is_sign(*c));
    match (signs.next(), signs.next()) {
        (None, _) => Some(Sign::None),
        (Some('+'), None) => Some(Sign::Plus),
        (Some(_), None) => Some(Sign::Minus),
        (Some(_), Some(_)) => None,
    }
}

/// Returns the currency in what stands beside a number; `None` where there is more than that and a sign.
fn mark(beside: &str) -> Option<Option<Mark>> {
    match beside.trim_matches(is_sign).trim() {
        "" => Some(None),
        word => ext_amounts::alone(word).map(Some),
    }
}

/// Returns the currency behind a number: there, a letter such as the `R` of the rand is rather a word of the
/// bank.
fn mark_behind(beside: &str) -> Option<Option<Mark>> {
    let word = beside.trim_matches(is_sign).trim();
    let is_code = currency::code(word).is_some() || word.ends_with('$');
    let is_one = word.is_empty() || is_code || ext_amounts::starting(word).is_some();
    mark(beside).filter(|_| is_one)
}

/// Returns the more exact one of the currencies on both sides of a number; `None` where they differ.
fn both(one: Option<Mark>, two: Option<Mark>) -> Option<Option<Mark>> {
    let (Some(before), Some(behind)) = (one, two) else { return Some(one.or(two)) };
    let is_shared = before.currencies().any(|currency| behind.may_mean(currency));
    is_shared.then_some(Some(if before.is_exact() { before } else { behind }))
}

/// Returns the currency that a mark means among lines of which most are in the likely one; `None` for one of
/// several, such as the dollar.
pub(super) fn meant(mark: Mark, likely: Option<Currency>) -> Option<Currency> {
    // The other pounds have signs of their own, or are worth as much.
    let is_pound = || Currency::of("GBP").is_some_and(|pound| mark.may_mean(pound));
    let usual = || mark.usual().filter(|_| mark.is_exact() || is_pound());
    likely.filter(|currency| mark.may_mean(*currency)).or_else(usual)
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
            assert_eq!(by_itself(text).map(|it| it.amount), Amount::parse(amount), "{text}");
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
            assert_eq!(by_decimal(text, ',').map(|it| it.amount), Amount::parse(amount), "{text}");
        }
    }

    #[test]
    fn the_currency_beside_an_amount_is_the_one_that_is_certain() {
        let meant = |text: &str, likely: &str| {
            let mark = by_decimal(text, ',').unwrap().mark?;
            super::meant(mark, Currency::of(likely)).map(Currency::code)
        };
        for (text, likely, code) in [
            ("-12,50 USD", "EUR", Some("USD")),
            ("$-12,50", "CAD", Some("CAD")),
            ("$-12,50", "EUR", None),
            ("-12,50 US$", "CAD", Some("USD")),
            ("$12,50 USD", "EUR", Some("USD")),
            ("\u{a3}12,50", "EUR", Some("GBP")),
            ("12,50 kr", "SEK", Some("SEK")),
            ("12,50 kr", "", None),
            ("12,50", "EUR", None),
        ] {
            assert_eq!(meant(text, likely), code, "{text} {likely}");
        }
    }

    #[test]
    fn what_is_not_understood_as_a_whole_is_refused() {
        let texts = [
            "12,50 S",
            "12,50 H",
            "12,50 CR",
            "12,50 R",
            "12,50 \u{20ac} S",
            "$12,50 EUR",
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
            if let Some(Number { amount, .. }) = by_decimal(&text, decimal) {
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
