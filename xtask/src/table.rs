//! A plain table for the terminal.

/// Lays rows out under their headings, columns two spaces apart.
pub(crate) fn layout(headings: &[&str], rows: &[Vec<String>]) -> String {
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.chain([heading]).map(|cell| cell.chars().count()).max().unwrap_or_default()
        })
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let lines = [&headings, &rule].into_iter().chain(rows);
    lines.map(|cells| line(cells, &widths)).collect()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fit_their_widest_cell() {
        let rows = [vec!["Müller GmbH".to_owned(), "1".to_owned()], vec!["A".into(), "22".into()]];
        let expected = "\
vendor       amount
-----------  ------
Müller GmbH  1
A            22
";
        assert_eq!(layout(&["vendor", "amount"], &rows), expected);
    }

    #[test]
    fn no_rows_leave_the_headings() {
        assert_eq!(layout(&["a"], &[]), "a\n-\n");
    }
}
