//! Decimals that no decimal separator joins to the whole amount.

use crate::marks::{self, Mark};
use crate::plain::JOIN;

/// Names of the hundredth of a currency, in small letters.
const MINOR: &str = "cent cents ct cts eurocent centime centimes céntimo céntimos cêntimo cêntimos \
centesimi centavo centavos коп копейка копейки копеек копійка копійки копійок øre öre bani ban \
ст стотинка стотинки rappen groszy grosz grosze haléř haléře haléřů kuruş paise pence penny";
/// Names of the hundredth that mean something else beside other currencies.
const MINOR_OF: [(&str, &str); 4] = [("gr", "PLN"), ("h", "CZK"), ("hal", "CZK"), ("p", "GBP")];
/// Words that join the decimals to the whole amount, where a name follows them.
const AND: [&str; 9] = ["and ", "und ", "et ", "y ", "e ", "i ", "și ", "si ", "и "];

/// The raised digits, from 0 to 9.
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/// Decimals that stand apart from a whole amount.
#[derive(Debug)]
pub(crate) struct Cents<'a> {
    /// Two digits.
    pub(crate) digits: String,
    /// Bytes from the end of the whole amount to the end of the digits.
    pub(crate) length: usize,
    /// The text behind the digits and their name.
    pub(crate) rest: &'a str,
}

/// Returns the decimals behind a space, where the currency stands before: `$ 1,242 50`.
pub(crate) fn behind_space<'a>(whole: &str, after: &'a str) -> Option<Cents<'a>> {
    let behind = after.strip_prefix([' '])?;
    let cents = behind.get(..2).filter(|cents| run(cents) == 2)?;
    let rest = behind.get(2..)?;
    let ends = rest.trim_start().is_empty() && !whole.contains(' ');
    ends.then(|| Cents { digits: cents.to_owned(), length: 3, rest })
}

/// Returns the decimals behind the currency: `12€50`, `1 234 € 50`, `12 zł 50 gr`.
pub(crate) fn behind_currency(after: &str) -> Option<Cents<'_>> {
    let spaces = [' ', JOIN];
    let near = after.trim_start_matches(spaces);
    let mark = marks::starting(near)
        .filter(|mark| mark.usual().is_some_and(|currency| currency.digits() == 2))?;
    let behind = near.get(mark.length..)?;
    let tail = behind.trim_start_matches(spaces);
    let joined = AND.iter().find_map(|and| tail.strip_prefix(and));
    let tail = joined.unwrap_or(tail);
    let cents = tail.get(..run(tail)).filter(|cents| (1..=2).contains(&cents.len()))?;
    let rest = tail.get(cents.len()..)?;
    let length = after.len() - rest.len();
    if let Some(rest) = without_name(rest, mark) {
        return Some(Cents { digits: format!("{cents:0>2}"), length, rest });
    }
    let glued = near.len() == after.len() && tail.len() == behind.len();
    let ends = if glued { is_end_of_number(rest) } else { !mark.is_code && is_end(rest) };
    let fits = joined.is_none() && cents.len() == 2 && ends;
    fits.then(|| Cents { digits: cents.to_owned(), length, rest })
}

/// Returns the decimals behind a colon, as crowns are written in Sweden: `1 234:50 kr`.
pub(crate) fn behind_colon(front: Option<Mark>, after: &str) -> Option<Cents<'_>> {
    let behind = after.strip_prefix(':')?;
    let cents = behind.get(..2).filter(|_| run(behind) == 2)?;
    let rest = behind.get(2..).filter(|rest| !rest.starts_with(':'))?;
    let mark = front.or_else(|| marks::starting(rest.trim_start_matches([' ', JOIN])))?;
    mark.has_code("SEK").then(|| Cents { digits: cents.to_owned(), length: 3, rest })
}

/// Returns the decimals that are raised, as price tags and pages print them: `$119⁹⁹`.
pub(crate) fn raised(front: Option<Mark>, after: &str) -> Option<Cents<'_>> {
    let digit = |letter| RAISED.chars().zip('0'..='9').find(|(up, _)| *up == letter);
    let digits: String = after.chars().map_while(digit).map(|(_, digit)| digit).collect();
    let length = after.chars().take(digits.len()).map(char::len_utf8).sum();
    let rest = after.get(length..).filter(|_| digits.len() == 2)?;
    front.or_else(|| marks::starting(rest.trim_start_matches([' ', JOIN])))?;
    Some(Cents { digits, length, rest })
}

/// Returns whether a character is a raised digit.
pub(crate) fn is_raised(letter: char) -> bool {
    RAISED.contains(letter)
}

/// Counts the digits that start a text.
fn run(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Returns what follows the name of a hundredth of the currency; `None` where there is no such name.
fn without_name(text: &str, mark: Mark) -> Option<&str> {
    let near = text.trim_start_matches([' ', JOIN]);
    let length = near.find(|c: char| !c.is_alphabetic()).unwrap_or(near.len());
    let (name, rest) = near.split_at_checked(length)?;
    let name = name.to_lowercase();
    let own = |(minor, code): &(&str, &str)| *minor == name && mark.has_code(code);
    let known = MINOR.split(' ').any(|minor| minor == name) || MINOR_OF.iter().any(own);
    known.then(|| rest.strip_prefix('.').unwrap_or(rest))
}

/// Returns whether digits that touch their currency end before a text.
fn is_end_of_number(text: &str) -> bool {
    let mut letters = text.chars();
    let touches = match letters.next() {
        Some('.' | ',' | '/' | '-' | ':' | '\'') => letters.next().is_some_and(char::is_numeric),
        Some(letter) => letter.is_alphanumeric() || letter == '%',
        None => false,
    };
    !touches && marks::starting(text.trim_start_matches([' ', JOIN])).is_none()
}

/// Returns whether a sentence or a cell ends before a text.
fn is_end(text: &str) -> bool {
    let mut letters = text.chars();
    let ends = matches!(letters.next(), None | Some('.' | ',' | ';' | ')'));
    ends && letters.next().is_none_or(char::is_whitespace) || text.trim().is_empty()
}
