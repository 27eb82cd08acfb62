//! The proxy for a reader of PDF documents.

use std::sync::Arc;

use ext_services::documents::{DocumentError, PageText, PdfReader, SecretText};

use crate::document::{self, not_valid, unexpected};
use crate::pool::Pool;
use crate::protocol::{PdfCall, Reply, Request};

/// A `PdfReader` that lives in a worker.
#[derive(Clone)]
pub struct IsolatedPdf {
    pool: Arc<Pool>,
    passwords: Vec<SecretText>,
}

impl IsolatedPdf {
    /// Makes a reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool, passwords: Vec::new() }
    }

    fn call(&self, call: PdfCall, pdf: &[u8]) -> Result<(Reply, Vec<u8>), DocumentError> {
        document::call(&self.pool, Request::Pdf(call, self.passwords.clone()), pdf)
    }
}

impl PdfReader for IsolatedPdf {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        document::texts(self.call(PdfCall::Text, pdf)?)
    }

    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError> {
        match self.call(PdfCall::Render { page, dpi }, pdf)? {
            (Reply::Picture, png) => Ok(png),
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        match self.call(PdfCall::Embedded, pdf)? {
            (Reply::Files(files), bytes) => {
                split(files, &bytes).ok_or_else(|| not_valid("files of other sizes"))
            }
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn with_passwords(&self, passwords: &[SecretText]) -> Option<Box<dyn PdfReader>> {
        Some(Box::new(Self { passwords: passwords.to_vec(), ..self.clone() }))
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
