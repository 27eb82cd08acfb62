//! WordprocessingML (ECMA-376, part 1, clause 17).

use ext_services::documents::DocumentError;

use crate::{
    archive::{Archive, OfficeLimits},
    error::malformed,
    rows::Rows,
    xml::{Piece, walk},
};

const DOCUMENT: &str = "word/document.xml";

/// Elements whose content nobody sees, or sees a second time. Text that was moved away stands in
/// `moveFrom`; deleted text stands in `delText`, which is not looked for.
const SKIPPED: &[&str] = &["pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "moveFrom", "Fallback"];

/// Reads headers of pages, the text, notes, footers.
pub(crate) fn text(document: &[u8]) -> Result<String, DocumentError> {
    let mut archive = Archive::open(document, OfficeLimits::DEFAULT)?;
    let names = archive.names();
    if !names.iter().any(|name| name == DOCUMENT) {
        return Err(malformed(format_args!("it has no part `{DOCUMENT}`")));
    }
    let mut rows = Rows::new();
    for name in parts(&names) {
        if let Some(part) = archive.part(&name)? {
            read(&part, &mut rows)?;
        }
    }
    Ok(rows.finish())
}

fn parts(names: &[String]) -> Vec<String> {
    let with = |prefix: &str| {
        let fits = |name: &&String| name.starts_with(prefix) && name.ends_with(".xml");
        let mut parts: Vec<String> = names.iter().filter(fits).cloned().collect();
        parts.sort();
        parts
    };
    let mut parts = with("word/header");
    parts.push(DOCUMENT.to_owned());
    parts.extend(["word/footnotes.xml", "word/endnotes.xml"].map(str::to_owned));
    parts.extend(with("word/footer"));
    parts
}

fn read(part: &[u8], rows: &mut Rows) -> Result<(), DocumentError> {
    let mut skipped = 0_u32;
    let mut in_text = false;
    walk(part, &mut |piece| {
        match piece {
            Piece::Start(tag) if skipped > 0 || SKIPPED.contains(&tag.name()) => skipped += 1,
            Piece::End(_) if skipped > 0 => skipped -= 1,
            Piece::Text(text) if in_text && skipped == 0 => rows.text(text)?,
            Piece::Start(tag) => match tag.name() {
                "t" => in_text = true,
                "tab" => rows.text("  ")?,
                "br" | "cr" => rows.end_line(),
                "noBreakHyphen" => rows.text("-")?,
                "tc" => rows.start_cell(),
                _ => {}
            },
            Piece::End(name) => match name {
                "t" => in_text = false,
                "p" => rows.end_line(),
                "tc" => rows.end_cell(1)?,
                "tr" => rows.end_row(),
                _ => {}
            },
            Piece::Text(_) => {}
        }
        Ok(())
    })
}
