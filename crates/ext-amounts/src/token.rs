//! Runs of digits and separators.

use std::borrow::Cow;

use crate::Spaces;
use crate::plain::JOIN;

/// Separators within a number, in plain characters.
const SEPARATORS: [char; 7] = ['.', ',', '\'', '٫', '٬', '،', '⹁'];

/// Digits with the separators between them.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) digits: String,
    /// A separator and dashes follow, which stand for no decimals.
    pub(crate) dashed: bool,
    /// A plain space groups it that may part two numbers.
    pub(crate) loose: bool,
}

/// Finds the next token at or behind an offset.
pub(crate) fn next(text: &str, from: usize, spaces: Spaces) -> Option<Token> {
    let rest = text.get(from..)?;
    let start = rest.char_indices().map(|(at, _)| from + at).find(|at| starts(text, *at))?;
    Some(take(text, start, spaces))
}

/// Returns whether a number starts here: with a digit, or with a point and two digits.
fn starts(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else { return false };
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    let bare = rest.strip_prefix(['.', ',']).is_some_and(|rest| digits(rest) == 2);
    digits(rest) > 0 || bare && before.is_none_or(|c| !c.is_alphanumeric() && !".,'".contains(c))
}

/// Counts the digits that start a text.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn take(text: &str, start: usize, spaces: Spaces) -> Token {
    let mut token = Token { start, end: start, digits: String::new(), dashed: false, loose: false };
    let mut groups: Vec<usize> = Vec::new();
    loop {
        let rest = text.get(token.end..).unwrap_or_default();
        let run = digits(rest);
        groups.push(run);
        token.push(rest.get(..run).unwrap_or_default());
        let rest = rest.get(run..).unwrap_or_default();
        let Some(separator) = separator(rest, &token, &groups, spaces) else { break };
        token.push(separator);
    }
    token.loose = token.digits.contains(' ') && is_loose(&token.digits);
    let rest = text.get(token.end..).unwrap_or_default();
    if let Some(length) = decimal_point_apart(rest, &token.digits) {
        token.digits.push('.');
        token.digits.push_str(rest.get(length - 2..length).unwrap_or_default());
        token.end += length;
    } else if let Some(length) = dashes(rest) {
        token.dashed = true;
        token.end += length;
    }
    token
}

impl Token {
    fn push(&mut self, part: &str) {
        self.digits.push_str(part);
        self.end += part.len();
    }
}

/// Returns the separator that starts `rest` and joins more digits to the token.
fn separator<'a>(
    rest: &'a str,
    token: &Token,
    groups: &[usize],
    spaces: Spaces,
) -> Option<&'a str> {
    let first = rest.chars().next()?;
    let (separator, behind) = rest.split_at_checked(first.len_utf8())?;
    let run = digits(behind);
    let fits = match first {
        JOIN => matches!(run, 2 | 3),
        ' ' => spaces == Spaces::Join && run == 3 && space_groups(&token.digits, groups),
        other => run > 0 && SEPARATORS.contains(&other),
    };
    fits.then_some(separator)
}

/// Returns whether the digits so far may be groups that plain spaces separate.
fn space_groups(digits: &str, groups: &[usize]) -> bool {
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == ' ');
    let first = groups.first().is_some_and(|first| (1..=3).contains(first));
    plain && first && groups.iter().skip(1).all(|group| *group == 3) && !digits.starts_with('0')
}

/// Returns whether plain spaces may part a quantity and a price: there is one, and what follows
/// does not start with a zero.
fn is_loose(digits: &str) -> bool {
    let mut parts = digits.split(' ');
    let tail = parts.nth(1).unwrap_or_default();
    parts.next().is_none() && !tail.starts_with('0')
}

/// Returns the length of a decimal point with spaces around, as OCR reads it: `12 .50`, `12. 50`.
fn decimal_point_apart(rest: &str, digits_before: &str) -> Option<usize> {
    let point = [" . ", " .", ". "].into_iter().find(|point| rest.starts_with(point))?;
    let whole = digits_before.bytes().all(|b| b.is_ascii_digit());
    let behind = rest.get(point.len()..)?;
    (whole && digits(behind) == 2).then_some(point.len() + 2)
}

/// Returns the length of a separator and dashes: `.-`, `,--`.
fn dashes(rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix(['.', ','])?;
    let count = behind.bytes().take_while(|b| *b == b'-').count();
    let tail = behind.get(count..)?;
    let ends = !tail.starts_with(|c: char| c.is_ascii_digit());
    (count > 0 && ends).then_some(1 + count)
}

/// Replaces the letter O by zero where it stands in a number with two decimals, as OCR reads it:
/// `1O.5O`.
pub(crate) fn without_slips(text: &str) -> Cow<'_, str> {
    if !text.contains(['O', 'o']) {
        return Cow::Borrowed(text);
    }
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, 'O' | 'o' | '.' | ',');
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| !in_number(c)).unwrap_or(rest.len());
        let length = if length == 0 { first.len_utf8() } else { length };
        let (run, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let word = before.is_some_and(char::is_alphabetic) || tail.starts_with(char::is_alphabetic);
        if in_number(first) && !word && is_slip(run) {
            out.extend(run.chars().map(|c| if matches!(c, 'O' | 'o') { '0' } else { c }));
        } else {
            out.push_str(run);
        }
        before = run.chars().next_back();
        rest = tail;
    }
    Cow::Owned(out)
}

fn is_slip(run: &str) -> bool {
    let decimals = run.rsplit_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
    decimals == 2 && run.contains(|c: char| c.is_ascii_digit()) && run.contains(['O', 'o'])
}
