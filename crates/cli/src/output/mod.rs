//! Output of results.

pub(crate) mod cells;
pub(crate) mod pager;
mod stored;
mod table;
mod terminal;
mod warnings;

use std::{
    borrow::Cow,
    fmt,
    io::{self, IsTerminal, Write},
};

use console::measure_text_width;
use ext_wire::ErrorCode;
use serde::Serialize;
use textwrap::{Options, WordSplitter};

pub(crate) use stored::{json, steady_json, stored, tell_json};
pub(crate) use table::{Column, Kind, table};
pub(crate) use warnings::{Warnings, note};

use crate::{args::Output, failure::Hinted};

/// Prints a result: as JSON, or as `table` shows it, in a pager where it is long.
pub(crate) fn print<T: Serialize + ?Sized>(
    output: Output,
    value: &T,
    table: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    match output {
        Output::Json => json(&serde_json::to_string(value)?),
        Output::Table => paged(&table(value)),
    }
}

/// Prints a text, in a pager where it is longer than the terminal.
pub(crate) fn paged(text: &str) -> anyhow::Result<()> {
    if pager::show(text) { Ok(()) } else { line(text) }
}

/// Prints a text and a line feed, unless it ends with one or is empty.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    bytes(&[text.as_bytes(), end.as_bytes()].concat())
}

/// Writes bytes of the program itself to stdout, as they are; [`stored()`] is for those of a library.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.map_err(unwritten)
}

/// Makes the error of an output that cannot be written: what was asked for is done by then, and must not look
/// as if a library were full. A pipe that is closed has read enough.
fn unwritten(error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return error.into();
    }
    Hinted::error(
        ErrorCode::Io,
        format_args!("the answer cannot be written: {error}"),
        "the work itself is done: look at it before you do it again",
    )
}

/// Tells something on stderr. Where nobody reads that any more, the work goes on all the same.
pub(crate) fn tell(text: fmt::Arguments<'_>) {
    let _ = io::stderr().write_fmt(text);
}

/// Formats names and values without a table around them. What has no value is left out. On a terminal
/// long values are wrapped.
pub(crate) fn fields(rows: &[(&str, String)]) -> String {
    fields_in(rows, terminal::width())
}

fn fields_in(rows: &[(&str, String)], columns: Option<u16>) -> String {
    let rows = || rows.iter().filter(|(_, value)| !value.is_empty());
    let width = rows().map(|(name, _)| name.len()).max().unwrap_or_default();
    let row = |(name, value): &(&str, String)| wrapped(&format!("{name:width$}  "), value, columns);
    rows().map(row).collect()
}

/// Formats a text behind its head, wrapped below itself on a terminal.
pub(crate) fn hanging(head: &str, text: &str) -> String {
    wrapped(head, text, terminal::width())
}

/// Words stay whole, even those that are wider than the terminal: somebody may copy a path or an id.
fn wrapped(head: &str, text: &str, columns: Option<u16>) -> String {
    let text = printable(text);
    let Some(columns) = columns else { return format!("{head}{text}\n") };
    let indent = " ".repeat(measure_text_width(head));
    let options = Options::new(columns.into()).initial_indent(head).subsequent_indent(&indent);
    let options = options.break_words(false).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&text, options) + "\n"
}

/// Writes a text on one line, with hidden characters escaped: a name of a file, or a text of an
/// extension, can neither steer the terminal nor begin a line of its own.
pub(crate) fn printable(text: &str) -> String {
    ext_wire::text::escape(text).into_owned()
}

/// Returns a text of lines as it is, for a file or another program; on a terminal, with what could
/// steer it escaped.
pub(crate) fn steady(text: &str) -> Cow<'_, str> {
    steady_on(text, io::stdout().is_terminal())
}

fn steady_on(text: &str, terminal: bool) -> Cow<'_, str> {
    match terminal {
        true => Cow::Owned(ext_wire::text::escape_lines(&text.replace("\r\n", "\n")).into_owned()),
        false => Cow::Borrowed(text),
    }
}

/// Makes a text of lines, each of which stays one.
pub(crate) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    lines.into_iter().map(|line| printable(line.as_ref()) + "\n").collect()
}

/// Writes a message, which may have several lines: those after the first are indented, so that none
/// looks like a line of this program.
pub(crate) fn message(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines.join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_02_names_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
        assert_eq!(message("a\nerror: b"), "a\n    error: b");
    }

    #[test]
    fn log_02_a_text_of_lines_cannot_steer_the_terminal() {
        let text = "a\tb\r\n\u{1b}[2J\n";
        assert_eq!(steady_on(text, true), "a\tb\n\\u{1b}[2J\n");
        assert_eq!(steady_on(text, false), text, "a file gets what there is");
    }

    #[test]
    fn long_values_are_wrapped_below_themselves_and_words_stay_whole() {
        let rows =
            [("id", "01a21a77-a9e0-7000-8000-000000000001".into()), ("rule", "a b c d".into())];
        let narrow = "id    01a21a77-a9e0-7000-8000-000000000001\nrule  a b\n      c d\n";
        assert_eq!(fields_in(&rows, Some(9)), narrow);
        assert_eq!(fields_in(&rows[1..], Some(9)), "rule  a b\n      c d\n");
        assert_eq!(fields_in(&rows[1..], None), "rule  a b c d\n", "a pipe gets whole lines");
    }

    #[test]
    fn log_05_a_name_stays_on_its_line() {
        assert_eq!(lines(["1 new", "a\nNothing failed\tx"]), "1 new\na\\nNothing failed\\tx\n");
        assert_eq!(fields(&[("path", "a\nb".into())]), "path  a\\nb\n");
    }
}
