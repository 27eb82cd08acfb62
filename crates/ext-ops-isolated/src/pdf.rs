//! The reader of PDF documents.

use std::sync::Arc;

use ext_ops::services::documents::{DocumentError, PageText, PdfReader};

use crate::pool::{Pool, PoolError};
use crate::protocol::{Reply, Request};
use crate::worker::Death;

/// A `PdfReader` that lives in a worker.
#[derive(Clone)]
pub struct IsolatedPdf {
    pool: Arc<Pool>,
}

impl IsolatedPdf {
    /// A reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }

    fn call(&self, request: Request, pdf: &[u8]) -> Result<(Reply, Vec<u8>), DocumentError> {
        match self.pool.call(request, pdf) {
            Ok((Reply::Document(fault), _)) => Err(fault.into()),
            Ok(answer) => Ok(answer),
            Err(PoolError::Busy) => Err(DocumentError::Busy),
            Err(PoolError::Died(death)) => Err(error(death)),
        }
    }
}

impl PdfReader for IsolatedPdf {
    fn text(&self, pdf: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        match self.call(Request::PdfText, pdf)? {
            (Reply::Texts(texts), _) => {
                Ok(texts.into_iter().map(|text| PageText { text }).collect())
            }
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn render_png(&self, pdf: &[u8], page: u32, dpi: u32) -> Result<Vec<u8>, DocumentError> {
        match self.call(Request::PdfRender { page, dpi }, pdf)? {
            (Reply::Picture, png) => Ok(png),
            (other, _) => Err(unexpected(&other)),
        }
    }

    fn embedded_files(&self, pdf: &[u8]) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
        match self.call(Request::PdfEmbedded, pdf)? {
            (Reply::Files(files), bytes) => {
                split(files, &bytes).ok_or_else(|| nonsense("files of other sizes"))
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}

/// The files that stand one after the other in `bytes`; `None` when the sizes do not fit.
fn split(files: Vec<(String, u64)>, mut bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut parts = Vec::new();
    for (name, size) in files {
        let (part, rest) = bytes.split_at_checked(usize::try_from(size).ok()?)?;
        parts.push((name, part.to_vec()));
        bytes = rest;
    }
    bytes.is_empty().then_some(parts)
}

fn unexpected(reply: &Reply) -> DocumentError {
    let name = format!("{reply:?}");
    nonsense(name.split(['(', '{', ' ']).next().unwrap_or_default())
}

fn nonsense(what: &str) -> DocumentError {
    DocumentError::Engine(format!("the worker answered with {what}"))
}

/// What the document did to its reader.
fn error(death: Death) -> DocumentError {
    match death.verdict() {
        Ok(what) => DocumentError::Exhausted { what: what.to_owned() },
        Err(None) => DocumentError::Malformed { reason: "its reader crashed".to_owned() },
        Err(Some(fault)) => DocumentError::Engine(fault),
    }
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
