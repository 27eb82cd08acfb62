//! Patterns of entry paths and sidecar names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The longest pattern, in bytes.
pub const MAX_GLOB_BYTES: usize = 1024;

/// The reason why a text is not a valid pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GlobError {
    /// The text is longer than [`MAX_GLOB_BYTES`], as it is written or in normal form C.
    #[error("the pattern is {0} bytes long, the limit is {MAX_GLOB_BYTES}")]
    TooLong(usize),
    /// The text is empty.
    #[error("the pattern is empty: write `**` for everything")]
    Empty,
    /// The syntax is wrong.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Syntax {
        /// The pattern.
        pattern: String,
        /// The part that is wrong.
        reason: &'static str,
    },
}

/// A pattern of entry paths or sidecar names: `mails/**`, `*.json`.
///
/// `*` and `?` do not match `/`, `**` does, and `**/` is any number of folders, also none. Brackets,
/// braces and negation are not supported: write two patterns, or a rule that denies. Case matters.
/// A pattern is kept in Unicode normal form C, as paths are, so it does not matter in which form it
/// was written.
/// Matching takes time proportional to the length of the path times that of the pattern.
///
/// ```
/// use ext_perm::Glob;
///
/// let mails: Glob = "mails/**/*.eml".parse()?;
/// assert!(mails.matches("mails/2024/a.eml") && mails.matches("mails/a.eml"));
/// assert!(!mails.matches("mails/a.pdf") && !mails.matches("other/mails/a.eml"));
/// # Ok::<(), ext_perm::GlobError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A character that stands for itself.
    Char(char),
    /// The token `?`: any character but `/`.
    One,
    /// The token `*`: any characters but `/`.
    Star,
    /// The token `**`: any characters.
    Anything,
    /// The token `**/`: any number of folders, also none.
    Folders,
}

impl Glob {
    /// Returns whether the pattern matches all of `text`, which is in normal form C: an
    /// [`EntryPath`](ext_wire::EntryPath) or the name of a sidecar.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        // All places in the pattern that the text so far can have led to.
        let mut places = Places::new(&self.tokens);
        places.reach(0);
        for c in text.chars() {
            places = places.after(c);
        }
        places.reached.last() == Some(&true)
    }

    /// Returns the pattern, in normal form C.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        if text.is_empty() {
            return Err(GlobError::Empty);
        }
        ensure_length(text)?;
        let text: String = text.nfc().collect();
        ensure_length(&text)?;
        match problem(&text) {
            Some(reason) => Err(GlobError::Syntax { pattern: text, reason }),
            None => Ok(Self { tokens: tokens(&text), text }),
        }
    }
}

fn ensure_length(text: &str) -> Result<(), GlobError> {
    if text.len() > MAX_GLOB_BYTES { Err(GlobError::TooLong(text.len())) } else { Ok(()) }
}

/// Finds what would make the pattern mean something else than it seems to.
fn problem(text: &str) -> Option<&'static str> {
    match text {
        _ if text.starts_with('!') => Some("there is no negation: write a rule that denies"),
        _ if text.contains(['{', '}', '[', ']']) => {
            Some("there are no braces and brackets: write one pattern for each")
        }
        _ if text.contains('\\') => Some("there is no backslash in paths"),
        _ if wildcard_meets_mark(text) => {
            Some("a mark behind `*` or `?` is a part of the character that they stand for")
        }
        _ => None,
    }
}

/// Returns whether a wildcard is followed by a character that normal form C joins with the one before
/// it: in a path the two are one character, which the pattern would never match.
fn wildcard_meets_mark(text: &str) -> bool {
    let joins = |c: char| is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes;
    text.split(['*', '?']).skip(1).any(|behind| behind.starts_with(joins))
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(c) = rest.chars().next() {
        let (token, length) = match rest {
            _ if rest.starts_with("**/") => (Token::Folders, 3),
            _ if rest.starts_with("**") => (Token::Anything, 2),
            _ if c == '*' => (Token::Star, 1),
            _ if c == '?' => (Token::One, 1),
            _ => (Token::Char(c), c.len_utf8()),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The places before, between and behind the tokens of a pattern.
struct Places<'a> {
    tokens: &'a [Token],
    reached: Vec<bool>,
}

impl<'a> Places<'a> {
    fn new(tokens: &'a [Token]) -> Self {
        Self { tokens, reached: vec![false; tokens.len() + 1] }
    }

    /// Reaches a place, and skips all tokens there that may stand for nothing.
    fn reach(&mut self, place: usize) {
        let nothing =
            |token: &Token| matches!(token, Token::Star | Token::Anything | Token::Folders);
        let over = self.tokens.iter().skip(place).take_while(|token| nothing(token)).count();
        self.reached.iter_mut().skip(place).take(over + 1).for_each(|reached| *reached = true);
    }

    /// Returns the places that one more character leads to.
    fn after(&self, c: char) -> Self {
        let mut next = Self::new(self.tokens);
        let here = self.tokens.iter().zip(&self.reached).enumerate();
        for (place, (token, _)) in here.filter(|(_, (_, reached))| **reached) {
            match token {
                Token::Char(this) if *this == c => next.reach(place + 1),
                Token::One if c != '/' => next.reach(place + 1),
                Token::Star if c != '/' => next.reach(place),
                Token::Anything => next.reach(place),
                Token::Folders => next.go_into_folders(place, c),
                _ => {}
            }
        }
        next
    }

    /// Stays inside folders; the pattern goes on behind a slash only.
    fn go_into_folders(&mut self, place: usize, c: char) {
        if let Some(here) = self.reached.get_mut(place) {
            *here = true;
        }
        if c == '/' {
            self.reach(place + 1);
        }
    }
}

impl TryFrom<String> for Glob {
    type Error = GlobError;

    fn try_from(text: String) -> Result<Self, GlobError> {
        text.parse()
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use ext_wire::EntryPath;

    use super::*;

    #[test]
    fn path_05_a_pattern_matches_whatever_form_it_was_written_in() {
        for (pattern, path) in [
            ("Vertra\u{308}ge/**", "Vertr\u{e4}ge/a"),
            ("Vertr\u{e4}ge/**", "Vertra\u{308}ge/a"),
            ("\u{212a}redit/*", "Kredit/a"),
            ("Kredit/*", "\u{212a}redit/a"),
            ("a\u{37e}*", "a;b"),
        ] {
            let glob: Glob = pattern.parse().unwrap();
            assert!(glob.matches(EntryPath::stored(path).as_str()), "{pattern} and {path}");
        }
        let glob: Glob = "Vertra\u{308}ge/**".parse().unwrap();
        assert_eq!(glob.as_str(), "Vertr\u{e4}ge/**");
        assert!(!glob.matches("Vertrage/a") && !glob.matches("Vertr\u{e4}g/a"));
    }

    #[test]
    fn path_05_a_pattern_that_no_path_can_match_is_refused() {
        for pattern in ["a*\u{308}", "?\u{308}/x", "a/**\u{301}b", "\u{1100}*\u{1161}"] {
            let error = pattern.parse::<Glob>().unwrap_err().to_string();
            assert!(error.contains("a mark behind"), "{error}");
        }
        for pattern in ["\u{308}*", "a/\u{308}*", "e\u{301}*", "*\u{e9}", "*\u{915}"] {
            assert!(pattern.parse::<Glob>().is_ok(), "{pattern}");
        }
        let grows = "\u{958}".repeat(300);
        assert_eq!(grows.parse::<Glob>(), Err(GlobError::TooLong(1800)));
    }

    #[test]
    fn stars_stop_at_slashes_and_double_stars_do_not() {
        for (glob, yes, no) in [
            ("a", &["a"][..], &["", "b", "aa", "a/"][..]),
            ("*", &["", "a", "a.txt"], &["a/b", "/"]),
            ("?", &["a", "é"], &["", "/", "ab"]),
            ("**", &["", "a", "a/b/c"], &[]),
            ("a/*", &["a/", "a/b"], &["a", "a/b/c", "b/c"]),
            ("a/**", &["a/", "a/b", "a/b/c"], &["a", "ab"]),
            ("**/x", &["x", "a/x", "a/b/x"], &["ax", "a/bx", "x/a"]),
            ("a/**/x", &["a/x", "a/b/x", "a/b/c/x"], &["ax", "a/bx", "a/x/b"]),
            ("a*b*c", &["abc", "axxbyyc", "abbc"], &["ab", "a/bc", "abcd"]),
            ("*.json", &["x.json", ".json"], &["a/x.json", "x.json5"]),
            ("a**c", &["ac", "a/b/c"], &["a", "ab"]),
        ] {
            let glob: Glob = glob.parse().unwrap();
            yes.iter().for_each(|text| assert!(glob.matches(text), "{glob} matches {text:?}"));
            no.iter().for_each(|text| assert!(!glob.matches(text), "{glob} is not {text:?}"));
        }
    }
}
