//! The receipts as a spreadsheet (Office Open XML, ECMA-376): the receipts, their items, and the sums.
//!
//! The crates that write such files ask the system for the time, which a guest does not have; what is
//! needed here is small.

use std::io::Write as _;

use ext_amounts::Amount;
use flate2::{Compression, write::DeflateEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use spacedrive_sdk::prelude::*;

use super::{Row, document, own_fields, sums};

/// Most characters of a cell.
const MAX_CHARACTERS: usize = 32_767;
/// Day 0 of a spreadsheet, in the form of a day.
const DAY_ZERO: &str = "1899-12-30";

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/worksheets/sheet3.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Receipts" sheetId="1" r:id="rId1"/><sheet name="Items" sheetId="2" r:id="rId2"/><sheet name="Sums" sheetId="3" r:id="rId3"/></sheets></workbook>"#;

const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet3.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// The styles that [`Cell`]s have: 0 as it is, 1 bold, 2 a day, 3 and 4 an amount with two and three digits.
const STYLES: &str = r##"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="#,##0.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"##;

const SHEET_START: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#;

/// A cell. A text is never a formula, whatever it begins with.
enum Cell {
    Head(&'static str),
    Text(String),
    Day(String),
    Amount(Option<Amount>),
    Number(String),
}

/// Writes the receipts as the bytes of a file.
///
/// # Errors
/// None that are known: the file is written into memory.
pub(super) fn write(rows: &[Row]) -> Result<Vec<u8>> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, text) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet(RECEIPTS, rows.iter().map(receipt))),
        ("xl/worksheets/sheet2.xml", &sheet(ITEMS, rows.iter().flat_map(items))),
        ("xl/worksheets/sheet3.xml", &sheet(SUMS, sums(rows).into_iter().map(sum))),
    ] {
        add(&mut archive, name, text.as_bytes())?;
    }
    archive.finish().map_err(Error::failed)
}

fn add(archive: &mut ZipArchiveWriter<Vec<u8>>, name: &str, content: &[u8]) -> Result<()> {
    let file = archive.new_file(name).compression_method(CompressionMethod::DEFLATE);
    let (mut entry, config) = file.start().map_err(Error::failed)?;
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    writer.write_all(content).map_err(Error::failed)?;
    let (encoder, output) = writer.finish().map_err(Error::failed)?;
    encoder.finish().map_err(Error::failed)?;
    entry.finish(output).map_err(Error::failed)?;
    Ok(())
}

const RECEIPTS: &[&str] = &[
    "Date",
    "Vendor",
    "Amount",
    "Currency",
    "Tax",
    "Category",
    "Paid by",
    "Kind",
    "Confidence",
    "Sure",
    "Corrected",
    "Source",
    "Documents",
    "Id",
    "Project",
    "Due",
    "Paid",
    "Note",
    "Tags",
    "Fields",
    "Taught",
    "Spent",
];
const ITEMS: &[&str] = &["Date", "Vendor", "Item", "Price", "Currency", "Id"];
const SUMS: &[&str] = &["Month", "Category", "Amount", "Currency", "Receipts"];

fn receipt(row: &Row) -> Vec<Cell> {
    let documents: Vec<String> = row.documents.iter().map(document).collect();
    vec![
        day(row),
        text(row.vendor.as_ref()),
        Cell::Amount(row.amount),
        text(row.currency.as_ref()),
        Cell::Amount(row.tax),
        text(row.category.as_ref()),
        text(row.payment_method.as_ref()),
        text(row.kind.as_ref()),
        Cell::Number(row.confidence.to_string()),
        Cell::Text(if row.sure { "yes" } else { "no" }.to_owned()),
        Cell::Text(row.corrected.join("; ")),
        Cell::Text(row.source.clone()),
        Cell::Text(documents.join("; ")),
        Cell::Text(row.entry_id.to_string()),
        text(row.project.as_ref()),
        text(row.due.as_ref()),
        text(row.paid.as_ref()),
        text(row.note.as_ref()),
        Cell::Text(row.tags.join("; ")),
        Cell::Text(own_fields(row)),
        Cell::Text(row.taught.join("; ")),
        Cell::Amount(row.amount.map(|_| row.spent())),
    ]
}

fn items(row: &Row) -> impl Iterator<Item = Vec<Cell>> {
    row.items.iter().flatten().map(|item| {
        vec![
            day(row),
            text(row.vendor.as_ref()),
            Cell::Text(item.name.clone()),
            Cell::Amount(item.price),
            text(row.currency.as_ref()),
            Cell::Text(row.entry_id.to_string()),
        ]
    })
}

fn sum(sum: super::Sum) -> Vec<Cell> {
    vec![
        text(sum.month.as_ref()),
        text(sum.category.as_ref()),
        Cell::Amount(Some(sum.amount)),
        text(sum.currency.as_ref()),
        Cell::Number(sum.receipts.to_string()),
    ]
}

fn text(text: Option<&String>) -> Cell {
    Cell::Text(text.cloned().unwrap_or_default())
}

fn day(row: &Row) -> Cell {
    Cell::Day(row.date.clone().unwrap_or_default())
}

fn sheet(heads: &[&'static str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    let mut text = String::from(SHEET_START);
    line(&mut text, heads.iter().map(|head| Cell::Head(head)));
    rows.for_each(|row| line(&mut text, row));
    text.push_str("</sheetData></worksheet>");
    text
}

fn line(text: &mut String, cells: impl IntoIterator<Item = Cell>) {
    text.push_str("<row>");
    cells.into_iter().for_each(|cell| text.push_str(&cell.xml()));
    text.push_str("</row>");
}

impl Cell {
    fn xml(&self) -> String {
        match self {
            Self::Head(text) => inline(text, 1),
            Self::Text(text) => inline(text, 0),
            Self::Day(day) => match serial(day) {
                Some(number) => value(&number.to_string(), 2),
                None => inline(day, 0),
            },
            Self::Amount(None) => "<c/>".to_owned(),
            Self::Amount(Some(amount)) => {
                let style = if amount.value().scale() > 2 { 4 } else { 3 };
                value(&amount.to_string(), style)
            }
            Self::Number(number) => value(number, 0),
        }
    }
}

fn inline(text: &str, style: u8) -> String {
    if text.is_empty() {
        return "<c/>".to_owned();
    }
    let text = escaped(text);
    format!(r#"<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>"#)
}

fn value(number: &str, style: u8) -> String {
    format!(r#"<c s="{style}"><v>{number}</v></c>"#)
}

/// Returns the number of a day in a spreadsheet.
fn serial(day: &str) -> Option<i32> {
    let (day, zero): (jiff::civil::Date, jiff::civil::Date) =
        (day.parse().ok()?, DAY_ZERO.parse().ok()?);
    let days = day.since(zero).ok()?.get_days();
    // A spreadsheet has a 29 February 1900, which never was.
    (days > 60).then_some(days)
}

/// Escapes a text for XML, without the characters that it must not have.
fn escaped(text: &str) -> String {
    let is_kept = |c: &char| {
        let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        !is_control && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    // Characters are counted as UTF-16 has them.
    let mut room = MAX_CHARACTERS;
    let fits = |c: &char| match room.checked_sub(c.len_utf16()) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    let text: String = text.chars().filter(is_kept).take_while(fits).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, DataType, Reader, Xlsx};

    use super::*;
    use crate::export::Line;
    use crate::export::tests::row;

    fn read(rows: &[Row], sheet: &str) -> Vec<Vec<Data>> {
        let bytes = write(rows).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range(sheet).unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn a_spreadsheet_has_the_values_and_no_formula() {
        let mut row = row("=HYPERLINK(\"x\") <&>\u{1}", "2026-01-05", "12.5");
        row.items.as_mut().unwrap().push(Line { name: "x".repeat(40_000), price: None });
        let receipts = read(std::slice::from_ref(&row), "Receipts");
        assert_eq!(receipts[0][0], Data::String("Date".into()));
        assert_eq!(receipts[1][1], Data::String("=HYPERLINK(\"x\") <&>".into()));
        assert_eq!(receipts[1][2], Data::Float(12.5));
        assert_eq!(receipts[1][0].to_string(), "46027", "2026-01-05 as a number");
        let items = read(std::slice::from_ref(&row), "Items");
        assert_eq!(items[1][2..4], [Data::String("Tea, green".into()), Data::Float(2.5)]);
        assert_eq!(items[2][2].to_string().len(), MAX_CHARACTERS);
        let sums = read(&[row], "Sums");
        assert_eq!(sums[1][0], Data::String("2026-01".into()));
        assert_eq!(sums[1][2], Data::Float(12.5));
    }

    #[test]
    fn what_was_spent_adds_up_to_the_sums() {
        let mut rows = [row("A", "2026-01-05", "100"), row("A", "2026-01-09", "30")];
        rows[1].kind = Some(crate::fields::CREDIT_NOTE.to_owned());
        let column = |sheet: &str, head: &str| -> f64 {
            let lines = read(&rows, sheet);
            let at = lines[0].iter().position(|it| it.get_string() == Some(head)).unwrap();
            lines.iter().skip(1).filter_map(|line| line[at].as_f64()).sum()
        };
        assert_eq!((column("Receipts", "Spent"), column("Sums", "Amount")), (70.0, 70.0));
        assert_eq!(column("Receipts", "Amount"), 130.0, "as the documents state it");
        rows[0].amount = None;
        assert_eq!(read(&rows, "Receipts")[1].last(), Some(&Data::Empty));
    }

    #[test]
    fn a_day_that_no_spreadsheet_has_is_a_text() {
        assert_eq!(serial("1900-03-01"), Some(61));
        assert_eq!(serial("1899-01-01"), None);
        let receipts = read(&[row("A", "0001-01-01", "1")], "Receipts");
        assert_eq!(receipts[1][0], Data::String("0001-01-01".into()));
    }
}
