//! OpenDocument texts, sheets and presentations (ODF 1.3).

use ext_services::documents::DocumentError;

use crate::{
    archive::{Archive, OfficeLimits},
    error::{check, malformed},
    rows::Rows,
    xml::{Piece, Tag, walk},
};

const CONTENT: &str = "content.xml";
const STYLES: &str = "styles.xml";
const MANIFEST: &str = "META-INF/manifest.xml";

/// Elements whose content nobody sees: comments, deleted text, descriptions of pictures.
const SKIPPED: &[&str] = &["annotation", "tracked-changes", "desc"];

/// Most equal cells, rows, or spaces that one element stands for. The rest of a sheet is one empty
/// row that is repeated a million times.
const MAX_REPEATED: usize = 256;

/// Sheets or slides of a document.
const MAX_SHEETS: u64 = 1024;

/// Reads the text of a document, between headers and footers of its pages.
pub(crate) fn text(document: &[u8]) -> Result<String, DocumentError> {
    let mut archive = open(document)?;
    let mut reader = Reader::new(None);
    let styles = archive.part(STYLES)?;
    reader.read(styles.as_deref().unwrap_or_default(), Some("header"))?;
    reader.read(&content(&mut archive)?, None)?;
    reader.read(styles.as_deref().unwrap_or_default(), Some("footer"))?;
    Ok(reader.rows.finish())
}

/// Reads the text of each sheet.
pub(crate) fn sheets(document: &[u8]) -> Result<Vec<String>, DocumentError> {
    let mut archive = open(document)?;
    let mut reader = Reader::new(Some(Page::Sheet));
    reader.read(&content(&mut archive)?, None)?;
    Ok(reader.sheets)
}

/// Reads the text of each slide, with its notes.
pub(crate) fn slides(document: &[u8]) -> Result<Vec<String>, DocumentError> {
    let mut archive = open(document)?;
    let mut reader = Reader::new(Some(Page::Slide));
    reader.read(&content(&mut archive)?, None)?;
    Ok(reader.sheets)
}

fn open(document: &[u8]) -> Result<Archive<'_>, DocumentError> {
    let mut archive = Archive::open(document, OfficeLimits::DEFAULT)?;
    let manifest = archive.part(MANIFEST)?.unwrap_or_default();
    // In an encrypted document all parts but this one are noise.
    let encrypted = manifest.windows(16).any(|window| window == b"encryption-data>");
    let encrypted = encrypted || manifest.windows(16).any(|window| window == b"encryption-data ");
    if encrypted { Err(DocumentError::Encrypted) } else { Ok(archive) }
}

fn content(archive: &mut Archive<'_>) -> Result<Vec<u8>, DocumentError> {
    archive.part(CONTENT)?.ok_or_else(|| malformed(format_args!("it has no part `{CONTENT}`")))
}

/// The kind of pages that a document has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Sheet,
    Slide,
}

/// Reader of one part after the other.
struct Reader {
    rows: Rows,
    pages: Option<Page>,
    sheets: Vec<String>,
    skipped: u32,
    /// Paragraphs that are open; text elsewhere does not count.
    paragraphs: u32,
    tables: u32,
    /// How often each row stands there that is open.
    equal_rows: Vec<usize>,
    cells: Vec<OpenCell>,
}

struct OpenCell {
    times: usize,
    /// Value that it holds when it has no paragraph.
    value: Option<String>,
}

impl Reader {
    fn new(pages: Option<Page>) -> Self {
        let (rows, sheets, skipped, paragraphs, tables) = (Rows::new(), Vec::new(), 0, 0, 0);
        let (equal_rows, cells) = Default::default();
        Self { rows, pages, sheets, skipped, paragraphs, tables, equal_rows, cells }
    }

    /// Reads a part, or only what stands within elements of the name `within`.
    fn read(&mut self, part: &[u8], within: Option<&str>) -> Result<(), DocumentError> {
        let mut inside = 0_u32;
        walk(part, &mut |piece| {
            if let Some(name) = within {
                match &piece {
                    Piece::Start(tag) if tag.name() == name => inside += 1,
                    Piece::End(end) if *end == name => inside = inside.saturating_sub(1),
                    _ => {}
                }
                if inside == 0 {
                    return Ok(());
                }
            }
            self.visit(piece)
        })
    }

    fn visit(&mut self, piece: Piece<'_>) -> Result<(), DocumentError> {
        match piece {
            Piece::Start(tag) if self.skipped > 0 || is_skipped(tag) => self.skipped += 1,
            Piece::End(_) if self.skipped > 0 => self.skipped -= 1,
            Piece::Text(text) if self.skipped == 0 && self.paragraphs > 0 => {
                // White space counts once, and line feeds in the file not at all.
                self.rows.text(&text.replace(['\n', '\t', '\r'], " "))?;
            }
            Piece::Text(_) => {}
            Piece::Start(tag) => self.start(tag)?,
            Piece::End(name) => self.end(name)?,
        }
        Ok(())
    }

    fn start(&mut self, tag: &Tag<'_>) -> Result<(), DocumentError> {
        match tag.name() {
            "p" | "h" => self.paragraphs += 1,
            "s" => self.rows.text(&" ".repeat(repeated(tag, "c")))?,
            "tab" => self.rows.text("  ")?,
            "line-break" => self.rows.end_line(),
            "table" => self.tables += 1,
            "table-row" => self.equal_rows.push(repeated(tag, "number-rows-repeated")),
            "table-cell" => {
                let times = repeated(tag, "number-columns-repeated");
                self.cells.push(OpenCell { times, value: value(tag) });
                self.rows.start_cell();
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), DocumentError> {
        match name {
            "p" | "h" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.rows.end_line();
            }
            "table-cell" => self.end_cell()?,
            "table-row" => self.rows.end_equal_rows(self.equal_rows.pop().unwrap_or(1))?,
            "table" => self.end_table()?,
            "page" if self.pages == Some(Page::Slide) => self.end_page()?,
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), DocumentError> {
        let Some(cell) = self.cells.pop() else { return Ok(()) };
        if let Some(value) = cell.value.filter(|_| self.rows.is_empty()) {
            self.rows.text(&value)?;
        }
        let times = if self.rows.is_empty() { 1 } else { cell.times };
        self.rows.end_cell(times)
    }

    fn end_table(&mut self) -> Result<(), DocumentError> {
        self.tables = self.tables.saturating_sub(1);
        if self.pages == Some(Page::Sheet) && self.tables == 0 { self.end_page() } else { Ok(()) }
    }

    fn end_page(&mut self) -> Result<(), DocumentError> {
        let page = std::mem::replace(&mut self.rows, Rows::new());
        self.sheets.push(page.finish());
        check("sheets", self.sheets.len() as u64, MAX_SHEETS)
    }
}

fn is_skipped(tag: &Tag<'_>) -> bool {
    // A field of a text can be called `title` as well.
    SKIPPED.contains(&tag.name()) || (tag.prefix() == "svg" && tag.name() == "title")
}

/// Returns how often something stands there.
fn repeated(tag: &Tag<'_>, attribute: &str) -> usize {
    let times = tag.attribute(attribute).and_then(|times| times.parse().ok());
    times.unwrap_or(1).clamp(1, MAX_REPEATED)
}

fn value(tag: &Tag<'_>) -> Option<String> {
    let names = ["date-value", "string-value", "boolean-value", "value"];
    names.into_iter().find_map(|name| tag.attribute(name))
}
