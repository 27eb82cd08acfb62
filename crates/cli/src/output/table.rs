//! Tables for people.

use std::borrow::Cow;

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, presets,
};
use console::measure_text_width;

use super::{printable, terminal};

/// The narrowest terminal that a table is fitted to, in characters.
const MIN_WIDTH: u16 = 20;
/// The characters that a text is given at least.
const MIN_TEXT: usize = 10;
/// The longest word that is never broken, in characters.
const MAX_WHOLE_WORD: usize = 14;
/// The pieces into which a longer one is broken at most, such as a path.
const MAX_PIECES: usize = 3;
/// The characters between two columns.
const GAP: u16 = 2;

/// A column of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    head: Cow<'static, str>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text, which is wrapped where the terminal is narrow.
    Text,
    /// An id or a time, which stays in one piece.
    Whole,
    /// A number, in one piece and aligned to the right.
    Number,
    /// The state of something, in one piece and in the colour of its meaning.
    State,
}

impl Column {
    pub(crate) const fn text(head: &'static str) -> Self {
        Self { head: Cow::Borrowed(head), kind: Kind::Text }
    }

    pub(crate) const fn whole(head: &'static str) -> Self {
        Self { head: Cow::Borrowed(head), kind: Kind::Whole }
    }

    pub(crate) const fn number(head: &'static str) -> Self {
        Self { head: Cow::Borrowed(head), kind: Kind::Number }
    }

    pub(crate) const fn state(head: &'static str) -> Self {
        Self { head: Cow::Borrowed(head), kind: Kind::State }
    }

    /// Makes a column whose head is no text of this program.
    pub(crate) fn of_extension(head: &str, kind: Kind) -> Self {
        Self { head: Cow::Owned(printable(head)), kind }
    }

    fn header(&self) -> Cell {
        Cell::new(&self.head).add_attribute(Attribute::Bold).set_alignment(self.alignment())
    }

    fn cell(&self, text: &str) -> Cell {
        let cell = Cell::new(printable(text)).set_alignment(self.alignment());
        match meaning(text) {
            Some(color) if self.kind == Kind::State => cell.fg(color),
            _ => cell,
        }
    }

    fn alignment(&self) -> CellAlignment {
        if self.kind == Kind::Number { CellAlignment::Right } else { CellAlignment::Left }
    }
}

/// Returns the colour of a state: green is well, red is not, yellow waits for something.
fn meaning(state: &str) -> Option<Color> {
    match state {
        "ok" | "present" | "ready" | "done" | "running" | "sure" | "yes" => Some(Color::Green),
        "failed" | "damaged" | "missing" | "quarantined" | "newer" | "unreadable" | "changed"
        | "bad" => Some(Color::Red),
        "waiting" | "parked" | "locked" | "read-only" | "pending" | "unsure" | "warn" => {
            Some(Color::Yellow)
        }
        _ => None,
    }
}

/// Formats rows under a header; without rows it is the text `none`. Columns without a value are left
/// out. On a terminal the table fits its width, also where `COLUMNS` names one.
pub(crate) fn table(columns: &[Column], rows: Vec<Vec<String>>, none: &str) -> String {
    if rows.is_empty() { none.to_owned() } else { render(columns, &rows, terminal::width()) }
}

fn render(columns: &[Column], rows: &[Vec<String>], width: Option<u16>) -> String {
    match width {
        Some(_) if least_width(columns, rows) > width.unwrap_or_default().into() => {
            one_below_the_other(columns, rows, width)
        }
        _ => beside_each_other(columns, rows, width),
    }
}

/// Returns the width below which a table would break its texts letter by letter.
fn least_width(columns: &[Column], rows: &[Vec<String>]) -> usize {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| measure_text_width(cell)).max().unwrap_or_default()
    };
    let longest_word = |at: usize| {
        let words = rows.iter().filter_map(|row| row.get(at)).flat_map(|cell| cell.split(' '));
        words.map(measure_text_width).max().unwrap_or_default()
    };
    let least = |(at, column): (usize, &Column)| match (widest(at), column.kind) {
        (0, _) => 0,
        (width, Kind::Text) => {
            let word = match longest_word(at) {
                word @ ..=MAX_WHOLE_WORD => word,
                word => word.div_ceil(MAX_PIECES),
            };
            let least = MIN_TEXT.max(word);
            width.max(column.head.len()).min(least) + usize::from(GAP)
        }
        (width, _) => width.max(column.head.len()) + usize::from(GAP),
    };
    columns.iter().enumerate().map(least).sum::<usize>().saturating_sub(usize::from(GAP))
}

/// Formats rows as paragraphs, one line for each value.
fn one_below_the_other(columns: &[Column], rows: &[Vec<String>], width: Option<u16>) -> String {
    let paragraph = |row: &Vec<String>| {
        let named = columns.iter().zip(row).map(|(column, cell)| (&*column.head, cell.clone()));
        super::fields_in(&named.collect::<Vec<_>>(), width)
    };
    rows.iter().map(paragraph).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn beside_each_other(columns: &[Column], rows: &[Vec<String>], width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_width(width.max(MIN_WIDTH));
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    let filled =
        |index: &usize| rows.iter().any(|row| row.get(*index).is_some_and(|it| !it.is_empty()));
    let shown: Vec<(usize, &Column)> =
        columns.iter().enumerate().filter(|(index, _)| filled(index)).collect();
    table.set_header(shown.iter().map(|(_, column)| column.header()));
    for row in rows {
        let cell = |(index, column): &(usize, &Column)| {
            column.cell(row.get(*index).map_or("", String::as_str))
        };
        table.add_row(shown.iter().map(cell));
    }
    for ((at, column), drawn) in shown.iter().zip(table.column_iter_mut()) {
        let is_last = shown.last().is_some_and(|(last, _)| last == at);
        drawn.set_padding((0, if is_last { 0 } else { GAP }));
        if column.kind != Kind::Text {
            drawn.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] =
        [Column::text("NAME"), Column::number("SIZE"), Column::text("WHY"), Column::whole("ID")];

    fn rows(rows: &[[&str; 4]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn tables_are_plain_columns() {
        let rows = rows(&[["one", "1 B", "", "1a"], ["two", "22 B", "", "22"]]);
        let expected = "NAME  SIZE  ID\none    1 B  1a\ntwo   22 B  22";
        assert_eq!(render(&COLUMNS, &rows, None), expected);
        assert_eq!(table(&COLUMNS, Vec::new(), "none yet"), "none yet");
    }

    #[test]
    fn a_narrow_terminal_wraps_texts_and_cuts_no_id() {
        let id = "01a21a77-a9e0";
        let why = "a long reason in many words that says what to do";
        let rows = rows(&[["a name of several words", "1.00 MiB", why, id]]);
        for width in [52, 60, 80] {
            let text = render(&COLUMNS, &rows, Some(width));
            assert!(text.contains(id) && text.contains("1.00 MiB"), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= width.into()), "{text}");
        }
        let expected = "NAME  a name of several words\nSIZE  1.00 MiB\n\
                        WHY   a long reason in many words that\n      says what to do\n\
                        ID    01a21a77-a9e0";
        assert_eq!(render(&COLUMNS, &rows, Some(40)), expected, "too narrow for a table");
        assert_eq!(render(&COLUMNS, &rows, None).lines().count(), 2, "a pipe gets whole lines");
    }

    #[test]
    fn what_fits_exactly_is_a_table_without_broken_words() {
        let rows = rows(&[["restaurant", "51.73 USD", "", "01a21a77-a9e0"]]);
        let expected = "NAME             SIZE  ID\nrestaurant  51.73 USD  01a21a77-a9e0";
        assert_eq!(render(&COLUMNS, &rows, Some(36)), expected);
        let expected = "NAME  restaurant\nSIZE  51.73 USD\nID    01a21a77-a9e0";
        assert_eq!(render(&COLUMNS, &rows, Some(35)), expected);
    }

    #[test]
    fn a_path_is_not_broken_into_shreds() {
        let path = "/home/ada/.local/share/spacedrive/libraries/01a21a77-a9e0-7000";
        let rows = rows(&[["Home", "", path, "01a21a77-a9e0"]]);
        assert!(render(&COLUMNS, &rows, Some(40)).contains(path), "in one line, wider than all");
        assert!(render(&COLUMNS, &rows, Some(60)).lines().count() <= 4);
    }

    #[test]
    fn log_05_a_name_stays_on_its_line() {
        assert_eq!(render(&[Column::text("PATH")], &[vec!["a\nb".into()]], None), "PATH\na\\nb");
    }
}
