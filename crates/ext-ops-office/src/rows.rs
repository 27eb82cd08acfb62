//! Lines of text, with the rows of tables side by side.

use ext_services::documents::DocumentError;

use crate::error::check;

/// Most bytes of text of a page.
const MAX_BYTES: u64 = 16 << 20;

/// Between two cells of a row.
const GAP: &str = "  ";

/// Collector of the text of a document. Cells of a row stand side by side, line by line, as on
/// paper; a table in a cell is some lines of that cell.
pub(crate) struct Rows {
    /// The page, and in it the cells that are open.
    open: Vec<Cell>,
    bytes: u64,
}

#[derive(Default)]
struct Cell {
    lines: Vec<String>,
    line: String,
    /// Finished cells of the row that is open in this one.
    row: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { open: vec![Cell::default()], bytes: 0 }
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), DocumentError> {
        self.bytes += text.len() as u64;
        check("bytes of text", self.bytes, MAX_BYTES)?;
        if let Some(cell) = self.open.last_mut() {
            cell.line.push_str(text);
        }
        Ok(())
    }

    pub(crate) fn end_line(&mut self) {
        if let Some(cell) = self.open.last_mut() {
            cell.end_line();
        }
    }

    pub(crate) fn start_cell(&mut self) {
        self.open.push(Cell::default());
    }

    /// Ends a cell, which stands `times` in its row; empty ones take no place.
    pub(crate) fn end_cell(&mut self, times: usize) -> Result<(), DocumentError> {
        // The first one is the page.
        let Some(mut cell) = (self.open.len() > 1).then(|| self.open.pop()).flatten() else {
            return Ok(());
        };
        cell.end_row();
        cell.end_line();
        let lines: Vec<String> = cell.lines.into_iter().filter(|line| !line.is_empty()).collect();
        let bytes: usize = lines.iter().map(String::len).sum();
        for _ in 0..times {
            self.bytes += bytes as u64;
            check("bytes of text", self.bytes, MAX_BYTES)?;
            if let Some(outer) = self.open.last_mut() {
                outer.row.push(lines.clone());
            }
        }
        Ok(())
    }

    pub(crate) fn end_row(&mut self) {
        if let Some(cell) = self.open.last_mut() {
            cell.end_row();
        }
    }

    /// Ends a row that stands there `times`; empty ones take no place.
    pub(crate) fn end_equal_rows(&mut self, times: usize) -> Result<(), DocumentError> {
        let Some(cell) = self.open.last_mut() else { return Ok(()) };
        let from = cell.end_row();
        let row = cell.lines.get(from..).unwrap_or_default().to_vec();
        // Each line ends with a line feed.
        let bytes: usize = row.iter().map(|line| line.len() + 1).sum();
        for _ in 1..times {
            self.bytes += bytes as u64;
            check("bytes of text", self.bytes, MAX_BYTES)?;
            cell.lines.extend_from_slice(&row);
        }
        Ok(())
    }

    /// Returns whether the cell that is open, or the page, has no text yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.last().is_none_or(|cell| cell.lines.is_empty() && cell.line.trim().is_empty())
    }

    /// Returns all lines, without empty ones at the ends and more than one between others.
    pub(crate) fn finish(self) -> String {
        let mut page = self.open.into_iter().next().unwrap_or_default();
        page.end_row();
        page.end_line();
        let mut text = String::new();
        let mut before = "";
        for line in &page.lines {
            if !(line.is_empty() && before.is_empty()) {
                text.push_str(line);
                text.push('\n');
            }
            before = line;
        }
        text.truncate(text.trim_end().len());
        text
    }
}

impl Cell {
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(line.trim().to_owned());
    }

    /// Ends the row, and returns the place of its first line.
    fn end_row(&mut self) -> usize {
        let row = std::mem::take(&mut self.row);
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        let from = self.lines.len();
        let height = row.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let cells: Vec<&str> =
                row.iter().filter_map(|cell| cell.get(at)).map(String::as_str).collect();
            self.lines.push(cells.join(GAP));
        }
        from
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(rows: &mut Rows, lines: &[&str]) {
        rows.start_cell();
        for line in lines {
            rows.text(line).unwrap();
            rows.end_line();
        }
        rows.end_cell(1).unwrap();
    }

    #[test]
    fn cells_stand_side_by_side() {
        let mut rows = Rows::new();
        rows.text("Invoice").unwrap();
        rows.end_line();
        cell(&mut rows, &["Coffee", "large"]);
        cell(&mut rows, &[]);
        cell(&mut rows, &["3.20"]);
        rows.end_row();
        rows.text(" end ").unwrap();
        assert_eq!(rows.finish(), "Invoice\nCoffee  3.20\nlarge\nend");
    }

    #[test]
    fn a_table_in_a_cell_keeps_its_rows() {
        let mut rows = Rows::new();
        rows.start_cell();
        for amount in ["1", "2"] {
            cell(&mut rows, &["x"]);
            cell(&mut rows, &[amount]);
            rows.end_row();
        }
        rows.end_cell(1).unwrap();
        cell(&mut rows, &["beside"]);
        rows.end_row();
        assert_eq!(rows.finish(), "x  1  beside\nx  2");
    }

    #[test]
    fn ends_without_beginnings_do_no_harm() {
        let mut rows = Rows::new();
        rows.end_row();
        rows.end_cell(1).unwrap();
        rows.text("a").unwrap();
        assert_eq!(rows.finish(), "a");
    }

    #[test]
    fn doc_09_text_has_an_end() {
        let mut rows = Rows::new();
        rows.start_cell();
        rows.text(&"x".repeat(1 << 20)).unwrap();
        assert!(matches!(rows.end_cell(1000), Err(DocumentError::TooLarge { .. })));
        let mut rows = Rows::new();
        cell(&mut rows, &["x".repeat(1 << 20).as_str()]);
        assert!(matches!(rows.end_equal_rows(256), Err(DocumentError::TooLarge { .. })));
    }
}
