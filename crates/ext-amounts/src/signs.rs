//! Surroundings of the digits of a number: signs, and letters that make them part of a code.

use crate::marks;
use crate::plain::JOIN;
use crate::scan::Front;

/// The sign of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sign {
    pub(crate) negative: bool,
    /// Brackets that may be punctuation as well.
    pub(crate) doubtful: bool,
    /// A hyphen behind the number, and nothing else, makes it negative.
    pub(crate) closing: bool,
}

/// Returns whether the number is a word of its own: not `SS4C/5`, `12:30`, `0228/53` or `5kg`.
pub(crate) fn stands_alone(before: &str, after: &str, marked: bool, decimals: u32) -> bool {
    let mut behind = before.chars().rev();
    let glued_before = match behind.next() {
        Some(c) if c.is_alphanumeric() => !marked,
        Some('.' | ',' | ':' | '#' | '_' | '\'' | '*') => {
            behind.next().is_some_and(|c| c.is_ascii_digit())
        }
        Some('/') => behind.next().is_some_and(char::is_alphanumeric) && !marked,
        Some('-') => behind.next().is_some_and(char::is_alphanumeric) && !marked,
        _ => false,
    };
    let mut ahead = after.chars();
    let glued_after = match ahead.next() {
        Some(c) if c.is_alphabetic() => !is_code(after, decimals),
        Some(c) if c.is_alphanumeric() => true,
        Some('.' | ',' | '/' | ':' | '-' | '_' | '\'') => {
            ahead.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    !glued_before && !glued_after
}

/// Returns whether a tax code or a currency sticks to an amount: `20.00SR`, `5,00EUR`.
fn is_code(after: &str, decimals: u32) -> bool {
    let code = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let capitals = code.len() <= 3 && code.chars().all(|c| c.is_ascii_uppercase());
    decimals == 2 && capitals || marks::starting(after).is_some()
}

/// Returns the sign of an amount: `-5.00`, `-RM 5.00`, `RM -5.00`, `5.00-`, `(5.00)`, `5.00 CR` are
/// negative. The dashes of `45.-` and the hyphen of `Total-EUR 5.00` are no signs, nor are brackets
/// around a code and what it counts.
pub(crate) fn sign(front: &Front<'_>, before: &str, after: &str, dashed: bool) -> Sign {
    let minus = |text: &str| text.ends_with('-');
    let hyphen = |text: &str| {
        text.strip_suffix('-').is_some_and(|head| head.ends_with(char::is_alphanumeric))
    };
    let own_cell = minus(front.head.trim_end()) && front.head.trim().chars().count() == 1;
    let leading = minus(front.head) && !hyphen(front.head) || own_cell;
    let near = before.trim_end_matches(JOIN);
    let inner = minus(near) && (front.mark.is_some() || !hyphen(near));
    let trailing = after.starts_with('-')
        && !dashed
        && !after.chars().nth(1).is_some_and(char::is_alphanumeric);
    let plain_brackets = before.ends_with('(') && after.starts_with(')');
    let doubtful = is_bracketed(front, after);
    let other = leading || inner || plain_brackets || doubtful || is_credit(after);
    Sign { negative: other || trailing, doubtful, closing: trailing && !other }
}

/// Returns whether brackets stand around a sign and its amount, with nothing before: `($35.13)`.
fn is_bracketed(front: &Front<'_>, after: &str) -> bool {
    let sign = front.mark.is_some_and(|mark| !mark.is_code);
    sign && front.head.trim() == "(" && after.starts_with(')')
}

/// Returns whether `CR` follows, for credit, and nothing that makes it the start of a number.
fn is_credit(after: &str) -> bool {
    let word = after.trim_start().strip_prefix("CR");
    word.is_some_and(|rest| rest.trim_matches([' ', '.', ')']).is_empty())
}
