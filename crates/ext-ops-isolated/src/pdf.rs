//! The proxy for a reader of PDF documents.

use std::sync::Arc;

use ext_services::documents::{DocumentError, PageText, PdfReader};

use crate::document::{self, not_valid, unexpected};
use crate::pool::Pool;
use crate::protocol::{Reply, Request};

/// A `PdfReader` that lives in a worker.
#[derive(Clone)]
pub struct IsolatedPdf {
    pool: Arc<Pool>,
}

impl IsolatedPdf {
    /// Makes a reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }
}

impl PdfReader for IsolatedPdf {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        document::texts(document::call(&self.pool, Request::PdfText, pdf)?)
    }

    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError> {
        match document::call(&self.pool, Request::PdfRender { page, dpi }, pdf)? {
            (Reply::Picture, png) => Ok(png),
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        match document::call(&self.pool, Request::PdfEmbedded, pdf)? {
            (Reply::Files(files), bytes) => {
                split(files, &bytes).ok_or_else(|| not_valid("files of other sizes"))
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}

/// Splits `bytes` into the files that stand in it one after the other; `None` when the sizes do not
/// fit.
fn split(files: Vec<(String, u64)>, mut bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut parts = Vec::new();
    for (name, size) in files {
        let (part, rest) = bytes.split_at_checked(usize::try_from(size).ok()?)?;
        parts.push((name, part.to_vec()));
        bytes = rest;
    }
    bytes.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_must_fill_the_body() {
        let files = |sizes: &[u64]| sizes.iter().map(|size| (String::new(), *size)).collect();
        assert_eq!(split(files(&[1, 2]), b"abc").unwrap()[1].1, b"bc");
        for sizes in [&[1, 1][..], &[4], &[u64::MAX], &[]] {
            assert_eq!(split(files(sizes), b"abc"), None, "{sizes:?}");
        }
    }
}
