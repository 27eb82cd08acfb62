//! Numbers and amounts in running text.

use std::ops::Range;

use crate::cents::{self, Cents};
use crate::marks::{self, Mark};
use crate::plain::{JOIN, Plain};
use crate::reading::{Candidate, Digits, Reading};
use crate::{Currency, signs, token};

/// Meaning of a space between digits that may part two numbers or two groups of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spaces {
    /// It groups: `1 250.00` is one number.
    Join,
    /// It parts: `1 250.00` is a quantity and a price.
    Part,
}

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the number in the text, without sign and currency.
    pub range: Range<usize>,
    /// The values that it may mean.
    pub reading: Reading,
    /// The currency beside it.
    pub mark: Option<Mark>,
    /// True when money goes the other way: a minus, brackets, `CR`.
    pub negative: bool,
    /// True for brackets that may be punctuation as well as a minus.
    pub doubtful_sign: bool,
    /// True when a hyphen behind the number alone makes it negative: it closes amounts in yen.
    pub closing_hyphen: bool,
    /// True when a per cent sign follows.
    pub percent: bool,
    /// True when a plain space groups its digits, which may part two numbers instead.
    pub loose: bool,
    pub(crate) digits: Digits,
}

impl Found {
    /// Returns the most usual currency of the mark.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.mark.and_then(Mark::usual)
    }

    /// Returns whether it is printed as money is: with a currency, or with two decimals.
    #[must_use]
    pub fn is_money(&self) -> bool {
        !self.percent && (self.mark.is_some() || self.reading.best().decimals == 2)
    }

    /// Returns the value of a candidate with the number's sign.
    #[must_use]
    pub fn signed(&self, candidate: Candidate) -> rust_decimal::Decimal {
        if self.negative { -candidate.value } else { candidate.value }
    }

    /// Returns the readings of the number where its currency is known to be this one.
    #[must_use]
    pub fn reading_in(&self, currency: Currency) -> Reading {
        let reading = Reading::from_digits(&self.digits, None, Some(currency));
        reading.unwrap_or_else(|| self.reading.clone())
    }

    /// Returns the number without a minus that only closes it, as a hyphen does behind amounts in yen
    /// so that no digit can be added.
    #[must_use]
    pub fn closed_in(self, currency: Option<Currency>) -> Self {
        let closed = self.closing_hyphen
            && self.reading.best().decimals == 0
            && currency.is_some_and(|currency| currency.code() == "JPY");
        Self { negative: self.negative && !closed, ..self }
    }

    /// Returns the number with a mark that stands beside it in another place.
    #[must_use]
    pub fn beside(self, mark: Mark) -> Self {
        let mark = mark.with_decimals(self.reading.best().decimals % 3);
        let reading = Reading::from_digits(&self.digits, None, mark.usual());
        let found = Self { mark: Some(mark), reading: reading.unwrap_or(self.reading), ..self };
        found.closed_in(mark.usual())
    }
}

/// Finds the numbers of a text that are not part of a word or of a longer code.
///
/// ```
/// use ext_amounts::{Spaces, scan};
///
/// let found = scan("Total: -1 240.50 EUR", Spaces::Join);
/// assert_eq!(found[0].signed(found[0].reading.best()).to_string(), "-1240.50");
/// assert_eq!(found[0].currency().map(|currency| currency.code()), Some("EUR"));
/// assert!(scan("192.168.10.12, SS4C/5, 12:30", Spaces::Join).is_empty());
/// ```
#[must_use]
pub fn scan(text: &str, spaces: Spaces) -> Vec<Found> {
    if !text.contains(char::is_numeric) {
        return Vec::new();
    }
    plain(&Plain::of(text), spaces)
}

pub(crate) fn plain(text: &Plain<'_>, spaces: Spaces) -> Vec<Found> {
    let letters = token::without_slips(&text.text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = token::next(&letters, at, spaces) {
        at = token.end;
        if let Some(number) = number(&letters, token) {
            at = number.range.end;
            let range = text.origin(number.range.start)..text.origin(number.range.end);
            found.push(Found { range, ..number });
        }
    }
    found
}

fn number(text: &str, token: token::Token) -> Option<Found> {
    let (before, after) = (text.get(..token.start)?, text.get(token.end..)?);
    let thousandths = has_thousandths(&token.digits);
    let front = Front::of(before, thousandths).of_rand(before, &token.digits);
    let mut digits = Digits { dashed: token.dashed, ..Digits::of(&token.digits) };
    let hundredth = marks::hundredth(after);
    let is_repeated =
        |mark: Mark| hundredth.is_some_and(|it| it.currencies().any(|it| mark.may_mean(it)));
    let is_named = match front.mark {
        None => hundredth.is_some() && digits.as_hundredths(),
        // `£0.99p`
        Some(mark) => is_repeated(mark) && digits.text.contains('.'),
    };
    let hundredth = hundredth.filter(|_| is_named);
    let after = hundredth.map_or(after, |mark| after.get(mark.length..).unwrap_or_default());
    let cents = cents_apart(&front, &mut digits, after);
    let (length, after) = cents.map_or((0, after), |cents| (cents.length, cents.rest));
    let first = Reading::from_digits(&digits, None, None)?;
    let decimals = first.best().decimals;
    let near = text
        .get(token.end..)
        .filter(|near| !near.starts_with(':') && !near.starts_with(cents::is_raised))
        .unwrap_or(after);
    let near = near.trim_start_matches([' ', JOIN, ')']);
    let behind = hundredth.or_else(|| marks::behind(near, thousandths));
    let behind = behind.or_else(|| in_brackets(near, thousandths));
    let slip = front.mark.is_none() && decimals == 2 && behind.is_none() && front.dollar_slip;
    // `$45.00 CDN`: what follows says what the sign leaves open.
    let said = behind.filter(|behind| {
        let usual = behind.usual().filter(|_| behind.is_exact());
        front.mark.is_some_and(|front| {
            !front.is_exact() && usual.is_some_and(|currency| front.may_mean(currency))
        })
    });
    let own = front.mark.filter(|front| behind.is_none_or(|behind| !front.yields_to(behind)));
    let mark = said.or(own).or(behind).or_else(|| marks::ending("$").filter(|_| slip));
    let marked = front.mark.is_some() || slip;
    if !signs::stands_alone(before, after, marked, decimals) {
        return None;
    }
    let mark = mark.map(|mark| mark.with_decimals(decimals % 3));
    let percent = after.trim_start().starts_with('%');
    let reading = match mark.and_then(Mark::usual) {
        Some(currency) => Reading::from_digits(&digits, None, Some(currency))?,
        None => first,
    };
    let sign = signs::sign(&front, before, after, token.dashed);
    let found = Found {
        range: token.start..token.end + length,
        reading,
        mark: mark.filter(|_| !percent),
        negative: sign.negative,
        doubtful_sign: sign.doubtful,
        closing_hyphen: sign.closing,
        percent,
        loose: token.loose && front.mark.is_none() && digits.cents.is_none(),
        digits,
    };
    let currency = found.currency();
    Some(found.closed_in(currency))
}

/// Returns the mark that stands in brackets behind a number, with nothing beside it: `6,380 (円)`.
fn in_brackets(near: &str, thousandths: bool) -> Option<Mark> {
    let inner = near.strip_prefix('(')?;
    let mark = marks::behind(inner, thousandths)?;
    inner.get(mark.length..)?.starts_with(')').then_some(mark)
}

/// Gives a number the decimals that stand apart from it, where it can have them.
fn cents_apart<'a>(front: &Front<'_>, digits: &mut Digits, after: &'a str) -> Option<Cents<'a>> {
    let colon = cents::behind_colon(front.mark, after);
    let glued = colon.or_else(|| cents::raised(front.mark, after));
    let found = match front.mark {
        _ if digits.dashed => None,
        _ if glued.is_some() => glued,
        Some(_) => cents::behind_space(&digits.text, after),
        None => cents::behind_currency(after),
    }?;
    let whole = Digits { cents: Some(found.digits.clone()), ..digits.clone() };
    Reading::from_digits(&whole, None, None)?;
    *digits = whole;
    Some(found)
}

/// Returns whether three digits follow the last separator, which may be decimals.
fn has_thousandths(digits: &str) -> bool {
    let decimals = digits.rsplit_once(['.', ',', '٫']).map(|(_, decimals)| decimals);
    decimals.is_some_and(|decimals| decimals.len() == 3 && !decimals.contains(' '))
}

/// The text before a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Front<'a> {
    pub(crate) mark: Option<Mark>,
    /// The text before the currency, or before the number where there is none.
    pub(crate) head: &'a str,
    /// A lone `S`: a misread dollar sign.
    dollar_slip: bool,
}

impl<'a> Front<'a> {
    fn of(before: &'a str, thousandths: bool) -> Self {
        let trimmed = before.trim_end_matches([' ', JOIN, '-', ':']);
        let mark = marks::before(trimmed, thousandths);
        let two = mark.and_then(|mark| trimmed.get(..trimmed.len() - mark.length));
        // `COP $`, `$ US`: a code says what the sign leaves open.
        let outer = two.map(|head| head.trim_end_matches([' ', JOIN]));
        let code = outer.and_then(marks::ending).filter(|outer| {
            outer.is_exact()
                && mark.is_some_and(|inner| {
                    !inner.is_exact() && outer.usual().is_some_and(|c| inner.may_mean(c))
                })
        });
        let head = match (code, outer) {
            (Some(code), Some(outer)) => outer.get(..outer.len() - code.length),
            _ => two,
        };
        let slip = before.strip_suffix('S');
        let dollar_slip = slip.is_some_and(|head| !head.ends_with(char::is_alphanumeric));
        Self { mark: code.or(mark), head: head.unwrap_or(before), dollar_slip }
    }

    /// Takes a letter `R` for the rand only where it stands at an amount with cents, or opens a cell or a
    /// value behind a colon: it is a code of much else.
    fn of_rand(self, before: &'a str, digits: &str) -> Self {
        let is_rand = self.mark.is_some_and(|mark| mark.length == 1 && mark.has_code("ZAR"));
        let has_cents = digits.rsplit_once(['.', ',']).is_some_and(|(_, cents)| cents.len() == 2);
        let head = self.head.trim_end();
        let touches = before.ends_with('R') || head.is_empty() || head.ends_with(':');
        if is_rand && !(has_cents && touches) {
            return Self { mark: None, head: before, ..self };
        }
        self
    }
}
