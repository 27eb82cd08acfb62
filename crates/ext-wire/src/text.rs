//! Text from extensions, files and servers, made safe for a terminal, a log and a page.

use std::{
    borrow::Cow,
    fmt::{self, Display},
};

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Marks on one letter that are shown as they are; living languages use three.
const MAX_MARKS: usize = 4;

/// Joiners in one text that are shown as they are; an emoji of a family has three.
const MAX_JOINERS: usize = 256;

const JOINER: char = '\u{200d}';

/// Returns whether a character is invisible or changes how its neighbours are shown (control
/// characters, bidi controls, line separators, tags), so that a text could look like another one.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Returns a text in Unicode normal form C, in which names and paths are kept and compared.
///
/// ```
/// assert_eq!(ext_wire::text::nfc("cafe\u{301}"), "caf\u{e9}");
/// ```
#[must_use]
pub fn nfc(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Returns the text on one line, with hidden characters and floods of marks written out as
/// `\u{1b}`.
///
/// Every text from outside goes through here on its way to a log or a terminal.
///
/// ```
/// use ext_wire::text::escape;
///
/// assert_eq!(escape("Größe: 3 €"), "Größe: 3 €");
/// assert_eq!(escape("a\n\u{1b}[31mred\u{202e}"), "a\\n\\u{1b}[31mred\\u{202e}");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_but(text, |_| false)
}

/// Escapes as [`escape`] does, but keeps line feeds and tabs: for texts of several lines.
#[must_use]
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    escape_but(text, |c| matches!(c, '\n' | '\t'))
}

/// Returns a text that stands in a line of a log as one value: in quotes when it holds a quote or a
/// `=`, by which it could look like further fields, unless it stands in quotes already.
///
/// ```
/// use ext_wire::text::quote;
///
/// assert_eq!(quote("3 entries"), "3 entries");
/// assert_eq!(quote("done extension=core"), r#""done extension=core""#);
/// assert_eq!(quote(r#"a "b" c"#), r#""a \"b\" c""#);
/// assert_eq!(quote(&quote("a=b")), quote("a=b"));
/// ```
#[must_use]
pub fn quote(text: &str) -> Cow<'_, str> {
    if !text.contains(['=', '"']) || is_quoted(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Returns true if the text is one quoted value from its first to its last character.
fn is_quoted(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            '"' if !escaped => return false,
            c => escaped = c == '\\' && !escaped,
        }
    }
    !escaped
}

/// Returns the first `chars` characters of a text, with a mark when there are more.
///
/// ```
/// use ext_wire::text::shorten;
///
/// assert_eq!(shorten("größer", 3), "grö…");
/// assert_eq!(shorten("größer", 6), "größer");
/// ```
#[must_use]
pub fn shorten(text: &str, chars: usize) -> Cow<'_, str> {
    let start = text.char_indices().nth(chars).and_then(|(end, _)| text.get(..end));
    start.map_or(Cow::Borrowed(text), |start| Cow::Owned(format!("{start}…")))
}

fn escape_but(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut run = Run::default();
    if text.chars().all(|c| keep(c) || run.is_plain(c)) {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut run) = (String::with_capacity(text.len() + 16), Run::default());
    for c in text.chars() {
        match c {
            c if keep(c) || run.is_plain(c) => safe.push(c),
            '\n' | '\r' | '\t' => safe.extend(c.escape_default()),
            c => safe.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(safe)
}

/// Counts of what was seen of a text so far.
#[derive(Default)]
struct Run {
    marks: usize,
    joiners: usize,
}

impl Run {
    fn is_plain(&mut self, c: char) -> bool {
        self.marks = if is_mark(c) { self.marks + 1 } else { 0 };
        self.joiners += usize::from(c == JOINER);
        !is_hidden(c) && self.marks <= MAX_MARKS && (c != JOINER || self.joiners <= MAX_JOINERS)
    }
}

/// Returns whether a character is in the blocks of combining marks that stack on any letter.
const fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Wrapper that prints any value with its text escaped by [`escape`].
pub struct Escaped<T>(pub T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.0.to_string()))
    }
}

/// Writes a number with its noun, or with all that depends on it.
///
/// ```
/// use ext_wire::text::counted;
///
/// assert_eq!(counted(1, "entry", "entries"), "1 entry");
/// assert_eq!(counted(0, "file waits", "files wait"), "0 files wait");
/// ```
#[must_use]
pub fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let words = if count == N::from(1) { one } else { many };
    format!("{count} {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_02_nothing_steers_a_terminal() {
        for bad in
            ["\u{1b}]0;t\u{7}", "\u{1b}]8;;http://x\u{1b}\\", "\u{1b}[2J", "\u{9b}2J", "\u{90}q"]
        {
            let safe = escape(bad);
            assert!(safe.chars().all(|c| !c.is_control()), "{bad:?} became {safe:?}");
        }
        assert_eq!(escape("a\nb\tc\r"), "a\\nb\\tc\\r");
        assert_eq!(escape_lines("a\nb\tc\r"), "a\nb\tc\\r");
    }

    #[test]
    fn log_02_plain_text_stays_as_it_is() {
        for plain in ["", "Größe: 3 €", "日本語", "naïve e\u{301}", "👩\u{200d}👩\u{200d}👧"]
        {
            assert!(matches!(escape(plain), Cow::Borrowed(same) if same == plain), "{plain:?}");
        }
    }

    #[test]
    fn log_05_nothing_that_is_quoted_ends_early() {
        for bad in ["a=\\", "=\"", "\"a\" b=\"c\"", "\"a\\\" b=\"", "\"", "=\\\""] {
            let quoted = quote(bad);
            assert!(is_quoted(&quoted), "{bad} became {quoted}");
            assert_eq!(quote(&quoted), quoted);
        }
        assert!(!is_quoted("\"a\\\"") && is_quoted("\"a\\\\\""));
    }

    #[test]
    fn log_03_bidi_zero_width_and_floods_are_written_out() {
        assert_eq!(escape("gpj\u{202e}exe"), "gpj\\u{202e}exe");
        assert_eq!(escape("pass\u{200b}word"), "pass\\u{200b}word");
        let zalgo = format!("a{}", "\u{300}".repeat(100_000));
        assert_eq!(escape(&zalgo).matches('\u{300}').count(), MAX_MARKS);
        let joins = "👩\u{200d}".repeat(100_000);
        assert_eq!(escape(&joins).matches(JOINER).count(), MAX_JOINERS);
    }

    #[test]
    fn log_06_what_looks_like_a_format_is_text() {
        for text in ["{}", "{0:?}", "%s%n", "${jndi:ldap://x/a}", "$(rm -rf /)"] {
            assert_eq!(escape(text), text);
            assert_eq!(format!("{}", Escaped(text)), text);
        }
    }
}
