//! The reader itself.

use ext_services::documents::{DocumentError, PageText, PdfReader, SecretText};
use hayro::hayro_interpret::{InterpreterCache, InterpreterSettings};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::attachments::attachments;
use crate::guard::{guarded, malformed};
use crate::layout::page_text;
use crate::limits::PdfLimits;
use crate::open::{contents, frame, open};

/// Reader of PDF documents on hayro.
#[derive(Debug, Clone, Default)]
pub struct HayroPdf {
    limits: PdfLimits,
    passwords: Vec<SecretText>,
}

impl HayroPdf {
    /// Creates a reader with the default [`PdfLimits`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a reader with limits of your own.
    #[must_use]
    pub fn with_limits(limits: PdfLimits) -> Self {
        Self { limits, passwords: Vec::new() }
    }

    /// Opens the document behind the fence and lets `job` work on it.
    fn with_document<T: Send + 'static>(
        &self,
        pdf: &[u8],
        job: impl FnOnce(&Pdf, &PdfLimits) -> Result<T, DocumentError> + Send + 'static,
    ) -> Result<T, DocumentError> {
        let (bytes, passwords, limits) =
            (pdf.to_vec(), self.passwords.clone(), self.limits.clone());
        guarded(self.limits.time, move || job(&open(bytes, &passwords, &limits)?, &limits))
    }
}

impl PdfReader for HayroPdf {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        let is_cut = !has_end(pdf);
        self.with_document(pdf, move |pdf, limits| {
            let cache = InterpreterCache::new();
            let mut budget = limits.operations;
            let read = |page| {
                let contents = contents(page, &cache, limits, budget);
                budget = contents.budget;
                let pictures = (contents.picture_area / frame(page).area()).clamp(0.0, 1.0) as f32;
                let paths = contents.paths;
                let (glyphs, layer) = contents.into_text();
                PageText { text: page_text(glyphs), pictures, paths, layer }
            };
            let pages: Vec<PageText> = pdf.pages().iter().map(read).collect();
            if is_cut && pages.iter().all(is_blank) {
                return Err(malformed("it ends before anything stands on its pages"));
            }
            Ok(pages)
        })
    }

    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError> {
        self.with_document(pdf, move |pdf, limits| {
            let page = nth_page(pdf, page)?;
            // A dry run: the rasteriser itself cannot be stopped.
            contents(page, &InterpreterCache::new(), limits, limits.operations);
            rasterise(page, scale(page, dpi, limits)?)
        })
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        self.with_document(pdf, attachments)
    }

    fn with_passwords(&self, passwords: &[SecretText]) -> Option<Box<dyn PdfReader>> {
        Some(Box::new(Self { passwords: passwords.to_vec(), ..self.clone() }))
    }
}

/// Returns whether the end of a document is there. Bytes may follow, such as those of a mail program.
fn has_end(pdf: &[u8]) -> bool {
    const WITHIN: usize = 2048;
    let tail = pdf.get(pdf.len().saturating_sub(WITHIN)..).unwrap_or(pdf);
    tail.windows(5).any(|window| window == b"%%EOF")
}

fn is_blank(page: &PageText) -> bool {
    page.text.trim().is_empty() && page.pictures == 0.0 && page.paths == 0
}

fn nth_page<'a>(pdf: &'a Pdf, page: u32) -> Result<&'a Page<'a>, DocumentError> {
    let pages = pdf.pages();
    let index = page.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    index.and_then(|index| pages.get(index)).ok_or(DocumentError::NoSuchPage { page, pages: count })
}

/// Returns the pixels per point at `dpi`, if the picture stays within the limits.
fn scale(page: &Page<'_>, dpi: u32, limits: &PdfLimits) -> Result<f32, DocumentError> {
    // There is no sense in more than this, and the arithmetic below stays exact enough.
    let scale = dpi.clamp(1, 2400) as f32 / 72.0;
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width * scale).ceil(), f64::from(height * scale).ceil());
    if width > f64::from(u16::MAX) || height > f64::from(u16::MAX) || !(width * height).is_finite()
    {
        let limit = u64::from(u16::MAX);
        return Err(DocumentError::TooLarge {
            what: "pixels a side",
            got: width.max(height) as u64,
            limit,
        });
    }
    let pixels = (width * height) as u64;
    if pixels > limits.pixels {
        return Err(DocumentError::TooLarge { what: "pixels", got: pixels, limit: limits.pixels });
    }
    Ok(scale)
}

fn rasterise(page: &Page<'_>, scale: f32) -> Result<Vec<u8>, DocumentError> {
    let pixmap = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    let picture = render(page, &cache, &settings, &RenderSettings::default(), &pixmap);
    picture.into_png().map_err(|error| malformed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of one page with this content, and with more objects.
    fn pdf(content: &str, objects: &str) -> Vec<u8> {
        let length = content.len();
        format!(
            "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
             2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
             3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> /XObject << /X0 10 0 R >> >> >>\nendobj\n\
             4 0 obj\n<< /Length {length} >>\nstream\n{content}\nendstream\nendobj\n\
             5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n{objects}\
             trailer\n<< /Root 1 0 R /Size 100 >>\n%%EOF\n"
        )
        .into_bytes()
    }

    #[test]
    fn pictures_and_paths_are_measured() {
        let picture = |width, height| {
            format!("q {width} 0 0 {height} 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q ")
        };
        let page = |content: &str| HayroPdf::new().text(&pdf(content, "")).unwrap().remove(0);
        let text = "BT /F1 12 Tf 72 700 Td (A) Tj ET";
        let scan = page(&(picture(600, 800) + text));
        assert_eq!((scan.text.as_str(), scan.pictures, scan.paths), ("A", 1.0, 0));
        assert!((page(&picture(300, 400)).pictures - 0.25).abs() < 0.01);
        assert_eq!(page(&picture(6000, 8000)).pictures, 1.0);
        let drawn = page("10 10 m 20 20 l S 30 30 m 40 40 l S");
        assert_eq!((drawn.pictures, drawn.paths), (0.0, 2));
    }

    /// Each form draws the next one twice.
    #[test]
    fn doc_04_forms_that_multiply_are_stopped() {
        let form = |number: u32| {
            let (next, content) = (number + 1, "/X0 Do /X0 Do");
            let length = content.len();
            format!(
                "{number} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources \
                 << /XObject << /X0 {next} 0 R >> >> /Length {length} >>\nstream\n{content}\nendstream\nendobj\n"
            )
        };
        let started = std::time::Instant::now();
        let forms: String = (10..50).map(form).collect();
        let error = HayroPdf::new().text(&pdf("/X0 Do", &forms)).unwrap_err();
        assert!(matches!(error, DocumentError::TooLarge { what: "drawing operations", .. }));
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
        let few: String = (10..15).map(form).collect();
        assert!(HayroPdf::new().text(&pdf("/X0 Do", &few)).is_ok());
    }

    #[test]
    fn doc_03_a_document_that_is_cut_is_damaged_and_an_empty_page_is_not() {
        let whole = String::from_utf8(pdf("BT /F1 12 Tf (Total) Tj ET", "")).unwrap();
        let at = whole.find("stream").unwrap();
        let error = HayroPdf::new().text(&whole.as_bytes()[..at + 10]).unwrap_err();
        assert!(matches!(error, DocumentError::Malformed { .. }), "{error}");
        assert_eq!(HayroPdf::new().text(&pdf("", "")).unwrap()[0].text, "");
        let endless = whole.replace("%%EOF\n", "");
        assert_eq!(HayroPdf::new().text(endless.as_bytes()).unwrap()[0].text, "Total");
    }

    #[test]
    fn doc_03_a_document_without_pages_is_damaged() {
        let whole = String::from_utf8(pdf("BT /F1 12 Tf (Total) Tj ET", "")).unwrap();
        let cases = [
            whole[..200].to_owned(),
            whole
                .replace("/Kids [3 0 R]", "/Kids [2 0 R]")
                .replace("/Type /Page /", "/Type /Nothing /"),
            whole
                .replace("/Kids [3 0 R] /Count 1", "/Kids [] /Count 0")
                .replace("/Type /Page /", "/Type /Nothing /"),
        ];
        for case in cases {
            let error = HayroPdf::new().text(case.as_bytes()).unwrap_err();
            assert!(matches!(error, DocumentError::Malformed { .. }), "{error}\n{case}");
        }
        assert_eq!(HayroPdf::new().text(whole.as_bytes()).unwrap().len(), 1);
    }
}
