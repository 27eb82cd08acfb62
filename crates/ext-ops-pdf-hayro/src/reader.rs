//! The reader itself.

use ext_services::documents::{DocumentError, PageText, PdfReader};
use hayro::hayro_interpret::{InterpreterCache, InterpreterSettings};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use crate::attachments::attachments;
use crate::guard::{guarded, malformed};
use crate::layout::page_text;
use crate::limits::PdfLimits;
use crate::open::{glyphs, open};

/// Reader of PDF documents on hayro.
#[derive(Debug, Clone, Default)]
pub struct HayroPdf {
    limits: PdfLimits,
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
        Self { limits }
    }

    /// Opens the document behind the fence and lets `job` work on it.
    fn with_document<T: Send + 'static>(
        &self,
        pdf: &[u8],
        job: impl FnOnce(&Pdf, &PdfLimits) -> Result<T, DocumentError> + Send + 'static,
    ) -> Result<T, DocumentError> {
        let (bytes, limits) = (pdf.to_vec(), self.limits.clone());
        guarded(self.limits.time, move || job(&open(bytes, &limits)?, &limits))
    }
}

impl PdfReader for HayroPdf {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        self.with_document(pdf, |pdf, limits| {
            let cache = InterpreterCache::new();
            let mut budget = limits.operations;
            let read = |page| {
                let (glyphs, left) = glyphs(page, &cache, limits, budget);
                budget = left;
                PageText { text: page_text(glyphs) }
            };
            Ok(pdf.pages().iter().map(read).collect())
        })
    }

    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError> {
        self.with_document(pdf, move |pdf, limits| {
            let page = nth_page(pdf, page)?;
            // A dry run: the rasteriser itself cannot be stopped.
            glyphs(page, &InterpreterCache::new(), limits, limits.operations);
            rasterise(page, scale(page, dpi, limits)?)
        })
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        self.with_document(pdf, attachments)
    }
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
