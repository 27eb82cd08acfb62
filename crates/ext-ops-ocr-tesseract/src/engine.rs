//! The engine.

use std::path::PathBuf;
use std::sync::Arc;

use ext_services::ocr::{
    OcrEngine, OcrError, OcrLine, OcrOptions, OcrPage, OcrWord, PicturePreparer, PixelBox,
};

use crate::{language, run, tsv};

/// Tesseract, behind a preparer of pictures.
pub struct TesseractOcr {
    program: PathBuf,
    preparer: Arc<dyn PicturePreparer>,
}

impl TesseractOcr {
    /// Creates an engine of the program `tesseract` of this system.
    #[must_use]
    pub fn new(preparer: Arc<dyn PicturePreparer>) -> Self {
        Self::with_program("tesseract", preparer)
    }

    /// Creates an engine of another program.
    pub fn with_program(program: impl Into<PathBuf>, preparer: Arc<dyn PicturePreparer>) -> Self {
        Self { program: program.into(), preparer }
    }
}

impl OcrEngine for TesseractOcr {
    fn name(&self) -> &str {
        "tesseract"
    }

    fn recognize(&self, image: &[u8], options: &OcrOptions) -> Result<OcrPage, OcrError> {
        let language = language::name(options.language.as_deref())?;
        let picture = self.preparer.prepare(image, options.preprocessing)?;
        let table = run::tesseract(&self.program, picture.png, &language)?;
        let (rotation, scale) = (picture.rotation, picture.scale);
        let page = OcrPage { rotation, skew: picture.skew, ..tsv::page(&table) };
        Ok(as_given(page, scale))
    }
}

/// Returns the page with places in the picture as it was given. Straightening moves them by less
/// than a line, which is left as it is.
fn as_given(page: OcrPage, scale: f32) -> OcrPage {
    let (width, height) = (page.width as f32, page.height as f32);
    let place = |area: PixelBox| area.before_turning(page.rotation, width, height).scaled(scale);
    let word = |word: OcrWord| OcrWord { area: place(word.area), ..word };
    let line = |line: OcrLine| OcrLine {
        area: place(line.area),
        words: line.words.into_iter().map(word).collect(),
        ..line
    };
    let side = |side: f32| (side * scale).round() as u32;
    OcrPage {
        width: side(width),
        height: side(height),
        lines: page.lines.into_iter().map(line).collect(),
        ..page
    }
}
