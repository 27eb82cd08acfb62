//! `ai.ocr`.

use ext_perm::Budget;
use ext_registry::{Context, LibraryQuery, OpError, register_library_query};
use ext_wire::{
    ErrorCode,
    ops::ai::{OcrInput, OcrLine, OcrOutput, OcrPage},
};

use super::{bad_input, document_error, media::is_pdf};
use crate::services::{
    documents::PdfReader,
    ocr::{self, OcrEngine, OcrError},
};

/// Pages read in one call at most.
const MAX_PAGES: usize = 50;

/// Dots per inch that a page is rendered at: small print is read, and a page takes seconds.
const DPI: u32 = 200;

struct OcrQuery;

impl LibraryQuery for OcrQuery {
    type Input = OcrInput;
    type Output = OcrOutput;

    async fn execute(input: OcrInput, context: Context<'_>) -> Result<OcrOutput, OpError> {
        let engine = &**context.service::<dyn OcrEngine>()?;
        let bytes = input.data.as_bytes();
        let pages = if is_pdf(bytes) {
            let reader = &**context.service::<dyn PdfReader>()?;
            let pages = pages_to_read(reader, bytes, input.pages)?;
            context.charge(Budget::OcrPages, pages.len() as u64)?;
            read_pdf(engine, reader, bytes, pages)?
        } else {
            context.charge(Budget::OcrPages, 1)?;
            vec![read_picture(engine, bytes, input.pages)?]
        };
        Ok(answer(engine.name(), &pages, input.lines))
    }
}
register_library_query!(OcrQuery, "ai.ocr", "Reads the text in a picture or in pages of a PDF");

type Page = (u32, ocr::OcrPage);

fn read_picture(
    engine: &dyn OcrEngine,
    bytes: &[u8],
    pages: Option<Vec<u32>>,
) -> Result<Page, OpError> {
    if bytes.is_empty() {
        return Err(bad_input("the picture is empty"));
    }
    match pages.as_deref() {
        None | Some([1]) => Ok((1, engine.recognize(bytes).map_err(ocr_error)?)),
        Some(_) => Err(bad_input("a picture has one page, number 1")),
    }
}

fn pages_to_read(
    reader: &dyn PdfReader,
    pdf: &[u8],
    pages: Option<Vec<u32>>,
) -> Result<Vec<u32>, OpError> {
    let pages = match pages {
        Some(pages) => pages,
        None => (1..).take(reader.text(pdf).map_err(document_error)?.len()).collect(),
    };
    if pages.len() > MAX_PAGES {
        let got = pages.len();
        let message =
            format!("{got} pages are to be read, the limit is {MAX_PAGES}: name some in `pages`");
        return Err(OpError::new(ErrorCode::DocLimit, message));
    }
    Ok(pages)
}

fn read_pdf(
    engine: &dyn OcrEngine,
    reader: &dyn PdfReader,
    pdf: &[u8],
    pages: Vec<u32>,
) -> Result<Vec<Page>, OpError> {
    let read = |page| {
        let picture = reader.render_png(pdf, page, DPI).map_err(document_error)?;
        Ok((page, engine.recognize(&picture).map_err(ocr_error)?))
    };
    pages.into_iter().map(read).collect()
}

fn answer(engine: &str, pages: &[Page], lines: bool) -> OcrOutput {
    let texts: Vec<String> = pages.iter().map(|(_, page)| page.text()).collect();
    OcrOutput {
        confidence: confidence(pages),
        text: texts.join("\u{c}"),
        pages: pages.iter().map(|(number, page)| describe(*number, page, lines)).collect(),
        engine: engine.to_owned(),
    }
}

/// Mean over all rows of all pages, weighted by their length.
fn confidence(pages: &[Page]) -> f32 {
    let lines = pages.iter().flat_map(|(_, page)| page.lines.iter().cloned()).collect();
    ocr::OcrPage { lines, ..Default::default() }.confidence()
}

fn describe(page: u32, read: &ocr::OcrPage, lines: bool) -> OcrPage {
    let line = |line: &ocr::OcrLine| OcrLine {
        text: line.text.clone(),
        confidence: line.confidence,
        area: [line.area.x, line.area.y, line.area.width, line.area.height],
    };
    let lines = if lines { read.lines.iter().map(line).collect() } else { Vec::new() };
    OcrPage { page, width: read.width, height: read.height, rotation: read.rotation, lines }
}

fn ocr_error(error: OcrError) -> OpError {
    let code = match &error {
        OcrError::Malformed { .. } => ErrorCode::DocMalformed,
        OcrError::TooLarge { .. } => ErrorCode::DocLimit,
        OcrError::Model(_) => ErrorCode::ModelMissing,
        OcrError::Engine(_) => return OpError::internal(error),
    };
    OpError::new(code, error)
}
