//! The reader of office documents, HTML and electronic invoices.

use std::sync::Arc;

use ext_services::{
    documents::{ContainerKind, DocumentError, DocumentPart, MarkupKind, MarkupReader, PageText},
    invoices::{Invoice, InvoiceReader},
};

use crate::document;
use crate::pool::Pool;
use crate::protocol::{PartHead, Reply, Request};

/// A `MarkupReader` and an `InvoiceReader` that live in a worker.
#[derive(Clone)]
pub struct IsolatedMarkup {
    pool: Arc<Pool>,
}

impl IsolatedMarkup {
    /// Makes a reader whose calls go to `pool`.
    #[must_use]
    pub const fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }
}

impl MarkupReader for IsolatedMarkup {
    fn text(&self, kind: MarkupKind, document: &[u8]) -> Result<Vec<PageText>, DocumentError> {
        document::texts(document::call(&self.pool, Request::Markup(kind), document)?)
    }

    fn parts(
        &self,
        kind: ContainerKind,
        document: &[u8],
    ) -> Result<Vec<DocumentPart>, DocumentError> {
        match document::call(&self.pool, Request::Parts(kind), document)? {
            (Reply::Parts(heads), bytes) => {
                split(heads, &bytes).ok_or_else(|| document::not_valid("parts of other sizes"))
            }
            (other, _) => Err(document::unexpected(&other)),
        }
    }
}

impl InvoiceReader for IsolatedMarkup {
    fn read(&self, xml: &[u8]) -> Result<Option<Invoice>, DocumentError> {
        match document::call(&self.pool, Request::Invoice, xml)? {
            (Reply::Invoice(invoice), _) => Ok(invoice.map(|invoice| *invoice)),
            (other, _) => Err(document::unexpected(&other)),
        }
    }
}

/// Splits `bytes` into the parts that stand in it one after the other; `None` when the sizes do not fit.
fn split(heads: Vec<PartHead>, mut bytes: &[u8]) -> Option<Vec<DocumentPart>> {
    let mut parts = Vec::new();
    for PartHead { name, is_message, size } in heads {
        let taken = match size {
            Ok(size) => {
                let (part, rest) = bytes.split_at_checked(usize::try_from(size).ok()?)?;
                bytes = rest;
                Ok(part.to_vec())
            }
            Err(reason) => Err(reason),
        };
        parts.push(DocumentPart { name, is_message, bytes: taken });
    }
    bytes.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_must_fill_the_body() {
        let heads = |sizes: &[Result<u64, String>]| {
            let head = |size: &Result<u64, String>| PartHead {
                name: String::new(),
                is_message: false,
                size: size.clone(),
            };
            sizes.iter().map(head).collect::<Vec<_>>()
        };
        let whole = split(heads(&[Ok(1), Err("no".into()), Ok(2)]), b"abc").unwrap();
        assert_eq!(whole[2].bytes, Ok(b"bc".to_vec()));
        assert_eq!(whole[1].bytes, Err("no".to_owned()));
        for sizes in [&[Ok(1)][..], &[Ok(4)], &[Ok(u64::MAX)], &[Err("no".into())]] {
            assert_eq!(split(heads(sizes), b"abc"), None);
        }
    }
}
