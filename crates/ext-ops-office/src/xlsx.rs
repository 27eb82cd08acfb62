//! Sheets of Excel.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use ext_services::documents::DocumentError;

use crate::{
    archive::{Archive, OfficeLimits},
    error::{check, malformed},
    rows::Rows,
    xml::{Piece, walk},
};

/// Cells with content of a document.
const MAX_CELLS: u64 = 1_000_000;

/// The attribute in which a table of texts says how many it has.
const CLAIM: &str = "uniqueCount";

/// Digits that Excel shows and keeps.
const DIGITS: usize = 15;

/// From here on numbers are shown with an exponent.
const LARGE: f64 = 1e15;

/// Reads the text of each sheet that can be seen.
pub(crate) fn sheets(document: &[u8]) -> Result<Vec<String>, DocumentError> {
    // The library reads whole parts, whatever their size.
    Archive::open(document, OfficeLimits::DEFAULT)?.weigh(&check_claims)?;
    let mut book = Xlsx::new(Cursor::new(document)).map_err(unreadable)?;
    let seen = book.sheets_metadata().iter().filter(|sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    });
    let names: Vec<String> = seen.map(|sheet| sheet.name.clone()).collect();
    let mut cells = 0;
    names.iter().map(|name| sheet(&mut book, name, &mut cells)).collect()
}

/// Checks how many texts their table claims to have: the library makes room for as many.
fn check_claims(part: &[u8]) -> Result<(), DocumentError> {
    if !part.windows(CLAIM.len()).any(|bytes| bytes == CLAIM.as_bytes()) {
        return Ok(());
    }
    walk(part, &mut |piece| match piece {
        Piece::Start(tag) if tag.name() == "sst" => {
            let claimed = tag.attribute(CLAIM).map_or(0, |n| n.parse().unwrap_or(u64::MAX));
            // Each of them takes more than a byte.
            check("texts", claimed, part.len() as u64)
        }
        _ => Ok(()),
    })
}

/// Reads a sheet. Cells come in their order; only those that hold something are there.
fn sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    cells: &mut u64,
) -> Result<String, DocumentError> {
    let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let (mut rows, mut row) = (Rows::new(), None);
    while let Some(cell) = reader.next_cell().map_err(unreadable)? {
        *cells += 1;
        check("cells", *cells, MAX_CELLS)?;
        let (at, _) = cell.get_position();
        if row.replace(at) != Some(at) {
            rows.end_row();
        }
        rows.start_cell();
        for line in shown(cell.get_value()).lines() {
            rows.text(line)?;
            rows.end_line();
        }
        rows.end_cell(1)?;
    }
    rows.end_row();
    Ok(rows.finish())
}

fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(time) => date(time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Returns the number as Excel keeps it: 0.1 + 0.2 is 0.3.
fn decimal(number: f64) -> String {
    if !number.is_finite() || number.abs() >= LARGE {
        return format!("{number:e}");
    }
    let rounded = format!("{number:.*e}", DIGITS - 1).parse().unwrap_or(number);
    format!("{rounded}")
}

/// Formats a date, a time of the day, or both.
fn date(time: &ExcelDateTime) -> String {
    let days = time.as_f64();
    if time.is_duration() {
        return decimal(days * 24.0) + " h";
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let of_day = format!("{hour:02}:{minute:02}:{second:02}");
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (days < 1.0, (hour, minute, second) == (0, 0, 0)) {
        (true, _) => of_day,
        (false, true) => date,
        (false, false) => format!("{date} {of_day}"),
    }
}

fn unreadable(error: XlsxError) -> DocumentError {
    match error {
        XlsxError::Password => DocumentError::Encrypted,
        error => malformed(error),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_are_shown_as_excel_keeps_them() {
        for (number, text) in [
            (3.2, "3.2"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (-7.0, "-7"),
            (0.0, "0"),
            (1e300, "1e300"),
            (123_456_789_012_345.0, "123456789012345"),
        ] {
            assert_eq!(decimal(number), text);
        }
    }

    #[test]
    fn dates_and_times_are_told_apart() {
        let at = |value| date(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false));
        assert_eq!(at(45943.0), "2025-10-13");
        assert_eq!(at(45943.5), "2025-10-13 12:00:00");
        assert_eq!(at(0.75), "18:00:00");
        let length = ExcelDateTime::new(1.25, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(date(&length), "30 h");
    }
}
