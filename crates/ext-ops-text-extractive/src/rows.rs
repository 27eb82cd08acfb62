//! A text as rows of cells.

use std::sync::LazyLock;

use regex::Regex;

/// Rows that are looked at; what follows is ignored, so that a hostile text costs bounded time.
pub(crate) const MAX_ROWS: usize = 3_000;
/// Characters of a row that are looked at.
pub(crate) const MAX_ROW_CHARS: usize = 600;

/// An amount that sticks to the label before it, as where a PDF lets its columns overlap.
static GLUED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\p{Ll}{3})(\d{1,3}(?:[.,\x{a0} ]\d{3})*[.,]\d{2}\b)").expect("constant pattern")
});

/// A cell: text between gaps of two or more spaces.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// First character's column, from 0.
    pub(crate) start: usize,
    /// Column after the last character.
    pub(crate) end: usize,
    pub(crate) text: String,
}

/// A row that is not blank.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Line of the text, from 1.
    pub(crate) line: u32,
    /// The line without the space around it.
    pub(crate) text: String,
    pub(crate) cells: Vec<Cell>,
}

/// The rows of a text that are not blank, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    pub(crate) rows: Vec<Row>,
    /// Columns stand under one another, as wider gaps show; else only the order of cells counts.
    aligned: bool,
}

/// Place in a document: a byte range of a cell's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Index into [`Document::rows`].
    pub(crate) row: usize,
    /// Index into [`Row::cells`].
    pub(crate) cell: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Document {
    /// Reads a text, at most [`MAX_ROWS`] rows of [`MAX_ROW_CHARS`] characters.
    pub(crate) fn read(text: &str) -> Self {
        let rows: Vec<Row> = text
            .lines()
            .zip(1u32..)
            .filter_map(|(line, number)| Row::read(line, number))
            .take(MAX_ROWS)
            .collect();
        let aligned = is_aligned(&rows);
        Self { rows, aligned }
    }

    /// Finds the cell of row `other` in the same column as cell `cell` of row `row`: the one that
    /// shares most columns with it, or in a text that is not aligned the one at the same place in
    /// its row, counted from the left in rows of equal length, else from the end that `from_right`
    /// says.
    pub(crate) fn in_column(
        &self,
        other: usize,
        row: usize,
        cell: usize,
        from_right: bool,
    ) -> Option<usize> {
        let (other, row) = (self.rows.get(other)?, self.rows.get(row)?);
        if !self.aligned {
            let index = if from_right {
                (other.cells.len() + cell).checked_sub(row.cells.len())?
            } else {
                cell
            };
            return (index < other.cells.len()).then_some(index);
        }
        let wanted = row.cells.get(cell)?;
        let shared = |c: &Cell| c.end.min(wanted.end).saturating_sub(c.start.max(wanted.start));
        let overlapping = other.cells.iter().enumerate().filter(|(_, c)| shared(c) > 0);
        overlapping.max_by_key(|(_, c)| shared(c)).map(|(index, _)| index)
    }

    /// Returns the cell at `row`, `cell`.
    pub(crate) fn cell(&self, row: usize, cell: usize) -> Option<&Cell> {
        self.rows.get(row)?.cells.get(cell)
    }

    /// Returns every cell with its row and cell index, in reading order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (usize, usize, &Cell)> {
        self.rows.iter().enumerate().flat_map(|(row, content)| {
            content.cells.iter().enumerate().map(move |(index, cell)| (row, index, cell))
        })
    }

    /// Returns whether a blank line stands before a row.
    pub(crate) fn follows_blank(&self, row: usize) -> bool {
        let line = |row: usize| self.rows.get(row).map(|row| row.line);
        let before = row.checked_sub(1).and_then(line);
        before.zip(line(row)).is_some_and(|(before, line)| before + 1 < line)
    }

    /// Returns the text of the cell before the spot.
    pub(crate) fn before(&self, spot: Spot) -> &str {
        self.cell(spot.row, spot.cell).and_then(|c| c.text.get(..spot.start)).unwrap_or("")
    }
}

/// Returns whether a tenth of the gaps between cells are wider than the two spaces that separate
/// them.
fn is_aligned(rows: &[Row]) -> bool {
    let gaps = rows.iter().flat_map(|row| row.cells.windows(2)).filter_map(|pair| match pair {
        [left, right] => Some(right.start - left.end),
        _ => None,
    });
    let (all, wide) =
        gaps.fold((0usize, 0usize), |(all, wide), gap| (all + 1, wide + usize::from(gap > 2)));
    wide * 10 > all
}

impl Row {
    fn read(line: &str, number: u32) -> Option<Self> {
        let clean = plain_spaces(line);
        let clean = without_leaders(&clean);
        let clean = GLUED.replace_all(&clean, "$1  $2");
        let cells = cells(&clean);
        let text = clean.trim().to_owned();
        (!cells.is_empty()).then_some(Self { line: number, text, cells })
    }
}

/// Replaces tabs, no-break spaces and control characters by one space; a single space between
/// digits that is not plain stays, because it groups them.
fn plain_spaces(line: &str) -> String {
    let letters: Vec<char> = line.chars().take(MAX_ROW_CHARS).collect();
    let digit = |at: Option<usize>| {
        at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.is_numeric())
    };
    let plain = |(at, letter): (usize, &char)| {
        let groups = !letter.is_ascii() && digit(at.checked_sub(1)) && digit(Some(at + 1));
        let space = letter.is_control() || letter.is_whitespace() && !groups;
        if space { ' ' } else { *letter }
    };
    letters.iter().enumerate().map(plain).collect()
}

/// Replaces dot leaders (`Total ........ 5.00`) by spaces, which separate cells as well.
fn without_leaders(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("....") {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let after = tail.trim_start_matches('.');
        out.extend(std::iter::repeat_n(' ', tail.len() - after.len()));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn cells(line: &str) -> Vec<Cell> {
    let mut found: Vec<Cell> = Vec::new();
    let mut blanks = 2usize;
    for (column, letter) in line.chars().enumerate() {
        if letter == ' ' {
            blanks += 1;
            continue;
        }
        match found.last_mut() {
            Some(cell) if blanks < 2 => {
                cell.text.extend(std::iter::repeat_n(' ', blanks));
                cell.text.push(letter);
                cell.end = column + 1;
            }
            _ => found.push(Cell { start: column, end: column + 1, text: letter.to_string() }),
        }
        blanks = 0;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spaces_separate_cells() {
        let document = Document::read("\n  GRAND TOTAL   RM 29.30\n\nx\n");
        let texts: Vec<_> = document.cells().map(|(_, _, cell)| cell.text.as_str()).collect();
        assert_eq!(texts, ["GRAND TOTAL", "RM 29.30", "x"]);
        let lines: Vec<_> = document.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(document.rows[0].cells[1].start, 16);
    }

    #[test]
    fn columns_are_found_by_place_or_by_order() {
        let aligned = Document::read("Item          Amount\nTea  green    5.00");
        assert_eq!(aligned.in_column(0, 1, 2, true), Some(1));
        assert_eq!(aligned.in_column(0, 1, 1, true), None);
        let ordered = Document::read("A  Qty  Amount\nSome longer name  2  5.00");
        assert_eq!(ordered.in_column(0, 1, 2, true), Some(2));
        assert_eq!(ordered.in_column(0, 1, 0, true), Some(0));
    }

    #[test]
    fn dot_leaders_separate_cells() {
        let document = Document::read("Total ........ 5.00");
        assert_eq!(document.rows[0].cells.len(), 2);
    }

    #[test]
    fn amounts_part_from_their_labels() {
        for (line, cells) in [
            ("Total factura20,303.67 MXN", 2),
            ("Ödenecek Tutar3.751,96 TL", 2),
            ("version1.2", 1),
            ("A4711.50", 1),
            ("www.lamps24.de", 1),
        ] {
            assert_eq!(Document::read(line).rows[0].cells.len(), cells, "{line}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let text = format!("{}\n", "y".repeat(5_000)).repeat(MAX_ROWS + 10);
        let document = Document::read(&text);
        assert_eq!(document.rows.len(), MAX_ROWS);
        assert_eq!(document.rows[0].text.len(), MAX_ROW_CHARS);
    }
}
