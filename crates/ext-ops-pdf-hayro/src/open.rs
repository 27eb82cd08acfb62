//! Opening a document and walking its pages.

use std::sync::Arc;

use ext_services::documents::{DocumentError, SecretText};
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::Rect;

use crate::fields;
use crate::glyphs::GlyphCollector;
use crate::guard::malformed;
use crate::inflate::check_inflated;
use crate::limits::PdfLimits;

/// Parses the document; where it is encrypted, the empty password is tried, then the others.
pub(crate) fn open(
    pdf: Vec<u8>,
    passwords: &[SecretText],
    limits: &PdfLimits,
) -> Result<Pdf, DocumentError> {
    check_inflated(&pdf, limits.inflated_bytes)?;
    let pdf = unlock(&Arc::new(pdf), passwords).map_err(load_error)?;
    let pages = pdf.pages().len() as u64;
    if pages == 0 {
        return Err(malformed("it has no pages"));
    }
    if pages > u64::from(limits.pages) {
        let limit = u64::from(limits.pages);
        return Err(DocumentError::TooLarge { what: "pages", got: pages, limit });
    }
    Ok(pdf)
}

fn unlock(pdf: &Arc<Vec<u8>>, passwords: &[SecretText]) -> Result<Pdf, LoadPdfError> {
    let mut opened = Pdf::new(Arc::clone(pdf));
    for password in passwords {
        let Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) = &opened else {
            break;
        };
        opened = Pdf::new_with_password(Arc::clone(pdf), password.expose());
    }
    opened
}

fn load_error(error: LoadPdfError) -> DocumentError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => DocumentError::Encrypted,
        LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => DocumentError::Encrypted,
        LoadPdfError::Decryption(_) => malformed("its encryption is damaged"),
        LoadPdfError::Invalid => malformed("it has no readable page tree"),
    }
}

/// Draws `page` to find what stands on it, in points from its upper left corner; `budget` is what is
/// left of the operations of the document.
pub(crate) fn contents<'a>(
    page: &Page<'a>,
    cache: &InterpreterCache<'a>,
    limits: &PdfLimits,
    budget: u64,
) -> GlyphCollector {
    let frame = frame(page);
    let transform = page.initial_transform(true).to_kurbo();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(transform, frame, cache, page.xref(), settings);
    let mut collector = GlyphCollector::new(frame, limits.operations, budget);
    interpret_page(page, &mut context, &mut collector);
    collector.add_on_top(fields::glyphs(page, transform));
    collector
}

/// Returns the visible part of a page.
pub(crate) fn frame(page: &Page<'_>) -> Rect {
    let (width, height) = page.render_dimensions();
    Rect::new(0.0, 0.0, f64::from(width), f64::from(height))
}
