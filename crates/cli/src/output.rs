//! Output of results.

use std::io::{self, Write};

use comfy_table::{Table, presets};
use serde::Serialize;

use crate::args::Output;

/// Prints a result: as JSON, or as `table` shows it.
pub(crate) fn print<T: Serialize + ?Sized>(
    output: Output,
    value: &T,
    table: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    match output {
        Output::Json => line(&serde_json::to_string(value)?),
        Output::Table => line(&table(value)),
    }
}

/// Prints a text and a line feed, unless it ends with one or is empty.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    bytes(&[text.as_bytes(), end.as_bytes()].concat())
}

/// Writes bytes to stdout, as they are.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    Ok(stdout.flush()?)
}

/// Formats rows under a header; without rows it is the text `none`.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>, none: &str) -> String {
    if rows.is_empty() {
        return none.to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    for row in rows {
        table.add_row(row.into_iter().map(|cell| printable(&cell)));
    }
    trim(&table.to_string())
}

/// Formats names and values without a table around them.
pub(crate) fn fields(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let row = |(name, value): &(&str, String)| format!("{name:width$}  {}\n", printable(value));
    rows.iter().map(row).collect()
}

/// Writes a text on one line, with hidden characters escaped: a name of a file, or a text of an
/// extension, can neither steer the terminal nor begin a line of its own.
pub(crate) fn printable(text: &str) -> String {
    ext_wire::text::escape(text).into_owned()
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

fn trim(table: &str) -> String {
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_plain_columns() {
        let rows = vec![vec!["1".into(), "one".into()], vec!["22".into(), "two".into()]];
        assert_eq!(table(&["ID", "NAME"], rows, "none"), " ID  NAME\n 1   one\n 22  two");
        assert_eq!(table(&["ID"], Vec::new(), "none yet"), "none yet");
    }

    #[test]
    fn log_02_names_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
        assert_eq!(message("a\nerror: b"), "a\n    error: b");
    }

    #[test]
    fn log_05_a_name_stays_on_its_line() {
        assert_eq!(lines(["1 new", "a\nNothing failed\tx"]), "1 new\na\\nNothing failed\\tx\n");
        assert_eq!(fields(&[("path", "a\nb".into())]), "path  a\\nb\n");
        let rows = vec![vec!["a\nb".to_owned()]];
        assert_eq!(table(&["PATH"], rows, ""), " PATH\n a\\nb");
    }
}
