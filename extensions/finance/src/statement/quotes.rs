//! Quotes around the cells of a table that do not fit together.

/// Finds the line on which a cell opens with a quote and goes on over the end of the line, though nothing
/// closes it as a cell is closed: a text that a bank cut, which would swallow the lines below it.
pub(super) fn unclosed(text: &str, delimiter: u8) -> Option<u64> {
    let mut line = 1;
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let cell = Cell::first(rest, delimiter);
        if cell.breaks > 0 && !cell.is_closed {
            return Some(line);
        }
        line += cell.breaks + u64::from(cell.rest.first() == Some(&b'\n'));
        rest = cell.rest.get(1..).unwrap_or_default();
    }
    None
}

/// A cell of a table.
struct Cell<'t> {
    /// Ends of lines in quotes.
    breaks: u64,
    /// A delimiter or the end of a line is behind its closing quote.
    is_closed: bool,
    /// The text from the delimiter, or the end of the line, behind it.
    rest: &'t [u8],
}

impl<'t> Cell<'t> {
    fn first(text: &'t [u8], delimiter: u8) -> Self {
        let is_end = |byte: u8| byte == delimiter || matches!(byte, b'\n' | b'\r');
        let quoted = text.strip_prefix(b"\"").map(in_quotes);
        let (inside, behind) = quoted.unwrap_or((&[], Some(text)));
        // A text that nothing closes may be the last one of the file.
        let inside = if behind.is_some() { inside } else { inside.trim_ascii_end() };
        let breaks = inside.iter().filter(|byte| **byte == b'\n').count();
        let end = |rest: &[u8]| rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len());
        Self {
            breaks: u64::try_from(breaks).unwrap_or(u64::MAX),
            is_closed: behind.is_some_and(|rest| end(rest) == 0),
            rest: behind.and_then(|rest| rest.get(end(rest)..)).unwrap_or_default(),
        }
    }
}

/// Splits a text at the first quote that is not one of two; what is behind it is `None` without one.
fn in_quotes(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.iter().position(|it| *it == b'"')) {
        let quote = at + next;
        if text.get(quote + 1) != Some(&b'"') {
            return (text.get(..quote).unwrap_or_default(), text.get(quote + 1..));
        }
        at = quote + 2;
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_is_not_closed_is_found_and_those_of_a_sound_table_are_not() {
        for (text, line) in [
            ("Day;Who;Sum\n06.02.;\"Zum Hirsch;-12\n07.02.;B;-13\n08.02.;\"D\";-14\n", Some(2)),
            ("Day;Who\r\n06.02.;A\r\n07.02.;\"Zum Hirsch\r\n08.02.;C\r\n", Some(3)),
            ("Day;Who\n1;\"a \"\"b;\n2;c", Some(2)),
            ("Day;Who\n1;\"rent;\nJanuary \"\"26\"\"\";-5\n2;\"\";3\n", None),
            ("Day;Who\r\n1;\"rent\r\n\"\r\n2;3", None),
            ("Day;Who\n1;\"Sun\" Ltd \"x\";-5\n2;12\" plate;6\n", None),
            ("1;\"cut\n", None),
            ("", None),
        ] {
            assert_eq!(unclosed(text, b';'), line, "{text}");
        }
    }
}
